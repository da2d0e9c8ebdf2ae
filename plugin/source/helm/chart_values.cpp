#include "source/helm/chart_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/error.hpp"
#include "base/secrecy.hpp"
#include "json/read.hpp"
#include "outside/file.hpp"
#include "source/glob/pattern.hpp"
#include "source/helm/helm.hpp"
#include "yaml/first_json.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_values = 1'000;
constexpr std::size_t max_value_size = 1'000;
constexpr std::size_t max_file_size = std::size_t{4} << 20;

// Takes those of a chart's values that aren't likely secrets.
class Sorter {
 public:
  explicit Sorter(Map& shown) : shown_(shown) {}

  void add(const rapidjson::Value& value, const std::string& name, bool secret = false) {
    if (shown_.size() >= max_values) return;
    if (name.size() > max_value_size) return;
    if (value.IsObject()) {
      add_members(value, name, secret);
    } else if (value.IsArray()) {
      for (rapidjson::SizeType i = 0; i < value.Size(); ++i)
        add(value[i], fmt::format("{}[{}]", name, i), secret);
    } else if (!value.IsNull() && !name.empty()) {
      add_scalar(value, name, secret);
    }
  }

 private:
  // `{name: DB_PASSWORD, value: …}`: what the name says is true of its neighbours.
  void add_members(const rapidjson::Value& object, const std::string& name, bool secret) {
    const auto* own_name = find_member(object, "name");
    const bool named_secret = own_name != nullptr && sounds_secret(text_of(*own_name));
    for (const auto& [key, member] : object.GetObject()) {
      const std::string part(text_of(key));
      add(member, name.empty() ? part : fmt::format("{}.{}", name, part),
          secret || (named_secret && part != "name"));
    }
  }

  void add_scalar(const rapidjson::Value& value, const std::string& name, bool secret) {
    auto text = value.IsString() ? std::string(text_of(value)) : to_json(value);
    const bool hidden = (secret && !value.IsBool() && !text.empty()) || is_likely_secret(name, text);
    if (hidden || text.size() > max_value_size)
      shown_.erase(name);  // of a values file before
    else
      shown_[name] = std::move(text);
  }

  Map& shown_;
};

}  // namespace

Map chart_values(const Repository& repository, const Options& options, const Context& context) {
  Map result;
  try {
    auto files = resolve_value_files(repository, options, context);
    files.insert(files.begin(), repository.resolve("values.yaml", "values.yaml"));
    for (const auto& file : files) {
      std::error_code ignored;
      if (!fs::exists(file, ignored)) continue;
      Sorter(result).add(
          yaml::read_yaml(file.string(), outside::read_file(file, file.string(), max_file_size)), "");
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
