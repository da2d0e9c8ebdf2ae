#include "audit/head.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"

namespace drift::audit {
namespace {

// Only a pod that is tried again asks for them, and an application has one sync at a time. Beyond that, the applications
// that were quiet for longest are forgotten.
constexpr std::size_t most_recent = 8;
constexpr std::size_t most_applications = 1000;

std::string recent_json(const Recent& recent) {
  JsonObject json;
  json.text("name", recent.name);
  json.number("sequence", recent.sequence);
  json.text("sync", recent.sync);
  return json.str();
}

std::string pending_json(const Pending& pending) {
  JsonObject json;
  json.text("name", pending.name);
  json.text("text", pending.text);
  return json.str();
}

std::string removed_json(const Removed& run) {
  JsonObject json;
  json.number("from", run.from);
  json.text("hash", run.hash);
  json.text("previous", run.previous);
  json.number("to", run.to);
  return json.str();
}

void forget_the_quietest(std::map<std::string, std::vector<Recent>>& applications) {
  while (applications.size() > most_applications)
    applications.erase(std::min_element(
        applications.begin(), applications.end(),
        [](const auto& a, const auto& b) { return a.second.back().sequence < b.second.back().sequence; }));
}

template <typename Read>
void each_member(const rapidjson::Value& json, const char* key, const Read& read) {
  const auto* object = find(json, {key});
  if (object == nullptr || !object->IsObject()) return;
  for (const auto& member : object->GetObject()) read(std::string(text_of(member.name)), member.value);
}

}  // namespace

std::string Head::text() const {
  JsonObject json;
  JsonObject lasts;
  JsonObject waiting;
  JsonObject names;
  for (const auto& [source, all] : applications) lasts.json(source, json_list(all, recent_json));
  for (const auto& [source, entry] : pending) waiting.json(source, pending_json(entry));
  for (const auto& [name, number] : retired) names.number(name, number);
  json.json("applications", lasts.str());
  json.text("chain", chain);
  json.flag("encrypted", encrypted);
  json.text("hash", hash);
  json.json("pending", waiting.str());
  json.json("removed", json_list(removed, removed_json));
  json.json("retired", names.str());
  json.number("sequence", sequence);
  json.number("version", head_version);
  return json.str();
}

const Removed* Head::removal(std::uint64_t number) const {
  const auto found = std::find_if(removed.begin(), removed.end(),
                                  [&](const Removed& run) { return run.from <= number && number <= run.to; });
  return found == removed.end() ? nullptr : &*found;
}

void Head::remove(const Entry& entry) {
  if (removal(entry.sequence) != nullptr) return;
  auto at = std::find_if(removed.begin(), removed.end(),
                         [&](const Removed& run) { return run.from > entry.sequence; });
  at = removed.insert(at, {entry.sequence, entry.sequence, entry.previous, entry.hash()});
  const auto joined = [&](std::vector<Removed>::iterator left) {
    const auto right = left + 1;
    if (left->to + 1 != right->from || left->hash != right->previous) return false;
    left->to = right->to;
    left->hash = right->hash;
    removed.erase(right);
    return true;
  };
  if (at + 1 != removed.end()) joined(at);
  if (at != removed.begin()) joined(at - 1);
}

std::uint64_t Head::oldest() const {
  return removed.empty() || removed.front().from != 1 ? 1 : removed.front().to + 1;
}

const Recent* Head::find(const std::string& source, const std::string& sync) const {
  const auto all = applications.find(source);
  if (all == applications.end()) return nullptr;
  const auto found = std::find_if(all->second.begin(), all->second.end(),
                                  [&](const Recent& recent) { return recent.sync == sync; });
  return found == all->second.end() ? nullptr : &*found;
}

const Recent* Head::last(const std::string& source) const {
  const auto all = applications.find(source);
  return all == applications.end() || all->second.empty() ? nullptr : &all->second.back();
}

void Head::append(const Entry& entry, const std::string& name) {
  sequence = entry.sequence;
  hash = entry.hash();
  encrypted = encrypted || entry.sealed.has_value();
  auto& recent = applications[entry.source];
  recent.push_back({entry.sequence, entry.sync, name});
  if (recent.size() > most_recent) recent.erase(recent.begin());
  pending[entry.source] = {name, entry.text()};
  forget_the_quietest(applications);
}

Head parse_head(std::string_view text) {
  const auto json = parse_json("the head of the audit records", text);
  if (!json.IsObject() || number_of(json, "version") != head_version)
    throw InputError(fmt::format("the head of the audit records has version {}; expected {}",
                                 json.IsObject() ? number_of(json, "version") : 0, head_version));
  Head head;
  head.chain = text_of(json, "chain");
  head.sequence = number_of(json, "sequence");
  head.hash = text_of(json, "hash");
  head.encrypted = flag_of(json, "encrypted");
  each_member(json, "applications", [&](const std::string& source, const rapidjson::Value& all) {
    if (!all.IsArray() || all.Empty()) return;
    for (const auto& recent : all.GetArray())
      head.applications[source].push_back(
          {number_of(recent, "sequence"), text_of(recent, "sync"), text_of(recent, "name")});
  });
  each_member(json, "pending", [&](const std::string& source, const rapidjson::Value& entry) {
    head.pending[source] = {text_of(entry, "name"), text_of(entry, "text")};
  });
  each_member(json, "retired", [&](const std::string& name, const rapidjson::Value& number) {
    head.retired[name] = number.IsUint64() ? number.GetUint64() : 0;
  });
  if (const auto* runs = find(json, {"removed"}); runs != nullptr && runs->IsArray())
    for (const auto& run : runs->GetArray())
      head.removed.push_back(
          {number_of(run, "from"), number_of(run, "to"), text_of(run, "previous"), text_of(run, "hash")});
  if (head.text() != text)
    throw InputError(
        "the head of the audit records is not as drift-policy wrote it: somebody has changed it");
  return head;
}

}  // namespace drift::audit
