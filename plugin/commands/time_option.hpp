// Options that are a point in time, or how long ago it was.
#pragma once
#include <optional>
#include <string>

#include "base/time.hpp"
#include "outside/clock.hpp"

namespace drift::commands {

// `24h`, `7d` or RFC 3339; nothing where the text is empty. Throws InputError.
std::optional<Time> time_of(const std::string& text, const char* option, outside::Clock& clock);

}  // namespace drift::commands
