#include "policy/pointer.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <optional>

namespace drift::policy {

namespace {

constexpr std::size_t max_tokens = 64;
constexpr std::string_view wildcard = "*";

std::string unescaped(std::string_view token) {
  std::string text;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '~' && i + 1 < token.size()) {
      text += token[++i] == '1' ? '/' : '~';
    } else {
      text += token[i];
    }
  }
  return text;
}

std::string token_mistake(std::string_view token) {
  if (token.empty()) return "has an empty part; parts are separated by one `/`";
  for (std::size_t i = 0; i < token.size(); ++i)
    if (token[i] == '~' && (i + 1 == token.size() || (token[i + 1] != '0' && token[i + 1] != '1')))
      return "has a `~` that is not ~0 (which means ~) or ~1 (which means /)";
  if (token != wildcard && token.find('*') != std::string_view::npos)
    return "has a `*` beside other characters; `*` stands for a whole list element or key";
  return {};
}

// https://kubernetes.io/docs/reference/using-api/api-concepts/: identity and what the server writes.
std::string metadata_mistake(const std::vector<std::string>& tokens) {
  if (tokens.size() == 1 || tokens[1] == wildcard)
    return "takes in annotations that the plugin itself writes; point at single fields";
  const auto& field = tokens[1];
  if (field == "annotations" || field == "labels") {
    if (tokens.size() == 2 || tokens[2] == wildcard)
      return fmt::format("takes in {} that the plugin itself writes; point at single keys", field);
    if (written_by_us(tokens[2]))
      return fmt::format("points at {}, which the plugin itself writes", tokens[2]);
    return {};
  }
  for (std::string_view fixed :
       {"name", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "managedFields",
        "selfLink", "generateName", "deletionTimestamp"})
    if (field == fixed) return fmt::format("points at metadata.{}, which can't drift", field);
  return {};
}

std::string target_mistake(const std::vector<std::string>& tokens) {
  const auto& first = tokens.front();
  if (first == wildcard) return "takes in metadata that the plugin itself writes; name the first part";
  if (first == "metadata") return metadata_mistake(tokens);
  if (first == "status") return "points into status, which the cluster writes and Git never holds";
  if (first == "apiVersion" || first == "kind") return fmt::format("points at {}, which can't drift", first);
  return {};
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> tokens;
  text.remove_prefix(1);
  for (;;) {
    auto slash = text.find('/');
    tokens.emplace_back(text.substr(0, slash));
    if (slash == std::string_view::npos) return tokens;
    text.remove_prefix(slash + 1);
  }
}

std::optional<std::size_t> list_index(std::string_view token) {
  std::size_t index = 0;
  auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), index);
  if (error != std::errc() || end != token.data() + token.size()) return std::nullopt;
  if (token.size() > 1 && token.front() == '0') return std::nullopt;
  return index;
}

struct Walk {
  const Pointer& pointer;
  std::size_t limit;
  std::size_t nodes_left = SIZE_MAX;
  std::vector<Target> targets = {};
  bool ended = false;

  void step(std::size_t depth, const std::string& path, const std::string& index, manifest::Node node) {
    if (targets.size() >= limit || ended) return;
    if (nodes_left-- == 0) {
      ended = true;
      return;
    }
    if (depth == pointer.tokens.size()) {
      targets.push_back({path, index, node});
      return;
    }
    const auto& token = pointer.tokens[depth];
    if (token != wildcard) {
      manifest::Node next;
      if (node.is_mapping()) {
        next = node.find(token);
      } else if (auto at = list_index(token); at && node.is_sequence()) {
        next = node.at(*at);
      }
      if (next) step(depth + 1, path + '/' + escaped(token), index, next);
      return;
    }
    auto descend = [&](const std::string& key, manifest::Node next) {
      step(depth + 1, path + '/' + escaped(key), index.empty() ? key : index + '.' + key, next);
    };
    if (node.is_sequence()) {
      std::size_t number = 0;
      for (const auto& element : node.elements()) descend(std::to_string(number++), element);
    } else if (node.is_mapping()) {
      for (const auto& [key, value] : node.entries()) descend(key, value);
    }
  }
};

}  // namespace

std::string escaped(std::string_view token) {
  std::string text;
  for (char c : token) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

bool written_by_us(std::string_view key) {
  return key.starts_with("drift-policy.dev/") || key.starts_with("want.drift-policy.dev/") ||
         key == "argocd.argoproj.io/sync-wave" || key == "argocd.argoproj.io/sync-options";
}

std::string pointer_mistake(std::string_view text) {
  if (text.empty() || text.front() != '/')
    return "doesn't start with `/`; expected for example /spec/replicas";
  auto tokens = split(text);
  if (tokens.size() > max_tokens) return fmt::format("has more than {} parts", max_tokens);
  for (auto& token : tokens) {
    if (auto mistake = token_mistake(token); !mistake.empty()) return mistake;
    token = unescaped(token);
  }
  return target_mistake(tokens);
}

Pointer parse_pointer(std::string_view text) {
  Pointer pointer{std::string(text), split(text)};
  for (auto& token : pointer.tokens) token = unescaped(token);
  return pointer;
}

std::vector<Target> resolve(const Pointer& pointer, manifest::Node root, std::size_t limit) {
  Walk walk{pointer, limit};
  if (root) walk.step(0, {}, {}, root);
  return std::move(walk.targets);
}

std::optional<std::vector<Target>> resolve_within(const Pointer& pointer, manifest::Node root,
                                                  std::size_t limit, std::size_t max_nodes) {
  Walk walk{pointer, limit, max_nodes};
  if (root) walk.step(0, {}, {}, root);
  if (walk.ended) return std::nullopt;
  return std::move(walk.targets);
}

}  // namespace drift::policy
