#include "source/glob/glob_0_2_3.hpp"

#include "source/glob/glob.hpp"
#include "source/glob/glob_0_2_3_compile.hpp"
#include "source/glob/glob_0_2_3_syntax.hpp"

namespace drift::source {

OldGlob::OldGlob(std::string_view pattern, std::size_t max_steps) : steps_(max_steps) {
  check_pattern_size(pattern);
  matcher_ = glob_0_2_3::compile(glob_0_2_3::parse(pattern), steps_);
}

bool OldGlob::matches(std::string_view text) const {
  return matcher_->matches(text, steps_);
}

}  // namespace drift::source
