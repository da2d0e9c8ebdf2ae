// An object of a plan as JSON: in the plan itself (plan_json.hpp), and in what is kept of objects that left Git (orphans.hpp).
// read_planned_object() (plan.hpp) reads it back.
#pragma once
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/guarded_field.hpp"
#include "policy/policy.hpp"

namespace drift {
class Fields;
}

namespace drift::api {

struct Plan;

// What a plan calls each policy::Health, in that order.
inline constexpr std::array<std::string_view, 4> health_names = {"none", "progressing", "degraded",
                                                                 "suspended"};

// Strings escape what YAML doesn't print, so that the text stands in a ConfigMap as it is. Keys are written in the order of the calls:
// sorted by their bytes, so that it is canonical.
class PlanWriter : public rapidjson::Writer<rapidjson::StringBuffer> {
 public:
  using rapidjson::Writer<rapidjson::StringBuffer>::Writer;

  void text(const char* key, std::string_view value);
  void texts(const char* key, const std::vector<std::string>& values);
  // Left out where there is none.
  void seconds(const char* key, std::optional<std::chrono::seconds> value);
  // Left out where it is false.
  void flag(const char* key, bool value);
  // An object that is canonical JSON already.
  void object(const char* key, std::string_view json);

 private:
  void value(std::string_view text);
};

// What a plan says of an object; what it refers to outlives it. Ranks are places in the severities that it is written with.
struct PlannedText {
  std::string_view group, version, kind, resource, ns, name, rule;
  policy::Rank severity = 0, approval_severity = 0;
  std::int64_t wave = 0;
  bool hook = false, before_gate = false;
  const std::vector<policy::GuardedField>* guarded = nullptr;  // none: left out, as an empty list is
  const std::vector<std::string>* ignored = nullptr;
  std::optional<std::string_view> guessed_ns;  // where it is if its kind, which was guessed, has namespaces
  std::optional<std::string_view> manifest;    // canonical JSON
};

// Empty where there is none of that rank, as without any policy.
std::string_view severity_name(policy::Rank rank, const std::vector<policy::Severity>& severities);

// The severity that is named there, as a place in `plan.severities`. Throws InputError.
policy::Rank read_rank(const Fields& fields, const char* key, const Plan& plan);

void write_planned(PlanWriter& json, const PlannedText& object,
                   const std::vector<policy::Severity>& severities);

}  // namespace drift::api
