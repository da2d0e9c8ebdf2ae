// Tools that read a file by Go's yaml.Unmarshal take its first document and never look at the rest.
#pragma once
#include <string_view>

#include "yaml/document.hpp"

namespace drift::yaml {

// The bytes of the first document of a text: all of it where there is one only, or where the first can't be read (whoever
// reads it then says why). https://pkg.go.dev/gopkg.in/yaml.v2#Unmarshal
Span first_document(std::string_view text);

}  // namespace drift::yaml
