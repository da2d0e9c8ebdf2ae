// Path patterns as Argo CD before 3.6 matches a directory's files with them: by github.com/gobwas/glob 0.2.3, whose faults count
// here. `{secret*,cm}.yaml`, for one, matches cm.yaml alone. A port of it (MIT License, Copyright (c) 2016 Sergey Kamardin:
// glob_0_2_3.LICENSE), bounded in steps and depth.
#pragma once
#include <cstddef>
#include <string_view>

#include "source/glob/glob_0_2_3_match.hpp"

namespace drift::source {

using glob_0_2_3::TooManySteps;

class OldGlob {
 public:
  // Throws InputError where 0.2.3 refuses the pattern, and where it is longer than 1,000 bytes; TooManySteps as below.
  explicit OldGlob(std::string_view pattern, std::size_t max_steps = 20'000'000);

  // Whether 0.2.3 matches the whole text. Throws InputError where it panics instead, and TooManySteps where pattern and all texts
  // together have taken more than `max_steps`.
  bool matches(std::string_view text) const;

 private:
  mutable glob_0_2_3::Steps steps_;  // a second or two
  glob_0_2_3::Pointer matcher_;
};

}  // namespace drift::source
