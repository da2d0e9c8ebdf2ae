#include "commands/source_flags.hpp"

#include <fmt/format.h>

#include "base/error.hpp"

namespace drift::commands {
namespace {

using source::List;
using source::Map;
using source::Type;

constexpr std::string_view group_of(const std::optional<Type>& type) {
  if (!type) return "Source";
  return *type == Type::helm ? "Helm" : *type == Type::kustomize ? "Kustomize" : "Directory";
}

Argument add_flag_for(Arguments& app, const std::string& flag, const std::string& help,
                      bool source::Options::*member, source::Options& options) {
  return app.add_flag(flag, options.*member, help);
}

Argument add_flag_for(Arguments& app, const std::string& flag, const std::string& help,
                      std::string source::Options::*member, source::Options& options) {
  return app.add_option(flag, options.*member, help).type_name("TEXT");
}

Argument add_flag_for(Arguments& app, const std::string& flag, const std::string& help,
                      List source::Options::*member, source::Options& options) {
  return app.add_option(flag, options.*member, help + " (can be repeated)").one_at_a_time().type_name("TEXT");
}

Argument add_flag_for(Arguments& app, const std::string& flag, const std::string& help,
                      Map source::Options::*member, source::Options& options) {
  const auto read = [&options, member, flag](const List& pairs) {
    (options.*member).clear();
    for (const auto& pair : pairs) {
      const auto equals = pair.find('=');
      if (equals == 0 || equals == std::string::npos) {
        throw InputError(fmt::format("{}: '{}' is no NAME=VALUE", flag, pair));
      }
      (options.*member)[pair.substr(0, equals)] = pair.substr(equals + 1);
    }
  };
  return app.add_option_function(flag, read, help + " (can be repeated)")
      .one_at_a_time()
      .type_name("NAME=VALUE");
}

}  // namespace

bool is_group_of_type(std::string_view group) {
  return group == group_of(Type::directory) || group == group_of(Type::helm) ||
         group == group_of(Type::kustomize);
}

void add_source_flags(Arguments& app, source::CommandLine& line) {
  app.offer_all_help();
  for (const auto& setting : source::settings()) {
    std::visit(
        [&](auto member) {
          add_flag_for(app, fmt::format("--{}", setting.name), std::string(setting.tooltip), member,
                       line.options)
              .group(std::string(group_of(setting.type)));
        },
        setting.member);
  }
  app.add_option("--repo-root", line.repo_root, "The repository, which no path of the source may leave")
      .type_name("FOLDER")
      .group("Source");
  app.add_option("--exec-timeout", line.exec_timeout, "How long rendering may take (default 55s)")
      .type_name("DURATION")
      .group("Source");
  app.add_option("--app-name", line.app_name, "The application's name (default: $ARGOCD_APP_NAME)")
      .group("Source");
  app.add_option("--app-namespace", line.app_namespace,
                 "The namespace that it is deployed to (default: $ARGOCD_APP_NAMESPACE)")
      .group("Source");
}

}  // namespace drift::commands
