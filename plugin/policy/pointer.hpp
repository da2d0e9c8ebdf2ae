// Which fields a policy may point at: what people change and Git holds.
#pragma once
#include <string>
#include <string_view>

namespace drift::policy {

// What is wrong with a pointer's text, as a sentence; empty where nothing is.
std::string pointer_mistake(std::string_view text);

}  // namespace drift::policy
