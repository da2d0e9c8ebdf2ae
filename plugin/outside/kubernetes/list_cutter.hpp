// Cuts the objects out of a list's JSON while it comes, so that one of them is held at a time: 500 Applications take 10 to 30 MB
// as text and three times that once they are read.
//
// Only brackets and strings are looked at; what stands between them is checked by whoever reads the objects and the rest.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace drift::outside {

class ListCutter {
 public:
  // Bytes of an object, and of all that isn't one. What is longer, and what is no list, is thrown as HttpFailure.
  ListCutter(std::size_t longest_object, std::size_t longest_rest)
      : longest_object_(longest_object), longest_rest_(longest_rest) {}

  // Calls take() with the text of each object that is whole; false where take() wanted no more.
  template <class Take>
  bool add(std::string_view data, Take take) {
    for (const char c : data) {
      if (!is_whole_with(c)) continue;
      const bool more = take(std::string_view(object_));
      object_.clear();
      if (!more) return false;
    }
    return true;
  }

  // The list without its objects, `{"metadata":{…},"items":[]}`; not whole before the end has come.
  const std::string& rest() const { return rest_; }

 private:
  bool is_whole_with(char c);
  void go_through(char c);
  void keep(char c, std::string& text, std::size_t longest) const;

  std::size_t longest_object_, longest_rest_;
  std::string object_, rest_;
  std::string key_;  // the last string right in the list
  std::size_t depth_ = 0;
  bool in_items_ = false, in_string_ = false, escaped_ = false;
};

}  // namespace drift::outside
