#include "source/chart_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "error.hpp"
#include "source/file.hpp"
#include "source/helm.hpp"
#include "source/pattern.hpp"
#include "source/yaml.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_values = 1'000;
constexpr std::size_t max_value_size = 1'000;
constexpr std::size_t max_file_size = std::size_t{4} << 20;

// Values that are likely secrets have no place in a form.
bool sounds_secret(std::string_view name) {
  std::string lower;
  for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  for (const std::string_view word : {"passw", "secret", "token", "credential", "apikey", "api_key",
                                      "privatekey", "private_key", "accesskey", "access_key"}) {
    if (lower.find(word) != std::string::npos) return true;
  }
  return false;
}

void flatten(const rapidjson::Value& value, const std::string& name, Map& into) {
  if (into.size() >= max_values || name.size() > max_value_size) return;
  if (value.IsObject()) {
    for (const auto& [key, member] : value.GetObject()) {
      flatten(member, name.empty() ? std::string(text_of(key)) : fmt::format("{}.{}", name, text_of(key)),
              into);
    }
  } else if (value.IsArray()) {
    for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
      flatten(value[i], fmt::format("{}[{}]", name, i), into);
  } else if (!value.IsNull() && !name.empty() && !sounds_secret(name)) {
    auto text = value.IsString() ? std::string(text_of(value)) : to_json(value);
    if (text.size() <= max_value_size) into[name] = std::move(text);
  }
}

}  // namespace

Map chart_values(const Repository& repository, const Options& options, const Context& context) {
  Map result;
  try {
    auto files = resolve_value_files(repository, options, context);
    files.insert(files.begin(), repository.resolve("values.yaml", "values.yaml"));
    for (const auto& file : files) {
      std::error_code ignored;
      if (!fs::exists(file, ignored)) continue;
      flatten(read_yaml(file.string(), read_file(file, file.string(), max_file_size)), "", result);
    }
  } catch (const InputError&) {
    // A form without them is better than none; rendering says what is wrong.
  }
  return result;
}

List value_files_present(const fs::path& folder) {
  List files;
  for (const char* pattern : {"**/*values*.yaml", "**/*values*.yml"}) {
    for (const auto& file : expand_pattern(folder, pattern))
      files.push_back(file.lexically_relative(folder).string());
  }
  std::sort(files.begin(), files.end());
  if (files.size() > 100) files.resize(100);
  return files;
}

}  // namespace drift::source
