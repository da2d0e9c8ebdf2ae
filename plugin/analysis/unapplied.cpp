#include "analysis/unapplied.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/applied.hpp"
#include "analysis/compare.hpp"
#include "analysis/exemption.hpp"
#include "analysis/guarded.hpp"
#include "analysis/never_kept.hpp"
#include "analysis/redact.hpp"
#include "api/condensed.hpp"
#include "api/redacted.hpp"
#include "base/printable.hpp"
#include "json/members.hpp"
#include "json/read.hpp"

namespace drift::analysis {
namespace {

constexpr std::size_t most_unapplied = 3;
constexpr std::size_t longest_shown = 80;
constexpr std::size_t longest_pointer = 200;

std::string one_line(const rapidjson::Value* value) {
  if (!value) return "nothing";
  if (const auto digest = api::marked_digest(*value)) return api::deep_text(*digest);
  return printable(plain_text(*value), longest_shown);
}

// Argo CD did apply what Git wants there, and an admission webhook or a controller made something else of it.
bool was_applied(const Found& found, const rapidjson::Value& applied) {
  const auto* value = resolve(applied, found.pointer);
  return value && found.wanted && api::is_same_part(*found.wanted, *value);
}

class Sentence {
 public:
  Sentence(const api::PlannedObject& planned, const rapidjson::Document& live,
           const rapidjson::Value& applied)
      : applied_(applied),
        managers_(live),
        exemption_(planned.ignored, managers_, nobodys_, {}),
        never_kept_(planned, managers_, live, nothing_) {}

  void add(const std::vector<Found>& all) {
    for (const auto& found : all) {
      if (exemption_.holds(found) || was_applied(found, applied_) || never_kept_.holds(found)) continue;
      if (++number_ > most_unapplied) continue;
      text_ += fmt::format("{}{} is {}, Git wants {}", text_.empty() ? "" : "; ",
                           printable(found.pointer, longest_pointer),
                           found.live ? one_line(found.live) : "not there", one_line(found.wanted));
    }
  }
  std::string take() const {
    return number_ > most_unapplied ? fmt::format("{}; and {} more", text_, number_ - most_unapplied) : text_;
  }

 private:
  const rapidjson::Value nobodys_;  // so that nothing is let pass because Argo CD once wrote it
  const rapidjson::Value& applied_;
  const Managers managers_;
  const Exemption exemption_;
  const Publisher nothing_;  // what the schema doesn't know was applied, and so the copy of it says
  const NeverKept never_kept_;
  std::string text_;
  std::size_t number_ = 0;
};

}  // namespace

std::string unapplied(const api::PlannedObject& planned, rapidjson::Document& live) {
  api::flatten(live);
  auto applied = last_applied(live);
  api::flatten(applied);
  redact(applied, planned.group, planned.kind);
  rapidjson::Document whole(&live.GetAllocator());  // for values of which the plan holds digests
  if (!planned.manifest) whole.CopyFrom(live, live.GetAllocator());
  redact(live, planned.group, planned.kind);
  Sentence sentence(planned, live, applied);
  if (planned.manifest) {
    const auto wanted = parse_json("manifest", *planned.manifest);
    sentence.add(compare({planned.group, planned.kind, wanted, wanted, live}));
  } else if (!planned.group.empty() || planned.kind != "Secret") {
    sentence.add(GuardedValues(planned, planned, whole, live).found());
  }
  return sentence.take();
}

}  // namespace drift::analysis
