// A part of an object of the API: what isn't there is empty, what is of another type than its schema says is an InputError.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"

namespace drift::controller {

class Part {
 public:
  // nullptr: not there. `place` is what messages call it.
  Part(const rapidjson::Value* value, std::string place);

  explicit operator bool() const { return value_ != nullptr; }
  const rapidjson::Value* value() const { return value_; }
  Part object(std::string_view key) const;
  std::vector<Part> objects(std::string_view key) const;
  std::size_t count(std::string_view key) const;  // elements of a list
  // Cut to `longest` bytes.
  std::string text(std::string_view key, std::size_t longest = 253) const;
  std::string demanded_text(std::string_view key, std::size_t longest = 253) const;
  std::vector<std::string> texts(std::string_view key) const;
  bool flag(std::string_view key) const;
  std::int64_t number(std::string_view key) const;
  std::optional<Time> time(std::string_view key) const;

 private:
  const rapidjson::Value* list(std::string_view key) const;
  std::string place_of(std::string_view key) const;
  [[noreturn]] void fail(std::string_view key, std::string_view expected) const;

  const rapidjson::Value* value_;
  std::string place_;
};

}  // namespace drift::controller
