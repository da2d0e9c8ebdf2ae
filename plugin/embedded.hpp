// Files that the program carries inside itself (cmake/Embed.cmake).
#pragma once
#include <string_view>

namespace drift::embedded {
std::string_view baseline_yaml();
std::string_view schema_json();
std::string_view action_gate_lua();
std::string_view action_discovery_lua();
std::string_view action_answer_lua();
}  // namespace drift::embedded
