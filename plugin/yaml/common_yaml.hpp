// YAML that Argo CD never reads and whose form is common (a kubeconfig, JSON too), read by yaml-cpp. What Argo CD, Kustomize or
// Helm reads is document.hpp's matter, since it must mean to us what it means to them.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>

namespace drift::yaml {

// The first document of the text, null where it holds nothing. kubectl, too, takes the first (sigs.k8s.io/yaml, Unmarshal); of
// the next one only the beginning is looked at. Plain scalars are what go-yaml makes of them (resolve.hpp), quoted ones are
// strings. Throws InputError, whose messages have a place and never anything that stands in the text, for what is no YAML in
// UTF-8, for more than 1 MiB, 100 levels, or 16 MiB once aliases are followed, for two equal keys in a mapping, keys that are no
// strings (merge keys too), and tags other than !!str, !!map and !!seq.
rapidjson::Document read_common_yaml(const std::string& name, std::string_view text);

}  // namespace drift::yaml
