// JSON in one form only, so that equal values are equal bytes and can be hashed: keys sorted by their bytes, no spaces,
// strings as json/string.hpp writes them (RFC 8785 in spirit; numbers are integers).
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace drift {

std::string canonical(const rapidjson::Value& value);

// An object that is put together member by member, in any order.
class JsonObject {
 public:
  void text(const std::string& key, std::string_view value);
  // Left out where it is empty.
  void text_if(const std::string& key, std::string_view value);
  void number(const std::string& key, std::uint64_t value);
  void flag(const std::string& key, bool value);
  // A value that is canonical JSON already.
  void json(const std::string& key, std::string value);
  std::string str() const;

 private:
  std::map<std::string, std::string> members_;
};

// A list of what `write` makes of each.
template <typename All, typename Write>
std::string json_list(const All& all, const Write& write, std::string_view between = ",") {
  std::string json = "[";
  for (const auto& one : all) {
    if (json.size() > 1) json += between;
    json += write(one);
  }
  return json + "]";
}

// The same with a line for each, as commands print it.
template <typename All, typename Write>
std::string json_lines(const All& all, const Write& write) {
  return json_list(all, write, ",\n") + "\n";
}

}  // namespace drift
