// Which fields a policy may point at: what people change and Git holds.
#pragma once
#include <string>
#include <string_view>

namespace drift::policy {

// What is wrong with a pointer's text, as a sentence; empty where nothing is.
std::string pointer_mistake(std::string_view text);

// Annotations and labels that the plugin or Argo CD writes after the value was taken: they would always
// differ.
bool written_by_us(std::string_view key);

}  // namespace drift::policy
