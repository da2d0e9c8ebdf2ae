#include "api/pause.hpp"

#include "json/canonical.hpp"
#include "json/fields.hpp"
#include "json/read.hpp"

namespace drift::api {

std::string pause_key(const std::string& ns, const std::string& application) {
  return ns + '_' + application;
}

std::string pause_json(const Pause& pause) {
  JsonObject json;
  json.text("by", pause.by);
  json.text("reason", pause.reason);
  json.text("until", time_text(pause.until));
  return json.str();
}

Pause read_pause(std::string_view json) {
  const auto document = parse_json("pause", json);
  const Fields fields(document, "pause");
  const auto until = parse_time(fields.text("until"));
  if (!until) fields.fail("until", "a time such as 2026-11-29T10:00:00Z");
  return {fields.text("by"), fields.text("reason"), *until};
}

}  // namespace drift::api
