#include "support/fake_kubernetes.hpp"

#include <doctest/doctest.h>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "json/merge_patch.hpp"
#include "json/read.hpp"

namespace drift::tests {
namespace {

using outside::ApiError;
using outside::ResourcePath;
using outside::WatchEvent;
using rapidjson::Document;
using rapidjson::Value;

Document copy_of(const Value& value) {
  Document copy;
  copy.CopyFrom(value, copy.GetAllocator());
  return copy;
}

// The path of the object itself.
ResourcePath main_path(ResourcePath path) {
  path.subresource.clear();
  return path;
}

std::string key_of(const ResourcePath& path) {
  return main_path(path).url_path();
}

Value& member(Value& object, const char* name, Document::AllocatorType& allocator) {
  if (!object.HasMember(name)) {
    object.AddMember(Value(name, allocator), Value(rapidjson::kObjectType), allocator);
  }
  return object[name];
}

void set(Value& object, const char* name, const Value& value, Document::AllocatorType& allocator) {
  object.RemoveMember(name);
  object.AddMember(Value(name, allocator), Value(value, allocator), allocator);
}

void set(Value& object, const char* name, const std::string& text, Document::AllocatorType& allocator) {
  set(object, name, Value(text.c_str(), allocator), allocator);
}

// Removes what `before` has and `now` hasn't.
void remove_disowned(Value& from, const Value& before, const Value& now) {
  if (!from.IsObject() || !before.IsObject() || !now.IsObject()) return;
  for (const auto& entry : before.GetObject()) {
    const auto found = from.FindMember(entry.name);
    const auto wanted = now.FindMember(entry.name);
    if (found == from.MemberEnd()) continue;
    if (wanted != now.MemberEnd())
      remove_disowned(found->value, entry.value, wanted->value);
    else
      from.RemoveMember(found);
  }
}

std::string metadata_of(const Value& object, std::string_view name) {
  const auto* metadata = find_member(object, "metadata");
  const auto* value = metadata ? find_member(*metadata, name) : nullptr;
  return value ? std::string(text_of(*value)) : std::string();
}

[[noreturn]] void refuse(int status, const std::string& reason, const ResourcePath& path) {
  throw ApiError(status, reason, fmt::format("{}: {} ({})", path.display(), reason, status));
}

// A precondition of the request: if it names a version or a uid, the object must have that one.
void check_precondition(const Value& request, const Value& stored, const ResourcePath& path) {
  for (const char* name : {"resourceVersion", "uid"}) {
    const auto wanted = metadata_of(request, name);
    if (!wanted.empty() && wanted != metadata_of(stored, name)) refuse(409, "Conflict", path);
  }
}

bool has_labels(const Value& object, std::string_view selector) {
  const auto* metadata = find_member(object, "metadata");
  const auto* labels = metadata ? find_member(*metadata, "labels") : nullptr;
  const Value none(rapidjson::kObjectType);
  while (!selector.empty()) {
    const auto end = std::min(selector.find(','), selector.size());
    const auto term = selector.substr(0, end);
    selector.remove_prefix(std::min(end + 1, selector.size()));
    const auto equals = term.find('=');
    const bool differs = equals != std::string_view::npos && equals > 0 && term[equals - 1] == '!';
    const auto* label = find_member(labels ? *labels : none, term.substr(0, equals - (differs ? 1 : 0)));
    REQUIRE_MESSAGE(term.find('(') == std::string_view::npos, "the fake knows no sets in selectors");
    if (equals == std::string_view::npos) {
      if (!label) return false;
      continue;
    }
    const auto value = term.substr(term.find_first_not_of('=', equals) == std::string_view::npos
                                       ? term.size()
                                       : term.find_first_not_of('=', equals));
    if ((label && text_of(*label) == value) == differs) return false;
  }
  return true;
}

// Of an update, what only the subresource or only the object itself may change; and what nobody may.
void keep_protected(const ResourcePath& path, const Value& old, Document& next) {
  auto& allocator = next.GetAllocator();
  if (path.subresource == "status") {
    auto status = find_member(next, "status") ? copy_of(next["status"]) : Document();
    next.CopyFrom(old, allocator);
    if (!status.IsNull()) set(next, "status", status, allocator);
  } else if (path.resource == "jobs") {
    next.RemoveMember("status");
    if (const auto* status = find_member(old, "status")) set(next, "status", *status, allocator);
  }
  const auto* immutable = find_member(old, "immutable");
  if (!immutable || !immutable->IsTrue()) return;
  for (const char* name : {"data", "binaryData", "immutable"}) {
    const auto* was = find_member(old, name);
    const auto* is = find_member(next, name);
    if ((was == nullptr) != (is == nullptr) || (was && *was != *is)) refuse(422, "Invalid", path);
  }
}

}  // namespace

Document parse_json(std::string_view text) {
  Document document;
  document.Parse(text.data(), text.size());
  REQUIRE_MESSAGE(!document.HasParseError(), "no JSON: " << std::string(text));
  return document;
}

std::string to_text(const Value& value) {
  return to_json(value);
}

void FakeKubernetes::put(const ResourcePath& path, std::string_view json) {
  store(path, parse_json(json));
}

void FakeKubernetes::patch(const ResourcePath& path, std::string_view merge_patch) {
  auto object = parse_json(must_find(path));
  drift::merge_patch(object, parse_json(merge_patch), object.GetAllocator());
  store(path, std::move(object));
}

void FakeKubernetes::erase(const ResourcePath& path) {
  must_find(path);
  drop(path);
}

Document FakeKubernetes::stored(const ResourcePath& path) const {
  const auto found = objects_.find(key_of(path));
  return found == objects_.end() ? Document() : parse_json(found->second);
}

std::vector<std::string> FakeKubernetes::names(const ResourcePath& path) const {
  auto all = main_path(path);
  all.name.clear();
  const auto prefix = all.url_path() + "/";
  std::vector<std::string> result;
  for (const auto& [key, object] : objects_)
    if (key.starts_with(prefix)) result.push_back(key.substr(prefix.size()));
  return result;
}

void FakeKubernetes::forbid(std::string verb, ResourcePath path) {
  forbidden_.emplace_back(std::move(verb), std::move(path));
}

void FakeKubernetes::fail(std::size_t nth, Effect effect, int status, std::string verb) {
  faults_.push_back({nth, effect, status, std::move(verb)});
}

bool FakeKubernetes::is_forbidden(const std::string& verb, const ResourcePath& path) const {
  return std::any_of(forbidden_.begin(), forbidden_.end(), [&](const auto& entry) {
    const auto& [word, where] = entry;
    return (word == "*" || word == verb) && where.group == path.group && where.resource == path.resource &&
           where.subresource == path.subresource && (where.ns.empty() || where.ns == path.ns) &&
           (where.name.empty() || where.name == path.name);
  });
}

std::optional<FakeKubernetes::Fault> FakeKubernetes::due_fault(const std::string& verb) {
  std::optional<Fault> due;
  for (auto& fault : faults_) {
    if (fault.left == 0 || (!fault.verb.empty() && fault.verb != verb)) continue;
    if (--fault.left == 0 && !due) due = fault;
  }
  return due;
}

template <class Work>
auto FakeKubernetes::call(const std::string& verb, const ResourcePath& path, Work work) {
  calls.push_back(verb + " " + path.display());
  const auto watcher = before_call;  // a copy, since it may take itself away
  if (watcher) watcher(std::string(calls.back()));
  const auto fault = due_fault(verb);
  const auto fail_now = [&] {
    if (fault->status != 0) refuse(fault->status, "InternalError", path);
    throw OutsideError(path.display() + ": the connection broke");
  };
  if (fault && fault->effect == Effect::before) fail_now();
  if (is_forbidden(verb, path)) refuse(403, "Forbidden", path);
  auto result = work();
  if (fault) fail_now();
  return result;
}

const std::string& FakeKubernetes::must_find(const ResourcePath& path) const {
  const auto found = objects_.find(key_of(path));
  if (found == objects_.end()) refuse(404, "NotFound", path);
  return found->second;
}

Document FakeKubernetes::store(const ResourcePath& path, Document object) {
  auto& allocator = object.GetAllocator();
  const auto old = stored(path);
  auto& metadata = member(object, "metadata", allocator);
  set(metadata, "name", path.name, allocator);
  if (!path.ns.empty()) set(metadata, "namespace", path.ns, allocator);
  ++version_;
  if (old.IsNull()) {
    if (metadata_of(object, "uid").empty()) {
      set(metadata, "uid", fmt::format("00000000-0000-4000-8000-{:012}", version_), allocator);
    }
    if (metadata_of(object, "creationTimestamp").empty()) {
      const auto time = std::chrono::system_clock::to_time_t(clock_.now());
      set(metadata, "creationTimestamp", fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(time)), allocator);
    }
  } else {
    for (const char* name : {"uid", "creationTimestamp"}) {
      set(metadata, name, metadata_of(old, name), allocator);
    }
    set(metadata, "resourceVersion", metadata_of(old, "resourceVersion"), allocator);
    if (object == old) return object;  // nothing changed
  }
  set(metadata, "resourceVersion", std::to_string(version_), allocator);
  const auto text = to_text(object);
  objects_[key_of(path)] = text;
  changes_.push_back(
      {key_of(path), old.IsNull() ? WatchEvent::Type::added : WatchEvent::Type::modified, text});
  return object;
}

Document FakeKubernetes::update(const ResourcePath& path, Document next) {
  const auto old = parse_json(must_find(path));
  check_precondition(next, old, path);
  keep_protected(path, old, next);
  return store(path, std::move(next));
}

void FakeKubernetes::drop(const ResourcePath& path) {
  const auto found = objects_.find(key_of(path));
  changes_.push_back({found->first, WatchEvent::Type::deleted, found->second});
  ++version_;
  applied_.erase(found->first);
  objects_.erase(found);
}

std::optional<Document> FakeKubernetes::get(const ResourcePath& path) {
  return call("get", path, [&]() -> std::optional<Document> {
    auto object = stored(path);
    if (object.IsNull()) return std::nullopt;
    return object;
  });
}

std::optional<Document> FakeKubernetes::openapi(const ResourcePath& path) {
  return call("openapi", path, [&]() -> std::optional<Document> {
    const auto found = openapi_.find(path.url_path());
    if (found == openapi_.end()) return std::nullopt;
    return parse_json(found->second);
  });
}

void FakeKubernetes::list(const ResourcePath& path, const std::string& label_selector,
                          const std::function<bool(const Value&)>& visit) {
  const auto found = call("list", path, [&] {
    std::vector<std::string> matching;
    const auto kind = "/" + path.resource + "/";
    const auto prefix =
        path.ns.empty() ? path.url_path().substr(0, path.url_path().rfind('/') + 1) : path.url_path() + "/";
    for (const auto& [key, object] : objects_) {
      if (!key.starts_with(prefix) || key.rfind(kind) != key.rfind('/') - kind.size() + 1) continue;
      if (has_labels(parse_json(object), label_selector)) matching.push_back(object);
    }
    return matching;
  });
  for (const auto& object : found)
    if (!visit(parse_json(object))) return;
}

Document FakeKubernetes::create(const ResourcePath& path, const Value& object) {
  return call("create", path, [&] {
    auto made = copy_of(object);
    auto& allocator = made.GetAllocator();
    if (path.resource == "selfsubjectreviews") {
      Value info(rapidjson::kObjectType);
      set(info, "username", user, allocator);
      Value status(rapidjson::kObjectType);
      set(status, "userInfo", info, allocator);
      set(made, "status", status, allocator);
      return made;
    }
    if (path.resource == "selfsubjectaccessreviews") {
      Value status(rapidjson::kObjectType);
      status.AddMember("allowed", may, allocator);
      made.AddMember("status", status, allocator);
      return made;
    }
    auto place = path;
    place.name = metadata_of(object, "name");
    if (place.name.empty()) place.name = metadata_of(object, "generateName") + std::to_string(version_);
    if (objects_.count(key_of(place)) != 0) refuse(409, "AlreadyExists", place);
    if (!metadata_of(object, "resourceVersion").empty()) refuse(400, "BadRequest", place);
    for (const char* name : {"uid", "creationTimestamp"})
      member(made, "metadata", allocator).RemoveMember(name);
    if (path.resource == "jobs") made.RemoveMember("status");
    return store(place, std::move(made));
  });
}

Document FakeKubernetes::replace(const ResourcePath& path, const Value& object) {
  return call("replace", path, [&] { return update(path, copy_of(object)); });
}

Document FakeKubernetes::apply(const ResourcePath& path, const Value& object) {
  return call("apply", path, [&] {
    auto& before = applied_[key_of(path)];
    auto next = stored(path);
    const bool there = !next.IsNull();
    if (there && !before.empty()) remove_disowned(next, parse_json(before), object);
    if (!there) next.SetObject();
    drift::merge_patch(next, object, next.GetAllocator());
    auto answer = there ? update(path, std::move(next)) : store(path, std::move(next));
    applied_[key_of(path)] = to_text(object);
    return answer;
  });
}

Document FakeKubernetes::merge_patch(const ResourcePath& path, const Value& patch) {
  return call("merge_patch", path, [&] {
    auto next = parse_json(must_find(path));
    drift::merge_patch(next, patch, next.GetAllocator());
    return update(path, std::move(next));
  });
}

bool FakeKubernetes::remove(const ResourcePath& path, const std::string& uid) {
  return call("remove", path, [&] {
    const auto object = stored(path);
    if (object.IsNull()) return false;
    if (!uid.empty() && uid != metadata_of(object, "uid")) refuse(409, "Conflict", path);
    drop(path);
    return true;
  });
}

bool FakeKubernetes::deliver(const std::string& key, std::size_t& seen,
                             const std::function<bool(const WatchEvent&)>& visit) {
  for (; seen < changes_.size(); ++seen) {
    const auto change = changes_[seen];  // visit() may change more
    if (change.key != key) continue;
    const auto object = parse_json(change.object);
    if (!visit({change.type, object})) return false;
  }
  return true;
}

void FakeKubernetes::watch(const ResourcePath& path, std::chrono::milliseconds longest,
                           const std::function<bool(const WatchEvent&)>& visit) {
  const auto now = call("watch", path, [&] { return stored(path); });
  auto seen = changes_.size();
  const auto end = clock_.now() + longest;
  const Value nothing(rapidjson::kObjectType);
  const bool there = !now.IsNull();
  if (!visit({there ? WatchEvent::Type::added : WatchEvent::Type::deleted, there ? now : nothing})) return;
  while (deliver(key_of(path), seen, visit) && !clock_.stop_requested() && clock_.now() < end)
    clock_.step(end);
}

}  // namespace drift::tests
