// Which bytes plain_reader.cpp takes on. Internal to plugin/manifest.
#pragma once
#include <string_view>

namespace drift::manifest {

// True for UTF-8 of tabs, line feeds and printable characters, other line breaks and byte order marks left out.
bool is_plain_text(std::string_view text);

}  // namespace drift::manifest
