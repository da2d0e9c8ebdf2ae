#include "policy/read/possible_kinds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "base/suggest.hpp"
#include "base/text.hpp"
#include "kube/kinds.hpp"
#include "kube/known_kinds.hpp"

namespace drift::policy {
namespace {

using Name = KindNames::value_type;

// Kinds of Kubernetes' own groups that older versions had, beside those of known_kinds.txt, or that only Kubernetes makes.
// https://kubernetes.io/docs/reference/using-api/deprecation-guide/
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> once_known = {{
    {"", "Eviction"},
    {"", "RangeAllocation"},
    {"", "SerializedReference"},
    {"admissionregistration.k8s.io", "ExternalAdmissionHookConfiguration"},
    {"admissionregistration.k8s.io", "InitializerConfiguration"},
    {"apps", "Scale"},
    {"batch", "JobTemplate"},
    {"batch", "ScheduledJob"},
    {"extensions", "HorizontalPodAutoscaler"},
    {"extensions", "Job"},
    {"extensions", "Scale"},
    {"extensions", "ThirdPartyResource"},
    {"networking.k8s.io", "ClusterCIDR"},
    {"resource.k8s.io", "PodSchedulingContext"},
    {"resource.k8s.io", "ResourceClaimParameters"},
    {"resource.k8s.io", "ResourceClass"},
    {"resource.k8s.io", "ResourceClassParameters"},
}};

// `v1`, not `v1beta1`.
bool is_stable(std::string_view version) {
  return version.size() > 1 && version.front() == 'v' &&
         std::all_of(version.begin() + 1, version.end(), is_digit);
}

class Search {
 public:
  Search(const kube::FieldTypes& types, const KindNames& names, const KindPattern& pattern)
      : types_(types), names_(names), pattern_(pattern) {}

  PossibleKinds result() {
    fit();
    found_.others = may_be_of_other_kinds();
    if (!found_.typed.empty() || found_.others) return std::move(found_);
    if (!pattern_.kind.literal) {
      no_kind_fits();
    } else if (known(pattern_.kind.text)) {
      no_version_fits();
    } else if (pattern_.group.literal && kube::is_kubernetes_own(pattern_.group.text)) {
      not_in_own_group();
    } else {
      perhaps_misspelled();
    }
    return std::move(found_);
  }

 private:
  const std::string& group() const { return pattern_.group.text; }
  const std::string& kind() const { return pattern_.kind.text; }

  void fit() {
    for (std::size_t i = 0; i < types_.kinds().size(); ++i) {
      const auto& one = types_.kinds()[i];
      if (pattern_.group.matches(one.group) && pattern_.version.matches(one.version) &&
          pattern_.kind.matches(one.kind))
        found_.typed.push_back(i);
    }
  }

  bool typed(const Name& name) const {
    return std::any_of(types_.kinds().begin(), types_.kinds().end(), [&](const kube::TypedKind& one) {
      return one.group == name.first && one.kind == name.second;
    });
  }

  // Those of others that are known by name alone, and all that a wildcard may stand for. Of a kind that is written out, and
  // known, nobody means one that an unknown group has too.
  bool may_be_of_other_kinds() const {
    const bool all_known = pattern_.group.literal && kube::is_kubernetes_own(group());
    if (!pattern_.kind.literal) return !all_known;
    return std::any_of(names_.begin(), names_.end(), [&](const Name& name) {
      return name.second == kind() && pattern_.group.matches(name.first) &&
             !kube::is_kubernetes_own(name.first) && !typed(name);
    });
  }

  // Whether there is, or was, such a kind in a group that the pattern fits.
  bool known(const std::string& wanted) const {
    const auto fits = [&](std::string_view one_group, std::string_view one_kind) {
      return one_kind == wanted && pattern_.group.matches(one_group);
    };
    return std::any_of(names_.begin(), names_.end(),
                       [&](const Name& name) { return fits(name.first, name.second); }) ||
           std::any_of(once_known.begin(), once_known.end(),
                       [&](const auto& name) { return fits(name.first, name.second); });
  }

  std::string of_kubernetes() const { return "Kubernetes " + types_.version; }

  // The groups are known to have no such kind, whatever it stands for.
  void no_kind_fits() {
    if (!group_exists(group())) return no_such_group();
    found_.mistake = fmt::format("no kind of {} fits it", of_kubernetes());
  }

  bool group_exists(const std::string& name) const {
    const auto of_group = [&](const auto& one) { return one.first == name; };
    return std::any_of(names_.begin(), names_.end(), of_group) ||
           std::any_of(once_known.begin(), once_known.end(), of_group);
  }

  void no_such_group() {
    found_.mistake =
        fmt::format("there is no group {}: one without a dot is Kubernetes' own, and {} has no such",
                    in_quotes(group()), of_kubernetes());
  }

  // The kind is there, in another version. Which alpha and beta versions there were nobody remembers; of the stable ones of
  // Kubernetes' groups none was ever taken away, and a definition that was given says all of its own.
  void no_version_fits() {
    found_.others = true;
    std::vector<std::size_t> all;
    std::set<std::string> groups;
    const auto& kinds = types_.kinds();
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      if (kinds[i].kind != kind() || !pattern_.group.matches(kinds[i].group)) continue;
      all.push_back(i);
      groups.insert(kinds[i].group);
    }
    const auto& version = pattern_.version;
    const auto may_have = [&](const kube::TypedKind& one) {
      return groups.contains(one.group) && one.built_in &&
             (one.version == version.text || !is_stable(version.text));
    };
    if (all.empty() || !version.literal || std::any_of(kinds.begin(), kinds.end(), may_have)) return;
    const auto stable = [&](std::size_t i) { return is_stable(kinds[i].version); };
    const auto last = std::find_if(all.rbegin(), all.rend(), stable);
    const auto& meant = kinds[last != all.rend() ? *last : all.back()];
    found_.mistake = fmt::format("{} has no version {}{}", kind(), version.text,
                                 meant.built_in ? " in " + of_kubernetes() : "");
    suggest(meant.group, meant.version, meant.kind);
  }

  // One of Kubernetes' own groups, which are known in full.
  void not_in_own_group() {
    if (kind().ends_with("List")) {  // what a list holds is what rules see
      found_.others = true;
      return;
    }
    if (!group_exists(group())) {
      no_such_group();
    } else {
      found_.mistake = fmt::format("{} has no such kind", of_kubernetes());
    }
    std::vector<std::string> there;
    for (const auto& [one_group, one_kind] : names_)
      if (one_group == group()) there.push_back(one_kind);
    if (suggest_slip(pattern_.group) || suggest_elsewhere(kind())) return;
    if (const auto close = close_to(kind(), there); !close.empty())
      return suggest(group(), pattern_.version.text, close.front());
    suggest_slip(Glob("*"));
  }

  void perhaps_misspelled() {
    if (suggest_slip(pattern_.group)) {
      found_.mistake.insert(0, "no such kind is known");
    } else if (pattern_.group.literal && suggest_own_group()) {
      found_.mistake.insert(0, "no such group is known");
    } else {
      found_.others = true;
    }
  }

  // A kind of one of these groups, by its plural or with a slip of the pen; Kubernetes' own first.
  bool suggest_slip(const Glob& groups) {
    const Name* meant = nullptr;
    for (const auto& name : names_) {
      if (!groups.matches(name.first) || (meant && !kube::is_kubernetes_own(name.first))) continue;
      const auto* listed = kube::known_kind(name.first, name.second);
      const auto plural = listed ? listed->plural() : kube::english_plural(name.second);
      if (plural == lower_case(kind()) || near_miss(kind(), name.second)) meant = &name;
      if (meant && kube::is_kubernetes_own(meant->first)) break;
    }
    if (!meant) return false;
    if (groups.literal || pattern_.group.text == "*") {
      suggest(group(), pattern_.version.text, meant->second);
    } else {
      suggest(meant->first, "*", meant->second);
    }
    return true;
  }

  // A kind of that very name in another group, Kubernetes' own first.
  bool suggest_elsewhere(const std::string& wanted) {
    const Name* meant = nullptr;
    for (const auto& name : names_)
      if (name.second == wanted &&
          (!meant || (kube::is_kubernetes_own(name.first) && !kube::is_kubernetes_own(meant->first))))
        meant = &name;
    if (meant) suggest(meant->first, "*", meant->second);
    return meant != nullptr;
  }

  // `networking.k8s.oi`: the group of one of Kubernetes' own kinds, misspelled.
  bool suggest_own_group() {
    for (const auto& name : names_)
      if (name.second == kind() && kube::is_kubernetes_own(name.first) && near_miss(group(), name.first)) {
        suggest(name.first, pattern_.version.text, name.second);
        return true;
      }
    return false;
  }

  // Says what was meant, as the pattern is written, and goes on as if it stood there.
  void suggest(const std::string& meant_group, const std::string& version, const std::string& meant_kind) {
    const auto& text = pattern_.text;
    const bool same_place = meant_group == group() && version == pattern_.version.text;
    const auto meant = same_place ? text.substr(0, text.rfind('/') + 1) + meant_kind
                                  : fmt::format("{}/{}/{}", meant_group, version, meant_kind);
    found_.mistake += fmt::format("; did you mean \"{}\"?", meant);
    const KindPattern as_meant{Glob(meant_group), Glob(version), Glob(meant_kind), meant};
    Search other(types_, names_, as_meant);
    other.fit();
    found_.typed = std::move(other.found_.typed);
    found_.others = found_.typed.empty() || other.may_be_of_other_kinds();
  }

  const kube::FieldTypes& types_;
  const KindNames& names_;
  const KindPattern& pattern_;
  PossibleKinds found_;
};

}  // namespace

KindNames kind_names(const kube::FieldTypes& types) {
  KindNames names;
  for (const auto& kind : types.kinds()) names.emplace(kind.group, kind.kind);
  for (const auto& kind : kube::known_kinds()) names.emplace(kind.group, kind.kind);
  return names;
}

PossibleKinds possible_kinds(const kube::FieldTypes& types, const KindNames& names,
                             const KindPattern& pattern) {
  return Search(types, names, pattern).result();
}

}  // namespace drift::policy
