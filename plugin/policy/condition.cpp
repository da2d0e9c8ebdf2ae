#include "policy/condition.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/suggest.hpp"
#include "base/wildcard.hpp"
#include "kube/quantity.hpp"

namespace drift::policy {
namespace {

Truth truth(bool value) {
  return value ? Truth::yes : Truth::no;
}

Truth opposite(Truth value) {
  return value == Truth::unknown ? value : truth(value == Truth::no);
}

template <typename Items, typename Holds>
Truth any_true(const Items& items, const Holds& is_true) {
  Truth result = Truth::no;
  for (const auto& item : items) result = std::max(result, is_true(item));
  return result;
}

template <typename Items, typename Holds>
Truth all_true(const Items& items, const Holds& is_true) {
  Truth result = Truth::yes;
  for (const auto& item : items) result = std::min(result, is_true(item));
  return result;
}

// Less than 0, 0 or more, where both are amounts of one sort. `5m` is a quantity beside a quantity, and else
// five minutes.
std::optional<int> compare_amounts(std::string_view a, std::string_view b) {
  const auto sign = [](auto one, auto other) { return one < other ? -1 : one > other ? 1 : 0; };
  const auto quantity = kube::parse_quantity(a), other_quantity = kube::parse_quantity(b);
  if (quantity && other_quantity) return sign(*quantity, *other_quantity);
  const auto duration = parse_duration(a), other_duration = parse_duration(b);
  if (duration && other_duration) return sign(*duration, *other_duration);
  return std::nullopt;
}

Truth equals(const std::optional<std::string>& value, const ValuePattern& wanted) {
  if (!value) return Truth::unknown;
  return truth(wanted.matches(*value) || compare_amounts(*value, wanted.text()) == 0);
}

Truth is_in(const std::optional<std::string>& value, const std::vector<ValuePattern>& values) {
  return any_true(values, [&](const auto& wanted) { return equals(value, wanted); });
}

Truth is_ordered(const FieldValue& value, ConditionOperator op, std::string_view wanted) {
  if (value.kind != FieldValue::Kind::scalar || !value.texts.front()) return Truth::unknown;
  const auto order = compare_amounts(*value.texts.front(), wanted);
  if (!order) return Truth::unknown;
  switch (op) {
    case ConditionOperator::greater_than:
      return truth(*order > 0);
    case ConditionOperator::greater_than_or_equals:
      return truth(*order >= 0);
    case ConditionOperator::less_than:
      return truth(*order < 0);
    default:
      return truth(*order <= 0);
  }
}

Truth is_equal(const FieldValue& value, const ValuePattern& wanted) {
  if (value.kind == FieldValue::Kind::absent) return Truth::no;
  return value.kind == FieldValue::Kind::scalar ? equals(value.texts.front(), wanted) : Truth::unknown;
}

// Of a list whether any or all of its elements are among the values; anything else is a list of one, and what
// isn't there is in none.
Truth is_among(const FieldValue& value, const std::vector<ValuePattern>& values, bool all) {
  if (value.kind == FieldValue::Kind::unknown) return Truth::unknown;
  if (value.kind == FieldValue::Kind::absent) return Truth::no;
  const auto is_true = [&](const auto& text) { return is_in(text, values); };
  return all ? all_true(value.texts, is_true) : any_true(value.texts, is_true);
}

Truth holds(const Condition& condition, const FieldValue& value) {
  switch (condition.op) {
    case ConditionOperator::equals:
      return is_equal(value, condition.values.front());
    case ConditionOperator::not_equals:
      return opposite(is_equal(value, condition.values.front()));
    case ConditionOperator::any_in:
      return is_among(value, condition.values, false);
    case ConditionOperator::all_in:
      return is_among(value, condition.values, true);
    case ConditionOperator::any_not_in:
      return opposite(is_among(value, condition.values, true));
    case ConditionOperator::all_not_in:
      return opposite(is_among(value, condition.values, false));
    default:
      return is_ordered(value, condition.op, condition.values.front().text());
  }
}

std::string_view words_of(ConditionOperator op) {
  switch (op) {
    case ConditionOperator::equals:
      return "is";
    case ConditionOperator::not_equals:
      return "isn't";
    case ConditionOperator::any_in:
      return "is one of";
    case ConditionOperator::all_in:
      return "is all among";
    case ConditionOperator::any_not_in:
      return "is not all among";
    case ConditionOperator::all_not_in:
      return "is none of";
    case ConditionOperator::greater_than:
      return "is more than";
    case ConditionOperator::greater_than_or_equals:
      return "is at least";
    case ConditionOperator::less_than:
      return "is less than";
    default:
      return "is at most";
  }
}

std::string condition_words(const Condition& condition) {
  std::vector<std::string> values;
  values.reserve(condition.values.size());
  for (const auto& value : condition.values) values.push_back(value.text().empty() ? "\"\"" : value.text());
  return fmt::format("the {} value {} {}", side_names[static_cast<std::size_t>(condition.side)],
                     words_of(condition.op), joined(values));
}

std::string words_of(const std::vector<Condition>& conditions, std::string_view between) {
  std::string text;
  for (const auto& condition : conditions)
    text += (text.empty() ? std::string() : fmt::format(" {} ", between)) + condition_words(condition);
  return text;
}

}  // namespace

std::optional<ConditionOperator> condition_operator(std::string_view name) {
  for (const auto& [known, op] : condition_operators)
    if (known == name) return op;
  return std::nullopt;
}

std::string_view operator_name(ConditionOperator op) {
  for (const auto& [name, known] : condition_operators)
    if (known == op) return name;
  return {};
}

bool takes_list(ConditionOperator op) {
  return op >= ConditionOperator::any_in && op <= ConditionOperator::all_not_in;
}

bool is_ordering(ConditionOperator op) {
  return op >= ConditionOperator::greater_than;
}

bool is_amount(std::string_view text) {
  return kube::parse_quantity(text) || parse_duration(text);
}

ValuePattern::ValuePattern(std::string text) : text_(std::move(text)) {
  for (std::size_t i = 0; i < text_.size(); ++i) {
    const auto is_wild = [](char c) { return c == '*' || c == '?'; };
    if (text_[i] == '\\' && i + 1 < text_.size() && is_wild(text_[i + 1])) {
      escaped_ = true;
      ++i;
    } else if (is_wild(text_[i])) {
      wild_ = true;
    }
    plain_ += text_[i];
  }
}

bool ValuePattern::matches(std::string_view value) const {
  if (is_mixed()) return false;
  return wild_ ? glob_matches(plain_, value) : plain_ == value;
}

Truth holds(const When& when, const FieldValue& old_value, const FieldValue& new_value) {
  const auto is_true = [&](const Condition& condition) {
    return holds(condition, condition.side == Side::old_value ? old_value : new_value);
  };
  const auto all = all_true(when.all, is_true);
  return when.any.empty() ? all : std::min(all, any_true(when.any, is_true));
}

std::string when_words(const When& when) {
  const auto any = words_of(when.any, "or");
  const auto all = words_of(when.all, "and");
  if (any.empty() || all.empty()) return any + all;
  return when.any.size() > 1 ? fmt::format("{}, and {}", all, any) : fmt::format("{} and {}", all, any);
}

}  // namespace drift::policy
