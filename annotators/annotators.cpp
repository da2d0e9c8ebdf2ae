#include <array>

#include "annotators/annotator.hpp"
#include "annotators/hooks/authors.hpp"
#include "annotators/hooks/hooks.hpp"
#include "annotators/options.hpp"
#include "annotators/severity.hpp"
#include "annotators/wanted.hpp"
#include "annotators/wave.hpp"

namespace drift::annotators {
namespace {

constexpr std::array annotators = {
    Annotator{"severity", severity},
    Annotator{"sync wave", sync_wave},
    Annotator{"sync options", sync_options},
    Annotator{"wanted values", wanted_values},
    Annotator{"delete policies", delete_policies},
    Annotator{"hooks", hooks, true},
};

}  // namespace

std::span<const Annotator> table() {
  return annotators;
}

}  // namespace drift::annotators
