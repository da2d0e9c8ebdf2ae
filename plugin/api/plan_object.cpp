#include "api/plan_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/stored_text.hpp"
#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/gzip.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "json/build.hpp"
#include "json/members.hpp"

namespace drift::api {
namespace {

bool fits(const PlanText& plan) {
  return plan.text.size() <= longest_plan && plan.compressed.size() <= longest_stored_text;
}

// zlib's levels. `render` runs for every application, and most plans are far from the limit.
constexpr int quick = 3;
constexpr int better = 6;

// The better level takes several times as long, and halves what it is given at best.
std::string compressed_plan(std::string_view text) {
  if (text.size() <= longest_plain_text || text.size() > longest_plan) return {};
  auto compressed = gzip(text, quick);
  if (compressed.size() > longest_stored_text && compressed.size() / 2 <= longest_stored_text)
    return gzip(text, better);
  return compressed;
}

// How much text must go at least so that the plan fits; a little more, since it compresses unevenly.
std::size_t surplus(const PlanText& plan) {
  const double plain = static_cast<double>(plan.text.size());
  const double stored = static_cast<double>(std::max<std::size_t>(plan.compressed.size(), 1));
  const double allowed =
      std::min(plain * static_cast<double>(longest_stored_text) / stored, static_cast<double>(longest_plan));
  return static_cast<std::size_t>((plain - allowed) * 1.05) + 1024;
}

// Both limits are rounded up, so that no message says what is more than itself.
void check_size(const PlanText& plan, std::size_t objects) {
  constexpr std::size_t mib = std::size_t{1} << 20, kib = std::size_t{1} << 10;
  const auto rounded_up = [](std::size_t size, std::size_t unit) { return (size + unit - 1) / unit; };
  constexpr const char* advice = "guard fewer fields, or split the application";
  if (plan.text.size() > longest_plan)
    throw InputError(
        fmt::format("the plan of {} objects is {} MiB, more than the gate reads; expected at most {} MiB: {}",
                    objects, rounded_up(plan.text.size(), mib), longest_plan / mib, advice));
  if (plan.compressed.size() > longest_stored_text)
    throw InputError(
        fmt::format("the plan of {} objects is {} KiB compressed, more than a ConfigMap holds; expected at "
                    "most {} KiB: {}",
                    objects, rounded_up(plan.compressed.size(), kib), longest_stored_text / kib, advice));
}

// The API server stamps every write; times of one format sort as text.
std::string last_written(const rapidjson::Value& config_map) {
  const auto* metadata = member(&config_map, "metadata");
  std::string written(string_of(member(metadata, "creationTimestamp")));
  const auto* managed = member(metadata, "managedFields");
  if (!managed || !managed->IsArray()) return written;
  for (const auto& entry : managed->GetArray())
    written = std::max(written, std::string(string_of(member(&entry, "time"))));
  return written;
}

}  // namespace

PlanText write_plan(const PlanHeader& header, const policy::PolicySet& policies,
                    const manifest::Manifests& manifests, const std::vector<policy::Verdict>& verdicts,
                    std::vector<Planned>& objects) {
  add_manifests(objects, manifests, policy::ask_about_changes(policies.severities));
  PlanText plan;
  // What goes may compress far better than what stays, so each round takes twice as much: there are few of them.
  std::size_t times = 1;
  do {
    plan.text = plan_json(header, policies, manifests, verdicts, objects);
    plan.compressed = compressed_plan(plan.text);
  } while (!fits(plan) &&
           shrink_manifests(objects, manifests, surplus(plan) * std::exchange(times, times * 2)));
  plan.digest = "sha256:" + sha256_hex(plan.text);
  return plan;
}

void put_plan(rapidjson::Document& config_map, const PlanText& plan, std::size_t objects) {
  set(config_map, {"metadata", "annotations", keys::plan_digest}, plan.digest);
  if (plan.text.size() <= longest_plain_text) return set(config_map, {"data", plan_file}, plan.text);
  check_size(plan, objects);
  set(config_map, {"binaryData", std::string(plan_file) + ".gz"}, base64(plan.compressed));
}

std::string plan_text(const rapidjson::Value& config_map) {
  auto text = stored_text(config_map, plan_file, longest_plan);
  if (text.empty())
    throw InputError(
        "the plan's ConfigMap holds no plan; expected `data: plan.json` or `binaryData: plan.json.gz`");
  return text;
}

Plan read_plan_object(const rapidjson::Value& config_map, std::string_view expected_digest) {
  auto plan = read_plan(plan_text(config_map));
  if (!expected_digest.empty() && plan.digest != expected_digest)
    throw InputError(fmt::format("the plan is {}, not {} as this Job was told: it belongs to another sync",
                                 plan.digest, expected_digest));
  plan.written = last_written(config_map);
  return plan;
}

}  // namespace drift::api
