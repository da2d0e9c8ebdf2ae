#include "annotators/wanted.hpp"

#include <set>
#include <string_view>

#include "base/keys.hpp"

namespace drift::annotators {

Changes wanted_values(const Input& input) {
  using Target = Change::Target;
  Changes changes;
  const std::string_view prefix = keys::want_prefix;
  for_each_object(input,
                  [&](std::size_t i, const manifest::Manifest& manifest, const policy::Verdict& verdict) {
                    std::set<std::string> wanted;
                    if (manifest.hook == manifest::HookKind::none) {
                      for (const auto& guarded : verdict.guarded) {
                        if (!guarded.value) continue;
                        const std::string key = std::string(prefix) + guarded.key;
                        wanted.insert(key);
                        changes.changes.push_back({i, Target::annotation, key, guarded.value});
                      }
                    }
                    const auto remove = [&](Target target, const yaml::Node& strings, bool all) {
                      for (const auto& [key, value] : strings.entries())
                        if (key.starts_with(prefix) && (all || !wanted.contains(key)))
                          changes.changes.push_back({i, target, key, std::nullopt});
                    };
                    remove(Target::annotation, manifest.annotations, false);
                    remove(Target::label, manifest.labels, true);
                  });
  return changes;
}

}  // namespace drift::annotators
