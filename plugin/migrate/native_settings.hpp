// The one table of what an Application can set for Argo CD's own renderers, and which of our settings means the same. Both
// directions, the table of docs/parameters.md and the tests go by it. Fields are those of argo-cd 3.6's
// pkg/apis/application/v1alpha1/types.go (ApplicationSourceHelm, ApplicationSourceKustomize, ApplicationSourceDirectory).
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <span>
#include <string_view>

#include "source/settings.hpp"

namespace drift::migrate {

// How a value is written in the native block.
enum class Form : std::uint8_t {
  text,
  truth,
  list,        // of strings
  files,       // a list of strings, each a file of the source's repository
  map,         // of strings
  object,      // any YAML; as a parameter its text
  patches,     // a list of any YAML; as a parameter its text
  parameters,  // a list of {name, value, forceString}; those with forceString are helm-string-parameters
  paths,       // a list of {name, path}
  counts,      // a list of {name, count}
  without,     // there is no parameter for it, and without it something else may be rendered
  idle         // there is no parameter for it, and it changes nothing
};

struct NativeSetting {
  std::string_view block, field;  // `helm`, `releaseName`
  Form form;
  std::string_view parameter;  // one of source::settings(); empty for Form::without and Form::idle
  std::string_view why = {};   // of these two: why, and what to do
};

inline constexpr std::string_view blocks[] = {"helm", "kustomize", "directory"};
inline constexpr std::string_view string_parameters = "helm-string-parameters";

std::span<const NativeSetting> native_settings();

// The setting of ours with that name, which must be one.
const source::Setting& setting_named(std::string_view name);

// Whether the options say something else of it than without any.
bool is_set(const source::Setting& setting, const source::Options& options);

// The map as an object of strings, which belongs to the document.
rapidjson::Value map_value(const source::Map& map, rapidjson::Document& document);

}  // namespace drift::migrate
