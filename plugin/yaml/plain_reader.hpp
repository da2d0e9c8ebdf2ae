// The part of YAML that most manifests keep to, several times as fast as libyaml: block mappings and lists, plain,
// quoted and block scalars, comments. Anchors, tags, flow collections with content, directives and what is wrong are
// libyaml's. Internal to plugin/manifest.
#pragma once
#include <string_view>

#include "yaml/document.hpp"
#include "yaml/tree.hpp"

namespace drift::yaml {

// Tells the tree what the document at `span` holds, exactly as libyaml would. False where it is not sure of that: then
// the tree is worth nothing. Never throws InputError: who gets false asks libyaml, whose message it is.
bool read_plain(std::string_view text, Span span, TreeBuilder& tree);

}  // namespace drift::yaml
