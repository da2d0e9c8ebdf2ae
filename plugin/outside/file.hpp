// Reading whole files.
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace drift::outside {

// The file's text (see encoding.hpp). `name` is what messages call it. Throws InputError where it can't be read, is no
// regular file, or has more than `limit` bytes.
std::string read_file(const std::filesystem::path& path, const std::string& name, std::size_t limit);

// The same of "-", which is standard input, or of the file at `path`.
std::string read_file_or_stdin(const std::string& path, std::size_t limit);

// The *.yaml, *.yml and *.json of a folder itself, sorted. What is hidden isn't among them: a mounted ConfigMap has its keys as links, which
// are followed, beside entries that start with `..`. Throws InputError where it can't be read, or holds more than `most`.
std::vector<std::filesystem::path> yaml_files(const std::filesystem::path& folder, std::size_t most);

// Everything that a file descriptor gives. Throws likewise.
std::string read_all(int file, const std::string& name, std::size_t limit);

}  // namespace drift::outside
