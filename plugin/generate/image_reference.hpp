// The name of a container image in its parts.
#pragma once
#include <string>
#include <string_view>

namespace drift::generate {

struct ImageReference {
  std::string repository;
  std::string tag, digest;  // one of them may be empty
};

// REPOSITORY[:TAG][@sha256:…], as https://pkg.go.dev/github.com/distribution/reference has it. Throws InputError for anything else,
// and where neither says which image is meant.
ImageReference read_image_reference(std::string_view text);

}  // namespace drift::generate
