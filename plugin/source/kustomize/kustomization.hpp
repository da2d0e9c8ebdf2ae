// Changing a kustomization as `kustomize edit` does. Pure: JSON in, JSON out.
#pragma once
#include <string>
#include <vector>

#include "source/context.hpp"
#include "source/options.hpp"
#include "yaml/first_json.hpp"

namespace drift::source {

// Whether the options change anything in a kustomization.
bool changes_kustomization(const Options& options);

// Applies the options in Argo CD's order: name prefix and suffix, images, replicas, labels, annotations, namespace, patches,
// components. `components` are the ones to add: patterns expanded, missing ones dropped where that was asked for.
// A null kustomization (an empty file) becomes an object. Throws InputError where kustomize would refuse.
void edit_kustomization(yaml::Json& kustomization, const Options& options, const Context& context,
                        const std::vector<std::string>& components);

// An image override as `kustomize edit set image` takes it: NAME:TAG, NAME@DIGEST, NAME=NEW[:TAG][@DIGEST].
struct ImageOverride {
  std::string name, new_name, new_tag, digest;
};
ImageOverride parse_image(const std::string& text);

// The key of an object that Go takes for the field `name` (go_key.hpp); empty where there is none. Where there are several the
// last in order of bytes counts.
std::string key_like(const rapidjson::Value& object, std::string_view name);

}  // namespace drift::source
