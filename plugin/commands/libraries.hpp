// Which libraries are in this program or linked to it, and their versions.
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace drift::commands {

// Name and version, sorted by name. libcurl isn't among them: it is loaded when it is needed.
std::vector<std::pair<std::string, std::string>> libraries();

}  // namespace drift::commands
