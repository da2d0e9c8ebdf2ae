#include "audit/entry.hpp"

#include <fmt/format.h>

#include "base/base64.hpp"
#include "base/error.hpp"
#include "base/sha256.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"

namespace drift::audit {
namespace {

constexpr std::string_view algorithm = "AES-256-GCM";

std::string sealed_json(const Sealed& sealed) {
  JsonObject json;
  json.text("algorithm", algorithm);
  json.text("data", base64(sealed.data));
  json.text("key", sealed.key);
  json.text("nonce", base64(sealed.nonce));
  return json.str();
}

JsonObject without_hash(const Entry& entry) {
  JsonObject json;
  json.text("application", entry.application);
  json.text("chain", entry.chain);
  json.text_if("known", entry.known);
  json.text("previous", entry.previous);
  if (entry.sealed)
    json.json("sealed", sealed_json(*entry.sealed));
  else
    json.json("record", entry.record.empty() ? "null" : entry.record);
  json.number("sequence", entry.sequence);
  json.text("source", entry.source);
  json.text("sync", entry.sync);
  json.text("time", entry.time);
  json.number("version", entry_version);
  return json;
}

// What encryption ties the content to: everything else of the entry.
std::string associated(Entry entry) {
  entry.record.clear();
  entry.sealed->data.clear();
  return without_hash(entry).str();
}

std::string bytes_of(const rapidjson::Value& object, const char* key) {
  auto bytes = decode_base64(text_of(object, key));
  if (!bytes) throw InputError(fmt::format("a record's {} is no base64", key));
  return std::move(*bytes);
}

}  // namespace

std::string Entry::hash() const {
  return sha256_hex(without_hash(*this).str());
}

std::string Entry::text() const {
  JsonObject json = without_hash(*this);
  json.text("hash", sha256_hex(json.str()));
  return json.str();
}

api::Anchor anchor_of(const Entry& entry) {
  return {entry.hash(), entry.sequence, entry.chain, entry.sealed.has_value()};
}

Entry parse_entry(std::string_view text) {
  if (text.size() > longest_entry) throw InputError("a record is longer than drift-policy writes any");
  const auto json = parse_json("a record", text);
  if (!json.IsObject()) throw InputError("a record is no JSON object");
  Entry entry;
  entry.chain = text_of(json, "chain");
  entry.sequence = number_of(json, "sequence");
  entry.previous = text_of(json, "previous");
  entry.application = text_of(json, "application");
  entry.source = text_of(json, "source");
  entry.sync = text_of(json, "sync");
  entry.time = text_of(json, "time");
  entry.known = text_of(json, "known");
  if (const auto* sealed = find(json, {"sealed"}))
    entry.sealed = Sealed{text_of(*sealed, "key"), bytes_of(*sealed, "nonce"), bytes_of(*sealed, "data")};
  else if (const auto* record = find(json, {"record"}))
    entry.record = canonical(*record);
  if (entry.sequence == 0) throw InputError("a record has no sequence number");
  if (entry.text() != text || (!entry.known.empty() && !api::parse_whole_anchor(entry.known)))
    throw InputError(fmt::format("record {} is not as drift-policy wrote it: its hash or its form is wrong",
                                 entry.sequence));
  return entry;
}

void put_record(Entry& entry, std::string record, const KeyRing& keys, const Random& random) {
  if (keys.empty()) {
    entry.record = std::move(record);
    return;
  }
  const auto& key = keys.current();
  entry.sealed = Sealed{key.id(), random(nonce_size), {}};
  entry.sealed = seal(record, associated(entry), key, entry.sealed->nonce);
}

std::string record_of(const Entry& entry, const KeyRing& keys) {
  if (!entry.sealed) return entry.record;
  const auto* key = keys.find(entry.sealed->key);
  if (key == nullptr)
    throw InputError(fmt::format("record {} is encrypted with the key {}; expected it with --audit-keys",
                                 entry.sequence, entry.sealed->key));
  return unseal(*entry.sealed, associated(entry), *key);
}

}  // namespace drift::audit
