#include "store/last_record.hpp"

#include "base/keys.hpp"
#include "json/build.hpp"
#include "json/read.hpp"

namespace drift::store {

std::string noted_record(const rapidjson::Value& config_map) {
  return text_at(config_map, {"metadata", "annotations", keys::last_record});
}

void note_record(rapidjson::Document& config_map, const std::string& noted) {
  if (!noted.empty()) set(config_map, {"metadata", "annotations", keys::last_record}, noted);
}

std::string record_to_note(const std::string& line, const std::string& before) {
  return line.empty() ? before : api::anchor_text(audit::anchor_of(audit::parse_entry(line)));
}

std::optional<api::Anchor> last_known(std::string_view base, std::string_view alert) {
  auto first = api::parse_whole_anchor(base);
  auto second = api::parse_whole_anchor(alert);
  if (!first) return second;
  if (!second || second->chain != first->chain) return first;
  return *second->sequence > *first->sequence ? second : first;
}

}  // namespace drift::store
