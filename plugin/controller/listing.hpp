// Judgements for people and programs: a line, JSON, a table. Names and whoever began a sync are others' texts.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "controller/judge.hpp"
#include "json/canonical.hpp"

namespace drift::controller {

// What has changed about an application.
struct Notice {
  Time at;
  Known known;
  std::optional<State> was;    // nothing: it is seen for the first time
  bool other_objects = false;  // drifted as before, but other objects differ
  std::vector<Bypass> fresh;   // signs that weren't there before
};

// `2026-11-29T10:00:00Z argocd/web drifted (was synced): 1 object differs …`, and a line for each fresh sign; each with its end.
std::string lines(const Notice& notice);

// That on one line of JSON. `bypasses` are all that show now.
std::string json_line(const Notice& notice);

// All that is known of an application.
JsonObject known_json(const Known& known);

// What several applications are, in their order.
std::string table(const std::vector<Known>& all);
std::string json(const std::vector<JsonObject>& all);

}  // namespace drift::controller
