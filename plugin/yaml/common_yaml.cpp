#include "yaml/common_yaml.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/node/node.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <map>
#include <set>
#include <sstream>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/utf8.hpp"
#include "yaml/nesting.hpp"
#include "yaml/resolve.hpp"

namespace drift::yaml {
namespace {

namespace cpp = ::YAML;
using OwnValue = rapidjson::Value;

constexpr std::size_t longest_common = std::size_t{1} << 20;
constexpr std::size_t most_levels = 100;
// yaml-cpp scans brackets to their end before it says anything; a thousand open ones are far more than most_levels.
constexpr std::size_t most_brackets = 1'000'000;
// Each value has one cost more than its text. A text without aliases can't come to it.
constexpr std::size_t most_cost = std::size_t{16} << 20;
constexpr std::size_t value_cost = 16;

// Thrown at the end of what we read: a further document begins.
struct FurtherDocument : std::exception {};

struct Part {
  OwnValue value;
  std::size_t cost = value_cost;
  std::size_t levels = 0;
};

// A list or mapping that hasn't ended.
struct OpenPart {
  Part part;
  cpp::anchor_t anchor;
  OwnValue key;  // null: the next scalar is one
  std::set<std::string> keys = {};

  bool awaits_key() const { return part.value.IsObject() && key.IsNull(); }
};

// Builds JSON of what yaml-cpp sees. It numbers anchors from 1; 0 is none.
class JsonBuilder : public cpp::EventHandler {
 public:
  JsonBuilder(const std::string& name, std::string_view text) : name_(name), text_(text) {}

  rapidjson::Document take() {
    json_.OwnValue::operator=(root_);
    return std::move(json_);
  }

  void OnDocumentStart(const cpp::Mark& mark) override {
    if (std::exchange(started_, true)) {
      if (text_.substr(static_cast<std::size_t>(mark.pos)).starts_with("---")) throw FurtherDocument();
      refuse(mark, "the document has ended before; expected --- in front of a further one");
    }
  }
  void OnDocumentEnd() override {}

  void OnNull(const cpp::Mark& mark, cpp::anchor_t anchor) override {
    if (awaits_key()) refuse_key(mark);
    spend(mark, value_cost);
    add(mark, anchor, {});
  }
  void OnScalar(const cpp::Mark& mark, const std::string& tag, cpp::anchor_t anchor,
                const std::string& text) override {
    const bool string = is_string(mark, tag, text);
    const std::size_t cost = value_cost + text.size();
    spend(mark, cost);
    if (!awaits_key()) return add(mark, anchor, {string ? owned(text) : resolved(mark, text), cost});
    if (!string || anchor != 0) refuse_key(mark);
    auto& open = open_.back();
    if (!open.keys.insert(text).second)
      refuse(mark, "this key stands in the mapping before; expected each key once");
    open.key = owned(text);
    open.part.cost += cost;
  }
  void OnAlias(const cpp::Mark& mark, cpp::anchor_t anchor) override {
    if (awaits_key()) refuse_key(mark);
    const auto found = anchors_.find(anchor);
    if (found == anchors_.end())
      refuse(mark, "the value of this anchor contains itself; expected an alias to something complete");
    add(mark, 0, copy(mark, found->second));
  }
  void OnSequenceStart(const cpp::Mark& mark, const std::string& tag, cpp::anchor_t anchor,
                       cpp::EmitterStyle::value) override {
    open(mark, tag, "tag:yaml.org,2002:seq", rapidjson::kArrayType, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const cpp::Mark& mark, const std::string& tag, cpp::anchor_t anchor,
                  cpp::EmitterStyle::value) override {
    open(mark, tag, "tag:yaml.org,2002:map", rapidjson::kObjectType, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] void refuse(const cpp::Mark& mark, std::string message) const {
    throw InputError(
        {name_, static_cast<std::size_t>(mark.line + 1), static_cast<std::size_t>(mark.column + 1)},
        std::move(message));
  }
  [[noreturn]] void refuse_key(const cpp::Mark& mark) const {
    refuse(mark, "the key of a mapping is missing or no string; expected a plain word, or quotes around it");
  }

  void spend(const cpp::Mark& mark, std::size_t cost) {
    cost_ += cost;
    if (cost_ > most_cost)
      refuse(mark, fmt::format("the document means more than {} MiB; expected fewer aliases of aliases",
                               most_cost >> 20));
  }

  bool awaits_key() const { return !open_.empty() && open_.back().awaits_key(); }

  OwnValue owned(const std::string& text) {
    return {text.data(), static_cast<rapidjson::SizeType>(text.size()), json_.GetAllocator()};
  }

  // yaml-cpp's tags of its own: `?` for plain scalars, `!` for quoted ones.
  bool is_string(const cpp::Mark& mark, const std::string& tag, const std::string& text) const {
    if (tag == "!" || tag == "tag:yaml.org,2002:str") return true;
    if (tag != "?") refuse_tag(mark);
    return plain_type(text) == Type::string && !(awaits_key() && text == "<<");
  }
  [[noreturn]] void refuse_tag(const cpp::Mark& mark) const {
    refuse(mark, "this tag is not supported; expected none");
  }

  OwnValue resolved(const cpp::Mark& mark, const std::string& text) const {
    const Type type = plain_type(text);
    if (type == Type::null) return {};
    if (type == Type::boolean) return OwnValue(boolean_value(text));
    const auto number = parse_number(text);
    const auto real =
        number ? std::visit([](auto value) { return static_cast<double>(value); }, *number) : NAN;
    if (!std::isfinite(real)) refuse(mark, "JSON has no such number; expected a finite one");
    if (const auto* integer = std::get_if<std::int64_t>(&*number)) return OwnValue(*integer);
    return OwnValue(real);
  }

  Part copy(const cpp::Mark& mark, const Part& part) {
    spend(mark, part.cost);
    if (open_.size() + part.levels > most_levels) refuse_depth(mark);
    return {OwnValue(part.value, json_.GetAllocator()), part.cost, part.levels};
  }
  [[noreturn]] void refuse_depth(const cpp::Mark& mark) const {
    refuse(mark, fmt::format("nested too deep; expected at most {} levels", most_levels));
  }

  void open(const cpp::Mark& mark, const std::string& tag, std::string_view own_tag, rapidjson::Type type,
            cpp::anchor_t anchor) {
    if (awaits_key()) refuse_key(mark);
    if (tag != "?" && tag != "!" && tag != own_tag) refuse_tag(mark);
    if (open_.size() >= most_levels) refuse_depth(mark);
    spend(mark, value_cost);
    open_.push_back({{OwnValue(type), value_cost, 1}, anchor, OwnValue()});
    last_open_ = mark;
  }
  void close() {
    auto closed = std::move(open_.back());
    open_.pop_back();
    add(last_open_, closed.anchor, std::move(closed.part));
  }

  void add(const cpp::Mark& mark, cpp::anchor_t anchor, Part part) {
    if (anchor != 0) anchors_.insert_or_assign(anchor, copy(mark, part));
    if (open_.empty()) {
      root_ = std::move(part.value);
      return;
    }
    auto& parent = open_.back();
    parent.part.cost += part.cost;
    parent.part.levels = std::max(parent.part.levels, part.levels + 1);
    if (parent.part.value.IsArray()) {
      parent.part.value.PushBack(std::move(part.value), json_.GetAllocator());
    } else {
      parent.part.value.AddMember(std::exchange(parent.key, OwnValue()), std::move(part.value),
                                  json_.GetAllocator());
    }
  }

  const std::string& name_;
  std::string_view text_;
  rapidjson::Document json_;
  OwnValue root_;
  std::vector<OpenPart> open_;
  std::map<cpp::anchor_t, Part> anchors_;
  std::size_t cost_ = 0;
  cpp::Mark last_open_;
  bool started_ = false;
};

// Our words for what yaml-cpp says most. Its own may quote the text (names of anchors, characters), and kubeconfigs hold secrets.
std::string in_our_words(std::string_view theirs) {
  static const std::vector<std::pair<std::string_view, const char*>> table = {
      {cpp::ErrorMsg::EOF_IN_SCALAR, "a text in quotes has no end; expected its closing quote"},
      {cpp::ErrorMsg::DOC_IN_SCALAR, "a text in quotes has no end; expected its closing quote"},
      {cpp::ErrorMsg::END_OF_SEQ_FLOW, "a list in brackets goes wrong; expected , or ]"},
      {cpp::ErrorMsg::END_OF_MAP_FLOW, "a mapping in braces goes wrong; expected , or }"},
      {cpp::ErrorMsg::END_OF_SEQ, "a list goes wrong; expected a further element, or less indentation"},
      {cpp::ErrorMsg::END_OF_MAP, "a mapping goes wrong; expected a further key, or less indentation"},
      {cpp::ErrorMsg::UNKNOWN_ANCHOR, "no anchor of this name stands before; expected one"},
      {cpp::ErrorMsg::TAB_IN_INDENTATION, "a tab indents this line; expected spaces"},
      {cpp::ErrorMsg::INVALID_UNICODE, "an escape stands for no character; expected one of Unicode"},
      {cpp::ErrorMsg::INVALID_ESCAPE, "YAML has no such escape; expected \\\\ for a backslash"},
      {cpp::ErrorMsg::MAP_VALUE, "a value stands where none can; expected quotes around a text with a colon"},
  };
  for (const auto& [start, ours] : table)
    if (theirs.starts_with(start)) return ours;
  return "is no YAML; expected mappings of keys and values";
}

// What go-yaml's readerc.go takes as characters. yaml-cpp would take 0x04 for the end, and NUL for a sign of UTF-16.
bool is_text_character(unsigned code) {
  if (code < 0x20) return code == '\t' || code == '\n' || code == '\r';
  return (code < 0x7F || code > 0x9F || code == 0x85) && code != 0xFFFE && code != 0xFFFF;
}

void check_characters(const std::string& name, std::string_view text) {
  Place place{name, 1, 1};
  while (!text.empty()) {
    const auto length = sequence_length(text);
    if (length == 0 || !is_text_character(code_point(text.substr(0, length))))
      throw InputError(place, "this is no character of YAML; expected text in UTF-8");
    place.column += length;
    if (text[0] == '\n') place = {name, place.line + 1, 1};
    text.remove_prefix(length);
  }
}

// With the marker of a document's end: yaml-cpp takes the text's end for a closing quote where a line break stands before.
std::string ended(std::string_view text) {
  std::string whole(text);
  if (!whole.ends_with('\n')) whole += '\n';
  return whole += "...\n";
}

}  // namespace

rapidjson::Document read_common_yaml(const std::string& name, std::string_view text) {
  if (text.size() > longest_common) throw InputError({name}, "is too large; expected at most 1 MiB");
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  check_characters(name, text);
  if (nesting_work(text) > most_brackets)
    throw InputError({name}, "lists and mappings in brackets are nested too deep; expected fewer levels");
  JsonBuilder builder(name, text);
  try {
    std::istringstream in(ended(text));
    cpp::Parser parser(in);
    while (parser.HandleNextDocument(builder)) continue;
  } catch (const FurtherDocument&) {
    return builder.take();
  } catch (const cpp::Exception& error) {
    throw InputError({name, static_cast<std::size_t>(error.mark.line + 1),
                      static_cast<std::size_t>(error.mark.column + 1)},
                     in_our_words(error.msg));
  }
  return builder.take();
}

}  // namespace drift::yaml
