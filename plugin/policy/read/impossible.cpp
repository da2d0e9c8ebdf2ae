#include "policy/read/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/suggest.hpp"
#include "json/pointer.hpp"
#include "policy/pointer.hpp"
#include "policy/read/known_services.hpp"
#include "policy/read/possible_fields.hpp"
#include "policy/read/possible_kinds.hpp"
#include "policy/read/syntax.hpp"

namespace drift::policy {
namespace {

using yaml::Node;

// More in one document are not looked for.
constexpr std::size_t most_warnings = 300;

// The kinds that a filter, a block or a whole rule may be about.
struct Reach {
  std::vector<std::size_t> typed;  // as in PossibleKinds
  bool others = false;
};

class Checker {
 public:
  Checker(const Lines& lines, const kube::FieldTypes& types, std::vector<Finding>& warnings)
      : lines_(lines),
        types_(types),
        names_(kind_names(types)),
        warnings_(warnings),
        most_(warnings.size() + most_warnings) {}

  void policy(Node spec) {
    for (const auto& severity : spec.find("severities").elements())
      for (const auto& name : severity.find("notify").elements()) service(name);
    for (const auto& rule : spec.find("rules").elements()) this->rule(rule);
    for (const auto& allowed : spec.find("hooks").find("allowAuthors").elements())
      for (const auto& kind : allowed.find("kinds").elements()) this->kind(kind);
  }

 private:
  void warn(Node node, std::string message) {
    if (warnings_.size() < most_) warnings_.push_back({lines_.place(node), std::move(message)});
  }

  void service(Node name) {
    if (!name.is_string()) return;
    if (const auto meant = meant_service(name.text()); !meant.empty())
      warn(name, fmt::format("{} is no service of Argo CD Notifications; did you mean \"{}\"?",
                             in_quotes(name.text()), meant));
  }

  void rule(Node rule) {
    const auto scope = block(rule.find("match"));
    block(rule.find("exclude"));
    for (const auto& field : rule.find("fields").elements())
      for (const auto& pointer : field.find("jsonPointers").elements())
        if (scope && !scope->others && !scope->typed.empty()) this->pointer(pointer, *scope);
  }

  // One filter of `any`, and all of `all`. Nothing: any kind.
  std::optional<Reach> block(Node match) {
    std::optional<Reach> scope, any = Reach{};
    const auto filters = match.find("any").elements();
    for (const auto& filter : filters) {
      const auto one = this->filter(filter);
      if (any && one) add(*any, *one);
      if (!one) any.reset();
    }
    if (!filters.empty()) scope = std::move(any);
    for (const auto& filter : match.find("all").elements())
      if (auto one = this->filter(filter)) scope = scope ? both(*scope, *one) : std::move(*one);
    return scope;
  }

  std::optional<Reach> filter(Node filter) {
    const auto kinds = filter.find("resources").find("kinds").elements();
    if (kinds.empty()) return std::nullopt;
    Reach scope;
    for (const auto& kind : kinds) add(scope, this->kind(kind));
    return scope;
  }

  static void add(Reach& scope, const Reach& more) {
    std::vector<std::size_t> all;
    std::set_union(scope.typed.begin(), scope.typed.end(), more.typed.begin(), more.typed.end(),
                   std::back_inserter(all));
    scope = {std::move(all), scope.others || more.others};
  }

  static Reach both(const Reach& a, const Reach& b) {
    Reach scope{{}, a.others && b.others};
    std::set_intersection(a.typed.begin(), a.typed.end(), b.typed.begin(), b.typed.end(),
                          std::back_inserter(scope.typed));
    return scope;
  }

  Reach kind(Node node) {
    std::string mistake;
    const auto pattern = node.is_string() ? parse_kind(node.text(), mistake) : std::nullopt;
    if (!pattern) return {{}, true};  // nobody knows what it was to be
    auto [entry, added] = seen_.try_emplace(pattern->text);
    if (added) entry->second = possible_kinds(types_, names_, *pattern);
    const auto& possible = entry->second;
    if (!possible.mistake.empty())
      warn(node, fmt::format("kind {}: {}", in_quotes(pattern->text), possible.mistake));
    return {possible.typed, possible.others};
  }

  void pointer(Node node, const Reach& scope) {
    if (!node.is_string() || !pointer_mistake(node.text()).empty()) return;
    std::set<kube::TypeId> roots;
    for (const auto index : scope.typed) roots.insert(types_.kinds()[index].type);
    const auto why = dead_end(types_, {roots.begin(), roots.end()}, parse_pointer(node.text()).tokens);
    if (!why.empty())
      warn(node,
           fmt::format("pointer {} leads nowhere in {}: {}", in_quotes(node.text()), names(scope), why));
  }

  // `Deployment, StatefulSet of Kubernetes 1.37`
  std::string names(const Reach& scope) const {
    constexpr std::size_t most = 4;
    std::vector<std::string> all;
    bool built_in = false;
    for (const auto index : scope.typed) {
      const auto& kind = types_.kinds()[index];
      built_in = built_in || kind.built_in;
      if (std::find(all.begin(), all.end(), kind.kind) == all.end()) all.push_back(kind.kind);
    }
    if (all.size() > most) {
      all.resize(most);
      all.emplace_back("…");
    }
    return joined(all) + (built_in ? " of Kubernetes " + types_.version : "");
  }

  const Lines& lines_;
  const kube::FieldTypes& types_;
  const KindNames names_;
  std::map<std::string, PossibleKinds> seen_;  // by pattern
  std::vector<Finding>& warnings_;
  std::size_t most_;
};

}  // namespace

void warn_of_impossible(Node root, const Lines& lines, const kube::FieldTypes& types,
                        std::vector<Finding>& warnings) {
  Checker(lines, types, warnings).policy(root.find("spec"));
}

}  // namespace drift::policy
