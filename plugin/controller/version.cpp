#include "controller/version.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "base/sha256.hpp"
#include "json/canonical.hpp"
#include "json/members.hpp"

namespace drift::controller {
namespace {

using rapidjson::Value;

constexpr int deepest = 100;
constexpr std::size_t digest_length = 32;
constexpr std::size_t longest_shown = 64;
constexpr std::size_t longest_revision = 128;  // that is kept to ask for it
constexpr std::size_t most_revisions = 20;

std::string present(const Value& value, int levels);

std::string present_members(const Value& object, int levels) {
  JsonObject kept;
  for (const auto& entry : object.GetObject()) {
    auto text = present(entry.value, levels);
    if (!text.empty()) kept.json(std::string(string_of(&entry.name)), std::move(text));
  }
  auto text = kept.str();
  return text == "{}" ? std::string() : text;
}

std::string present(const Value& value, int levels) {
  if (levels == 0) throw InputError("an Application's source is nested too deep");
  if (value.IsObject()) return present_members(value, levels - 1);
  if (value.IsNull() || value.IsFalse() || (value.IsString() && value.GetStringLength() == 0) ||
      (value.IsArray() && value.Empty()) || (value.IsNumber() && value.GetDouble() == 0)) {
    return {};
  }
  if (!value.IsArray()) return canonical(value);
  return json_list(value.GetArray(), [&](const Value& element) {
    auto text = present(element, levels - 1);
    return text.empty() ? std::string("null") : text;
  });
}

std::string digest(const std::string& text) {
  return sha256_hex(text).substr(0, digest_length);
}

// Several count, as in ApplicationSpec.HasMultipleSources.
const char* sources_key(const Part& part) {
  return part.count("sources") > 0 ? "sources" : "source";
}

}  // namespace

std::string without_empty(const Value* value) {
  return value ? present(*value, deepest) : std::string();
}

Version version_of(const Part& sources, const Part& revisions) {
  Version version;
  version.sources = digest(without_empty(member(sources.value(), sources_key(sources))));
  auto all = revisions.texts("revisions");
  if (all.empty()) all = {revisions.text("revision")};
  version.revisions = digest(json_list(all, [](const std::string& one) { return "\"" + one + "\""; }));
  version.shown = all[0].substr(0, longest_shown);
  version.listed = sources.count("sources") > 0;
  const bool usable =
      all.size() <= most_revisions && std::all_of(all.begin(), all.end(), [](const auto& one) {
        return !one.empty() && one.size() <= longest_revision;
      });
  if (usable) version.each = std::move(all);
  return version;
}

SourceParts sources_of(const Part& part) {
  SourceParts sources{part.objects("sources"), {}};
  if (sources.all.empty()) sources.all = {part.object("source")};
  for (std::size_t i = 0; i < sources.all.size(); ++i) {
    const auto& source = sources.all[i];
    if (!source.text("path").empty() || !source.text("chart").empty() || source.text("ref").empty() ||
        source.text("repoURL").starts_with("oci://"))
      sources.rendered.push_back(i);
  }
  return sources;
}

bool has_plugin(const Part& spec) {
  if (spec.object("sourceHydrator")) return false;
  const auto sources = sources_of(spec);
  return !sources.rendered.empty() &&
         std::all_of(sources.rendered.begin(), sources.rendered.end(), [&](std::size_t place) {
           return sources.all[place].object("plugin").text("name").starts_with("drift-policy");
         });
}

bool same_comparison(const Part& spec, const Part& compared_to) {
  const auto same = [&](const char* key) {
    return without_empty(member(spec.value(), key)) == without_empty(member(compared_to.value(), key));
  };
  // What a hydrator renders is compared as a source that it derives (GetSyncSource).
  const bool hydrated{spec.object("sourceHydrator")};
  return (hydrated || same(sources_key(spec))) && same("destination") && same("ignoreDifferences");
}

}  // namespace drift::controller
