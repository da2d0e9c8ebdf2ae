#include "manifest/writer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <unordered_map>

#include "json/string.hpp"
#include "yaml/insertion.hpp"
#include "yaml/layout.hpp"

namespace drift::manifest {
namespace {

// The parser gives every key a value.
yaml::Node next_key(const yaml::Node& key) {
  const yaml::Node value = key.next();
  return value ? value.next() : yaml::Node();
}

// A key of a mapping and its value, as written: of equal keys the last, merges aside.
struct Pair {
  yaml::Node key, value;
};

Pair find_written(const yaml::Node& mapping, std::string_view wanted) {
  Pair found;
  for (yaml::Node key = mapping.child(); key; key = next_key(key))
    if (!key.cell().merge && key.key_text() == wanted) found = {key, key.next()};
  return found;
}

// The same for many keys of one mapping, which is looked through once.
class WrittenKeys {
 public:
  explicit WrittenKeys(const yaml::Node& mapping) {
    for (yaml::Node key = mapping.child(); key; key = next_key(key))
      if (!key.cell().merge) pairs_.insert_or_assign(key.key_text(), Pair{key, key.next()});
  }

  Pair find(const std::string& wanted) const {
    const auto found = pairs_.find(wanted);
    return found == pairs_.end() ? Pair{} : found->second;
  }

 private:
  std::unordered_map<std::string, Pair> pairs_;
};

bool merges(const yaml::Node& mapping) {
  for (yaml::Node key = mapping.child(); key; key = next_key(key))
    if (key.cell().merge) return true;
  return false;
}

// The mapping of strings as it is to be.
std::string strings_json(const yaml::Node& mapping, const KeyChanges& changes) {
  std::map<std::string, std::string> strings;
  for (const auto& [key, value] : mapping.entries()) strings[key] = value.text();
  for (const auto& [key, value] : changes) {
    if (value)
      strings[key] = *value;
    else
      strings.erase(key);
  }
  std::string json;
  for (const auto& [key, value] : strings)
    json += (json.empty() ? "" : ",") + json_string(key) + ":" + json_string(value);
  return "{" + json + "}";
}

using Overrides = std::map<std::string, std::string>;  // key to JSON

std::string mapping_json(const yaml::Node& mapping, Overrides values) {
  for (const auto& [key, value] : mapping.entries()) values.try_emplace(key, value.json());
  std::string json;
  for (const auto& [key, value] : values) json += (json.empty() ? "" : ",") + json_string(key) + ":" + value;
  return "{" + json + "}";
}

std::string metadata_json(const yaml::Node& metadata, const MetadataChange& change) {
  Overrides values;
  if (!change.annotations.empty())
    values["annotations"] = strings_json(metadata.find("annotations"), change.annotations);
  if (!change.labels.empty()) values["labels"] = strings_json(metadata.find("labels"), change.labels);
  return mapping_json(metadata, std::move(values));
}

std::vector<yaml::Entry> entries_of(const KeyChanges& changes) {
  std::vector<yaml::Entry> entries;
  for (const auto& [key, value] : changes)
    if (value) entries.push_back({key, *value, {}, false});
  return entries;
}

// The edits of one document.
class DocumentWriter {
 public:
  explicit DocumentWriter(const yaml::Document& document)
      : document_(document), targeted_(document.has_anchors() ? document.size() : 0) {
    for (std::uint32_t i = 0; i < targeted_.size(); ++i)
      if (document.cell(i).style == yaml::Style::alias) targeted_[document.cell(i).child] = true;
  }

  void change(const yaml::Node& object, const MetadataChange& change) {
    if (!objects_.insert(object.index()).second)
      throw InputError(object.place(),
                       "this object stands in the document more than once by way of an alias; expected it to "
                       "be written out");
    if (entangled(object)) return rewrite(object, changed_json(object, change));
    const Pair metadata = find_written(object, "metadata");
    if (!metadata.key || metadata.value.is_null()) return add_metadata(object, metadata, change);
    if (entangled(metadata.value)) return rewrite(metadata.value, metadata_json(metadata.value, change));
    change_strings(metadata, "annotations", change.annotations);
    change_strings(metadata, "labels", change.labels);
  }

  std::vector<yaml::Edit> finish() {
    move_anchors();
    yaml::put_in_order(edits_);
    return std::move(edits_);
  }

 private:
  // True where an insertion would show up elsewhere, or would be overruled by what is merged in.
  bool entangled(const yaml::Node& node) const {
    const bool shared = !targeted_.empty() && targeted_[node.index()];
    return shared || node.cell().style == yaml::Style::alias ||
           (node.cell().type == yaml::Type::mapping && merges(node));
  }

  void add_metadata(const yaml::Node& object, const Pair& metadata, const MetadataChange& change) {
    std::vector<yaml::Entry> entries;
    if (auto annotations = entries_of(change.annotations); !annotations.empty())
      entries.push_back({"annotations", {}, std::move(annotations), true});
    if (auto labels = entries_of(change.labels); !labels.empty())
      entries.push_back({"labels", {}, std::move(labels), true});
    if (entries.empty()) return;
    if (!metadata.key)
      insert(object, {{"metadata", {}, std::move(entries), true}}, document_.span().begin);
    else
      fill(metadata, entries, metadata_json(metadata.value, change));
  }

  void change_strings(const Pair& metadata, const char* name, const KeyChanges& changes) {
    if (changes.empty()) return;
    const Pair strings = find_written(metadata.value, name);
    if (!strings.key) {
      auto entries = entries_of(changes);
      if (entries.empty()) return;
      return insert(metadata.value, {{name, {}, std::move(entries), true}}, metadata.key.cell().end);
    }
    if (strings.value.is_null()) {
      if (const auto entries = entries_of(changes); !entries.empty())
        fill(strings, entries, strings_json({}, changes));
      return;
    }
    if (entangled(strings.value)) return rewrite(strings.value, strings_json(strings.value, changes));
    const WrittenKeys written(strings.value);
    const bool takes_away = std::any_of(changes.begin(), changes.end(), [&](const auto& item) {
      return !item.second && written.find(item.first).key;
    });
    if (takes_away) return rewrite(strings.value, strings_json(strings.value, changes));
    std::vector<yaml::Entry> added;
    for (const auto& [key, value] : changes) {
      if (!value) continue;
      const Pair present = written.find(key);
      if (!present.key)
        added.push_back({key, *value, {}, false});
      else if (present.value.text() != *value)
        rewrite(present.value, json_string(*value));
    }
    if (!added.empty()) insert(strings.value, added, strings.key.cell().end);
  }

  void insert(const yaml::Node& mapping, const std::vector<yaml::Entry>& entries, std::uint32_t limit) {
    const bool again = !inserted_.insert(mapping.index()).second;
    edits_.push_back(yaml::insert_entries(mapping, entries, limit, again));
  }

  void fill(const Pair& pair, const std::vector<yaml::Entry>& entries, const std::string& json) {
    yaml::Edit edit;
    const yaml::Cell& cell = pair.value.cell();
    const bool simple = !cell.tagged && !cell.anchored && cell.style != yaml::Style::alias;
    if (simple && yaml::fill_null(pair.key, pair.value, entries, edit)) {
      edits_.push_back(std::move(edit));
      return;
    }
    if (cell.end == cell.begin)
      throw InputError(pair.key.place(), "a key without a value; expected a mapping, or \"{}\"");
    rewrite(pair.value, json);
  }

  void rewrite(const yaml::Node& node, std::string text) {
    if (yaml::ends_with_break(node)) text += yaml::line_end(document_);
    const yaml::Span span{node.cell().begin, yaml::content_end(node)};
    rewritten_.push_back(span);
    edits_.push_back({span, std::move(text)});
  }

  bool is_rewritten(std::uint32_t offset) const {
    return std::any_of(rewritten_.begin(), rewritten_.end(),
                       [&](const yaml::Span& span) { return span.begin <= offset && offset < span.end; });
  }

  // The first alias that needs an anchor which is gone with the text around it takes the anchor and its value over.
  void move_anchors() {
    if (rewritten_.empty() || targeted_.empty()) return;
    std::set<std::uint32_t> moved;
    for (std::uint32_t i = 0; i < document_.size(); ++i) {
      const yaml::Cell& cell = document_.cell(i);
      if (cell.style != yaml::Style::alias || is_rewritten(cell.begin)) continue;
      if (!is_rewritten(document_.cell(cell.child).begin) || !moved.insert(cell.child).second) continue;
      const auto name = document_.text().substr(cell.begin + 1, cell.end - cell.begin - 1);
      edits_.push_back(
          {{cell.begin, cell.end}, fmt::format("&{} {}", name, yaml::Node(&document_, cell.child).json())});
    }
  }

  const yaml::Document& document_;
  std::vector<bool> targeted_;  // by cell: some alias means it
  std::set<std::uint32_t> objects_, inserted_;
  std::vector<yaml::Span> rewritten_;
  std::vector<yaml::Edit> edits_;
};

}  // namespace

std::string changed_json(const yaml::Node& object, const MetadataChange& change) {
  if (change.annotations.empty() && change.labels.empty()) return object.json();
  return mapping_json(object, {{"metadata", metadata_json(object.find("metadata"), change)}});
}

std::vector<std::vector<yaml::Edit>> edit_metadata(const Manifests& manifests,
                                                   const std::vector<MetadataChange>& changes) {
  const auto& objects = manifests.objects();
  std::vector<const MetadataChange*> change_of(objects.size(), nullptr);
  for (const auto& change : changes) change_of[change.object] = &change;

  std::vector<std::vector<yaml::Edit>> edits(manifests.files().size());
  for (std::size_t first = 0; first < objects.size();) {
    const yaml::Document& document = *objects[first].document;
    DocumentWriter writer(document);
    std::size_t next = first;
    for (; next < objects.size() && objects[next].document == &document; ++next)
      if (change_of[next] != nullptr) writer.change(objects[next].object, *change_of[next]);
    auto made = writer.finish();
    auto& file = edits[objects[first].file];
    std::move(made.begin(), made.end(), std::back_inserter(file));
    first = next;
  }
  return edits;
}

}  // namespace drift::manifest
