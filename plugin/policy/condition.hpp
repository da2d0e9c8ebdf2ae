// `when` of a guarded field: on which values of it its severity counts, by the operators of Kyverno's conditions. Pure.
// https://kyverno.io/docs/policy-types/cluster-policy/preconditions/
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::policy {

// Which value of a difference: what Git wanted, or what it becomes.
enum class Side : std::uint8_t { old_value, new_value };
// What policies and plans call them, in that order.
inline constexpr std::array<std::string_view, 2> side_names = {"old", "new"};

enum class ConditionOperator : std::uint8_t {
  equals,
  not_equals,
  any_in,
  all_in,
  any_not_in,
  all_not_in,
  greater_than,
  greater_than_or_equals,
  less_than,
  less_than_or_equals
};

// Kyverno's names. The first of each operator is what a plan calls it; `In` and `NotIn` mean to lists what they mean to Kyverno.
inline constexpr std::array<std::pair<std::string_view, ConditionOperator>, 14> condition_operators = {
    {{"Equals", ConditionOperator::equals},
     {"Equal", ConditionOperator::equals},
     {"NotEquals", ConditionOperator::not_equals},
     {"NotEqual", ConditionOperator::not_equals},
     {"AnyIn", ConditionOperator::any_in},
     {"AllIn", ConditionOperator::all_in},
     {"In", ConditionOperator::all_in},
     {"AnyNotIn", ConditionOperator::any_not_in},
     {"NotIn", ConditionOperator::any_not_in},
     {"AllNotIn", ConditionOperator::all_not_in},
     {"GreaterThan", ConditionOperator::greater_than},
     {"GreaterThanOrEquals", ConditionOperator::greater_than_or_equals},
     {"LessThan", ConditionOperator::less_than},
     {"LessThanOrEquals", ConditionOperator::less_than_or_equals}}};

std::optional<ConditionOperator> condition_operator(std::string_view name);
std::string_view operator_name(ConditionOperator op);
// Whether the operator compares with more than one value, and whether it asks for what is more or less.
bool takes_list(ConditionOperator op);
bool is_ordering(ConditionOperator op);

// A number, a quantity of Kubernetes' or a duration of Go's.
bool is_amount(std::string_view text);

// A value with Kyverno's wildcards `*` and `?`, of which `\*` and `\?` are the characters themselves.
class ValuePattern {
 public:
  explicit ValuePattern(std::string text);
  // As it is written.
  const std::string& text() const { return text_; }
  // Whether both wildcards and characters of that name are in it, which nothing matches.
  bool is_mixed() const { return wild_ && escaped_; }
  bool matches(std::string_view value) const;
  bool operator==(const ValuePattern& other) const { return text_ == other.text_; }

 private:
  std::string text_, plain_;
  bool wild_ = false, escaped_ = false;
};

struct Condition {
  Side side = Side::new_value;
  ConditionOperator op = ConditionOperator::equals;
  std::vector<ValuePattern> values;  // at least one; one alone unless the operator takes a list
  bool operator==(const Condition&) const = default;
};

// One of `any` (where there are some) and all of `all` must hold.
struct When {
  std::vector<Condition> any, all;
  bool operator==(const When&) const = default;
};

// Of one `when`, `any` and `all` together.
inline constexpr std::size_t most_conditions = 20;
inline constexpr std::size_t most_condition_values = 100;
inline constexpr std::size_t longest_condition_values = 2048;  // bytes, together

// A value as conditions see it. What may not be read, or can't be compared, is not known.
struct FieldValue {
  enum class Kind : std::uint8_t { unknown, absent, scalar, list } kind = Kind::unknown;
  // A scalar's text, numbers and booleans as JSON has them; of a list its elements', unset where one isn't known.
  std::vector<std::optional<std::string>> texts{};
};

enum class Truth : std::uint8_t { no, unknown, yes };

// What isn't there equals nothing and is in no list; whether it is more or less isn't known, nor is it of what is no amount.
Truth holds(const When& when, const FieldValue& old_value, const FieldValue& new_value);

// For people: `the new value is LoadBalancer and the old value isn't NodePort`.
std::string when_words(const When& when);

}  // namespace drift::policy
