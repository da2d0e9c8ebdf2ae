// From wanted annotations and labels to edits of the bytes.
//
// The problem: an author's text must survive byte for byte, in block, flow and JSON style alike, yet YAML gives a mapping
// no unmistakable end (comments may follow) and lets one text mean several places (anchors, aliases, merge keys).
// The method: insert before a mapping's first child, in the document's own indentation and line ends. What can't be done
// by inserting is written anew, in flow style: metadata or annotations that carry or follow an anchor, alias or merge key
// (an insertion would show up where the alias stands), a value of a key that is there already, and annotations that lose
// a key. An anchor that goes with the replaced text moves to the first alias that needs it.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "manifest/manifest.hpp"
#include "yaml/edit.hpp"

namespace drift::manifest {

// Keys to set (value) or to remove (no value).
using KeyChanges = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct MetadataChange {
  std::size_t object = 0;  // index into Manifests::objects()
  KeyChanges annotations, labels;
};

// The edits of each file (one list per Manifests::files(), in order) that make the changes, at most one MetadataChange
// per object. Throws InputError for an object that stands twice in a document by way of an alias.
std::vector<std::vector<yaml::Edit>> edit_metadata(const Manifests& manifests,
                                                   const std::vector<MetadataChange>& changes);

// The object as JSON (Node::json) with the change made.
std::string changed_json(const yaml::Node& object, const MetadataChange& change);

}  // namespace drift::manifest
