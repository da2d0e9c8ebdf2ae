// Writing to files and descriptors without losing anything.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace drift::outside {

// Nobody reads any more what is written: `drift-policy render . | head`.
class ClosedPipe : public OutsideError {
 public:
  using OutsideError::OutsideError;
};

// Writes the pieces to an open descriptor, all of them; `what` names it in messages. Throws ClosedPipe where nobody reads, and
// OutsideError where it fails otherwise: disk full.
void write_all(int descriptor, const std::vector<std::string_view>& pieces, std::string_view what);

// A file that is there whole or not at all: written beside and renamed. A link stays, and what it leads to is written; what
// exists and is no regular file (a pipe, a device) is written into. Throws OutsideError.
void write_file(const std::string& path, std::string_view text);

// Whether writing to `path` would get in between what standard output holds: it is the same file or pipe.
bool is_standard_output(const std::string& path);

}  // namespace drift::outside
