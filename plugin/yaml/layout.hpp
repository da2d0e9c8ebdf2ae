// Questions about the bytes around a node: where its content starts, how its lines are indented and ended.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "yaml/document.hpp"

namespace drift::yaml {

// Where the node itself starts, behind its tag and anchor: a flow collection's bracket, a block mapping's first key.
std::uint32_t content_begin(const Node& node);

// Where the node's last byte of content ends; unlike span().end never behind comments. A literal or folded block ends
// behind its last line break.
std::uint32_t content_end(const Node& node);

// True where the node's text ends with a line break of its own.
bool ends_with_break(const Node& node);

// The start of the line that holds the offset.
std::uint32_t line_start(const Document& document, std::uint32_t offset);

// As many spaces as there are characters between the start of the line and the offset.
std::string indent_at(const Document& document, std::uint32_t offset);

// True where nothing but spaces stands before the offset on its line.
bool first_on_line(const Document& document, std::uint32_t offset);

// The document's line end: that of its first line; "\n" where it has none.
std::string_view line_end(const Document& document);

// Where lines that belong in front of the offset can be put so that comments right above it stay with it: the start of
// the first of those comment lines, but not before `limit`. The offset must be the first on its line.
std::uint32_t above_comments(const Document& document, std::uint32_t offset, std::uint32_t limit);

}  // namespace drift::yaml
