// Long text for people, page by page, as git shows it: on a terminal through DRIFT_PAGER, else PAGER, else less.
//
// The variable holds a program and its arguments, with blanks between them. No shell reads it: quotes, $ and ; are characters like any other.
// Empty or `cat` means no pager. less gets the options FRX (end where all fits on a screen, colours, leave the text there) unless LESS
// is set. Without a terminal, on a dumb one, and where the pager can't be started, the text is printed as it is.
#pragma once
#include <string_view>

#include "outside/environment.hpp"

namespace drift::outside {

inline constexpr const char* pager_variable = "DRIFT_PAGER";

struct Paging {
  bool off = false;
};

// Returns when the person has left the pager; that they did before the end is fine. Otherwise throws as print() does (terminal.hpp).
void show(std::string_view text, Paging paging, const Environment& environment);

}  // namespace drift::outside
