#include "imports/contents.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "policy/read/schema.hpp"
#include "yaml/stream.hpp"

namespace drift::imports {
namespace {

constexpr std::string_view policies_key = "policies.yaml", config_key = "config.yaml";

yaml::Span whole(std::string_view text) {
  return {0, static_cast<std::uint32_t>(text.size())};
}

// The lines of a literal block (`|`), behind a separator that they may begin with. Their indentation makes no difference to YAML, so
// read from there everything has its place in the file.
yaml::Span lines_of(const yaml::Node& literal) {
  const auto text = literal.document().text();
  auto span = literal.span();
  span.begin = static_cast<std::uint32_t>(text.find('\n', span.begin) + 1);
  for (auto rest = text.substr(span.begin, span.end - span.begin); !rest.empty();) {
    const auto line = trimmed(take_until(rest, '\n'));
    if (line == "---") return {static_cast<std::uint32_t>(span.end - rest.size()), span.end};
    if (!line.empty() && !line.starts_with('#')) break;
  }
  return span;
}

bool is_config_map(const yaml::Node& root) {
  const auto kind = root.find("kind");
  return kind.is_string() && kind.text() == "ConfigMap";
}

}  // namespace

Contents::Contents(const std::vector<Text>& texts, Told& told) {
  for (const auto& file : texts) read_file(file, told);
}

void Contents::read_file(const Text& file, Told& told) {
  const auto& name = texts_.emplace_back(file.name);
  const auto& text = texts_.emplace_back(file.text);
  bool empty = true;
  for (const auto& piece : yaml::split(name, text))
    if (const auto root = read(name, text, piece.span, told)) {
      empty = false;
      if (is_config_map(root))
        read_config_map(root, told);
      else
        add(root, told);
    }
  if (empty && told.mistakes.empty()) told.mistakes.push_back({{name}, "holds nothing"});
}

void Contents::read_config_map(const yaml::Node& map, Told& told) {
  const auto data = map.find("data");
  std::size_t found = 0;
  for (const auto& [key, value] : data ? data.entries() : decltype(data.entries())()) {
    if (key == policies_key || key == config_key) {
      ++found;
      read_value(key, value, told);
    } else {
      told.said.lose(value, fmt::format("data.{}", printable(key, 100)),
                     fmt::format("only {} and {} are read", policies_key, config_key));
    }
  }
  if (found == 0)
    told.mistake(data ? data : map, "data",
                 fmt::format("expected the key {} or {}", policies_key, config_key));
}

void Contents::read_value(std::string_view key, const yaml::Node& value, Told& told) {
  const auto node = value.followed();
  if (!node.is_string()) return told.mistake(value, fmt::format("data.{}", key), "expected a string");
  const auto& document = node.document();
  if (node.cell().style == yaml::Style::literal) {
    const auto root = read(document.name(), document.text(), lines_of(node), told);
    return add(root ? root : value, told);
  }
  const auto& name = texts_.emplace_back(fmt::format("{} ({})", document.name(), key));
  const auto& text = texts_.emplace_back(node.text());
  const auto root = read(name, text, whole(text), told);
  add(root ? root : value, told);
}

void Contents::add(const yaml::Node& root, Told& told) {
  const auto has = [&](std::string_view key) { return root.is_mapping() && root.find(key); };
  const bool policies = has("remediation_matrix") || has("severity_rules");
  const bool notifications = has("channels") || has("templates");
  if (policies == notifications)
    return told.mistakes.push_back({root.place(),
                                    "expected remediation_matrix and severity_rules, or channels and "
                                    "templates, or a ConfigMap with them"});
  const auto about = policies ? About::policies : About::notifications;
  for (const auto& other : all_)
    if (other.about == about)
      return told.mistakes.push_back({root.place(), fmt::format("a second file with {}; expected one",
                                                                policies ? "policies" : "channels")});
  all_.push_back({about, root});
}

yaml::Node Contents::read(std::string_view name, std::string_view text, yaml::Span span, Told& told) {
  const auto root = documents_.emplace_back(name, text, span).root();
  if (!root || policy::check_keys(root, told.mistakes)) return root;
  throw InputError(told.mistakes);
}

}  // namespace drift::imports
