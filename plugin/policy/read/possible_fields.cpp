#include "policy/read/possible_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <optional>
#include <set>

#include "base/ascii.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "json/pointer.hpp"
#include "policy/pointer.hpp"

namespace drift::policy {
namespace {

using Form = kube::FieldType::Form;

// How often a pointer is mended, and what is looked at for parts that were left out of it.
constexpr int most_rounds = 3;
constexpr std::size_t longest_shown = 300;
constexpr std::size_t most_left_out = 4, most_places = 500;

std::string pointer_of(const kube::Tokens& tokens, std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += '/' + escaped(tokens[i]);
  return text;
}

bool has(const kube::FieldTypes& types, const kube::Types& places, Form form) {
  return std::any_of(places.begin(), places.end(), [&](kube::TypeId id) { return types[id].form == form; });
}

std::vector<std::string> field_names(const kube::FieldTypes& types, const kube::Types& places) {
  std::set<std::string> names;
  for (const auto id : places)
    for (const auto& field : types[id].fields) names.insert(field.first);
  return {names.begin(), names.end()};
}

// The tokens with those from `first` to `last` replaced.
kube::Tokens replaced(const kube::Tokens& tokens, std::size_t first, std::size_t last,
                      const kube::Tokens& by) {
  kube::Tokens result(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(first));
  result.insert(result.end(), by.begin(), by.end());
  result.insert(result.end(), tokens.begin() + static_cast<std::ptrdiff_t>(last), tokens.end());
  return result;
}

// `containers[0]` as JSONPath has it, `[name=web]`, `[*]`: the name, where there is one, and an index or `*`.
std::optional<kube::Tokens> without_brackets(const std::string& token) {
  const auto open = token.find('[');
  if (open == std::string::npos || token.back() != ']') return std::nullopt;
  kube::Tokens tokens;
  if (open > 0) tokens.push_back(token.substr(0, open));
  const auto inside = token.substr(open + 1, token.size() - open - 2);
  const bool number = !inside.empty() && std::all_of(inside.begin(), inside.end(), is_digit);
  tokens.push_back(number ? inside : "*");
  return tokens;
}

// `spec.replicas`
kube::Tokens without_dots(const std::string& token) {
  kube::Tokens tokens = {""};
  for (const char c : token) {
    if (c == '.') {
      tokens.emplace_back();
    } else {
      tokens.back() += c;
    }
  }
  return tokens;
}

// What was meant by tokens of which the one at `end` leads to nothing.
class Mender {
 public:
  Mender(const kube::FieldTypes& types, const kube::Types& roots) : types_(types), roots_(roots) {}

  std::optional<kube::Tokens> mend(const kube::Tokens& tokens, int rounds = most_rounds) const {
    const auto places = kube::walk(types_, roots_, tokens);
    if (!places.back().empty()) return tokens;
    if (rounds == 0) return std::nullopt;
    const auto end = places.size() - 2;
    const auto left = tokens.size() - end;
    auto candidates = of_form(places, tokens, end);
    if (auto longer = with_what_was_left_out(places[end], tokens, end)) candidates.push_back(*longer);
    for (const auto& candidate : candidates)
      if (leads_somewhere(candidate) && pointer_mistake(pointer_of(candidate, candidate.size())).empty())
        return candidate;
    for (const auto& candidate : candidates) {
      if (leads_somewhere(candidate)) continue;  // to what no pointer may name
      const auto reached = kube::walk(types_, roots_, candidate).size() - 2;
      if (candidate.size() - reached >= left) continue;
      if (auto mended = mend(candidate, rounds - 1)) return mended;
    }
    return std::nullopt;
  }

 private:
  bool leads_somewhere(const kube::Tokens& tokens) const {
    return !kube::walk(types_, roots_, tokens).back().empty();
  }

  std::vector<kube::Tokens> of_form(const std::vector<kube::Types>& places, const kube::Tokens& tokens,
                                    std::size_t end) const {
    const auto& token = tokens[end];
    std::vector<kube::Tokens> candidates;
    const auto instead = [&](const kube::Tokens& by) {
      candidates.push_back(replaced(tokens, end, end + 1, by));
    };
    if (const auto parts = without_brackets(token)) instead(*parts);
    if (has(types_, places[end], Form::list)) {
      if (token != "-") candidates.push_back(replaced(tokens, end, end, {"*"}));
      instead({"*"});
    }
    add_keys_with_slashes(places, tokens, end, candidates);
    if (token.find('.') != std::string::npos) instead(without_dots(token));
    const auto names = field_names(types_, places[end]);
    for (const auto& name : close_to(token, names)) instead({name});
    return candidates;
  }

  // `nodeSelector/kubernetes.io/os`: what follows a mapping's key belongs to it. Keys of ConfigMaps and Secrets have no `/`.
  void add_keys_with_slashes(const std::vector<kube::Types>& places, const kube::Tokens& tokens,
                             std::size_t end, std::vector<kube::Tokens>& candidates) const {
    for (std::size_t first = end; first-- > 1;) {
      const auto& parent = tokens[first - 1];
      if (!has(types_, places[first], Form::map) || parent == "data" || parent == "stringData" ||
          parent == "binaryData")
        continue;
      auto key = tokens[first];
      for (auto last = first + 1; last < tokens.size(); ++last) {
        key += '/' + tokens[last];
        if (last >= end) candidates.push_back(replaced(tokens, first, last + 1, {key}));
      }
    }
  }

  // `/spec/containers` of a Deployment, whose pods are at /spec/template. Nobody means status, or metadata inside of a spec.
  std::optional<kube::Tokens> with_what_was_left_out(const kube::Types& from, const kube::Tokens& tokens,
                                                     std::size_t end) const {
    std::set<kube::Types> seen = {from};
    std::deque<std::pair<kube::Types, kube::Tokens>> places = {{from, {}}};
    for (; !places.empty() && seen.size() < most_places; places.pop_front()) {
      const auto& [place, between] = places.front();
      auto candidate = replaced(tokens, end, end, between);
      if (!between.empty() && leads_somewhere(candidate)) return candidate;
      if (between.size() == most_left_out || has(types_, place, Form::anything)) continue;
      auto names = field_names(types_, place);
      if (has(types_, place, Form::list)) names.emplace_back("*");
      for (const auto& name : names) {
        if (name == "status" || name == "metadata") continue;
        auto next = kube::step(types_, place, name);
        if (has(types_, next, Form::map) || has(types_, next, Form::anything)) continue;
        if (!seen.insert(next).second) continue;
        auto longer = between;
        longer.push_back(name);
        places.emplace_back(std::move(next), std::move(longer));
      }
    }
    return std::nullopt;
  }

  const kube::FieldTypes& types_;
  const kube::Types& roots_;
};

std::string what_is_wrong(const kube::FieldTypes& types, const kube::Types& place, const kube::Tokens& tokens,
                          std::size_t end) {
  const auto where = end == 0 ? std::string("the object") : cut(pointer_of(tokens, end), longest_shown);
  const auto& token = tokens[end];
  if (has(types, place, Form::object)) return fmt::format("{} has no {}", where, in_quotes(token));
  if (has(types, place, Form::list))
    return fmt::format("{} is a list, and {} is no index of an element", where, in_quotes(token));
  return fmt::format("{} is a single value, with nothing in it", where);
}

// Not those of every object, which no pointer may name.
std::string names_there(const kube::FieldTypes& types, const kube::Types& place, bool at_root) {
  constexpr std::size_t most = 12;
  auto names = field_names(types, place);
  if (at_root)
    std::erase_if(names, [](const std::string& name) {
      return name == "apiVersion" || name == "kind" || name == "metadata" || name == "status";
    });
  return names.empty() || names.size() > most ? std::string() : "; expected one of " + joined(names);
}

}  // namespace

std::string dead_end(const kube::FieldTypes& types, const kube::Types& roots, const kube::Tokens& tokens) {
  const auto places = kube::walk(types, roots, tokens);
  if (!places.back().empty()) return {};
  const auto end = places.size() - 2;
  auto text = what_is_wrong(types, places[end], tokens, end);
  const auto meant = Mender(types, roots).mend(tokens);
  if (!meant || pointer_of(*meant, meant->size()).size() > longest_shown)
    return text + names_there(types, places[end], end == 0);
  const bool key = meant->size() < tokens.size();
  return text + fmt::format("; {}did you mean \"{}\"?", key ? "a `/` in a key is written `~1`: " : "",
                            pointer_of(*meant, meant->size()));
}

}  // namespace drift::policy
