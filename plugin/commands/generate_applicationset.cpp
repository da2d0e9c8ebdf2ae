// `drift-policy generate applicationset`: applications by severity.
#include <memory>
#include <string>

#include "commands/platform_policies.hpp"
#include "generate/applicationset.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {

Action declare_generate_applicationset(Arguments& app) {
  struct Options {
    std::string policy;
    generate::ApplicationSetOptions set;
  };
  auto options = std::make_shared<Options>();
  auto& set = options->set;
  add_policy_option(app, options->policy);
  app.add_option("--repo", set.repository, "the repository with a JSON file for each application")
      .required()
      .type_name("URL");
  app.add_option("--files", set.files, "which files of it, a glob").show_default();
  app.add_option("--revision", set.revision, "its branch, tag or commit").show_default();
  app.add_option("--project", set.project, "AppProject of applications whose file names none").show_default();
  app.add_option("--plugin", set.plugin, "the plugin's name in Argo CD").show_default();
  app.add_option("--name", set.name, "name of the ApplicationSet").show_default();
  return [options] {
    outside::print({generate::application_set(platform_policies(options->policy), options->set)});
    return Exit::ok;
  };
}

}  // namespace drift::commands
