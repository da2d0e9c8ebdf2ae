#include "kube/known_kinds.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "kube/kinds.hpp"

namespace drift::kube {
namespace {

// `Kind`, `*Kind` where it has no namespace, `Kind=plural` where that isn't the English one.
KnownKind read_kind(std::string_view group, std::string_view word) {
  const bool namespaced = !word.starts_with('*');
  if (!namespaced) word.remove_prefix(1);
  const auto kind = take_until(word, '=');
  return {group, kind, word, namespaced};
}

// In the order of the file, which is sorted (known_kinds_test.cpp).
std::vector<KnownKind> read_table(std::string_view text) {
  std::vector<KnownKind> kinds;
  while (!text.empty()) {
    auto line = take_until(text, '\n');
    if (line.starts_with('#')) continue;
    const auto group = take_until(line, ' ');
    while (!line.empty()) kinds.push_back(read_kind(group == "-" ? "" : group, take_until(line, ' ')));
  }
  return kinds;
}

}  // namespace

std::string KnownKind::plural() const {
  return irregular_plural.empty() ? english_plural(kind) : std::string(irregular_plural);
}

std::span<const KnownKind> known_kinds() {
  static const auto kinds = read_table(embedded::known_kinds_txt());
  return kinds;
}

const KnownKind* known_kind(std::string_view group, std::string_view kind) {
  const auto kinds = known_kinds();
  const auto less = [](const KnownKind& known, const std::pair<std::string_view, std::string_view>& wanted) {
    return std::tie(known.group, known.kind) < std::tie(wanted.first, wanted.second);
  };
  const auto found = std::lower_bound(kinds.begin(), kinds.end(), std::pair(group, kind), less);
  return found != kinds.end() && found->group == group && found->kind == kind ? &*found : nullptr;
}

}  // namespace drift::kube
