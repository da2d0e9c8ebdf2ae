// Reading whole files.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>

namespace drift::outside {

// The file's text (see encoding.hpp). `name` is what messages call it. Throws InputError where it can't be read, is no
// regular file, or has more than `limit` bytes.
std::string read_file(const std::filesystem::path& path, const std::string& name, std::size_t limit);

// The same of "-", which is standard input, or of the file at `path`.
std::string read_file_or_stdin(const std::string& path, std::size_t limit);

// Everything that a file descriptor gives. Throws likewise.
std::string read_all(int file, const std::string& name, std::size_t limit);

}  // namespace drift::outside
