// `drift-policy migrate FILE`: Applications that Argo CD renders by itself, written anew for the plugin.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "commands/command.hpp"
#include "migrate/migration.hpp"
#include "migrate/parameters.hpp"
#include "outside/file.hpp"
#include "outside/log.hpp"
#include "outside/terminal.hpp"
#include "yaml/document.hpp"

namespace drift::commands {
namespace {

struct MigrateOptions {
  std::string file;
  migrate::Wish wish;
  bool back = false, partial = false;
};

std::string in_words(const migrate::Changed& changed, const migrate::Wish& wish) {
  const auto& application = changed.application;
  const auto who =
      application.empty() ? changed.path : fmt::format("{}: {}", printable(application, 100), changed.path);
  if (wish.direction == migrate::Direction::back) return who + ": Argo CD renders it by itself";
  return fmt::format("{}: the plugin {} renders it, with {}", who, printable(wish.plugin, 100),
                     quantity(migrate::parameters(changed.options).Size(), "parameter"));
}

void say(const migrate::Migration& migration, const MigrateOptions& options) {
  for (const auto& changed : migration.changed)
    outside::log(spdlog::level::info, {changed.place, in_words(changed, options.wish)});
  for (const auto& note : migration.said.notes) outside::log(spdlog::level::info, note);
  for (const auto& lost : migration.said.lost)
    outside::log(options.partial ? spdlog::level::warn : spdlog::level::err, lost);
}

Exit run(MigrateOptions options) {
  if (options.back) options.wish.direction = migrate::Direction::back;
  const auto name = options.file == "-" ? std::string("<stdin>") : options.file;
  const auto text = outside::read_file_or_stdin(options.file, yaml::max_text_size);
  const auto migration = migrate::migrate(name, text, options.wish);
  say(migration, options);
  if (const auto lost = migration.said.lost.size(); lost > 0 && !options.partial)
    throw Refusal(fmt::format(
        "{} can't be carried over, so nothing was printed; --partial prints the rest, which may be "
        "rendered otherwise",
        quantity(lost, "setting")));
  outside::print({migration.text});
  return Exit::ok;
}

}  // namespace

Action declare_migrate(Arguments& app) {
  auto options = std::make_shared<MigrateOptions>();
  app.add_option("file", options->file, "A file with Applications or ApplicationSets; - is standard input")
      .required()
      .type_name("FILE");
  app.add_option("--plugin", options->wish.plugin, "The plugin's name in Argo CD")
      .type_name("NAME")
      .show_default();
  app.add_flag("--back", options->back, "Turn the plugin's parameters into Argo CD's own settings");
  app.add_flag("--partial", options->partial,
               "Print the files although something can't be carried over, and may be rendered otherwise");
  return [options] { return run(*options); };
}

}  // namespace drift::commands
