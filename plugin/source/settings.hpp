// The one table of what can be set about a source, and the ways that a setting gets its value. Each way reaches the same
// options under the same names; from the weakest to the strongest:
//   flags                  --helm-value-files values.yaml
//   plugin.env             ARGOCD_ENV_HELM_VALUE_FILES
//   plugin.parameters      helm-value-files (ARGOCD_APP_PARAMETERS, or PARAM_HELM_VALUE_FILES_0)
// A stronger one replaces the value, it isn't merged. Whoever writes the repository can set all but the flags
// (.argocd-source.yaml), so the table is an allow-list: nothing in it runs code, reads files outside of the repository,
// or touches policy, hooks, images of hooks, or output.
#pragma once
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "outside/environment.hpp"
#include "source/context.hpp"
#include "source/options.hpp"
#include "source/source.hpp"

namespace drift::source {

using Member = std::variant<std::string Options::*, bool Options::*, List Options::*, Map Options::*>;

struct Setting {
  std::string_view name;
  Member member;
  std::optional<Type> type;  // of the sources that it has an effect on; none: all
  std::string_view title;    // as a form field is called
  std::string_view tooltip;
};

std::span<const Setting> settings();

// What a command line may say about a source: the settings, and what only an operator or a person may.
struct CommandLine {
  Options options;
  std::string repo_root, exec_timeout, app_name, app_namespace;
};

struct Settings {
  Options options;
  Context context;
};

// Everything together. Throws InputError for unknown parameters and values that can't be.
Settings read_settings(const CommandLine& line, const outside::Environment& environment);

// A warning for each setting that has a value and no effect on sources of that type.
std::vector<std::string> ineffective(const Options& options, Type type);

}  // namespace drift::source
