#include "commands/said.hpp"

#include "outside/log.hpp"

namespace drift::commands {

void log_said(const migrate::Said& said, spdlog::level::level_enum lost) {
  for (const auto& note : said.notes) outside::log(spdlog::level::info, note);
  for (const auto& finding : said.lost) outside::log(lost, finding);
}

}  // namespace drift::commands
