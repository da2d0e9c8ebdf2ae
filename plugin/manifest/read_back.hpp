// What is printed of unusual files is read again before it is printed: in front of a production sync a refusal is better
// than another object than the author's. Unusual is what libyaml had to read, JSON, a byte order mark and carriage
// returns: well below a thousandth of the bytes of usual applications, so it costs no time there.
#pragma once
#include <vector>

#include "manifest/manifest.hpp"
#include "manifest/segments.hpp"
#include "manifest/writer.hpp"

namespace drift::manifest {

// Throws InputError with the place of the first object that would be read otherwise than as it was, but for `changes`.
void read_back(const Manifests& manifests, const std::vector<MetadataChange>& changes,
               const Rendering& rendering);

}  // namespace drift::manifest
