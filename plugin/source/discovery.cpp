#include "source/discovery.hpp"

#include <algorithm>
#include <system_error>
#include <vector>

#include "base/error.hpp"
#include "outside/file.hpp"
#include "policy/load.hpp"
#include "source/directory.hpp"

namespace drift::source {
namespace fs = std::filesystem;

std::optional<Type> discover(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) return std::nullopt;
  const auto type = detect(folder, "");
  if (type != Type::directory) return type;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const auto& path = it->path();
    if (!has_manifest_name(path) || path.extension() == ".jsonnet" ||
        path.filename() == policy::application_file)
      continue;
    if (!fs::is_regular_file(path, error)) continue;
    try {
      if (is_manifest_text(path, outside::read_file(path, path.string(), yaml::max_text_size)))
        return Type::directory;
    } catch (const InputError&) {
      // What can't be read says nothing; render will tell.
    }
  }
  return std::nullopt;
}

}  // namespace drift::source
