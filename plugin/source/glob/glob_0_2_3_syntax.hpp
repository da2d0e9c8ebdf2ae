// The syntax of github.com/gobwas/glob 0.2.3 (MIT License, Copyright (c) 2016 Sergey Kamardin: glob_0_2_3.LICENSE), read as its lexer and parser read
// it: an unclosed `{` is closed by the end, and a `\` there is nothing.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace drift::source::glob_0_2_3 {

struct Node;
using Nodes = std::vector<std::shared_ptr<const Node>>;

struct Node {
  enum class Kind : std::uint8_t { nothing, pattern, any_of, text, any, super, single, list, range };
  Kind kind;
  std::string text = {};       // text; list: its characters
  char32_t low = 0, high = 0;  // range
  bool inverted = false;       // list, range
  Nodes children = {};         // pattern: one after the other; any_of: patterns
};

// The pattern's root, a `pattern`. Throws InputError where 0.2.3 refuses it, and where braces are nested more than 100 deep.
Node parse(std::string_view pattern);

}  // namespace drift::source::glob_0_2_3
