#include "commands/place.hpp"

#include <fmt/format.h>

#include "commands/connection_flags.hpp"
#include "outside/environment.hpp"
#include "outside/kubernetes/access.hpp"
#include "outside/kubernetes/client.hpp"

namespace drift::commands {

void declare_place(Arguments& app, PlaceOptions& options) {
  app.add_option("--namespace,-n", options.ns,
                 "The hooks' namespace (default: all where you may list in all, else the context's)")
      .type_name("NAMESPACE")
      .completed_by([&options](const std::string&) { return namespaces(options.connection); });
  app.add_flag("--all-namespaces,-A", options.all_spaces, "Of all namespaces");
  declare_connection(app, options.connection);
}

Place place_of(const PlaceOptions& options, const outside::ResourcePath& listed, outside::Clock& clock) {
  auto connection = outside::read_connection(options.connection, outside::environment());
  auto kubernetes = outside::connect(connection, clock);
  auto ns = options.ns;
  if (ns.empty() && !options.all_spaces && !outside::may_list_everywhere(*kubernetes, listed)) {
    ns = connection.ns;
    if (ns.empty())
      throw InputError(fmt::format(
          "you may not list {} of all namespaces; expected --namespace, the hooks' own", listed.resource));
  }
  return {std::move(connection), std::move(kubernetes), options.all_spaces ? "" : ns};
}

}  // namespace drift::commands
