#include "outside/log.hpp"

#include <fmt/format.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <memory>
#include <string_view>
#include <utility>

#include "base/printable.hpp"
#include "base/time.hpp"
#include "json/string.hpp"
#include "outside/terminal.hpp"

namespace drift::outside {
namespace {

using spdlog::details::log_msg;
namespace level = spdlog::level;

constexpr std::array<std::pair<std::string_view, level::level_enum>, 4> levels = {
    {{"debug", level::debug}, {"info", level::info}, {"warn", level::warn}, {"error", level::err}}};
constexpr std::array<std::string_view, 2> formats = {"text", "json"};

// spdlog knows a message's file and line, and a function's name: there the column stands here. An empty file: a further line of
// an error that has no place.
constexpr const char* continued = "";

constexpr std::size_t longest_name = 253;  // of Kubernetes' names
constexpr std::size_t most_findings = 50;  // as many as an InputError's own text has

// How lines look, and what stands in all of them: `,"application":"shop"`.
bool as_json = false;
std::string json_fields;

bool has_place(const log_msg& message) {
  return message.source.filename != nullptr && *message.source.filename != '\0';
}

Place place_of(const log_msg& message) {
  if (!has_place(message)) return {};
  Place place{message.source.filename, static_cast<std::size_t>(message.source.line), 0};
  const std::string_view column = message.source.funcname;
  std::from_chars(column.data(), column.data() + column.size(), place.column);
  return place;
}

void log_at(level::level_enum level, const Finding& finding, const char* without_place) {
  const auto& [file, line, column] = finding.place;
  const auto column_text = std::to_string(column);
  const bool placed = !file.empty();
  spdlog::log(
      spdlog::source_loc(placed ? file.c_str() : without_place, static_cast<int>(line), column_text.c_str()),
      level, "{}", printable(finding.message));
}

// Harmless on a terminal. Names of files in a warning are anybody's, so it stays on one line; notes and errors may have several.
std::string harmless(const log_msg& message) {
  std::string_view text(message.payload.data(), message.payload.size());
  if (message.level == level::warn || has_place(message)) return printable(text);
  std::string result;
  for (;;) {
    const auto end = text.find('\n');
    result += printable(text.substr(0, end));
    if (end == std::string_view::npos) return result;
    result += '\n';
    text.remove_prefix(end + 1);
  }
}

std::string_view word(level::level_enum level) {
  const auto name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

void append(std::string_view text, spdlog::memory_buf_t& to) {
  to.append(text.data(), text.data() + text.size());
}

void append_text(const log_msg& message, spdlog::memory_buf_t& to) {
  const bool bare =
      message.level == level::info || (message.level == level::err && message.source.filename != nullptr);
  if (!bare) {
    message.color_range_start = to.size();
    append(word(message.level), to);
    message.color_range_end = to.size();
    append(": ", to);
  }
  append(to_string(Finding{place_of(message), {}}), to);
  append(harmless(message), to);
  to.push_back('\n');
}

// `2026-11-24T14:00:00.123Z`
std::string time_of(const log_msg& message) {
  const auto since = std::chrono::floor<std::chrono::milliseconds>(message.time.time_since_epoch());
  auto text = time_text(Time(std::chrono::floor<std::chrono::seconds>(since)));
  text.pop_back();
  return fmt::format("{}.{:03}Z", text, since.count() % 1000);
}

// The levels' words are Argo CD's own in its JSON: logrus says `warning` too.
void append_json(const log_msg& message, spdlog::memory_buf_t& to) {
  append(fmt::format(R"({{"time":"{}","level":"{}","msg":{}{})", time_of(message), word(message.level),
                     json_string(harmless(message)), json_fields),
         to);
  if (const auto place = place_of(message); !place.file.empty()) {
    append(fmt::format(R"(,"file":{})", json_string(printable(place.file))), to);
    if (place.line > 0) append(fmt::format(R"(,"line":{},"column":{})", place.line, place.column), to);
  }
  append("}\n", to);
}

class Formatter : public spdlog::formatter {
 public:
  void format(const log_msg& message, spdlog::memory_buf_t& to) override {
    as_json ? append_json(message, to) : append_text(message, to);
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<Formatter>(); }
};

level::level_enum level_of(std::string_view name) {
  const auto* found =
      std::find_if(levels.begin(), levels.end(), [&](const auto& known) { return known.first == name; });
  return found == levels.end() ? level::info : found->second;
}

}  // namespace

LogSettings log_settings(const Environment& environment) {
  LogSettings settings;
  if (const auto format = value_or(environment, log_format_variable); !format.empty())
    settings.format = format;
  if (const auto level = value_or(environment, log_level_variable); !level.empty()) settings.level = level;
  if (std::find(formats.begin(), formats.end(), settings.format) == formats.end())
    throw InputError(fmt::format("{}: '{}' is none; expected text or json", log_format_variable,
                                 printable(settings.format)));
  if (std::none_of(levels.begin(), levels.end(),
                   [&](const auto& known) { return known.first == settings.level; }))
    throw InputError(fmt::format("{}: '{}' is none; expected debug, info, warn or error", log_level_variable,
                                 printable(settings.level)));
  return settings;
}

void set_up_log(const Environment& environment, const LogSettings& settings) {
  as_json = settings.format == "json";
  const bool colour = !as_json && coloured(Colour::automatic, STDERR_FILENO, environment);
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
  sink->set_color_mode(colour ? spdlog::color_mode::always : spdlog::color_mode::never);
  auto logger = std::make_shared<spdlog::logger>("", std::move(sink));
  logger->set_formatter(std::make_unique<Formatter>());
  logger->set_level(level_of(settings.level));
  spdlog::set_default_logger(std::move(logger));
}

void set_log_fields(const std::vector<std::pair<std::string_view, std::string>>& fields) {
  json_fields.clear();
  for (const auto& [name, value] : fields)
    if (!value.empty())
      json_fields += fmt::format(",{}:{}", json_string(name), json_string(printable(value, longest_name)));
}

std::string error_line(std::string_view message, std::chrono::system_clock::time_point time) {
  spdlog::memory_buf_t line;
  Formatter().format({time, {}, {}, level::err, {message.data(), message.size()}}, line);
  return {line.data(), line.size()};
}

void log(spdlog::level::level_enum level, const Finding& finding) {
  log_at(level, finding, nullptr);
}

void log(const Failure& failure) {
  const auto* input = dynamic_cast<const InputError*>(&failure);
  if (input == nullptr) return spdlog::error("{}", failure.what());
  const auto& findings = input->findings;
  const auto shown = std::min(most_findings, findings.size());
  for (std::size_t i = 0; i < shown; ++i) log_at(level::err, findings[i], i == 0 ? nullptr : continued);
  if (findings.size() > shown)
    log_at(level::err, {{}, fmt::format("and {} more", findings.size() - shown)}, continued);
}

}  // namespace drift::outside
