// The encoding of files: Argo CD reads them with github.com/TomOnTime/utfutil, by their byte order mark.
#pragma once
#include <string>

namespace drift {

// UTF-16 with a byte order mark becomes UTF-8; everything else stays as it is, a UTF-8 byte order mark included (it is
// the file's, and the reader skips it). What is no UTF-16 becomes U+FFFD.
std::string to_utf8(std::string text);

}  // namespace drift
