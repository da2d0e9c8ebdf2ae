// In which namespace of which cluster a command looks for what the hooks leave: by default in all where that is allowed.
#pragma once
#include <memory>
#include <string>

#include "commands/arguments.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/connection.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::commands {

struct PlaceOptions {
  std::string ns;
  bool all_spaces = false;
  outside::ConnectionOptions connection;
};

struct Place {
  outside::Connection connection;
  std::unique_ptr<outside::Kubernetes> kubernetes;
  std::string ns;  // empty: all
};

void declare_place(Arguments& app, PlaceOptions& options);

// `listed`: the resource that is to be listed, of all namespaces. Throws InputError where that is not allowed and no namespace is known.
Place place_of(const PlaceOptions& options, const outside::ResourcePath& listed, outside::Clock& clock);

}  // namespace drift::commands
