// From the syntax to the matchers as github.com/gobwas/glob 0.2.3 does it (MIT License, Copyright (c) 2016 Sergey Kamardin: glob_0_2_3.LICENSE): by
// rewriting parts into simpler ones, some of which match something else.
#pragma once
#include "source/glob/glob_0_2_3_match.hpp"
#include "source/glob/glob_0_2_3_syntax.hpp"

namespace drift::source::glob_0_2_3 {

// The matcher of a pattern's root, or of any other node. Throws TooManySteps.
Pointer compile(const Node& node, Steps& steps);

}  // namespace drift::source::glob_0_2_3
