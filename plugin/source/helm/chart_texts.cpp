#include "source/helm/chart_texts.hpp"

#include <algorithm>
#include <cctype>
#include <system_error>

#include "base/ascii.hpp"
#include "base/error.hpp"
#include "base/secrecy.hpp"
#include "base/text.hpp"
#include "outside/file.hpp"

namespace drift::source {
namespace fs = std::filesystem;
namespace {

constexpr std::size_t max_files = 2'000;
constexpr std::size_t max_bytes = std::size_t{8} << 20;
constexpr std::size_t max_line = 1'000;
constexpr std::size_t max_parts = 8;
constexpr std::size_t max_lines = 20'000;  // with something put in
constexpr std::size_t max_depth = 20;      // folders, charts within charts included

bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}

// The characters that a string in quotes stands for, as far as they matter here.
std::string unescaped(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\' || i + 1 == text.size()) {
      result += text[i];
      continue;
    }
    const char c = text[++i];
    result += c == 'n' ? '\n' : c == 't' ? '\t' : c;
  }
  return result;
}

// The end of the string that begins at `at`, behind its quote.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (auto i = at + 1; i < text.size(); ++i) {
    if (quote == '"' && text[i] == '\\')
      ++i;
    else if (text[i] == quote)
      return i + 1;
  }
  return text.size();
}

// The end of the action that begins at `at` with `{{`, behind its `}}`.
std::size_t end_of_action(std::string_view text, std::size_t at) {
  const auto within = text.substr(at + 2);
  if (within.starts_with("/*") || within.starts_with("- /*")) {
    const auto end = text.find("*/", at);
    const auto close = text.find("}}", end == std::string_view::npos ? at : end);
    return close == std::string_view::npos ? text.size() : close + 2;
  }
  for (auto i = at + 2; i < text.size();) {
    if (text.substr(i).starts_with("}}")) return i + 2;
    i = text[i] == '"' || text[i] == '`' ? end_of_string(text, i) : i + 1;
  }
  return text.size();
}

// What printf keeps of a format: the parts between its verbs.
std::vector<std::string> between_verbs(std::string_view format) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      parts.back() += format[i];
      continue;
    }
    if (format[++i] == '%') {
      parts.back() += '%';
      continue;
    }
    while (i < format.size() && !is_letter(format[i])) ++i;
    parts.emplace_back();
  }
  return parts;
}

// `password: hunter2`, of a manifest that a template holds.
bool says_secret(std::string_view line) {
  if (looks_secret(line)) return true;
  const auto sign = line.find_first_of(":=");
  if (sign == std::string_view::npos) return false;
  const auto value = trimmed(line.substr(sign + 1));
  if (value.empty() || value.starts_with("…") || value.find(' ') != std::string_view::npos) return false;
  return sounds_secret(line.substr(0, sign));
}

// Says enough to be of an author and not a value by chance: a word beside something else.
bool says_something(const std::vector<std::string>& parts) {
  std::size_t letters = 0;
  bool blank = false;
  for (const auto& part : parts) {
    letters += static_cast<std::size_t>(std::count_if(part.begin(), part.end(), is_letter));
    blank = blank || part.find(' ') != std::string::npos;
  }
  return letters >= 2 && blank;
}

bool fits(const std::vector<std::string>& parts, std::string_view said) {
  const auto& first = parts.front();
  const auto& last = parts.back();
  if (said.size() < first.size() + last.size() || !said.starts_with(first) || !said.ends_with(last))
    return false;
  said = said.substr(first.size(), said.size() - first.size() - last.size());
  for (std::size_t i = 1; i + 1 < parts.size(); ++i) {
    const auto at = said.find(parts[i]);
    if (at == std::string_view::npos) return false;
    said.remove_prefix(at + parts[i].size());
  }
  return true;
}

std::size_t length(const std::vector<std::string>& parts) {
  std::size_t sum = 0;
  for (const auto& part : parts) sum += part.size();
  return sum;
}

// `path` is below the chart's folder.
bool is_source(const fs::path& path) {
  return path.filename() == "values.schema.json" ||
         std::find(path.begin(), path.end(), "templates") != path.end();
}

}  // namespace

ChartTexts::ChartTexts(const fs::path& chart) {
  std::error_code error;
  std::size_t files = 0, bytes = 0;
  for (fs::recursive_directory_iterator it(chart, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it.depth() > static_cast<int>(max_depth)) it.disable_recursion_pending();
    if (!is_source(it->path().lexically_relative(chart)) || !it->is_regular_file(ignored)) continue;
    if (++files > max_files || bytes > max_bytes) return;
    try {
      const auto text = outside::read_file(it->path(), "", max_bytes);
      bytes += text.size();
      add(text);
    } catch (const InputError&) {
      continue;
    }
  }
}

ChartTexts::ChartTexts(std::string_view text) {
  add(text);
}

bool ChartTexts::quotes(std::string_view text) const {
  return holds('"' + std::string(text) + '"') || holds('`' + std::string(text) + '`');
}

bool ChartTexts::has_field(std::string_view name) const {
  const auto wanted = '.' + std::string(name);
  for (auto at = all_.find(wanted); at != std::string::npos; at = all_.find(wanted, at + 1)) {
    const auto end = at + wanted.size();
    if (end == all_.size() || (std::isalnum(static_cast<unsigned char>(all_[end])) == 0 && all_[end] != '_'))
      return true;
  }
  return quotes(name);
}

void ChartTexts::add(std::string_view text) {
  all_.append(text).append("\n");
  Parts parts(1);
  const auto take = [&](std::string_view piece) {
    for (;;) {
      const auto end = piece.find('\n');
      parts.back() += piece.substr(0, end);
      if (end == std::string_view::npos) return;
      add_line(std::move(parts), false);
      parts.assign(1, {});
      piece.remove_prefix(end + 1);
    }
  };
  while (!text.empty()) {
    const auto action = text.find("{{");
    take(text.substr(0, action));
    if (action == std::string_view::npos) break;
    const auto end = end_of_action(text, action);
    add_action(text.substr(action, end - action));
    parts.emplace_back();
    text.remove_prefix(end);
  }
  add_line(std::move(parts), false);
}

void ChartTexts::add_action(std::string_view action) {
  if (action.starts_with("{{/*") || action.starts_with("{{- /*")) return;
  for (std::size_t at = 0; (at = action.find_first_of("\"`", at)) != std::string_view::npos;) {
    const auto end = end_of_string(action, at);
    const auto inner = action.substr(at + 1, end - at - 2);
    const auto before = trimmed(action.substr(0, at));
    const auto behind = trimmed(action.substr(end));
    const bool is_message = before.ends_with("fail") || before.ends_with("required") ||
                            (behind.starts_with('|') && trimmed(behind.substr(1)).starts_with("fail"));
    add_literal(action[at] == '"' ? unescaped(inner) : std::string(inner), is_message);
    at = end;
  }
}

void ChartTexts::add_literal(std::string_view literal, bool is_message) {
  while (!literal.empty()) {
    const auto line = literal.substr(0, literal.find('\n'));
    add_line(between_verbs(line), is_message);
    if (line.ends_with(' ')) add_line({std::string(line), {}}, is_message);  // print "no " .Values.x
    literal.remove_prefix(std::min(line.size() + 1, literal.size()));
  }
}

// `alone`: it is a message even where it is a single word.
void ChartTexts::add_line(Parts parts, bool alone) {
  while (!parts.front().empty() && is_blank(parts.front().front())) parts.front().erase(0, 1);
  if (parts.size() > 1 || !parts.front().ends_with(' '))
    while (!parts.back().empty() && is_blank(parts.back().back())) parts.back().pop_back();
  if (length(parts) > max_line || (!says_something(parts) && !(alone && parts.size() == 1))) return;
  if (parts.size() == 1)
    whole_.emplace(trimmed(parts.front()));
  else if (parts.size() <= max_parts && lines_.size() < max_lines)
    lines_.push_back(std::move(parts));
}

std::string ChartTexts::line(std::string_view said) const {
  said = trimmed(said);
  std::string shown;
  if (whole_.contains(std::string(said))) {
    shown = said;
  } else if (said.size() <= max_line) {
    const Parts* best = nullptr;
    for (const auto& parts : lines_)
      if (fits(parts, said) && (best == nullptr || length(*best) < length(parts))) best = &parts;
    if (best == nullptr) return {};
    for (std::size_t i = 0; i < best->size(); ++i) shown += (i == 0 ? "" : "…") + (*best)[i];
  }
  return says_secret(shown) ? std::string() : shown;
}

}  // namespace drift::source
