// Whether two renderings hold the same objects. Pure.
#pragma once
#include <string>
#include <vector>

#include "manifest/manifest.hpp"

namespace drift::migrate {

// What differs, a line for each object: its kind and name, and where; never a value, which could be a secret. Their order is of no account. None: they are the same.
std::vector<std::string> differences(const manifest::Manifests& native, const manifest::Manifests& plugin);

}  // namespace drift::migrate
