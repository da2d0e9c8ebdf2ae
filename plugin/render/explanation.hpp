// Why objects of a rendering are what they are: what happens when they drift, each rule, matched or the clause that failed, and what
// is written.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "render/render.hpp"

namespace drift::render {

// For people, an object after the other; `objects` are indexes into Manifests::objects(). The rendering has a policy.
// Without `all` only what happens, and which rule decided it.
struct PageOptions {
  bool colour = false;
  bool all = false;
};
std::string explanation_page(const Rendered& rendered, const std::vector<std::size_t>& objects,
                             const PageOptions& options);
// A line for each: severity, what happens, and which fields count as something else.
std::string explanation_table(const Rendered& rendered, const std::vector<std::size_t>& objects, bool colour);
// For machines: a JSON list of the same, ending with a newline. A key that is removed is null under `written`.
std::string explanation_json(const Rendered& rendered, const std::vector<std::size_t>& objects);

}  // namespace drift::render
