// Git's own changes on the gate's page: what a sync would change, add and remove of what Git wanted at the last success.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "api/change.hpp"

namespace drift::report {

// What the two sides of a change are called.
struct Sides {
  std::string_view before = "Git, last sync", after = "Git, now";
};

// Lines, each with its end, of at most `room` bytes, the worst first; nothing where nobody is asked about any.
std::string change_lines(const api::Changes& changes, bool colour, std::size_t room);

// One object and its fields; a line's end stands before it.
std::string change_block(const api::ObjectChange& object, bool colour, const Sides& sides = {});

// `changed`, `added`, `removed`, and `may be changed` where that isn't known.
std::string_view what_happens(const api::ObjectChange& object);

// A field's pointer, and the id of a guarded one.
std::string field_place(const api::FieldChange& field);

// A value of Git's, or that there is none.
std::string change_side(const std::optional<std::string>& text);

}  // namespace drift::report
