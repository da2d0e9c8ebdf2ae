#include "api/condensed.hpp"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "json/read.hpp"
#include "json/string.hpp"

namespace drift::api {
namespace {

using rapidjson::Value;

constexpr std::size_t digest_digits = 32;
// A digest with its key takes as much.
constexpr std::size_t shortest_part = 96;

bool is_collection(const Value& value) {
  return value.IsObject() || value.IsArray();
}

// Go prints a whole number without a point, whatever it was read as.
void append_number(const Value& value, std::string& out) {
  constexpr double most_exact = 9007199254740992.0;
  if (value.IsDouble() && std::fabs(value.GetDouble()) < most_exact &&
      std::trunc(value.GetDouble()) == value.GetDouble()) {
    out += std::to_string(static_cast<std::int64_t>(value.GetDouble()));
    return;
  }
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer(buffer);
  value.Accept(writer);
  out.append(buffer.GetString(), buffer.GetSize());
}

void append_scalar(const Value& value, std::string& out) {
  if (value.IsString()) return append_json_string(text_of(value), out);
  if (value.IsNumber()) return append_number(value, out);
  out += value.IsNull() ? "null" : value.IsTrue() ? "true" : "false";
}

using Members = std::vector<const Value::Member*>;

// Sorted, and without what Kubernetes drops.
Members kept_members(const Value& object) {
  Members members;
  for (const auto& member : object.GetObject())
    if (!member.value.IsNull() && !(member.value.IsArray() && member.value.Empty()))
      members.push_back(&member);
  std::sort(members.begin(), members.end(),
            [](const auto* a, const auto* b) { return text_of(a->name) < text_of(b->name); });
  return members;
}

// A collection that is being written.
struct Level {
  const Value* collection;
  Members members;  // of an object
  std::size_t next = 0;

  std::size_t size() const { return collection->IsObject() ? members.size() : collection->Size(); }
};

void begin_normal(const Value& value, std::vector<Level>& open, std::string& out) {
  if (!is_collection(value)) return append_scalar(value, out);
  out += value.IsObject() ? '{' : '[';
  open.push_back({&value, value.IsObject() ? kept_members(value) : Members()});
}

// Up to 10,000 levels, for which the stack has no room under the sanitizers.
void append_normal(const Value& root, std::string& out) {
  std::vector<Level> open;
  begin_normal(root, open, out);
  while (!open.empty()) {
    auto& level = open.back();
    const bool is_object = level.collection->IsObject();
    if (level.next == level.size()) {
      out += is_object ? '}' : ']';
      open.pop_back();
      continue;
    }
    if (level.next > 0) out += ',';
    const auto at = level.next++;
    if (!is_object) {
      begin_normal((*level.collection)[static_cast<rapidjson::SizeType>(at)], open, out);
      continue;
    }
    const auto& member = *level.members[at];
    append_json_string(text_of(member.name), out);
    out += ':';
    begin_normal(member.value, open, out);
  }
}

// By these, elements of lists are found again (kube/fields.cpp).
bool tells_elements_apart(std::string_view key) {
  return key == "name" || key == "mountPath" || key == "devicePath" || key == "topologyKey";
}

class Condensing {
 public:
  Condensing(const Value& root, std::size_t longest_part) : longest_part_(longest_part) { measure(root); }

  std::string write(const Value& root) {
    char separator = '{';
    for (const auto& member : root.GetObject()) {
      const auto key = text_of(member.name);
      // Of metadata also labels and annotations stay open.
      const int open = key == "metadata" ? 2 : key == "data" || key == "binaryData" ? 1 : 0;
      write_member(separator, member, open);
      separator = ',';
    }
    out_ += separator == '{' ? "{}" : "}";
    return std::move(out_);
  }

 private:
  // About as long as its text.
  std::size_t measure(const Value& value) {
    constexpr std::size_t of_a_scalar = 6;
    if (!is_collection(value)) return value.IsString() ? value.GetStringLength() + 3 : of_a_scalar;
    std::size_t size = 2;
    if (value.IsObject())
      for (const auto& member : value.GetObject())
        size += member.name.GetStringLength() + 3 + measure(member.value);
    else
      for (const auto& element : value.GetArray()) size += measure(element);
    return sizes_[&value] = size;
  }

  bool becomes_digest(const Value& value, int open) const {
    if (value.IsString()) return value.GetStringLength() > shortest_part;
    if (!is_collection(value) || open > 0) return false;
    const auto size = sizes_.find(&value)->second;
    return size > shortest_part && size <= longest_part_;
  }

  void write_member(char separator, const Value::Member& member, int open) {
    out_ += separator;
    append_json_string(text_of(member.name), out_);
    out_ += ':';
    if (member.value.IsString() && tells_elements_apart(text_of(member.name)))
      append_scalar(member.value, out_);
    else
      write_value(member.value, open);
  }

  // `open`: how many levels may not become digests as wholes.
  void write_value(const Value& value, int open) {
    if (becomes_digest(value, open)) {
      out_ += digest_marker(part_digest(value));
    } else if (value.IsObject()) {
      write_object(value, std::max(open - 1, 0));
    } else if (value.IsArray()) {
      write_list(value);
    } else {
      append_scalar(value, out_);
    }
  }

  void write_object(const Value& object, int open) {
    char separator = '{';
    for (const auto& member : object.GetObject()) {
      write_member(separator, member, open);
      separator = ',';
    }
    out_ += separator == '{' ? "{}" : "}";
  }

  // Elements are matched by their members, so these stay.
  void write_list(const Value& list) {
    char separator = '[';
    for (const auto& element : list.GetArray()) {
      out_ += separator;
      separator = ',';
      write_value(element, 1);
    }
    out_ += separator == '[' ? "[]" : "]";
  }

  std::size_t longest_part_;
  std::unordered_map<const Value*, std::size_t> sizes_;
  std::string out_;
};

// The digest that stands there, or would.
std::string digest_of(const Value& planned) {
  const auto digest = marked_digest(planned);
  return digest ? std::string(*digest) : part_digest(planned);
}

}  // namespace

std::string condensed(std::string_view manifest, std::size_t longest_part) {
  const auto root = parse_json("manifest", manifest);
  return Condensing(root, longest_part).write(root);
}

std::string part_digest(const rapidjson::Value& value) {
  std::string text;
  append_normal(value, text);
  return sha256_hex(text).substr(0, digest_digits);
}

std::string part_digest(yaml::Node node) {
  const auto text = node.json();
  rapidjson::Document document;
  // Not by parse_json(), which has a limit of levels: this is for what is beyond one.
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag>(text.data(),
                                                                                      text.size());
  return part_digest(document);
}

std::string digest_marker(std::string_view digest) {
  return std::string(R"({")").append(keys::digest).append(R"(":")").append(digest).append(R"("})");
}

std::optional<std::string_view> marked_digest(const rapidjson::Value& value) {
  if (!value.IsObject() || value.MemberCount() != 1) return std::nullopt;
  const auto& member = *value.MemberBegin();
  if (text_of(member.name) != std::string_view(keys::digest) || !member.value.IsString()) return std::nullopt;
  return text_of(member.value);
}

bool is_same_part(const rapidjson::Value& planned, const rapidjson::Value& live) {
  return digest_of(planned) == part_digest(live);
}

bool are_same_parts(const rapidjson::Value& a, const rapidjson::Value& b) {
  return digest_of(a) == digest_of(b);
}

}  // namespace drift::api
