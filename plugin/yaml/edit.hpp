// A change of a source file's bytes. Edits are insertions (begin == end) wherever possible, so that taking them away
// gives the original back; writer.hpp says where they are not.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "yaml/document.hpp"

namespace drift::yaml {

struct Edit {
  Span span;         // what is replaced; empty for an insertion
  std::string text;  // what stands there instead
};

// Sorts by place, keeping the order of insertions at one place. Throws std::logic_error where two overlap: that is a
// defect of ours, never of the input.
void put_in_order(std::vector<Edit>& edits);

}  // namespace drift::yaml
