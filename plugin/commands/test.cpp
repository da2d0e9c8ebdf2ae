// `drift-policy test`: policies held against what tests expect of them.
#include <unistd.h>

#include <memory>

#include "commands/command.hpp"
#include "commands/format.hpp"
#include "outside/environment.hpp"
#include "outside/file.hpp"
#include "outside/terminal.hpp"
#include "render/application.hpp"
#include "testing/run.hpp"

namespace drift::commands {
namespace {

constexpr std::size_t longest_test = std::size_t{4} << 20;

struct TestOptions {
  std::string path = ".", policy, output = "text", source;
  bool all = false, coverage = false;
};

std::string in_output(const std::vector<testing::Result>& results, const TestOptions& options,
                      const outside::Environment& environment) {
  if (options.output == "junit") return testing::results_junit(results);
  if (options.output == "github") return testing::results_github(results);
  if (options.output != "text") return in_format(testing::results_json(results), options.output);
  const bool colour = outside::coloured(outside::Colour::automatic, STDOUT_FILENO, environment);
  return testing::results_text(results, options.all, colour);
}

std::string coverage_of(const testing::Reached& reached) {
  testing::Coverage coverage{reached.size(), {}};
  for (const auto& [rule, is_reached] : reached)
    if (!is_reached) coverage.missed.push_back(rule);
  return testing::coverage_text(coverage);
}

Exit run(const TestOptions& options) {
  const auto environment = outside::environment();
  std::vector<testing::Result> results;
  testing::Reached reached;
  for (const auto& file : testing::test_files(options.path))
    for (const auto& test : testing::read_cases(file, outside::read_file(file, file, longest_test)))
      results.push_back(testing::run_case(file, test, options.policy, environment, reached));
  auto text = in_output(results, options, environment);
  if (options.coverage && options.output == "text") text += coverage_of(reached);
  outside::print({text});
  return testing::count_failed(results) == 0 ? Exit::ok : Exit::refused;
}

// Prints a test that expects what is now.
Exit write_case(const TestOptions& options) {
  render::Request request;
  request.path = options.source;
  request.policy = options.policy;
  const auto rendered = render::application(request, outside::environment(), render::Scope::changes);
  if (rendered.policies.none) throw InputError("there is no policy to test");
  outside::print({testing::case_of(rendered, options.source)});
  return Exit::ok;
}

}  // namespace

Action declare_test(Arguments& app) {
  auto options = std::make_shared<TestOptions>();
  app.add_option("path", options->path,
                 "A test, or a folder: all files below it whose names end with drift-policy-test.yaml")
      .type_name("FILE|DIR")
      .show_default();
  app.add_option("--policy", options->policy,
                 "The policy of tests that name none: a file or a folder (default: as for render)")
      .type_name("FILE|DIR");
  app.add_option("--init", options->source,
                 "Print a test that expects of this folder or file what holds now, and run none")
      .type_name("PATH");
  app.add_flag("-a,--all", options->all, "Show the checks that passed, too");
  app.add_flag("--coverage", options->coverage, "Show which rules no check reaches");
  app.add_option("-o,--output", options->output, "The format")
      .one_of({"text", "json", "yaml", "github", "junit"})
      .show_default();
  return [options] { return options->source.empty() ? run(*options) : write_case(*options); };
}

}  // namespace drift::commands
