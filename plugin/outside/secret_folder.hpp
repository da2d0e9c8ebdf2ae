// The files of a Secret that is mounted as a folder.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace drift::outside {

// Name and content of each file, sorted by name; none where the folder isn't there. Kubernetes' own entries, which begin
// with a dot, are left out. At most 100 files of 4 KiB. Throws OutsideError, which says which file, never what is in it.
std::vector<std::pair<std::string, std::string>> read_secret_folder(const std::string& folder);

}  // namespace drift::outside
