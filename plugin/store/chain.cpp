#include "store/chain.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "api/names.hpp"
#include "api/stored_text.hpp"
#include "base/keys.hpp"
#include "base/time.hpp"
#include "json/build.hpp"
#include "json/read.hpp"
#include "store/config_map.hpp"

namespace drift::store {
namespace {

constexpr const char* record_file = "record.json";
constexpr const char* head_file = "head.json";
constexpr int most_conflicts = 40;
constexpr std::size_t longest_head = std::size_t{16} << 20;
constexpr int retired_at_once = 4;  // so that a shorter retention doesn't make one sync slow

// The entry in a ConfigMap, where it is one that was not tampered with.
std::optional<audit::Entry> entry_in(const rapidjson::Value& object) {
  try {
    return audit::parse_entry(entry_text(object));
  } catch (const InputError&) {
    return std::nullopt;
  }
}

// Not the caller's mistake, and another try may find room: where others stored their records meanwhile.
OutsideError full(const audit::Head& head, std::string_view why) {
  std::string waiting;
  for (const auto& [source, pending] : head.pending) waiting += (waiting.empty() ? "" : ", ") + source;
  return OutsideError(
      fmt::format("{}; records of {} wait in it to be stored by their own hooks", why, waiting));
}

// Whether retention took it out of this chain, so that it may be deleted.
bool is_retired(const audit::Entry& entry, const audit::Head& head) {
  return entry.chain == head.chain && head.removal(entry.sequence) != nullptr;
}

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text;
}

}  // namespace

rapidjson::Document entry_object(const audit::Entry& entry, const std::string& name, const std::string& ns) {
  auto object = new_config_map(ns, name, "record");
  mark(object, entry.source, entry.application);
  set(object, {"metadata", "labels", "audit-type"}, "drift-remediation");
  set(object, {"metadata", "annotations", keys::sequence}, std::to_string(entry.sequence));
  set(object, {"immutable"}, rapidjson::Value(true));
  api::store_text(object, record_file, entry.text(), "the audit record");
  return object;
}

std::string entry_text(const rapidjson::Value& config_map) {
  return api::stored_text(config_map, record_file, audit::longest_entry);
}

audit::Head head_in(const rapidjson::Value& config_map) {
  return audit::parse_head(api::stored_text(config_map, head_file, longest_head));
}

RecordChain::RecordChain(outside::Kubernetes& kubernetes, outside::Clock& clock, audit::Random random,
                         const audit::KeyRing& keys, RecordChainOptions options)
    : kubernetes_(kubernetes),
      clock_(clock),
      random_(std::move(random)),
      keys_(keys),
      options_(std::move(options)) {}

outside::ResourcePath RecordChain::path(const std::string& name) const {
  return {"", "v1", "configmaps", options_.ns, name, ""};
}

// Each round reads the head anew and does the next thing that is to be done: nobody else's change is overwritten, and a
// round after a kill goes on where the last one ended. What this process wrote itself it knows, however many records of the
// application came behind it; a pod that follows a killed one finds it among the last that the head remembers.
std::string RecordChain::append(const std::string& sync, const std::string& record) {
  using std::chrono::milliseconds;
  std::optional<audit::Recent> mine;
  for (int conflicts = 0;;) {
    try {
      State state = load();
      const auto stored = store_pending(state.head);
      if (const auto* written = state.head.find(options_.source, sync)) mine = *written;
      if (mine) return finish(std::move(state), *mine);
      // The head has no room for many large records, and those of hooks that were killed would wait in it for ever.
      for (const auto& source : stored) state.head.pending.erase(source);
      mine = commit(std::move(state), sync, record);
    } catch (const outside::ApiError& error) {
      if (!error.conflict() || ++conflicts > most_conflicts) throw;
      const auto jitter = static_cast<unsigned char>(random_(1)[0]);
      clock_.wait(milliseconds(std::min(50 << std::min(conflicts, 5), 1000) + jitter));
    }
  }
}

RecordChain::State RecordChain::load() {
  const auto object = kubernetes_.get(path(std::string(api::audit_head)));
  if (!object) return {};
  State state{head_in(*object), text_at(*object, {"metadata", "resourceVersion"})};
  if (state.version.empty())
    throw OutsideError("the API server gave the head of the audit records no version");
  return state;
}

void RecordChain::write(const State& state) {
  auto object = new_config_map(options_.ns, std::string(api::audit_head), "audit-head");
  try {
    api::store_text(object, head_file, state.head.text(), "the head of the audit records");
  } catch (const InputError& error) {
    throw full(state.head, error.what());
  }
  const auto where = path(std::string(api::audit_head));
  if (state.version.empty()) {
    kubernetes_.create(where, object);
    return;
  }
  set(object, {"metadata", "resourceVersion"}, state.version);
  kubernetes_.replace(where, object);
}

// Without a platform namespace each application may only look at its own names.
bool RecordChain::is_ours(const std::string& name) const {
  return options_.platform || name.starts_with(options_.source + "-record-");
}

std::vector<std::string> RecordChain::store_pending(const audit::Head& head) {
  std::vector<std::string> stored;
  for (const auto& [source, pending] : head.pending) {
    if (!is_ours(pending.name)) continue;
    store(head, pending);
    stored.push_back(source);
  }
  return stored;
}

void RecordChain::store(const audit::Head& head, const audit::Pending& pending) {
  const auto object = entry_object(audit::parse_entry(pending.text), pending.name, options_.ns);
  try {
    kubernetes_.create(path(pending.name), object);
  } catch (const outside::ApiError& error) {
    if (!error.conflict()) throw;
    const auto there = kubernetes_.get(path(pending.name));
    if (!there) throw;  // gone meanwhile: the next round
    if (entry_text(*there) == pending.text) return;
    if (const auto entry = entry_in(*there); entry && is_retired(*entry, head)) {
      kubernetes_.remove(path(pending.name), text_at(*there, {"metadata", "uid"}));
      throw;
    }
    throw OutsideError(fmt::format(
        "ConfigMap {}/{} holds something that isn't ours, where an audit record has to be stored (it is kept "
        "in {}); expected nobody but the hooks to write it: look at it, then delete it",
        options_.ns, pending.name, api::audit_head));
  }
}

// What is lost is lost: the chain goes on, and the new record keeps it from fitting again.
void RecordChain::look_for_known(const audit::Head& head) {
  const auto& known = options_.known;
  if (!known || (known->chain == head.chain && *known->sequence <= head.sequence)) return;
  warnings_.push_back(fmt::format(
      "record {} of chain {} is known to this application and isn't in the chain any more, which {}: its end "
      "was cut off, or its head deleted (drift-policy audit verify)",
      *known->sequence, known->chain,
      head.chain.empty() ? std::string("has no head")
                         : fmt::format("is {} and ends with record {}", head.chain, head.sequence)));
}

audit::Recent RecordChain::commit(State state, const std::string& sync, const std::string& record) {
  auto& head = state.head;
  const auto& known = options_.known;
  if ((head.encrypted || (known && known->encrypted)) && keys_.empty())
    throw InputError(fmt::format(
        "earlier audit records of namespace {} are encrypted and there is no key; expected one in the Secret "
        "{}, for no record may be written in plain text behind them",
        options_.ns, api::audit_keys));
  look_for_known(head);
  if (head.chain.empty()) head.chain = hex(random_(4));
  audit::Entry entry;
  entry.chain = head.chain;
  entry.sequence = head.sequence + 1;
  entry.previous = head.hash;
  entry.application = options_.application;
  entry.source = options_.source;
  entry.sync = sync;
  entry.time = time_text(clock_.now());
  if (known) entry.known = api::anchor_text(*known);
  audit::put_record(entry, record, keys_, random_);
  const std::string name =
      options_.platform ? api::chain_record(head.chain, entry.sequence) : free_slot(head);
  entry_object(entry, name, options_.ns);  // whether it can be stored at all, before it is in the chain
  options_.platform ? retire_oldest(head) : retire_next_slot(head, name);
  head.append(entry, name);
  write(state);
  return {entry.sequence, sync, name};
}

// The record is in the chain and stored; what is left is to tidy up.
std::string RecordChain::finish(State state, const audit::Recent& written) {
  auto& head = state.head;
  std::string text;
  const auto pending = head.pending.find(options_.source);
  if (pending != head.pending.end() && pending->second.name == written.name)
    text = pending->second.text;
  else if (const auto object = kubernetes_.get(path(written.name)))
    if (const auto entry = entry_in(*object); entry && entry->sequence == written.sequence)
      text = entry->text();
  const auto waiting = head.pending.size() + head.retired.size();
  std::erase_if(head.pending, [&](const auto& entry) { return is_ours(entry.second.name); });
  delete_retired(head);
  if (head.pending.size() + head.retired.size() != waiting) write(state);
  return text;
}

void RecordChain::delete_retired(audit::Head& head) {
  for (auto at = head.retired.begin(); at != head.retired.end();) {
    if (!is_ours(at->first)) {
      ++at;
      continue;
    }
    // Only this very object: the name may have been given to a new record since the head was read.
    const auto object = kubernetes_.get(path(at->first));
    const auto entry = object ? entry_in(*object) : std::nullopt;
    if (entry && entry->sequence == at->second && is_retired(*entry, head))
      kubernetes_.remove(path(at->first), text_at(*object, {"metadata", "uid"}));
    at = head.retired.erase(at);
  }
}

namespace {

std::string slot_name(const std::string& source, int slot) {
  return fmt::format("{}-record-{:02}", source, slot % api::record_slots);
}

int slot_of(const std::string& name) {
  const auto dash = name.rfind('-');
  int slot = 0;
  for (const char c : name.substr(dash + 1))
    if (c >= '0' && c <= '9') slot = (slot * 10 + (c - '0')) % 1000;
  return slot;
}

}  // namespace

// The next name of ours that is free, or holds what retention took out. What is there and isn't known to the head is left
// alone: it may be all that is left of a chain whose head somebody deleted.
std::string RecordChain::free_slot(const audit::Head& head) {
  const auto* last = head.last(options_.source);
  const int first = last == nullptr ? 0 : slot_of(last->name) + 1;
  for (int i = 0; i < api::record_slots; ++i) {
    std::string name = slot_name(options_.source, first + i);
    const auto object = kubernetes_.get(path(name));
    if (!object) return name;
    const auto entry = entry_in(*object);
    if (!entry || !is_retired(*entry, head)) continue;
    kubernetes_.remove(path(name), text_at(*object, {"metadata", "uid"}));
    return name;
  }
  throw OutsideError(fmt::format(
      "all {} ConfigMaps {}/{}-record-… are taken by records that {} does not know; expected it to be "
      "there since the first: export these records, then delete them",
      api::record_slots, options_.ns, options_.source, api::audit_head));
}

// One name is always kept free: the one after that which is used now.
void RecordChain::retire_next_slot(audit::Head& head, const std::string& slot) {
  const std::string name = slot_name(options_.source, slot_of(slot) + 1);
  const auto object = kubernetes_.get(path(name));
  const auto entry = object ? entry_in(*object) : std::nullopt;
  if (!entry || entry->chain != head.chain || entry->sequence > head.sequence) return;
  head.remove(*entry);
  head.retired[name] = entry->sequence;
}

void RecordChain::retire_oldest(audit::Head& head) {
  for (int i = 0; i < retired_at_once && head.oldest() <= head.sequence; ++i) {
    const auto kept = head.sequence - head.oldest() + 2;  // the new one among them
    const bool too_many = kept > std::max<std::uint64_t>(options_.retention.count, 1);
    if (!too_many && options_.retention.age.count() == 0) return;
    if (!retire_first(head, too_many)) return;
  }
}

// Retention never covers up: a record that is missing or was changed stays in the chain, for verify to find.
bool RecordChain::retire_first(audit::Head& head, bool too_many) {
  const auto number = head.oldest();
  const auto name = api::chain_record(head.chain, number);
  const auto object = kubernetes_.get(path(name));
  const auto entry = object ? entry_in(*object) : std::nullopt;
  const auto& before =
      head.removed.empty() || number == 1 ? std::string(audit::genesis) : head.removed.front().hash;
  if (!entry || entry->chain != head.chain || entry->sequence != number || entry->previous != before) {
    warnings_.push_back(fmt::format(
        "the oldest audit record, ConfigMap {}/{}, is {}: nothing older than that is removed until somebody "
        "has looked (drift-policy audit verify)",
        options_.ns, name, object ? "not the one that was written" : "not there"));
    return false;
  }
  const auto written = parse_time(entry->time);
  const bool old =
      options_.retention.age.count() > 0 && written && clock_.now() - *written > options_.retention.age;
  if (!too_many && !old) return false;
  head.remove(*entry);
  head.retired[name] = number;
  return true;
}

}  // namespace drift::store
