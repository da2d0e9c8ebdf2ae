#include "imports/kinds.hpp"

#include <fmt/format.h>

#include <set>

#include "base/suggest.hpp"
#include "base/text.hpp"
#include "kube/kinds.hpp"
#include "kube/known_kinds.hpp"
#include "kube/kubectl_names.hpp"

namespace drift::imports {
namespace {

// Which single word was probably meant: of Kubernetes' own kinds, since anything is like one of 1,200.
std::string meant_kind(std::string_view word) {
  std::set<std::string> own;
  for (const auto& known : kube::known_kinds())
    if (kube::is_kubernetes_own(known.group)) own.insert(lower_case(known.kind));
  return did_you_mean(word, std::vector<std::string>(own.begin(), own.end()));
}

}  // namespace

Kinds kinds_of(std::string_view written) {
  const auto word = lower_case(written);
  if (word == "rbac") return {{"rbac.authorization.k8s.io/*/*"}, {}};
  if (word == "labels" || word == "annotations")
    return {{},
            fmt::format("a policy guards single {}; name them in the `fields` of a rule, and give these a "
                        "severity. Until then a change of them counts as the object does",
                        word)};
  const kube::KindFacts nothing;
  std::set<std::string> kinds;
  for (const auto& known : kube::known_kinds())
    if (kube::is_called(word, known.group, "v1", known.kind, nothing)) kinds.emplace(known.kind);
  if (!kinds.empty()) return {{kinds.begin(), kinds.end()}, {}};
  return {{},
          fmt::format("{} is no kind that is known{}; add the kinds that are meant to the rule",
                      in_quotes(written), meant_kind(word))};
}

}  // namespace drift::imports
