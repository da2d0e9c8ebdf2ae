#include "outside/kubernetes/list_cutter.hpp"

#include "outside/net/http.hpp"

namespace drift::outside {
namespace {

// The list, its `items`, an object there.
constexpr std::size_t in_list = 1, between_objects = 2, in_object = 3;
constexpr std::size_t longest_key = 64;  // longer ones aren't `items`

[[noreturn]] void fail_as_no_list() {
  throw HttpFailure(HttpFailure::Kind::broken, "what came is no list of objects");
}

}  // namespace

bool ListCutter::is_whole_with(char c) {
  const auto before = depth_;
  const bool was_in_items = in_items_;
  go_through(c);
  if (!was_in_items || !in_items_) {
    keep(c, rest_, longest_rest_);
    return false;
  }
  if (before < in_object && depth_ < in_object) {
    if (std::string_view(", \t\r\n").find(c) == std::string_view::npos) fail_as_no_list();
    return false;
  }
  if (before == between_objects && c != '{') fail_as_no_list();
  keep(c, object_, longest_object_);
  return depth_ == between_objects;
}

void ListCutter::go_through(char c) {
  if (in_string_) {
    if (escaped_) {
      escaped_ = false;
    } else if (c == '\\') {
      escaped_ = true;
    } else if (c == '"') {
      in_string_ = false;
    } else if (depth_ == in_list && key_.size() < longest_key) {
      key_ += c;
    }
    return;
  }
  if (c == '"') {
    in_string_ = true;
    if (depth_ == in_list) key_.clear();
  } else if (c == '{' || c == '[') {
    if (depth_ == in_list && c == '[' && key_ == "items") in_items_ = true;
    ++depth_;
  } else if (c == '}' || c == ']') {
    if (depth_ == 0) fail_as_no_list();
    --depth_;
    if (depth_ == in_list) in_items_ = false;
  }
}

void ListCutter::keep(char c, std::string& text, std::size_t longest) const {
  if (text.size() == longest)
    throw HttpFailure(HttpFailure::Kind::too_large, "an object of a list is too large");
  text += c;
}

}  // namespace drift::outside
