// The proof of a migration: each source is rendered as Argo CD does it and as the plugin does it, in a checkout of its repository.
#pragma once
#include <string>
#include <vector>

#include "migrate/migration.hpp"
#include "outside/environment.hpp"

namespace drift::migrate {

struct Proof {
  std::vector<std::string> differences;  // a line for each object; none: both render the same
  std::size_t objects = 0;               // that both render
};

// The policy isn't applied, so nothing of what it writes is compared. Throws as source::load() does, also where one of both can't be
// rendered.
Proof prove(const Changed& changed, const std::string& checkout, const outside::Environment& environment);

}  // namespace drift::migrate
