#include <fmt/format.h>

#include "base/suggest.hpp"
#include "policy/condition.hpp"
#include "policy/read/read.hpp"

namespace drift::policy {

namespace {

// How much of a `when` has been read.
struct Extent {
  std::size_t conditions = 0, values = 0, bytes = 0;
};

void check_value(const Setting& value, const Condition& condition, const ValuePattern& pattern) {
  if (is_ordering(condition.op) && !is_amount(pattern.text()))
    value.mistake(
        fmt::format("{} is no number, quantity or duration, as {} needs; expected for example 3, 500m, 1Gi "
                    "or 1h",
                    in_quotes(pattern.text()), operator_name(condition.op)));
  if (!is_ordering(condition.op) && pattern.is_mixed())
    value.mistake(fmt::format("{} has a wildcard beside `\\*` or `\\?`; expected one sort of them",
                              in_quotes(pattern.text())));
}

void read_values(const Setting& setting, Condition& condition) {
  const auto add = [&](const Setting& value) {
    condition.values.emplace_back(value.text());
    check_value(value, condition, condition.values.back());
  };
  if (!setting.node().is_sequence()) return add(setting);
  if (!takes_list(condition.op))
    setting.mistake(
        fmt::format("{} compares with one value, found a list; expected one value, or AnyIn, AllIn, "
                    "AnyNotIn or AllNotIn",
                    operator_name(condition.op)));
  for (const auto& item : setting.items()) add(item);
}

std::optional<Condition> read_condition(const Setting& item, Extent& size) {
  Condition condition;
  const auto key = item["key"];
  const auto value = item["value"];
  const auto op = condition_operator(item["operator"].text());
  if (key.text() == side_names[0]) condition.side = Side::old_value;
  if (!key || !op || !value) return std::nullopt;  // each has its message
  condition.op = *op;
  read_values(value, condition);
  ++size.conditions;
  size.values += condition.values.size();
  for (const auto& each : condition.values) size.bytes += each.text().size();
  if (condition.values.empty()) return std::nullopt;
  return condition;
}

std::vector<Condition> read_conditions(const Setting& list, Extent& size) {
  std::vector<Condition> conditions;
  for (const auto& item : list.items())
    if (auto condition = read_condition(item, size)) conditions.push_back(std::move(*condition));
  return conditions;
}

// Each guarded place of each object has them in its plan.
void check_bounds(const Setting& setting, const Extent& size) {
  const auto limit = [&](std::size_t number, std::size_t most, const char* what) {
    if (number > most) setting.mistake(fmt::format("has {} {}; expected at most {}", number, what, most));
  };
  limit(size.conditions, most_conditions, "conditions");
  limit(size.values, most_condition_values, "values");
  limit(size.bytes, longest_condition_values, "bytes of values");
}

}  // namespace

std::shared_ptr<const When> read_when(const Setting& setting) {
  if (!setting) return nullptr;
  When when;
  Extent size;
  when.any = read_conditions(setting["any"], size);
  when.all = read_conditions(setting["all"], size);
  if (setting.node().entries().empty())
    setting.mistake(
        "an empty `when`; expected `any` or `all` with a list of conditions, each `{key, operator, value}`");
  check_bounds(setting, size);
  return std::make_shared<const When>(std::move(when));
}

}  // namespace drift::policy
