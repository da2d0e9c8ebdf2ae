#include "migrate/migration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "base/printable.hpp"
#include "json/build.hpp"
#include "json/copied.hpp"
#include "json/read.hpp"
#include "migrate/entries.hpp"
#include "migrate/native_settings.hpp"
#include "migrate/parameters.hpp"
#include "migrate/sources.hpp"
#include "source/parameters.hpp"
#include "yaml/stream.hpp"

namespace drift::migrate {
namespace {

using yaml::Node;

constexpr std::array<std::string_view, 4> all_blocks = {"helm", "kustomize", "directory", "plugin"};
// What `generate install` installs.
constexpr std::array<std::string_view, 2> own_plugins = {"drift-policy", "drift-policy-observe"};

// A document with its sources, and what each shall be: the members of a source that replace all_blocks.
struct Planned {
  yaml::Document document;
  std::vector<std::pair<Node, rapidjson::Document>> sources;
};

class Run {
 public:
  Run(const Wish& wish, Migration& migration) : wish_(wish), migration_(migration) {}

  void source(const FoundSource& source, Planned& planned) {
    const auto& node = source.node;
    const auto plugin = written(node, "plugin");
    const bool ours = plugin && is_ours(text_at(plugin, "name"));
    if (!is_rendered(node)) return;
    if (plugin && !ours)
      return note(plugin, source, fmt::format("is rendered by {}, and stays as it is", other_plugin(plugin)));
    if (ours == (wish_.direction == Direction::to_plugin))
      return note(node, source,
                  ours ? fmt::format("is rendered by {} already, and stays as it is", text_at(plugin, "name"))
                       : "is rendered by Argo CD itself, and stays as it is");
    if (ours)
      back(source, plugin, planned);
    else
      to_plugin(source, planned);
  }

 private:
  bool is_ours(std::string_view name) const {
    return name == wish_.plugin ||
           std::find(own_plugins.begin(), own_plugins.end(), name) != own_plugins.end();
  }

  static std::string other_plugin(const Node& plugin) {
    const auto name = text_at(plugin, "name");
    return name.empty() ? "a plugin that Argo CD finds for it"
                        : fmt::format("the plugin {}", printable(name, 100));
  }

  // Sources that others only refer to render nothing (GenerateManifest of the repo-server).
  static bool is_rendered(const Node& source) {
    return !text_at(source, "path").empty() || !text_at(source, "chart").empty() ||
           text_at(source, "ref").empty() || text_at(source, "repoURL").starts_with("oci://");
  }

  void to_plugin(const FoundSource& source, Planned& planned) {
    const auto& node = source.node;
    if (!text_at(node, "chart").empty())
      return migration_.said.lose(
          node.find("chart"), source.path + ".chart",
          "the plugin gets no chart of a repository of charts; put a chart into Git that has it as "
          "a dependency");
    std::vector<std::string_view> set_blocks;
    for (const auto block : blocks)
      if (const auto value = written(node, block); value && !is_empty_block(value))
        set_blocks.push_back(block);
    if (set_blocks.size() > 1)
      return migration_.said.lose(node, source.path,
                                  fmt::format("it has both {} and {}, which Argo CD refuses; take one out",
                                              set_blocks[0], set_blocks[1]));
    source::Options options;
    if (!set_blocks.empty()) {
      const auto block = set_blocks[0];
      read_native(written(node, block), {block, fmt::format("{}.{}", source.path, block), source.templated},
                  options, migration_.said);
    }
    rapidjson::Document members(rapidjson::kObjectType);
    set(members, {"plugin", "name"}, wish_.plugin);
    if (const auto list = parameters(options); !list.Empty())
      set(members, {"plugin", "parameters"}, copied(list, members));
    add_changed(source, told(members["plugin"]), node.json());
    planned.sources.emplace_back(node, std::move(members));
  }

  // What the plugin makes of its parameters.
  static source::Options told(const rapidjson::Value& plugin) {
    source::Options options;
    if (const auto* list = find_member(plugin, "parameters"))
      source::apply_parameters({{"ARGOCD_APP_PARAMETERS", to_json(*list)}}, options);
    return options;
  }

  void back(const FoundSource& source, const Node& plugin, Planned& planned) {
    const auto path = source.path + ".plugin";
    const auto lost = migration_.said.lost.size();
    const auto options = read_plugin(plugin, path, migration_.said);
    auto members = native_block(options, plugin, path, source.templated, migration_.said);
    const bool whole = migration_.said.lost.size() == lost;
    if (!whole && members.ObjectEmpty()) return;
    auto native = from_json(source.node.json());
    native.RemoveMember("plugin");
    for (auto& [key, value] : members.GetObject())
      set(native, {std::string_view(key.GetString(), key.GetStringLength())},
          rapidjson::Value(value, native.GetAllocator()));
    add_changed(source, options, to_json(native));
    planned.sources.emplace_back(source.node, std::move(members));
  }

  void add_changed(const FoundSource& source, source::Options options, std::string native) {
    migration_.changed.push_back({source.node.place(), source.path, source.application, source.ns,
                                  source.templated, text_at(source.node, "path"), std::move(native),
                                  std::move(options)});
  }

  void note(const Node& node, const FoundSource& source, const std::string& what) {
    migration_.said.notes.push_back({node.place(), fmt::format("{} {}", source.path, what)});
  }

  const Wish& wish_;
  Migration& migration_;
};

// Changes the sources in the JSON of a document, by the same walk over its nodes and values.
void change_sources(const Planned& planned, const Node& node, rapidjson::Value& value,
                    rapidjson::Document::AllocatorType& allocator) {
  for (const auto& [source, members] : planned.sources) {
    if (source.index() != node.index()) continue;
    for (const auto block : all_blocks) value.RemoveMember(rapidjson::StringRef(block.data(), block.size()));
    for (const auto& member : members.GetObject())
      value.AddMember(rapidjson::Value(member.name, allocator), rapidjson::Value(member.value, allocator),
                      allocator);
    return;
  }
  if (node.is_mapping()) {
    for (const auto& [key, child] : node.entries())
      change_sources(planned, child, value.FindMember(rapidjson::StringRef(key.data(), key.size()))->value,
                     allocator);
  } else if (node.is_sequence()) {
    rapidjson::SizeType i = 0;
    for (const auto& child : node.elements()) change_sources(planned, child, value[i++], allocator);
  }
}

// Whether the text says what the document said, but for the sources, which are as planned.
bool is_as_planned(const yaml::Document& now, const Planned& planned) {
  const auto before = planned.document.root();
  if (!before || !now.root()) return !before && !now.root();
  if (planned.sources.empty()) return before.json() == now.root().json();
  auto wanted = from_json(before.json());
  change_sources(planned, before, wanted, wanted.GetAllocator());
  return from_json(now.root().json()) == wanted;
}

std::string edited(std::string_view text, std::vector<yaml::Edit>& edits) {
  yaml::put_in_order(edits);
  std::string result;
  std::size_t at = 0;
  for (const auto& edit : edits) {
    result.append(text.substr(at, edit.span.begin - at)).append(edit.text);
    at = edit.span.end;
  }
  return result.append(text.substr(at));
}

// Reads what was written: only the sources may mean something else than before, and these what was planned.
void read_back(const std::string& name, const std::string& text, const std::deque<Planned>& planned) {
  const auto pieces = yaml::split(name, text);
  const bool same = pieces.size() == planned.size();
  for (std::size_t i = 0; same && i < pieces.size(); ++i) {
    bool as_planned = false;
    try {
      as_planned = is_as_planned({name, text, pieces[i].span}, planned[i]);
    } catch (const InputError&) {  // no YAML any more
    }
    if (!as_planned)
      throw InputError(
          planned[i].document.place(planned[i].document.span().begin),
          "is written in a way that can't be changed safely; write the source's maps a key a line");
  }
  if (!same) throw InputError({name}, "can't be changed safely; give each document a file of its own");
}

}  // namespace

Migration migrate(const std::string& name, std::string_view text, const Wish& wish) {
  Migration migration;
  Run run(wish, migration);
  std::deque<Planned> planned;
  std::size_t applications = 0;
  for (const auto& piece : yaml::split(name, text)) {
    auto& one = planned.emplace_back(Planned{yaml::Document(name, text, piece.span), {}});
    const auto found = find_sources(one.document.root(), migration.said);
    applications += found.applications;
    for (const auto& source : found.sources) run.source(source, one);
  }
  if (applications == 0) throw InputError({name}, "holds no Application and no ApplicationSet");
  std::vector<yaml::Edit> edits;
  for (const auto& one : planned)
    for (const auto& [source, members] : one.sources) replace_entries(source, all_blocks, members, edits);
  migration.text = edited(text, edits);
  read_back(name, migration.text, planned);
  return migration;
}

}  // namespace drift::migrate
