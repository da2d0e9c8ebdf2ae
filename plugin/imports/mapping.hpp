// A mapping of a file that is imported, read key by key. Says which values have another type than expected, and which keys nobody
// asked for. No value stands in its messages, since some are secrets. Pure.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "migrate/said.hpp"
#include "yaml/document.hpp"

namespace drift::imports {

struct Told {
  std::vector<Finding> mistakes;  // nothing is imported then
  migrate::Said said;

  void mistake(const yaml::Node& node, std::string_view path, std::string_view what);
  // What is written asks for more than the file did, or for less than could be meant: `how`.
  void stricter(const yaml::Node& node, std::string_view path, std::string_view how);
  void note(const yaml::Node& node, std::string_view path, std::string_view what);
};

// Of a list. Each may be compared with all kinds that are known.
inline constexpr std::size_t most_elements = 500;

// What becomes of a key that nobody asked for. One that is like a known key is always a mistake.
enum class Unknown : std::uint8_t { lost, mistake };

class Mapping {
 public:
  // `path` is for messages, and empty for the root. A node that isn't there has no keys; one that is no mapping is a mistake.
  Mapping(const yaml::Node& node, std::string path, Told& told);

  explicit operator bool() const { return static_cast<bool>(node_); }
  const yaml::Node& node() const { return node_; }
  std::string path_of(std::string_view key) const;

  // The value of a key; no node where there is none, or null.
  yaml::Node at(std::string_view key);
  // Nothing where there is none, or where it is of another type, which is a mistake.
  std::optional<bool> truth(std::string_view key);
  std::optional<std::int64_t> whole_number(std::string_view key, std::int64_t least, std::int64_t most);
  std::optional<std::string> text(std::string_view key);
  // The elements of a list of strings, at most `most_elements`, each with its node.
  std::vector<std::pair<yaml::Node, std::string>> texts(std::string_view key);
  Mapping mapping(std::string_view key);

  // Says what nobody asked for up to now.
  void finish(Unknown unknown) const;

 private:
  yaml::Node node_;
  std::string path_;
  Told* told_;
  std::vector<std::string> asked_;
};

}  // namespace drift::imports
