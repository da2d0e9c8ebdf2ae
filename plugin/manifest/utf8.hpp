// UTF-8, one character at a time (RFC 3629).
#pragma once
#include <cstddef>
#include <string_view>

namespace drift::manifest {

// The length of the valid sequence at the start of text, which is not empty; 0 where there is none.
std::size_t sequence_length(std::string_view text);

// The character of one valid sequence.
unsigned code_point(std::string_view sequence);

}  // namespace drift::manifest
