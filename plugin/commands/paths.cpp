// `drift-policy paths`: what a rendering reads of the repository, for Argo CD's annotation manifest-generate-paths.
#include <fmt/format.h>
#include <rapidjson/document.h>

#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>

#include "commands/command.hpp"
#include "commands/format.hpp"
#include "commands/source_flags.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "kube/sync.hpp"
#include "outside/environment.hpp"
#include "outside/own_limits.hpp"
#include "outside/terminal.hpp"
#include "source/read_paths.hpp"
#include "source/settings.hpp"

namespace drift::commands {
namespace {

struct PathsOptions {
  std::string path = ".";
  std::optional<std::string> check;  // the value of an annotation
  std::string output = "text";
  source::CommandLine line;
};

std::string json_of(const std::vector<std::string>& paths,
                    const std::optional<std::vector<std::string>>& lacking) {
  rapidjson::Document document;
  set(document, {"paths"}, text_list(paths, document));
  if (lacking) set(document, {"lacking"}, text_list(*lacking, document));
  return to_json(document) + "\n";
}

Exit show(const PathsOptions& given) {
  const auto [options, context] = source::read_settings(given.line, outside::environment());
  outside::bound_this_process(context.limits);
  std::error_code ignored;
  if (std::filesystem::exists(given.path, ignored) && !std::filesystem::is_directory(given.path, ignored))
    throw InputError({given.path}, "is no folder; expected the one that is rendered");
  const source::Repository repository(given.path, context);
  const auto paths = source::read_paths(repository, options, context);
  std::optional<std::vector<std::string>> lacking;
  if (given.check) lacking = source::lacking_paths(*given.check, paths, repository);
  const bool is_fine = !lacking || lacking->empty();
  if (given.output != "text") {
    outside::print({in_format(json_of(paths, lacking), given.output)});
    return is_fine ? Exit::ok : Exit::refused;
  }
  if (!given.check) outside::print({fmt::format("{}\n", fmt::join(paths, ";"))});
  if (is_fine) return Exit::ok;
  throw Refusal(fmt::format("the annotation {} lacks {}; expected '{}'", kube::generate_paths,
                            fmt::join(*lacking, ", "), fmt::join(paths, ";")));
}

}  // namespace

Action declare_paths(Arguments& app) {
  const auto options = std::make_shared<PathsOptions>();
  app.add_option("path", options->path, "The application's folder").type_name("PATH").show_default();
  app.add_option_function(
         "--check", [options](const std::vector<std::string>& values) { options->check = values.front(); },
         "The value of an annotation: say what it lacks, and end with 1 where it lacks something")
      .one_at_a_time()
      .type_name("ANNOTATION");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml"})
      .show_default();
  add_source_flags(app, options->line);
  return [options] { return show(*options); };
}

}  // namespace drift::commands
