#include "api/plan_write.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>

#include "api/condensed.hpp"
#include "api/redacted.hpp"
#include "base/parallel.hpp"
#include "json/string.hpp"
#include "kube/repeated.hpp"
#include "kube/sync.hpp"
#include "policy/autoscale.hpp"
#include "policy/match.hpp"
#include "policy/wave.hpp"

namespace drift::api {
namespace {

class Writer : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  using rapidjson::Writer<rapidjson::StringBuffer>::Writer;

  // An object that is JSON already. RawValue() copies it character by character, and manifests are most of a plan.
  void object(std::string_view json) {
    Prefix(rapidjson::kObjectType);
    std::memcpy(os_->Push(json.size()), json.data(), json.size());
    EndValue(true);
  }
};

// Strings escape what YAML doesn't print, so that the plan stands in a ConfigMap as it is.
class PlanWriter {
 public:
  PlanWriter(const policy::PolicySet& policies, const manifest::Manifests& manifests,
             const std::vector<policy::Verdict>& verdicts)
      : policies_(policies), manifests_(manifests), verdicts_(verdicts), json_(buffer_) {}

  std::string write(const PlanHeader& header, const std::vector<Planned>& objects) {
    destination_ = header.destination;
    buffer_.Reserve(manifests_size(objects) + 1'000 * objects.size());
    json_.StartObject();
    string("application", header.application);
    string("destinationNamespace", header.destination);
    string("enforcement", policies_.enforcement == policy::Enforcement::observe ? "observe" : "enforce");
    string("hooksNamespace", header.hooks_ns);
    json_.Key("objects");
    json_.StartArray();
    for (const auto& object : objects) write_object(object);
    json_.EndArray();
    string("path", header.path);
    string("pluginVersion", DRIFT_VERSION);
    string("policyDigest", policies_.digest);
    string("project", header.project);
    string("repository", without_credentials(header.repository));
    string("revision", header.revision);
    json_.Key("severities");
    json_.StartArray();
    for (const auto& severity : policies_.severities) write_severity(severity);
    json_.EndArray();
    string("severity", name(highest_severity(objects, verdicts_)));
    json_.Key("version");
    json_.Int(std::any_of(objects.begin(), objects.end(), has_digests) ? plan_version : 1);
    json_.EndObject();
    buffer_.Put('\n');
    return {buffer_.GetString(), buffer_.GetSize()};
  }

 private:
  static std::size_t manifests_size(const std::vector<Planned>& objects) {
    return std::accumulate(objects.begin(), objects.end(), std::size_t{0},
                           [](std::size_t sum, const Planned& planned) {
                             return sum + (planned.manifest ? planned.manifest->size() : 0);
                           });
  }
  static bool has_digests(const Planned& planned) { return planned.manifest && planned.digests; }

  void string(const char* key, std::string_view value) {
    json_.Key(key);
    value_of(value);
  }

  void value_of(std::string_view text) {
    const std::string quoted = json_string(text);
    json_.RawValue(quoted.data(), quoted.size(), rapidjson::kStringType);
  }

  void seconds(const char* key, std::optional<std::chrono::seconds> value) {
    if (!value) return;
    json_.Key(key);
    json_.Int64(value->count());
  }

  void strings(const char* key, const std::vector<std::string>& values) {
    json_.Key(key);
    json_.StartArray();
    for (const auto& value : values) value_of(value);
    json_.EndArray();
  }

  std::string_view name(policy::Rank rank) const {
    return rank < policies_.severities.size() ? std::string_view(policies_.severities[rank].name)
                                              : std::string_view();
  }

  void write_severity(const policy::Severity& severity) {
    json_.StartObject();
    json_.Key("approval");
    json_.StartObject();
    seconds("escalateAfterSeconds", severity.approval.escalate_after);
    strings("groups", severity.approval.groups);
    json_.Key("required");
    json_.Uint(severity.approval.required);
    json_.Key("throughArgoCD");
    json_.Bool(severity.approval.through_argocd);
    seconds("timeoutSeconds", severity.approval.timeout);
    json_.EndObject();
    string("name", severity.name);
    strings("notify", severity.notify);
    json_.Key("remediation");
    json_.StartObject();
    string("action", action_name(severity.remediation.action));
    seconds("cooldownSeconds", severity.remediation.cooldown);
    if (severity.remediation.max_retries) {
      json_.Key("maxRetries");
      json_.Uint(*severity.remediation.max_retries);
    }
    json_.Key("rollbackOnFailure");
    json_.Bool(severity.remediation.rollback_on_failure);
    json_.EndObject();
    json_.EndObject();
  }

  void flag(const char* key, bool value) {
    if (!value) return;
    json_.Key(key);
    json_.Bool(true);
  }

  void write_object(const Planned& planned) {
    const auto& manifest = manifests_.objects()[planned.object];
    const auto& verdict = verdicts_[planned.object];
    json_.StartObject();
    flag("beforeGate", planned.before_gate);
    string("demands", name(verdict.approval_severity));
    string("group", manifest.group);
    if (!verdict.guarded.empty()) write_guarded(verdict.guarded);
    if (planned.resource.guessed) write_guessed(manifest);
    flag("hook", planned.hook);
    if (planned.autoscaled) write_ignored();
    string("kind", manifest.kind);
    if (planned.manifest) {
      json_.Key("manifest");
      json_.object(*planned.manifest);
    }
    string("name", manifest.name);
    string("namespace", planned.ns);
    string("resource", planned.resource.plural);
    string("rule", verdict.rule);
    string("severity", name(verdict.severity));
    string("version", manifest.version);
    json_.Key("wave");
    json_.Int64(planned.wave);
    json_.EndObject();
  }

  // Where it is if its kind has namespaces.
  void write_guessed(const manifest::Manifest& manifest) {
    json_.Key("guessed");
    json_.StartObject();
    string("namespace", manifest.ns.empty() ? destination_ : manifest.ns);
    json_.EndObject();
  }

  void write_ignored() {
    json_.Key("ignored");
    json_.StartObject();
    strings("pointers", {"/spec/replicas"});
    json_.EndObject();
  }

  void write_guarded(const std::vector<policy::GuardedField>& fields) {
    constexpr std::array health_names = {"none", "progressing", "degraded", "suspended"};
    json_.Key("guarded");
    json_.StartArray();
    for (const auto& field : fields) {
      json_.StartObject();
      string("demands", name(field.approval_severity));
      string("health", health_names[static_cast<std::size_t>(field.health)]);
      string("id", field.id);
      string("key", field.key);
      string("pointer", field.pointer);
      string("severity", name(field.severity));
      if (field.value) string("value", *field.value);
      json_.EndObject();
    }
    json_.EndArray();
  }

  const policy::PolicySet& policies_;
  const manifest::Manifests& manifests_;
  const std::vector<policy::Verdict>& verdicts_;
  std::string_view destination_;
  rapidjson::StringBuffer buffer_;
  Writer json_;
};

void keep(Planned& planned, std::optional<Redacted> redacted) {
  planned.manifest.reset();
  if (!redacted) return;
  planned.manifest = std::move(redacted->json);
  planned.digests = redacted->digests;
}

// By as many steps as make it shorter by a quarter at least; none is left where no step does.
void condense(Planned& planned, const manifest::Manifest& manifest) {
  const auto enough = planned.manifest->size() / 4 * 3;
  const auto whole = redacted_manifest(manifest, planned.autoscaled);
  while (whole && planned.condensed < condensing_steps.size()) {
    auto text = condensed(whole->json, condensing_steps[planned.condensed++]);
    if (text.size() <= enough) return keep(planned, Redacted{std::move(text), true});
  }
  planned.manifest.reset();
}

std::size_t size_of(const manifest::Manifest& manifest) {
  const auto span = manifest.object.span();
  return span.end - span.begin;
}

}  // namespace

std::vector<Planned> planned_objects(const policy::PolicySet& policies, const manifest::Manifests& manifests,
                                     const std::vector<policy::Verdict>& verdicts,
                                     const std::vector<bool>& skip, std::string_view destination) {
  const kube::Resources resources(manifests, policies.kinds);
  const policy::Autoscaled autoscaled(manifests, destination);
  const auto last = kube::last_of_same(policies.kinds, manifests, skip, destination);
  std::vector<Planned> objects;
  objects.reserve(manifests.objects().size());
  for (std::size_t i = 0; i < manifests.objects().size(); ++i) {
    if (skip[i] || last[i] != i) continue;
    const auto& manifest = manifests.objects()[i];
    Planned planned;
    planned.object = i;
    planned.resource = resources.of(manifest.group, manifest.kind);
    if (planned.resource.namespaced) planned.ns = manifest.ns.empty() ? destination : manifest.ns;
    planned.hook = kube::is_hook(manifest);
    planned.autoscaled = autoscaled.contains(manifest, planned.ns);
    planned.wave = policy::effective_wave(manifest, verdicts[i]);
    objects.push_back(std::move(planned));
  }
  return objects;
}

void add_manifests(std::vector<Planned>& objects, const manifest::Manifests& manifests) {
  constexpr std::size_t worth_a_thread = std::size_t{128} << 10;  // bytes
  const auto bytes = [&](std::size_t sum, const Planned& planned) {
    return sum + size_of(manifests.objects()[planned.object]);
  };
  const auto all = std::accumulate(objects.begin(), objects.end(), std::size_t{0}, bytes);
  in_parallel(objects.size(), 1 + all / worth_a_thread, [&](std::size_t i) {
    auto& planned = objects[i];
    const auto& manifest = manifests.objects()[planned.object];
    planned.compared =
        !planned.hook && !planned.before_gate && !planned.resource.plural.empty() && !manifest.name.empty();
    if (!planned.compared) return;
    keep(planned, redacted_manifest(manifest, planned.autoscaled));
    while (planned.manifest && planned.manifest->size() > longest_manifest) condense(planned, manifest);
  });
}

bool shrink_manifests(std::vector<Planned>& objects, const manifest::Manifests& manifests,
                      std::size_t bytes) {
  std::vector<Planned*> largest;
  for (auto& planned : objects)
    if (planned.manifest) largest.push_back(&planned);
  std::sort(largest.begin(), largest.end(), [](const Planned* a, const Planned* b) {
    if (a->manifest->size() != b->manifest->size()) return a->manifest->size() > b->manifest->size();
    return a->object > b->object;
  });
  std::size_t saved = 0;
  for (auto* planned : largest) {
    if (saved >= bytes) break;
    const auto before = planned->manifest->size();
    condense(*planned, manifests.objects()[planned->object]);
    saved += before - (planned->manifest ? planned->manifest->size() : 0);
  }
  return !largest.empty();
}

policy::Rank highest_severity(const std::vector<Planned>& objects,
                              const std::vector<policy::Verdict>& verdicts) {
  policy::Rank highest = 0;
  for (const auto& object : objects) {
    const auto& verdict = verdicts[object.object];
    highest = std::max({highest, verdict.severity, verdict.approval_severity});
    for (const auto& field : verdict.guarded)
      highest = std::max({highest, field.severity, field.approval_severity});
  }
  return highest;
}

std::vector<bool> possible_severities(const policy::PolicySet& policies, const std::vector<Planned>& objects,
                                      const std::vector<policy::Verdict>& verdicts) {
  std::vector<bool> possible(policies.severities.size());
  for (const auto& object : objects) {
    const auto& verdict = verdicts[object.object];
    possible[verdict.severity] = possible[verdict.approval_severity] = true;
    for (const auto& field : verdict.guarded)
      possible[field.severity] = possible[field.approval_severity] = true;
  }
  return possible;
}

std::string plan_json(const PlanHeader& header, const policy::PolicySet& policies,
                      const manifest::Manifests& manifests, const std::vector<policy::Verdict>& verdicts,
                      const std::vector<Planned>& objects) {
  return PlanWriter(policies, manifests, verdicts).write(header, objects);
}

std::string_view action_name(policy::Action action) {
  constexpr std::array<std::string_view, 4> names = {"autoSync", "approve", "restore", "stop"};
  return names[static_cast<std::size_t>(action)];
}

std::string without_credentials(std::string_view repository) {
  const auto scheme = repository.find("://");
  if (scheme == std::string_view::npos) return std::string(repository);
  const auto begin = scheme + 3;
  const auto authority = repository.substr(begin, repository.find_first_of("/?#", begin) - begin);
  const auto at = authority.rfind('@');
  if (at == std::string_view::npos) return std::string(repository);
  // `ssh://git@…` is an account's name; of http even the name may be a token.
  if (!repository.starts_with("http") && authority.substr(0, at).find(':') == std::string_view::npos)
    return std::string(repository);
  return std::string(repository.substr(0, begin)).append(repository.substr(begin + at + 1));
}

}  // namespace drift::api
