#include "manifest/segments.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "base/utf8.hpp"
#include "yaml/stream.hpp"

namespace drift::manifest {
namespace {

constexpr std::string_view separator = "---\n";

// What has to stand behind a JSON object of a stream, and where: a separator before what follows it without one, be it a YAML
// document that holds nothing but an anchor; or a line end before a separator that follows on its line.
std::optional<yaml::Edit> separation(const yaml::Document& document) {
  const auto text = document.text();
  const std::size_t end = document.span().end;
  const auto next = text.find_first_not_of(" \t\r\n", end);
  if (next == std::string_view::npos) return std::nullopt;
  const bool on_the_line = text.substr(end - 1, next - end + 1).find('\n') == std::string_view::npos;
  const auto insertion = [](std::size_t at, std::string_view what) {
    const auto offset = static_cast<std::uint32_t>(at);
    return yaml::Edit{{offset, offset}, std::string(what)};
  };
  if (text.substr(next).starts_with("---"))
    return on_the_line ? std::optional(insertion(next, "\n")) : std::nullopt;
  const auto begin = text[next] == '{' || on_the_line ? next : text.find('\n', end) + 1;
  // Looking for the next separator behind each object of a long stream would read all of it each time.
  if (text[begin] != '{' && yaml::holds_nothing(text.substr(begin, text.find("\n---", begin) - begin)))
    return std::nullopt;
  return insertion(begin, text[begin - 1] == '\n' ? "---\n" : "\n---\n");
}

// Adds the separators and line ends between the objects of JSON streams to the edits of their files, before all others: what
// is inserted at the first byte of a document belongs to that document.
void separate_json(const Manifests& manifests, std::vector<std::vector<yaml::Edit>>& edits) {
  std::vector<std::vector<yaml::Edit>> separators(edits.size());
  for_each_document(manifests, [&](std::size_t file, const yaml::Document& document) {
    if (auto edit = separation(document)) separators[file].push_back(*std::move(edit));
  });
  for (std::size_t file = 0; file < edits.size(); ++file)
    edits[file].insert(edits[file].begin(), separators[file].begin(), separators[file].end());
}

}  // namespace

Rendering::Rendering(const Manifests& manifests, std::vector<std::vector<yaml::Edit>> edits,
                     std::vector<std::string> additions) {
  separate_json(manifests, edits);
  for (std::size_t i = 0; i < manifests.files().size(); ++i) add_file(manifests, i, std::move(edits[i]));
  for (auto& addition : additions) {
    start_document(manifests.files().size());
    insert(std::move(addition), manifests.files().size());
  }
  const std::string_view blanks = " \t\r\n";
  for (const auto& segment : segments_) {
    if (segment.origin == Origin::removed) continue;
    const auto start = segment.text.find_first_not_of(blanks);
    if (start == std::string_view::npos) continue;
    if (segment.text[start] == '{')
      segments_.insert(segments_.begin(), {Origin::inserted, separator, 0, true});
    break;
  }
}

void Rendering::add_file(const Manifests& manifests, std::size_t file, std::vector<yaml::Edit> edits) {
  const std::string_view text = manifests.files()[file].text;
  if (text.empty()) return;
  std::uint32_t at = 0;
  if (file > 0) {
    if (text.starts_with(byte_order_mark)) {
      at = static_cast<std::uint32_t>(byte_order_mark.size());
      add(Origin::removed, text.substr(0, at), file);
    }
    if (!text.substr(at).starts_with("---"))
      start_document(file);
    else if (last() != '\n')
      insert("\n", file, true);
  }
  yaml::put_in_order(edits);
  for (auto& edit : edits) {
    add(Origin::source, text.substr(at, edit.span.begin - at), file);
    add(Origin::removed, text.substr(edit.span.begin, edit.span.end - edit.span.begin), file);
    insert(std::move(edit.text), file);
    at = edit.span.end;
  }
  add(Origin::source, text.substr(at), file);
}

void Rendering::add(Origin origin, std::string_view text, std::size_t file) {
  if (!text.empty()) segments_.push_back({origin, text, file, false});
}

void Rendering::insert(std::string text, std::size_t file, bool is_separator) {
  if (text.empty()) return;
  segments_.push_back({Origin::inserted, owned_.emplace_back(std::move(text)), file, is_separator});
}

void Rendering::start_document(std::size_t file) {
  const char before = last();
  if (before == '\0') return;
  insert(std::string(before == '\n' ? "" : "\n").append(separator), file, true);
}

char Rendering::last() const {
  for (std::size_t i = segments_.size(); i-- > 0;)
    if (segments_[i].origin != Origin::removed) return segments_[i].text.back();
  return '\0';
}

std::string Rendering::text() const {
  std::string text;
  for (const auto& segment : segments_)
    if (segment.origin != Origin::removed) text += segment.text;
  return text;
}

}  // namespace drift::manifest
