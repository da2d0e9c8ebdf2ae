// Our settings as an Application has them under `plugin`, and back.
#pragma once
#include <rapidjson/document.h>

#include <string>

#include "migrate/from_native.hpp"
#include "source/options.hpp"
#include "yaml/document.hpp"

namespace drift::migrate {

// The list for `plugin.parameters` of what the options set, in the order of source::settings().
rapidjson::Document parameters(const source::Options& options);

// What `plugin.parameters` and `plugin.env` set; `path` is the block's for messages. Says which variables can't be read. Throws
// InputError for what a rendering would refuse.
source::Options read_plugin(const yaml::Node& plugin, const std::string& path, Said& said);

// The native blocks that mean the same, as an object of at most one: `{"helm": {…}}`. Says what Argo CD has no setting for.
// `plugin` and `path` are for messages, `templated` as in BlockPlace.
rapidjson::Document native_block(const source::Options& options, const yaml::Node& plugin,
                                 const std::string& path, bool templated, Said& said);

}  // namespace drift::migrate
