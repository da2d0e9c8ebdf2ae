// `drift-policy import FILE…`: a remediation matrix and channels of another tool, as a DriftPolicy and settings of notifications.
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "commands/command.hpp"
#include "commands/said.hpp"
#include "imports/imports.hpp"
#include "outside/file.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

// What a ConfigMap can hold: https://kubernetes.io/docs/concepts/configuration/configmap/#motivation
constexpr std::size_t largest_import = std::size_t{1} << 20;

struct ImportOptions {
  std::vector<std::string> files;
  std::string ns = "argocd";
};

Exit run_import(const ImportOptions& options) {
  std::vector<imports::Text> texts;
  texts.reserve(options.files.size());
  for (const auto& file : options.files)
    texts.push_back({file == "-" ? "<stdin>" : file, outside::read_file_or_stdin(file, largest_import)});
  const auto imported = imports::carry_over(texts, options.ns);
  log_said(imported.said, spdlog::level::warn);
  outside::print({imported.text});
  return Exit::ok;
}

}  // namespace

Action declare_import(Arguments& app) {
  auto options = std::make_shared<ImportOptions>();
  app.add_option("file", options->files,
                 "remediation_policies.yaml, notification_config.yaml or both, plain or in a ConfigMap; - is "
                 "standard input")
      .type_name("FILE")
      .required();
  app.add_option("--namespace,-n", options->ns, "Argo CD's namespace, where its notifications are set")
      .type_name("NAMESPACE")
      .show_default();
  return [options] { return run_import(*options); };
}

}  // namespace drift::commands
