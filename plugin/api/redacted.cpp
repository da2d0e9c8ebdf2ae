#include "api/redacted.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "api/condensed.hpp"
#include "base/base64.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "json/read.hpp"
#include "json/string.hpp"
#include "kube/kinds.hpp"

namespace drift::api {
namespace {

// What of an object's text is to be written, and how.
enum class Rule : std::uint8_t { plain, metadata, keys, spec, values, base64, environment };

// Of what is read; what a plan keeps of it is far less.
constexpr std::size_t longest_redacted = std::size_t{16} << 20;

struct TooLarge : std::exception {};

bool is_scalar(yaml::Node node) {
  return !node.is_mapping() && !node.is_sequence();
}

class Redaction {
 public:
  Redaction(const manifest::Manifest& manifest, bool autoscaled)
      : manifest_(manifest),
        autoscaled_(autoscaled),
        secret_(kube::is_secret(manifest.group, manifest.kind)),
        config_(manifest.group.empty() && manifest.kind == "ConfigMap") {}

  Redacted write() {
    const auto written = manifest_.object.span();
    out_.reserve(written.end - written.begin);  // indented, so it becomes shorter
    write_mapping(
        manifest_.object, [this](std::string_view key) { return top_rule(key); }, 0);
    return {std::move(out_), digests_};
  }

 private:
  std::optional<Rule> top_rule(std::string_view key) const {
    if (key == "apiVersion" || key == "kind" || key == "status") return std::nullopt;
    if (key == "metadata") return Rule::metadata;
    if (secret_ && key != "type" && key != "immutable") return std::nullopt;
    if (config_ && key == "data") return Rule::values;
    if (config_ && key == "binaryData") return Rule::base64;
    if (key == "spec" && autoscaled_) return Rule::spec;
    return key == "env" ? Rule::environment : Rule::plain;
  }

  // Annotations of a Secret are as secret as it is: tools keep copies of values there.
  std::optional<Rule> metadata_rule(std::string_view key) const {
    if (key == "labels" || (key == "annotations" && !secret_)) return Rule::keys;
    return std::nullopt;
  }

  template <typename RuleOf>
  void write_mapping(yaml::Node mapping, RuleOf rule_of, int depth) {
    char separator = '{';
    for (const auto& [key, value] : mapping.entries()) {
      const auto rule = rule_of(std::string_view(key));
      if (!rule) continue;
      if (*rule == Rule::keys && value.is_null()) continue;  // Kubernetes reads null as none
      const std::size_t before = out_.size();
      out_ += separator;
      append_json_string(key, out_);
      out_ += ':';
      write_value(value, *rule, depth + 1);
      if ((*rule == Rule::keys || *rule == Rule::metadata) && out_.ends_with(":{}"))
        out_.resize(before);
      else
        separator = ',';
    }
    out_ += separator == '{' ? "{}" : "}";
  }

  void write_value(yaml::Node node, Rule rule, int depth) {
    if (out_.size() > longest_redacted) throw TooLarge{};
    if (depth > deepest_manifest && (node.is_string() || !is_scalar(node))) return write_deep(node, rule);
    if (is_scalar(node)) return write_scalar(node, rule);
    if (node.is_sequence()) return write_sequence(node, rule, depth);
    const auto begin = out_.size();
    write_rules(node, rule, depth);
    hide_marker(begin);
  }

  void write_rules(yaml::Node node, Rule rule, int depth) {
    write_mapping(
        node,
        [&](std::string_view key) -> std::optional<Rule> {
          switch (rule) {
            case Rule::metadata:
              return metadata_rule(key);
            case Rule::keys:
              if (left_out_of_metadata(key)) return std::nullopt;
              return Rule::plain;
            case Rule::spec:
              if (key == "replicas") return std::nullopt;
              break;
            case Rule::values:
            case Rule::base64:
              return rule;
            case Rule::environment:  // `env: {NAME: value}`, as some custom resources have it
              return Rule::values;
            case Rule::plain:
              break;
          }
          return key == "env" ? Rule::environment : Rule::plain;
        },
        depth);
  }

  void write_sequence(yaml::Node sequence, Rule rule, int depth) {
    char separator = '[';
    for (const auto& element : sequence.elements()) {
      out_ += separator;
      separator = ',';
      if (rule == Rule::environment && element.is_mapping() && depth < deepest_manifest)
        write_variable(element, depth + 1);
      else
        write_value(element, rule == Rule::environment ? Rule::values : rule, depth + 1);
    }
    out_ += separator == '[' ? "[]" : "]";
  }

  // `{name: …, value: …}`: only the value is secret, and what valueFrom names isn't.
  void write_variable(yaml::Node variable, int depth) {
    write_mapping(
        variable,
        [](std::string_view key) -> std::optional<Rule> {
          return key == "value" ? Rule::values : Rule::plain;
        },
        depth);
  }

  static bool hides(Rule rule) {
    return rule == Rule::values || rule == Rule::base64 || rule == Rule::environment;
  }

  void write_scalar(yaml::Node node, Rule rule) {
    if (!hides(rule) || node.is_null()) return node.append_json(out_);
    write_hidden(node.is_string() ? std::string(node.text()) : node.json(), rule);
  }

  void write_hidden(std::string_view text, Rule rule) {
    append_json_string(rule == Rule::base64 ? redacted_base64(text) : redacted_value(text), out_);
  }

  // analysis/differences.cpp does the same to what is in the cluster, and then hides.
  void write_deep(yaml::Node node, Rule rule) {
    digests_ = true;
    const auto text = deep_text(part_digest(node));
    if (hides(rule)) return write_hidden(text, rule);
    append_json_string(text, out_);
  }

  // What looks like the digest of a part, and is the author's, becomes one.
  void hide_marker(std::size_t begin) {
    static const auto start = fmt::format(R"({{"{}":)", keys::digest);  // once: it is asked for each mapping
    const auto text = std::string_view(out_).substr(begin);
    if (!text.starts_with(start)) return;
    const auto value = parse_json("manifest", text);
    if (!marked_digest(value)) return;
    digests_ = true;
    out_.replace(begin, std::string::npos, digest_marker(part_digest(value)));
  }

  const manifest::Manifest& manifest_;
  bool autoscaled_, secret_, config_;
  bool digests_ = false;
  std::string out_;
};

void flatten_below(rapidjson::Value& value, rapidjson::Document::AllocatorType& memory, int levels) {
  if (!value.IsObject() && !value.IsArray() && !value.IsString()) return;
  if (levels == 0) {
    const auto text = deep_text(part_digest(value));
    value.SetString(text.data(), static_cast<rapidjson::SizeType>(text.size()), memory);
  } else if (value.IsObject()) {
    for (auto& entry : value.GetObject()) flatten_below(entry.value, memory, levels - 1);
  } else if (value.IsArray()) {
    for (auto& element : value.GetArray()) flatten_below(element, memory, levels - 1);
  }
}

}  // namespace

std::optional<Redacted> redacted_manifest(const manifest::Manifest& manifest, bool autoscaled) {
  try {
    return Redaction(manifest, autoscaled).write();
  } catch (const TooLarge&) {
    return std::nullopt;
  }
}

void flatten(rapidjson::Document& document) {
  flatten_below(document, document.GetAllocator(), deepest_manifest + 1);
}

std::string deep_text(std::string_view digest) {
  return std::string("sha256:").append(digest);
}

bool left_out_of_metadata(std::string_view key) {
  return written_by_us(key) || key == "kubectl.kubernetes.io/last-applied-configuration";
}

std::string redacted_value(std::string_view text) {
  return text.empty() ? std::string() : "sha256:" + sha256_hex(text);
}

std::string redacted_base64(std::string_view text) {
  const auto bytes = decode_base64(text);
  return redacted_value(bytes ? base64(*bytes) : text);
}

}  // namespace drift::api
