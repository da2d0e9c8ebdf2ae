// Why objects of a rendering are what they are: each rule, matched or the clause that failed, and what is written.
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "render/render.hpp"

namespace drift::render {

// For people, an object after the other; `objects` are indexes into Manifests::objects(). The rendering has a policy.
std::string explanation_page(const Rendered& rendered, const std::vector<std::size_t>& objects, bool colour);
// For machines: a JSON list of the same, ending with a newline. A key that is removed is null under `written`.
std::string explanation_json(const Rendered& rendered, const std::vector<std::size_t>& objects);

}  // namespace drift::render
