// `drift-policy migrate`: Applications that Argo CD renders by itself become ones that the plugin renders, and back. Pure: text in,
// text out. Only the native blocks and `plugin` change; all other bytes of the text stay.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "migrate/from_native.hpp"
#include "source/options.hpp"

namespace drift::migrate {

enum class Direction : std::uint8_t { to_plugin, back };

struct Wish {
  Direction direction = Direction::to_plugin;
  std::string plugin = "drift-policy";  // its name in Argo CD
};

// A source that was changed.
struct Changed {
  Place place;
  std::string path;         // `spec.source`
  std::string application;  // its name, and the namespace that it is deployed to
  std::string ns;
  bool templated = false;   // of an ApplicationSet
  std::string folder;       // `path` in its repository
  std::string native;       // its native source as JSON, before or after
  source::Options options;  // what the plugin is told
};

struct Migration {
  std::string text;
  std::vector<Changed> changed;
  Said said;
};

// `name` is for messages. The text may hold many documents; those of other kinds stay as they are. Throws InputError where it can't be read, holds
// no Application, or is written in a way that can't be changed safely.
Migration migrate(const std::string& name, std::string_view text, const Wish& wish);

}  // namespace drift::migrate
