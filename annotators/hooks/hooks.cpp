#include "annotators/hooks/hooks.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "annotators/hooks/context.hpp"
#include "annotators/hooks/extra.hpp"
#include "annotators/hooks/guard.hpp"
#include "annotators/hooks/jobs.hpp"
#include "annotators/hooks/plan.hpp"
#include "annotators/hooks/roles.hpp"
#include "json/to_yaml.hpp"

namespace drift::annotators {
namespace {

// Objects with names of ours: either what we wrote, or a pretender. What is injected is computed without them, so that
// what we wrote makes no difference to what we write.
std::vector<bool> claimed_objects(const Input& input) {
  const api::Names names(input.application);
  std::vector<bool> claimed;
  claimed.reserve(input.manifests.objects().size());
  for (const auto& manifest : input.manifests.objects()) claimed.push_back(names.reserves(manifest.name));
  return claimed;
}

bool any(const std::vector<bool>& flags) {
  return std::find(flags.begin(), flags.end(), true) != flags.end();
}

Objects injection_of(const HookContext& context) {
  Objects objects;
  const auto append = [&](Objects more) {
    objects.insert(objects.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  };
  if (context.builtin) {
    objects.push_back(plan_object(context));
    append(role_objects(context));
    append(job_objects(context));
  }
  append(extra_objects(context));
  return objects;
}

// One rendering's injection, and which objects of the source are part of it already.
struct Injection {
  HookContext context;
  Objects objects;
  std::vector<std::string> yaml;  // of objects
  std::vector<bool> present;      // of objects: stands in the source already
  std::vector<bool> ours;         // of the source's objects
};

void find_present(Injection& injection, const Input& input, const std::vector<bool>& claimed) {
  std::map<std::string, std::size_t> by_json;
  for (std::size_t i = 0; i < injection.yaml.size(); ++i) {
    const std::string& text = injection.yaml[i];
    const yaml::Document document("", text, {0, static_cast<std::uint32_t>(text.size())});
    by_json.emplace(document.root().json(), i);
  }
  const auto& objects = input.manifests.objects();
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (!claimed[i]) continue;
    const auto found = by_json.find(objects[i].object.json());
    if (found == by_json.end() || injection.present[found->second]) continue;
    injection.present[found->second] = injection.ours[i] = true;
  }
}

Injection make_injection(const Input& input) {
  const auto claimed = claimed_objects(input);
  Injection injection{
      .context = make_context(input, claimed), .objects = {}, .yaml = {}, .present = {}, .ours = {}};
  if (injection.context.builtin) write_plan(injection.context);
  injection.objects = injection_of(injection.context);
  for (const auto& object : injection.objects) injection.yaml.push_back(block_yaml(object));
  injection.present.resize(injection.objects.size());
  injection.ours.resize(claimed.size());
  if (any(claimed)) find_present(injection, input, claimed);
  return injection;
}

std::vector<std::size_t> left_out(const HookContext& context) {
  std::vector<std::size_t> objects;
  for (const auto& planned : context.objects)
    if (planned.left_out()) objects.push_back(planned.object);
  return objects;
}

std::string display_of(const rapidjson::Document& object) {
  const auto& metadata = object["metadata"];
  std::string text = object["kind"].GetString();
  if (const auto ns = metadata.FindMember("namespace"); ns != metadata.MemberEnd() && ns->value.IsString())
    text.append("/").append(ns->value.GetString());
  return text.append("/").append(metadata["name"].GetString());
}

std::string hook_of(const rapidjson::Document& object, const api::Names& names) {
  const std::string name = object["metadata"]["name"].GetString();
  if (object["kind"] == "Job")
    for (const auto hook : api::all_hooks)
      if (name == names.of(hook)) return std::string(api::hook_name(hook));
  const auto extra = names.prefix() + std::string(api::extra_part);
  return name.starts_with(extra) ? name.substr(extra.size()) : std::string();
}

}  // namespace

Changes hooks(const Input& input) {
  Changes changes;
  if (input.policies.none) return changes;
  auto injection = make_injection(input);
  const auto findings = check_source(injection.context, injection.objects, injection.ours);
  if (!findings.empty()) throw InputError(findings);
  for (std::size_t i = 0; i < injection.objects.size(); ++i) {
    const auto& object = injection.objects[i];
    if (!injection.present[i])
      changes.additions.push_back(
          {display_of(object), std::move(injection.yaml[i]), hook_of(object, injection.context.names)});
  }
  if (injection.context.builtin) changes.not_compared = left_out(injection.context);
  return changes;
}

std::vector<bool> injected_objects(const Input& input) {
  const auto claimed = claimed_objects(input);
  if (input.policies.none || !any(claimed)) return std::vector<bool>(claimed.size());
  return make_injection(input).ours;
}

std::string plan(const Input& input) {
  auto context = make_context(input, claimed_objects(input));
  write_plan(context);
  return std::move(context.plan.text);
}

std::vector<std::size_t> not_compared(const Input& input) {
  auto context = make_context(input, claimed_objects(input));
  if (!context.builtin) return {};
  write_plan(context);
  return left_out(context);
}

void require_hooks_namespace(const Input& input) {
  if (input.policies.none) return;
  const auto context = make_context(input, claimed_objects(input));
  if (context.builtin && context.ns.empty())
    throw InputError(
        "it is not known in which namespace the hooks live; expected hooks.namespace in the policy, or a "
        "destination namespace of the application");
}

}  // namespace drift::annotators
