// `drift-policy migrate FILE`: Applications that Argo CD renders by itself, written anew for the plugin.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/printable.hpp"
#include "base/text.hpp"
#include "commands/command.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "migrate/migration.hpp"
#include "migrate/parameters.hpp"
#include "migrate/proof.hpp"
#include "outside/environment.hpp"
#include "outside/file.hpp"
#include "outside/log.hpp"
#include "outside/terminal.hpp"
#include "yaml/document.hpp"

namespace drift::commands {
namespace {

struct MigrateOptions {
  std::string file, checkout;
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

// A checkout is of one repository.
void check_repositories(const migrate::Migration& migration) {
  std::set<std::string> repositories;
  for (const auto& changed : migration.changed)
    repositories.insert(text_at(from_json(changed.native), {"repoURL"}));
  if (repositories.size() > 1)
    throw InputError(
        fmt::format("--verify: these are sources of {} repositories; expected a file with those of one",
                    repositories.size()));
}

// How many objects are rendered otherwise; says which, and what isn't proved.
std::size_t verify(const migrate::Migration& migration, const MigrateOptions& options) {
  check_repositories(migration);
  std::size_t differences = 0;
  for (const auto& changed : migration.changed) {
    const auto say = [&](spdlog::level::level_enum level, std::string_view what) {
      outside::log(level, {changed.place, fmt::format("{}: {}", changed.path, what)});
    };
    if (changed.templated) {
      say(spdlog::level::warn,
          "isn't verified, since it is a template; `argocd appset generate FILE -o yaml | drift-policy "
          "migrate - "
          "--verify …` verifies what comes of it");
      continue;
    }
    const auto proof = migrate::prove(changed, options.checkout, outside::environment());
    for (const auto& line : proof.differences)
      say(options.partial ? spdlog::level::warn : spdlog::level::err, line);
    if (proof.differences.empty())
      say(spdlog::level::info,
          fmt::format("Argo CD and the plugin render the same {}", quantity(proof.objects, "object")));
    differences += proof.differences.size();
  }
  return differences;
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
  if (!options.checkout.empty())
    if (const auto count = verify(migration, options); count > 0 && !options.partial)
      throw Refusal(
          fmt::format("{} rendered otherwise, so nothing was printed; --partial prints it all the same",
                      count == 1 ? "1 object would be" : fmt::format("{} objects would be", count)));
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
  app.add_option("--verify", options->checkout,
                 "Render each source both ways in this checkout of its repository, and compare")
      .type_name("FOLDER");
  app.add_flag("--back", options->back, "Turn the plugin's parameters into Argo CD's own settings");
  app.add_flag("--partial", options->partial,
               "Print the files although something can't be carried over, and may be rendered otherwise");
  return [options] { return run(*options); };
}

}  // namespace drift::commands
