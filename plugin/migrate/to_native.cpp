#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "json/build.hpp"
#include "json/copied.hpp"
#include "migrate/native_settings.hpp"
#include "migrate/parameters.hpp"
#include "source/settings.hpp"
#include "yaml/first_json.hpp"

namespace drift::migrate {
namespace {

using rapidjson::Value;

// The value of a setting as its form writes it natively; none where it isn't set.
class Writer {
 public:
  Writer(const source::Options& options, rapidjson::Document& document)
      : options_(options), document_(document) {}

  Value value(const NativeSetting& setting) {
    switch (setting.form) {
      case Form::text:
        return text(at<std::string>(setting));
      case Form::truth:
        return at<bool>(setting) ? Value(true) : Value();
      case Form::list:
      case Form::files:
        return list(at<source::List>(setting));
      case Form::map:
        return map(at<source::Map>(setting));
      case Form::patches:
        return patches(at<std::string>(setting));
      case Form::parameters:
        return parameters(at<source::Map>(setting));
      case Form::paths:
        return named(at<source::Map>(setting), "path");
      case Form::counts:
        return named(at<source::Map>(setting), "count");
      case Form::object:  // comes back as `values`, which means the same
      case Form::without:
      case Form::idle:
        return {};
    }
    return {};
  }

 private:
  template <typename T>
  const T& at(const NativeSetting& setting) const {
    return options_.*std::get<T source::Options::*>(setting_named(setting.parameter).member);
  }

  Value text(const std::string& value) { return value.empty() ? Value() : text_value(value, document_); }
  Value list(const source::List& value) { return value.empty() ? Value() : text_list(value, document_); }

  Value map(const source::Map& entries) { return entries.empty() ? Value() : map_value(entries, document_); }

  // A count is a number wherever it looks like one, as people write it.
  Value value_of(const char* key, const std::string& text) {
    const bool number =
        !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
    if (std::string_view(key) == "count" && number) return Value(std::stoi(text));
    return text_value(text, document_);
  }

  Value named(const source::Map& entries, const char* key) {
    if (entries.empty()) return {};
    Value result(rapidjson::kArrayType);
    for (const auto& [name, entry] : entries) {
      Value element(rapidjson::kObjectType);
      element.AddMember("name", text_value(name, document_), document_.GetAllocator());
      element.AddMember(Value(key, document_.GetAllocator()), value_of(key, entry), document_.GetAllocator());
      result.PushBack(element, document_.GetAllocator());
    }
    return result;
  }

  Value parameters(const source::Map& entries) {
    Value result = named(entries, "value");
    Value forced = named(options_.helm_string_parameters, "value");
    if (forced.IsNull()) return result;
    if (result.IsNull()) result.SetArray();
    for (auto& element : forced.GetArray()) {
      element.AddMember("forceString", true, document_.GetAllocator());
      result.PushBack(element, document_.GetAllocator());
    }
    return result;
  }

  Value patches(const std::string& yaml) {
    if (yaml.empty()) return {};
    const auto parsed = yaml::read_yaml("kustomize-patches", yaml);
    if (!parsed.IsArray()) throw InputError({"kustomize-patches"}, "expected a list");
    return copied(parsed, document_);
  }

  const source::Options& options_;
  rapidjson::Document& document_;
};

// The types whose settings have values.
std::set<std::string_view> types_of(const source::Options& options) {
  std::set<std::string_view> types;
  for (const auto& setting : source::settings())
    if (setting.type && is_set(setting, options)) types.insert(to_string(*setting.type));
  return types;
}

}  // namespace

rapidjson::Document native_block(const source::Options& options, const yaml::Node& plugin,
                                 const std::string& path, bool templated, Said& said) {
  rapidjson::Document document(rapidjson::kObjectType);
  const auto lose = [&](const std::string& why) { said.lost.push_back({plugin.place(), path + why}); };
  const auto types = types_of(options);
  if (types.size() > 1) {
    lose(" has parameters of several types, and Argo CD takes one; take out those that have no effect");
    return document;
  }
  const std::string block(types.empty() ? options.source_type : *types.begin());
  if (!options.source_type.empty() && (types.empty() || block != options.source_type)) {
    lose(
        ".parameters: source-type alone can't be said natively, since Argo CD finds out the type by itself "
        "where no "
        "setting of it is there; take it out, and see that the folder is of that type");
    return document;
  }
  if (templated && options.kustomize_patches.find("{{") != std::string::npos) {
    lose(
        ".parameters: kustomize-patches has templates, which are filled in otherwise outside of a text; put "
        "them "
        "into the overlay");
    return document;
  }
  Writer writer(options, document);
  for (const auto& setting : native_settings()) {
    if (setting.block != block) continue;
    if (auto value = writer.value(setting); !value.IsNull())
      set(document, {block, setting.field}, std::move(value));
  }
  return document;
}

}  // namespace drift::migrate
