#include "store/base.hpp"

#include <fmt/format.h>

#include "api/orphans.hpp"
#include "api/plan_object.hpp"
#include "api/stored_text.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/printable.hpp"
#include "base/sha256.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "store/config_map.hpp"
#include "store/last_record.hpp"
#include "store/orphans.hpp"

namespace drift::store {
namespace {

// Of the 1 MiB that Kubernetes lets into a ConfigMap. The longest plan leaves 100 KiB of it.
constexpr std::size_t longest_stored_base = std::size_t{1000} << 10;

bool has_labels_of_a_base(const Run& run, const rapidjson::Value& object) {
  const auto label = [&](const char* key) { return text_at(object, {"metadata", "labels", key}); };
  return label("app.kubernetes.io/component") == "base" &&
         label("app.kubernetes.io/managed-by") == "drift-policy" && label(keys::source) == run.names.prefix();
}

std::string note_of(const rapidjson::Value& object, const char* key) {
  return text_at(object, {"metadata", "annotations", key});
}

std::string digest_of(std::string_view text) {
  return text.empty() ? std::string() : "sha256:" + sha256_hex(text);
}

rapidjson::Document object_of(const Run& run, const std::string& record) {
  auto base = new_config_map(run.ns, run.names.base(), "base");
  mark(base, run.names.prefix(), run.application);
  set(base, {"metadata", "annotations", keys::plan_digest}, run.plan_digest);
  note_record(base, record);
  return base;
}

// What can't be used may have known of anything.
api::Orphans carried_from(const Base& base, const api::Plan& plan) {
  if (base.plan) return carry(*base.plan, plan);
  api::Orphans orphans;
  orphans.incomplete = !base.problem.empty();
  return orphans;
}

}  // namespace

Base read_base(const Run& run) {
  const auto object = run.kubernetes.get(run.config_map(run.names.base()));
  if (!object) return {};
  const auto unusable = [&](std::string_view why) {
    return Base{std::nullopt,
                fmt::format("ConfigMap {}/{} can't be used as the base of the last success: {}", run.ns,
                            run.names.base(), printable(why)),
                why_not_of(run.application, *object).empty() ? noted_record(*object) : std::string()};
  };
  if (!has_labels_of_a_base(run, *object)) return unusable("it hasn't the labels that the audit writes");
  if (const auto why = why_not_of(run.application, *object); !why.empty()) return unusable(why);
  try {
    auto plan = api::read_plan_object(*object, {});
    if (plan.application != run.application)
      return unusable(fmt::format("it holds a plan of application {}", plan.application));
    const auto noted = note_of(*object, keys::plan_digest);
    const auto orphans = api::stored_text(*object, api::orphans_file, api::longest_orphans);
    if ((!noted.empty() && plan.digest != noted) ||
        note_of(*object, keys::orphans_digest) != digest_of(orphans))
      return unusable("its digest isn't the one that is noted on it");
    if (!orphans.empty()) plan.orphans = api::read_orphans(orphans, plan);
    return {std::move(plan), {}, noted_record(*object)};
  } catch (const InputError& error) {
    return unusable(error.what());
  }
}

void write_base(const Run& run, const api::Plan& plan, std::string_view plan_text,
                const std::string& record) {
  auto object = object_of(run, record);
  const auto taken = api::store_text(object, api::plan_file, plan_text, "the base");
  const auto orphans =
      store_orphans(object, carried_from(read_base(run), plan), plan, longest_stored_base - taken);
  if (!orphans.empty()) set(object, {"metadata", "annotations", keys::orphans_digest}, digest_of(orphans));
  run.kubernetes.apply(run.config_map(run.names.base()), object);
}

}  // namespace drift::store
