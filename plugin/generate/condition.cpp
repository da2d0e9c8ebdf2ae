#include "generate/condition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "generate/lua.hpp"
#include "policy/match.hpp"

namespace drift::generate {
namespace {

using Holds = Condition::Holds;
using policy::Operator;

// `word` is `and` or `or`. Of `and` one that never holds decides, of `or` one that always does.
Condition join(const std::vector<Condition>& parts, std::string_view word) {
  const bool all = word == "and";
  std::vector<std::string_view> dependent;
  for (const auto& part : parts) {
    if (part.holds == (all ? Holds::never : Holds::always)) return {part.holds, {}};
    if (part.holds == Holds::where) dependent.push_back(part.lua);
  }
  if (dependent.empty()) return {all ? Holds::always : Holds::never, {}};
  if (dependent.size() == 1) return {Holds::where, std::string(dependent[0])};
  std::string text;
  for (const auto& lua : dependent)
    text += fmt::format("{}({})", text.empty() ? "" : fmt::format(" {} ", word), lua);
  return {Holds::where, std::move(text)};
}

Condition negated(const Condition& condition) {
  switch (condition.holds) {
    case Holds::never:
      return {Holds::always, {}};
    case Holds::always:
      return {Holds::never, {}};
    case Holds::where:
      break;
  }
  return {Holds::where, fmt::format("not ({})", condition.lua)};
}

Condition any_of(const std::string& value, const std::vector<Glob>& globs) {
  if (globs.empty()) return {Holds::always, {}};
  std::vector<Condition> parts;
  parts.reserve(globs.size());
  for (const auto& glob : globs) parts.push_back({Holds::where, lua::matches(value, glob)});
  return join(parts, "or");
}

// Where an object of the kind is, as a rule's `namespaces` sees it.
std::string space_of(std::string_view group, std::string_view kind) {
  if (group.empty() && kind == "Namespace") return "obj.metadata.name";
  if (policy::is_cluster_scoped(group, kind)) return "\"\"";
  return "(obj.metadata.namespace or \"\")";
}

std::string requirement(const policy::Requirement& wanted) {
  const auto label = fmt::format("(obj.metadata.labels or {{}})[{}]", lua::literal_of(wanted.key));
  if (wanted.op == Operator::exists) return label + " ~= nil";
  if (wanted.op == Operator::does_not_exist) return label + " == nil";
  std::string set;
  for (const auto& value : wanted.values)
    set += fmt::format("{}[{}] = true", set.empty() ? "" : ", ", lua::literal_of(value));
  const auto listed = fmt::format("({{{}}})[{} or false]", set, label);
  return (wanted.op == Operator::in ? "" : "not ") + listed;
}

// `annotated` is a function of the script, see health.cpp.
std::string annotation(const std::pair<Glob, Glob>& wanted) {
  return fmt::format("annotated(function(key, value) return ({}) and ({}) end)",
                     lua::matches("key", wanted.first), lua::matches("value", wanted.second));
}

Condition filter_holds(const policy::ResourceFilter& filter, std::string_view group, std::string_view kind) {
  const auto fits = [&](const policy::KindPattern& pattern) {
    return pattern.kind.matches(kind) && pattern.group.matches(group);
  };
  if (!filter.kinds.empty() && std::none_of(filter.kinds.begin(), filter.kinds.end(), fits)) return {};
  std::vector<Condition> parts = {any_of(space_of(group, kind), filter.namespaces),
                                  any_of("obj.metadata.name", filter.names)};
  if (filter.selector)
    for (const auto& wanted : filter.selector->requirements)
      parts.push_back({Holds::where, requirement(wanted)});
  for (const auto& wanted : filter.annotations) parts.push_back({Holds::where, annotation(wanted)});
  return join(parts, "and");
}

Condition block_holds(const policy::Match& match, std::string_view group, std::string_view kind) {
  if (match.empty()) return {};
  std::vector<Condition> any, all;
  for (const auto& filter : match.any) any.push_back(filter_holds(filter, group, kind));
  for (const auto& filter : match.all) all.push_back(filter_holds(filter, group, kind));
  if (!any.empty()) all.insert(all.begin(), join(any, "or"));
  return join(all, "and");
}

}  // namespace

Condition condition_of(const policy::Rule& rule, std::string_view group, std::string_view kind) {
  return join({block_holds(rule.match, group, kind), negated(block_holds(rule.exclude, group, kind))}, "and");
}

}  // namespace drift::generate
