#include "api/change.hpp"

#include <fmt/format.h>

#include <array>

#include "json/named.hpp"
#include "json/string.hpp"
#include "kube/object_display.hpp"

namespace drift::api {
namespace {

constexpr std::array<std::string_view, 3> git_change_names = {"changed", "added", "removed"};

std::string field_json(const FieldChange& field) {
  JsonObject json;
  if (field.after) json.text("after", *field.after);
  if (field.before) json.text("before", *field.before);
  json.text("demands", field.approval_severity);
  json.text("digest", field.digest);
  json.text_if("guarded", field.guarded);
  json.text("pointer", field.pointer);
  json.text("severity", field.severity);
  return json.str();
}

GitChange read_git_change(const Fields& fields) {
  if (const auto change = named(fields.text("change"), git_change_name, GitChange::removed)) return *change;
  fields.fail("change", "changed, added or removed");
}

ObjectChange read_object_change(const Fields& fields) {
  ObjectChange object;
  object.group = fields.text_or_empty("group");
  object.version = fields.text("version");
  object.kind = fields.text("kind");
  object.ns = fields.text_or_empty("namespace");
  object.name = fields.text("name");
  object.change = read_git_change(fields);
  object.unknown = fields.text_or_empty("unknown");
  object.severity = fields.text("severity");
  object.approval_severity = fields.text("demands");
  object.rule = fields.text_or_empty("rule");
  object.more = fields.count("more");
  object.rest = fields.text_or_empty("rest");
  for (const auto& field : fields.objects("fields"))
    object.fields.push_back({field.text("pointer"), field.text_or_empty("guarded"),
                             field.optional_text("before"), field.optional_text("after"),
                             field.text("digest"), field.text("severity"), field.text("demands")});
  return object;
}

}  // namespace

std::string_view git_change_name(GitChange change) {
  return git_change_names[static_cast<std::size_t>(change)];
}

std::string ObjectChange::display() const {
  return kube::object_display(kind, ns, name);
}

std::string object_change_json(const ObjectChange& object) {
  JsonObject json;
  json.text("change", git_change_name(object.change));
  json.text("demands", object.approval_severity);
  if (!object.fields.empty()) json.json("fields", json_list(object.fields, field_json));
  json.text_if("group", object.group);
  json.text("kind", object.kind);
  if (object.more > 0) json.number("more", object.more);
  json.text("name", object.name);
  json.text_if("namespace", object.ns);
  json.text_if("rest", object.rest);
  json.text_if("rule", object.rule);
  json.text("severity", object.severity);
  json.text_if("unknown", object.unknown);
  json.text("version", object.version);
  return json.str();
}

std::string digest_line(const FieldChange& field) {
  return fmt::format("{}\t{}\n", json_string(field.pointer), field.digest);
}

std::vector<std::string> digest_lines(const Changes& changes) {
  std::vector<std::string> lines;
  for (const auto& object : changes.objects) {
    const auto prefix = fmt::format("git\t{}\t{}\t{}\t{}\t{}\t{}\t", object.group, object.kind, object.ns,
                                    object.name, git_change_name(object.change), object.unknown);
    lines.push_back(prefix + '\n');
    for (const auto& field : object.fields) lines.push_back(prefix + digest_line(field));
    if (!object.rest.empty()) lines.push_back(fmt::format("{}{}\n", prefix, object.rest));
  }
  return lines;
}

std::string changes_json(const Changes& changes, std::size_t room) {
  std::vector<std::string> objects;
  std::size_t used = 0;
  for (const auto& object : changes.objects) {
    auto text = object_change_json(object);
    if (used + text.size() >= room) continue;  // a smaller one may still fit
    used += text.size() + 1;
    objects.push_back(std::move(text));
  }
  JsonObject json;
  json.json("asks", json_list(changes.asks, json_string));
  json.json("objects", json_list(objects, [](const std::string& text) { return text; }));
  json.number("omitted", changes.omitted + changes.objects.size() - objects.size());
  json.number("others", changes.others);
  return json.str();
}

Changes read_changes(const Fields& fields) {
  Changes changes;
  changes.looked = true;
  changes.asks = fields.texts("asks");
  for (const auto& object : fields.objects("objects")) changes.objects.push_back(read_object_change(object));
  changes.omitted = fields.count("omitted");
  changes.others = fields.count("others");
  return changes;
}

}  // namespace drift::api
