#include "render/diff.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/colour.hpp"
#include "base/keys.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"

namespace drift::render {
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

// What Secrets hold. In flow style and JSON it stands on the line of an insertion, and a diff is shown to others.
class SecretValues {
 public:
  explicit SecretValues(const manifest::Manifests& manifests) : by_file_(manifests.files().size()) {
    for (const auto& manifest : manifests.objects()) {
      if (manifest.kind != "Secret" || !manifest.group.empty()) continue;
      auto& file = by_file_[manifest.file];
      for (const auto* field : {"data", "stringData"}) add(manifest.object.find(field), file.values);
      add(manifest.annotations.find("kubectl.kubernetes.io/last-applied-configuration"), file.values);
      if (manifest.document->has_anchors()) file.anchored.push_back(manifest.document->span());
    }
    for (auto& file : by_file_) {
      keep_outermost(file.values);
      keep_outermost(file.anchored);
    }
  }

  // The text of a file from `offset` on, with a `…` for each value; line ends stay.
  std::string without(std::string_view text, std::size_t file, std::size_t offset) const {
    std::string result;
    std::size_t at = 0;
    const auto& values = by_file_[file].values;
    for (auto span = first_behind(values, offset); span != values.end() && span->begin < offset + text.size();
         ++span) {
      const auto begin = std::max<std::size_t>(span->begin, offset) - offset;
      const auto end = std::min<std::size_t>(span->end - offset, text.size());
      const auto value = text.substr(begin, end - begin);
      result.append(text.substr(at, begin - at)).append("…");
      result.append(static_cast<std::size_t>(std::count(value.begin(), value.end(), '\n')), '\n');
      at = end;
    }
    return result.append(text.substr(at));
  }

  // Whether values can be in what stands in the place of that text: it held some, or is an alias of what does.
  bool in_place_of(std::string_view text, std::size_t file, std::size_t offset) const {
    const auto any_in = [&](const std::vector<Span>& spans) {
      const auto span = first_behind(spans, offset);
      return span != spans.end() && span->begin < offset + text.size();
    };
    return any_in(by_file_[file].values) || any_in(by_file_[file].anchored);
  }

 private:
  using Span = yaml::Span;
  struct File {
    // In order, none in another. Anchored: documents with anchors that hold a Secret.
    std::vector<Span> values, anchored;
  };

  static void keep_outermost(std::vector<Span>& spans) {
    std::sort(spans.begin(), spans.end(),
              [](Span a, Span b) { return a.begin != b.begin ? a.begin < b.begin : a.end > b.end; });
    std::size_t kept = 0;
    for (const auto& span : spans)
      if (span.begin < span.end && (kept == 0 || span.begin >= spans[kept - 1].end)) spans[kept++] = span;
    spans.resize(kept);
  }

  // The first that ends behind `offset`.
  static std::vector<Span>::const_iterator first_behind(const std::vector<Span>& spans, std::size_t offset) {
    return std::partition_point(spans.begin(), spans.end(), [&](Span span) { return span.end <= offset; });
  }

  // Aliases and merge keys have their values elsewhere in the document.
  static void add(const yaml::Node& node, std::vector<Span>& spans) {
    if (!node) return;
    spans.push_back(node.followed().span());
    for (const auto& [key, value] : node.entries()) add(value, spans);
  }

  std::vector<File> by_file_;
};

// The hunks of one file. The source is taken line by line; a line that got something inserted is compared with what it
// became, so that whole lines show as added and only lines that changed inside show as replaced.
class FileDiff {
 public:
  explicit FileDiff(const DiffOptions& options)
      : colour_(options.colour), width_(std::max<std::size_t>(options.width, 40)) {}

  void add(const manifest::Segment& segment) {
    if (segment.origin == manifest::Origin::inserted) {
      new_ += segment.text;
      return;
    }
    for (const auto line : lines_of(segment.text)) {
      old_ += line;
      if (segment.origin == manifest::Origin::source) new_ += line;
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
    auto shown = fmt::format("{}{}", mark, line);
    if (has_wanted_value(line)) shown = cut(shown, width_ - 1);  // and the `…`
    text_ += in_colour(shown, code, colour_);
    text_ += ended ? "\n" : "\n\\ No newline at end of file\n";
  }

  // On a line of its own, as it is inserted in block style.
  static bool has_wanted_value(std::string_view line) {
    return trimmed(line, " \t\"").starts_with(keys::want_prefix);
  }

  bool colour_;
  std::size_t width_;
  std::string old_, new_, text_;
  std::size_t old_line_ = 1, new_line_ = 1;
};

std::string header(std::string_view old_name, std::string_view new_name, bool colour) {
  return in_colour("--- " + printable(old_name), bold, colour) + "\n" +
         in_colour("+++ " + printable(new_name), bold, colour) + "\n";
}

std::string added_document(const annotators::Addition& addition, const DiffOptions& options) {
  FileDiff file(options);
  file.add({manifest::Origin::inserted, addition.yaml, 0});
  std::string hunks = file.finish();
  return header("/dev/null", addition.display, options.colour) + hunks;
}

// `+ 15 hook objects: gate, audit, alert … (--hooks to see them)`
std::string count_of(const std::vector<annotators::Addition>& additions, bool colour) {
  constexpr std::size_t most_names = 8;
  std::vector<std::string> names;
  for (const auto& addition : additions)
    if (!addition.hook.empty() && names.size() < most_names) names.push_back(printable(addition.hook));
  const bool one = additions.size() == 1;
  auto text = fmt::format("+ {} hook object{}", additions.size(), one ? "" : "s");
  if (!names.empty()) text += fmt::format(": {}", fmt::join(names, ", "));
  if (!names.empty() && names.size() < additions.size()) text += " …";
  text += one ? " (--hooks to see it)" : " (--hooks to see them)";
  return in_colour(text, green, colour) + "\n";
}

}  // namespace

std::string diff(const Rendered& rendered, const DiffOptions& options) {
  const auto& files = rendered.manifests->files();
  const SecretValues secrets(*rendered.manifests);
  std::vector<FileDiff> diffs(files.size(), FileDiff(options));
  bool hidden = false;  // the next insertion, for what stood in its place
  for (auto segment : rendered.output->segments()) {
    if (segment.file >= files.size() || segment.separator) continue;
    std::string shown = hidden ? "…" : std::string(segment.text);
    hidden = false;
    if (segment.origin != manifest::Origin::inserted) {
      const auto offset = static_cast<std::size_t>(segment.text.data() - files[segment.file].text.data());
      shown = secrets.without(segment.text, segment.file, offset);
      hidden = segment.origin == manifest::Origin::removed &&
               secrets.in_place_of(segment.text, segment.file, offset);
    }
    segment.text = shown;
    diffs[segment.file].add(segment);
  }
  std::string text;
  for (std::size_t i = 0; i < files.size(); ++i)
    if (const auto hunks = diffs[i].finish(); !hunks.empty())
      text += header("a/" + files[i].name, "b/" + files[i].name, options.colour) + hunks;
  if (!options.hooks && !rendered.additions.empty())
    return text + count_of(rendered.additions, options.colour);
  for (const auto& addition : rendered.additions) text += added_document(addition, options);
  return text;
}

}  // namespace drift::render
