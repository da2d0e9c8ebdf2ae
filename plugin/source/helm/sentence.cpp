#include "source/helm/sentence.hpp"

#include <algorithm>

#include "base/ascii.hpp"

namespace drift::source {
namespace {

// Where the text between two holes ends when it begins at `from`; npos: it isn't there.
std::size_t end_of(std::string_view text, std::string_view said, std::size_t from) {
  for (const char c : text) {
    if (from >= said.size()) return std::string_view::npos;
    if (c != ' ') {
      if (said[from++] != c) return std::string_view::npos;
      continue;
    }
    if (!is_blank(said[from])) return std::string_view::npos;
    while (from < said.size() && is_blank(said[from])) ++from;
  }
  return from;
}

class Match {
 public:
  Match(std::string_view sentence, std::string_view said, const Fill& fill)
      : sentence_(sentence), said_(said), fill_(fill) {}

  std::optional<std::string> run() {
    const auto first = take_text();
    const auto end = end_of(first, said_, 0);
    if (end == std::string_view::npos) return std::nullopt;
    keep(0, end);
    while (!sentence_.empty())
      if (!hole()) return std::nullopt;
    if (at_ != said_.size()) return std::nullopt;
    return std::move(out_);
  }

 private:
  std::string_view take_text() {
    const auto text = sentence_.substr(0, sentence_.find('{'));
    sentence_.remove_prefix(text.size());
    return text;
  }

  void keep(std::size_t begin, std::size_t end) {
    out_ += said_.substr(begin, end - begin);
    at_ = end;
  }

  bool hole() {
    const auto close = sentence_.find('}');
    const auto name = sentence_.substr(1, close - 1);
    sentence_.remove_prefix(close + 1);
    const auto behind = take_text();
    constexpr int most = 16;  // places where what is behind the hole may begin
    auto end = behind.empty() ? said_.size() : next(behind, at_);
    for (int tries = 0; end != std::string_view::npos && tries < most; ++tries, end = next(behind, end + 1)) {
      if (auto filled = fill_(name, said_.substr(at_, end - at_))) {
        out_ += *filled;
        keep(end, behind.empty() ? end : end_of(behind, said_, end));
        return true;
      }
      if (behind.empty()) break;
    }
    return false;
  }

  std::size_t next(std::string_view text, std::size_t from) const {
    for (; from < said_.size(); ++from)
      if (end_of(text, said_, from) != std::string_view::npos) return from;
    return std::string_view::npos;
  }

  std::string_view sentence_, said_;
  const Fill& fill_;
  std::size_t at_ = 0;
  std::string out_;
};

}  // namespace

std::optional<std::string> as_sentence(std::string_view sentence, std::string_view said, const Fill& fill) {
  return Match(sentence, said, fill).run();
}

}  // namespace drift::source
