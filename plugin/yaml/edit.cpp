#include "yaml/edit.hpp"

#include <algorithm>
#include <stdexcept>

namespace drift::yaml {

void put_in_order(std::vector<Edit>& edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) { return a.span.begin < b.span.begin; });
  for (std::size_t i = 1; i < edits.size(); ++i)
    if (edits[i - 1].span.end > edits[i].span.begin) throw std::logic_error("two edits overlap");
}

}  // namespace drift::yaml
