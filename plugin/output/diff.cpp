#include "output/diff.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "output/colour.hpp"
#include "printable.hpp"

namespace drift::output {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto length = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

// The hunks of one file. The source is taken line by line; a line that got something inserted is compared with what it
// became, so that whole lines show as added and only lines that changed inside show as replaced.
class FileDiff {
 public:
  explicit FileDiff(bool colour) : colour_(colour) {}

  void add(const Segment& segment) {
    if (segment.origin == Origin::inserted) {
      new_ += segment.text;
      return;
    }
    for (const auto line : lines_of(segment.text)) {
      old_ += line;
      if (segment.origin == Origin::source) new_ += line;
      if (line.back() == '\n') flush();
    }
  }

  std::string finish() {
    flush();
    return std::move(text_);
  }

 private:
  void flush() {
    if (old_ != new_) hunk();
    if (!old_.empty()) ++old_line_;
    new_line_ += lines_of(new_).size();
    old_.clear();
    new_.clear();
  }

  void hunk() {
    const bool before = new_.ends_with(old_), after = new_.starts_with(old_);
    auto removed = old_.empty() || before || after ? std::vector<std::string_view>() : lines_of(old_);
    std::string_view added = new_;
    std::size_t skipped = 0;
    if (before)
      added.remove_suffix(old_.size());
    else if (after) {
      added.remove_prefix(old_.size());
      skipped = lines_of(old_).size();
    }
    const auto lines = lines_of(added);
    const auto old_start = removed.empty() ? old_line_ - 1 + skipped : old_line_;
    text_ += in_colour(
        fmt::format("@@ -{},{} +{},{} @@", old_start, removed.size(), new_line_ + skipped, lines.size()),
        cyan, colour_);
    text_ += '\n';
    for (const auto line : removed) add_line('-', line, red);
    for (const auto line : lines) add_line('+', line, green);
  }

  void add_line(char mark, std::string_view line, std::string_view code) {
    const bool ended = line.ends_with('\n');
    if (ended) line.remove_suffix(1);
    text_ += in_colour(fmt::format("{}{}", mark, line), code, colour_);
    text_ += ended ? "\n" : "\n\\ No newline at end of file\n";
  }

  bool colour_;
  std::string old_, new_, text_;
  std::size_t old_line_ = 1, new_line_ = 1;
};

std::string header(std::string_view old_name, std::string_view new_name, bool colour) {
  return in_colour("--- " + printable(old_name), bold, colour) + "\n" +
         in_colour("+++ " + printable(new_name), bold, colour) + "\n";
}

std::string added_document(const annotators::Addition& addition, bool colour) {
  FileDiff file(colour);
  file.add({Origin::inserted, addition.yaml, 0});
  std::string hunks = file.finish();
  return header("/dev/null", addition.display, colour) + hunks;
}

}  // namespace

std::string diff(const Rendered& rendered, bool colour) {
  const auto& files = rendered.manifests->files();
  std::vector<FileDiff> diffs(files.size(), FileDiff(colour));
  for (const auto& segment : rendered.output->segments())
    if (segment.file < files.size() && !segment.separator) diffs[segment.file].add(segment);
  std::string text;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (const auto hunks = diffs[i].finish(); !hunks.empty())
      text += header("a/" + files[i].name, "b/" + files[i].name, colour) + hunks;
  for (const auto& addition : rendered.additions) text += added_document(addition, colour);
  return text;
}

}  // namespace drift::output
