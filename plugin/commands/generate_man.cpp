// `drift-policy generate man`: the manual, as man(1) shows it.
#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>

#include "base/suggest.hpp"
#include "base/time.hpp"
#include "commands/command.hpp"
#include "commands/manual.hpp"
#include "outside/environment.hpp"
#include "outside/terminal.hpp"
#include "outside/writing.hpp"

namespace drift::commands {
namespace {

constexpr const char* date_variable = "SOURCE_DATE_EPOCH";

// The day of SOURCE_DATE_EPOCH (https://reproducible-builds.org/specs/source-date-epoch/); empty where it isn't set.
std::string date_of(const outside::Environment& environment) {
  const auto text = outside::value_or(environment, date_variable);
  if (text.empty()) return {};
  constexpr std::int64_t latest = 7'000'000'000;  // in the year 2191
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > latest) {
    throw InputError(fmt::format("{}: {} is no time; expected seconds since 1970, such as 1767225600",
                                 date_variable, in_quotes(text)));
  }
  return time_text(Time(std::chrono::seconds(seconds))).substr(0, std::string("2026-01-01").size());
}

Exit write(const std::string& folder) {
  const auto date = date_of(outside::environment());
  const auto program = describe_program();
  if (folder.empty()) {
    outside::print({manual_page(program, date)});
    return Exit::ok;
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw OutsideError(fmt::format("can't make the folder {}: {}", folder, error.message()));
  for (const auto& [name, page] : manual_pages(program, date))
    outside::write_file((std::filesystem::path(folder) / name).string(), page);
  return Exit::ok;
}

}  // namespace

Action declare_generate_man(Arguments& app) {
  auto folder = std::make_shared<std::string>();
  app.add_option("folder", *folder,
                 "Where to write a page for each command; without it the manual is printed as one page")
      .type_name("FOLDER");
  return [folder] { return write(*folder); };
}

}  // namespace drift::commands
