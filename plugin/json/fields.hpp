// Reads the members of a JSON object that a program wrote, each with its place for messages:
// `plan.json: objects[3].severity: expected a string`.
#pragma once
#include <rapidjson/document.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace drift {

// A JSON object. What is demanded and isn't there, or is of another type, is an InputError.
class Fields {
 public:
  Fields(const rapidjson::Value& value, std::string path);

  std::string text(const char* key) const;
  // Empty, false or nothing where the key is missing.
  std::string text_or_empty(const char* key) const;
  std::optional<std::string> optional_text(const char* key) const;
  bool flag(const char* key) const;
  std::optional<std::int64_t> optional_number(const char* key) const;
  std::int64_t number(const char* key) const;
  std::size_t count(const char* key) const;               // not negative; 0 where missing
  std::vector<std::string> texts(const char* key) const;  // none where missing
  Fields object(const char* key) const;
  std::vector<Fields> objects(const char* key) const;  // none where missing
  const rapidjson::Value* find(const char* key) const;

  [[noreturn]] void fail(const char* key, std::string_view expected) const;

 private:
  std::string path_of(const char* key) const;
  const rapidjson::Value& value_;
  std::string path_;
};

}  // namespace drift
