// From a source's native block to our settings. Pure.
#pragma once
#include <string>
#include <string_view>

#include "migrate/said.hpp"
#include "source/options.hpp"
#include "yaml/document.hpp"

namespace drift::migrate {

// Where a block stands: its name, `helm`; its path for messages, `spec.source.helm`; whether an ApplicationSet's controller fills
// in templates (`{{ … }}`) before Argo CD reads it.
struct BlockPlace {
  std::string_view name;
  std::string path;
  bool templated = false;
};

// Whether Argo CD takes the block for one that isn't there (NormalizeSource in its util/argo/argo.go): it sets nothing.
bool is_empty_block(const yaml::Node& block);

// Adds what the block sets to the options, its type too; says what has no counterpart. Throws InputError where a value is of
// another kind than Argo CD's, since Argo CD refuses such an Application.
void read_native(const yaml::Node& block, const BlockPlace& place, source::Options& options, Said& said);

}  // namespace drift::migrate
