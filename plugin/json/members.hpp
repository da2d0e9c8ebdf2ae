// Small questions to JSON values.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <string_view>
#include <unordered_map>

namespace drift {

// The member of an object; nullptr where it isn't there, is null (which Kubernetes drops), or `value` is no object.
const rapidjson::Value* member(const rapidjson::Value* value, std::string_view key);

// A string's characters; empty for anything else, nullptr included.
std::string_view string_of(const rapidjson::Value* value);

// A string as it is, anything else as canonical JSON: how want.drift-policy.dev/ annotations hold values.
std::string plain_text(const rapidjson::Value& value);

// The members of an object, found fast also where there are thousands. Refers to the object.
class Members {
 public:
  explicit Members(const rapidjson::Value* object);
  const rapidjson::Value* at(std::string_view key) const;  // as member()

 private:
  const rapidjson::Value* object_;
  std::unordered_map<std::string_view, const rapidjson::Value*> index_;  // empty where there are few
};

// The member of an object, or the element of a list by its number; nullptr as for member().
const rapidjson::Value* child(const rapidjson::Value* value, std::string_view token);

// The value that a JSON pointer leads to, list elements by number; nullptr where there is none, or null.
const rapidjson::Value* resolve(const rapidjson::Value& root, std::string_view pointer);

}  // namespace drift
