#include "source/announcement.hpp"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <system_error>

#include "base/error.hpp"
#include "base/secrecy.hpp"
#include "source/helm/chart_values.hpp"
#include "source/kustomize/overlay_images.hpp"
#include "source/repository.hpp"
#include "source/settings.hpp"
#include "source/source.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

void write_text(Writer& writer, std::string_view text) {
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void write_entry(Writer& writer, const char* key, std::string_view text) {
  writer.Key(key);
  write_text(writer, text);
}

// Likely secrets stay away, wherever they were set.
struct WriteValue {
  Writer& writer;
  const Options& options;

  void operator()(std::string Options::*member) const {
    const auto& text = options.*member;
    write_entry(writer, "string", looks_secret(text) ? std::string_view() : std::string_view(text));
  }
  void operator()(bool Options::*member) const {
    write_entry(writer, "itemType", "boolean");
    write_entry(writer, "string", options.*member ? "true" : "false");
  }
  void operator()(List Options::*member) const {
    write_entry(writer, "collectionType", "array");
    writer.Key("array");
    writer.StartArray();
    for (const auto& item : options.*member)
      if (!looks_secret(item)) write_text(writer, item);
    writer.EndArray();
  }
  void operator()(Map Options::*member) const {
    write_entry(writer, "collectionType", "map");
    writer.Key("map");
    writer.StartObject();
    for (const auto& [name, value] : options.*member) {
      if (is_likely_secret(name, value)) continue;
      writer.Key(name.data(), static_cast<rapidjson::SizeType>(name.size()));
      write_text(writer, value);
    }
    writer.EndObject();
  }
};

// The options with what applies where they aren't set.
Options with_defaults(Options options, Type type, const Repository& repository, const Context& context) {
  options.source_type = to_string(type);
  if (type == Type::helm) {
    auto values = chart_values(repository, options, context);
    for (const auto& [name, value] : options.helm_parameters) values[name] = value;
    options.helm_parameters = std::move(values);
    if (options.helm_release_name.empty()) options.helm_release_name = context.short_name();
  } else if (type == Type::kustomize && options.kustomize_images.empty()) {
    options.kustomize_images = overlay_images(repository);
  }
  return options;
}

std::string tooltip(const Setting& setting, const Repository& repository) {
  std::string text(setting.tooltip);
  if (setting.name != "helm-value-files") return text;
  std::string files;
  for (const auto& file : value_files_present(repository.folder()))
    files += (files.empty() ? "" : ", ") + file;
  return files.empty() ? text : fmt::format("{}. Here are: {}", text, files);
}

}  // namespace

std::string announcement(const std::string& path, const Options& options, const Context& context) {
  std::error_code ignored;
  if (!fs::is_directory(path, ignored)) throw InputError({path}, "is no folder");
  const Repository repository(path, context);
  const auto type = detect(repository.folder(), options.source_type);
  const auto shown = with_defaults(options, type, repository, context);

  rapidjson::StringBuffer buffer;
  Writer writer(buffer);
  writer.StartArray();
  for (const auto& setting : settings()) {
    if (setting.type && *setting.type != type) continue;
    writer.StartObject();
    write_entry(writer, "name", setting.name);
    write_entry(writer, "title", setting.title);
    write_entry(writer, "tooltip", tooltip(setting, repository));
    std::visit(WriteValue{writer, shown}, setting.member);
    writer.EndObject();
  }
  writer.EndArray();
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace drift::source
