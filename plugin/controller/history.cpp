#include "controller/history.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "controller/part.hpp"
#include "controller/version.hpp"
#include "json/canonical.hpp"

namespace drift::controller {
namespace {

std::string identity_of(const SourceParts& sources) {
  return json_list(sources.all, [](const Part& source) {
    JsonObject json;
    for (const auto* key : {"repoURL", "path", "chart", "ref"}) json.text(key, source.text(key));
    json.text("plugin", source.object("plugin").text("name"));
    return json.str();
  });
}

void copy(const Part& entry, std::initializer_list<const char*> keys, rapidjson::Document& into) {
  auto& memory = into.GetAllocator();
  into.SetObject();
  for (const auto* key : keys)
    if (const auto found = entry.value()->FindMember(key); found != entry.value()->MemberEnd())
      into.AddMember(rapidjson::Value(key, memory), rapidjson::Value(found->value, memory), memory);
}

HistoryEntry entry_of(const Part& part) {
  HistoryEntry entry;
  entry.id = part.number("id");
  entry.version = version_of(part, part);
  entry.has_plugin = has_plugin(part);
  const auto sources = sources_of(part);
  entry.identity = identity_of(sources);
  if (entry.version.each.size() == sources.all.size())
    for (const auto place : sources.rendered) entry.rendered.push_back(entry.version.each[place]);
  if (entry.version.listed)
    copy(part, {"revisions", "sources"}, entry.sync);
  else
    copy(part, {"revision", "source"}, entry.sync);
  return entry;
}

// The newest first.
std::vector<HistoryEntry> history_of(const Part& status) {
  std::vector<HistoryEntry> all;
  for (const auto& part : status.objects("history")) all.push_back(entry_of(part));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id > b.id; });
  return all;
}

bool is_audited(const HistoryEntry& entry, const std::set<std::string>& audited) {
  return !entry.rendered.empty() &&
         std::all_of(entry.rendered.begin(), entry.rendered.end(),
                     [&](const auto& revision) { return audited.contains(revision); });
}

}  // namespace

WayBack way_back(const rapidjson::Value& application, const std::set<std::string>& audited) {
  const Part root(&application, "application");
  const auto status = root.object("status");
  const auto sync = status.object("sync");
  const auto compared = version_of(sync.object("comparedTo"), sync);
  const auto identity = identity_of(sources_of(root.object("spec")));
  auto history = history_of(status);
  if (history.empty()) return {std::nullopt, "its history is empty"};

  // What was synced last is what failed, even where Git has a newer revision that wants the same.
  const auto last = history.front().version;
  auto first = history.front().id;
  for (const auto& entry : history)
    if (entry.version == compared || entry.version == last) first = std::min(first, entry.id);
  std::erase_if(history, [&](const auto& entry) { return entry.id >= first; });
  if (history.empty()) return {std::nullopt, "its history has no sync of another version before"};

  const auto found = std::find_if(history.begin(), history.end(), [&](const auto& entry) {
    return entry.has_plugin && entry.identity == identity && is_audited(entry, audited);
  });
  if (found != history.end()) return {std::move(*found), {}};
  return {std::nullopt,
          fmt::format("of the {} before in its history, none has an audit record of the same source",
                      quantity(history.size(), "sync"))};
}

}  // namespace drift::controller
