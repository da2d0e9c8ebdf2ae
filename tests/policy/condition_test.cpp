// Conditions on the values of guarded fields: what each operator makes of which values.
#include "policy/condition.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace drift;
using namespace drift::policy;

namespace {

using Texts = std::vector<std::string>;

FieldValue one(const std::string& text) {
  return {FieldValue::Kind::scalar, {text}};
}
FieldValue list(const Texts& texts) {
  return {FieldValue::Kind::list, {texts.begin(), texts.end()}};
}
const FieldValue absent{FieldValue::Kind::absent};
const FieldValue unknown{};
const FieldValue partly{FieldValue::Kind::list, {"get", std::nullopt}};

Truth of_new(const char* op, const Texts& values, const FieldValue& value) {
  Condition condition;
  condition.op = condition_operator(op).value();
  for (const auto& text : values) condition.values.emplace_back(text);
  return holds({{}, {condition}}, unknown, value);
}

struct Row {
  const char* op;
  Texts values;
  FieldValue value;
  Truth expected;
};

constexpr auto yes = Truth::yes, no = Truth::no, maybe = Truth::unknown;

}  // namespace

TEST_SUITE("policy: conditions") {
  TEST_CASE("each operator says yes, no, or that it can't be known") {
    const std::vector<Row> rows = {
        {"Equals", {"LoadBalancer"}, one("LoadBalancer"), yes},
        {"Equals", {"LoadBalancer"}, one("NodePort"), no},
        {"Equal", {"Load*"}, one("LoadBalancer"), yes},
        {"Equals", {"v?"}, one("v1"), yes},
        {"Equals", {"v?"}, one("v10"), no},
        {"Equals", {"\\*"}, one("*"), yes},
        {"Equals", {"\\*"}, one("get"), no},
        {"Equals", {"a\\b"}, one("a\\b"), yes},
        {"Equals", {"3"}, one("3"), yes},
        {"Equals", {"1024Mi"}, one("1Gi"), yes},
        {"Equals", {"60m"}, one("1h"), yes},
        {"Equals", {"true"}, one("true"), yes},
        {"Equals", {"x"}, absent, no},
        {"Equals", {"*"}, absent, no},
        {"Equals", {""}, one(""), yes},
        {"Equals", {"x"}, unknown, maybe},
        {"Equals", {"x"}, list({"x"}), maybe},
        {"NotEquals", {"registry.example.com/*"}, one("registry.example.com/shop:1"), no},
        {"NotEquals", {"registry.example.com/*"}, one("registry.example.com.evil/shop:1"), yes},
        {"NotEqual", {"x"}, absent, yes},
        {"NotEquals", {"x"}, unknown, maybe},
        {"AnyIn", {"a", "b*"}, one("bc"), yes},
        {"AnyIn", {"a", "b*"}, one("c"), no},
        {"AnyIn", {"get"}, one("*"), no},
        {"AnyIn", {"\\*", "escalate"}, list({"get", "*"}), yes},
        {"AnyIn", {"\\*", "escalate"}, list({"get", "list"}), no},
        {"AnyIn", {"a"}, list({}), no},
        {"AnyIn", {"a"}, absent, no},
        {"AnyIn", {"get"}, partly, yes},
        {"AnyIn", {"list"}, partly, maybe},
        {"AllIn", {"get", "list"}, list({"get", "list"}), yes},
        {"AllIn", {"get"}, list({"get", "list"}), no},
        {"AllIn", {"get"}, list({}), yes},
        {"AllIn", {"get"}, partly, maybe},
        {"AllIn", {"list"}, partly, no},
        {"In", {"get"}, list({"get", "list"}), no},
        {"AnyNotIn", {"get"}, list({"get", "list"}), yes},
        {"AnyNotIn", {"get", "list"}, list({"get", "list"}), no},
        {"AnyNotIn", {"get"}, absent, yes},
        {"NotIn", {"get"}, list({"get", "list"}), yes},
        {"NotIn", {"get"}, partly, maybe},
        {"AllNotIn", {"\\*"}, list({"get", "list"}), yes},
        {"AllNotIn", {"\\*"}, list({"get", "*"}), no},
        {"AllNotIn", {"get"}, absent, yes},
        {"GreaterThan", {"5"}, one("6"), yes},
        {"GreaterThan", {"5"}, one("5"), no},
        {"GreaterThan", {"1Gi"}, one("1025Mi"), yes},
        {"GreaterThan", {"500m"}, one("1"), yes},
        {"GreaterThan", {"1h"}, one("30m"), no},
        {"GreaterThan", {"30s"}, one("5m"), yes},
        {"GreaterThan", {"5"}, one("many"), maybe},
        {"GreaterThan", {"5"}, absent, maybe},
        {"GreaterThan", {"5"}, list({"6"}), maybe},
        {"GreaterThanOrEquals", {"5"}, one("5.0"), yes},
        {"GreaterThanOrEquals", {"5"}, one("4"), no},
        {"LessThan", {"1Gi"}, one("512Mi"), yes},
        {"LessThan", {"2"}, one("2"), no},
        {"LessThanOrEquals", {"2"}, one("2"), yes},
        {"LessThanOrEquals", {"2"}, one("3"), no},
    };
    for (const auto& row : rows) {
      CAPTURE(row.op);
      CAPTURE(row.values.front());
      CAPTURE(row.value.texts.empty() ? std::string("none") : row.value.texts.front().value_or("?"));
      CHECK(of_new(row.op, row.values, row.value) == row.expected);
    }
    for (const auto& entry : condition_operators) {
      CAPTURE(entry.first);
      CHECK(std::any_of(rows.begin(), rows.end(), [&](const Row& row) { return row.op == entry.first; }));
    }
  }

  TEST_CASE("one of `any` and all of `all` must hold, and what isn't known stays so") {
    const auto when = [](const char* any, const char* other, const char* all) {
      const auto equals = [](Side side, const char* text) {
        return Condition{side, ConditionOperator::equals, {ValuePattern(text)}};
      };
      return When{{equals(Side::new_value, any), equals(Side::new_value, other)},
                  {equals(Side::old_value, all)}};
    };
    CHECK(holds(when("a", "b", "o"), one("o"), one("b")) == yes);
    CHECK(holds(when("a", "b", "o"), one("o"), one("c")) == no);
    CHECK(holds(when("a", "b", "o"), one("p"), one("b")) == no);
    CHECK(holds(when("a", "b", "o"), unknown, one("b")) == maybe);
    CHECK(holds(when("a", "b", "o"), unknown, one("c")) == no);
    CHECK(when_words(when("a", "b", "o")) ==
          "the old value is o, and the new value is a or the new value is b");
  }
}
