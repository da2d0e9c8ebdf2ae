// A place in a policy document that is being read: a node that fits the schema, so its type is known, and
// what has been found out so far. Remembers what was read: a setting that the schema allows and nobody reads
// would be obeyed by nobody, so check_all_read() reports it.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "policy/policy.hpp"
#include "policy/read/findings.hpp"
#include "policy/read/lines.hpp"
#include "policy/read/schema.hpp"
#include "yaml/document.hpp"

namespace drift::policy {

struct Reading {
  Dropped dropped;
  const Lines& lines;
  Findings& findings;
  std::unordered_set<std::uint32_t> read = {};
};

class Setting {
 public:
  Setting(Reading& reading, yaml::Node node) : reading_(&reading), node_(node) {}

  // False where the setting isn't there, or didn't fit the schema.
  explicit operator bool() const { return static_cast<bool>(node_); }
  yaml::Node node() const { return node_; }
  Place place() const { return reading_->lines.place(node_); }

  // A setting inside of this one; what is read from a setting that isn't there isn't there either.
  Setting operator[](std::string_view key) const;
  std::vector<Setting> items() const;
  std::vector<std::pair<std::string, Setting>> entries() const;

  std::string text() const;  // of a scalar, a number as JSON has it; empty where there is none
  bool boolean() const;
  std::int64_t integer() const;
  std::string json() const;  // all of it, read as a whole

  std::optional<SeverityRef> severity() const;
  std::optional<std::chrono::seconds> duration() const;  // reports what is no duration
  std::vector<std::string> texts() const;
  StringPairs pairs() const;

  void mistake(std::string message) const {
    reading_->findings.mistakes.push_back({place(), std::move(message)});
  }
  void warning(std::string message) const {
    reading_->findings.warnings.push_back({place(), std::move(message)});
  }

 private:
  void mark() const { reading_->read.insert(node_.index()); }
  Reading* reading_;
  yaml::Node node_;
};

// Reports every scalar that no reader asked for.
void check_all_read(const Reading& reading, yaml::Node node);

}  // namespace drift::policy
