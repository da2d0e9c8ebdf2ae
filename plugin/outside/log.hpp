// Messages for people and log collectors, on standard error. What is logged through spdlog takes the shape that is set here.
// Results (manifests, pages, tables, what a gate decided) are no messages, and don't come here.
#pragma once
#include <spdlog/common.h>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "outside/environment.hpp"

namespace drift::outside {

// As operators and people choose it, in words: `text` or `json`; `debug`, `info`, `warn` or `error`.
struct LogSettings {
  std::string format = "text";
  std::string level = "info";
};

inline constexpr const char* log_format_variable = "DRIFT_POLICY_LOG_FORMAT";
inline constexpr const char* log_level_variable = "DRIFT_POLICY_LOG_LEVEL";

// What the variables above say. Throws InputError for a word that is none of these.
LogSettings log_settings(const Environment& environment);

// text: `warning: …`, a warning on one line, coloured as outside::coloured says of standard error; notes have no word before,
// nor have errors with a place, which editors look for first in a line.
// json: {"time": …, "level": …, "msg": …} a line, then the fields of set_log_fields, and "file", "line", "column" where the
// place is known. The settings' words must be known ones. Call it while there is one thread.
void set_up_log(const Environment& environment, const LogSettings& settings = {});

// What this run is about, `application` and the like: stands in each message that is JSON from now on. Empty values are left
// out, long ones cut. Call it while there is one thread.
void set_log_fields(const std::vector<std::pair<std::string_view, std::string>>& fields);

// An error at that time as the log writes it, its end of line too: for a signal handler, which can't put one together.
std::string error_line(std::string_view message, std::chrono::system_clock::time_point time);

// A finding with its place.
void log(spdlog::level::level_enum level, const Finding& finding);

// The error that ends the run: as many lines as it has findings, at most fifty.
void log(const Failure& failure);

}  // namespace drift::outside
