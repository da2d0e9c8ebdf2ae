// The images of a Kustomize overlay, read from its own files: a form is shown at once, where building takes seconds.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "source/repository.hpp"

namespace drift::source {

// The images in the containers of the resources that the kustomization names in its repository, as the `images` of it and of its
// bases leave them; sorted, each once. Not in it: what remote bases, generators, charts and patches bring. What can't be read is
// left out: rendering says what is wrong. At most 16 MiB of resources are read.
std::vector<std::string> overlay_images(const Repository& repository);

}  // namespace drift::source
