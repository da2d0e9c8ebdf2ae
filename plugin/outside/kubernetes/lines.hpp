// Cuts a stream into lines, of which only the one that is under way is held.
#pragma once
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "outside/net/http.hpp"

namespace drift::outside {

class Lines {
 public:
  explicit Lines(std::size_t longest) : longest_(longest) {}

  // Calls take() for each whole line that isn't empty; false where take() wanted no more. Throws HttpFailure of kind too_large.
  template <class Take>
  bool add(std::string_view data, Take take) {
    while (!data.empty()) {
      const auto end = data.find('\n');
      if (rest_.size() + std::min(end, data.size()) > longest_) {
        throw HttpFailure(HttpFailure::Kind::too_large, "an event of a watch is too large");
      }
      rest_ += data.substr(0, end);
      if (end == std::string_view::npos) return true;
      data.remove_prefix(end + 1);
      const std::string line = std::move(rest_);
      rest_.clear();
      if (!line.empty() && !take(line)) return false;
    }
    return true;
  }

 private:
  std::size_t longest_;
  std::string rest_;
};

}  // namespace drift::outside
