// A Kubernetes API in memory, for unit tests: objects by path, with uids, resourceVersions, creation times of the test's clock,
// conflicts, and watches that replay what changed. Time passes only on the clock: a watch moves it on to the next thing
// that the test has planned (FakeClock::after), up to its end.
//
// Server-side apply and merge patch work on maps; a list is one value. What we applied before and don't any more is
// removed. A `status` of jobs changes only through the subresource, an `immutable: true` ConfigMap or Secret not at all.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "outside/kubernetes/kubernetes.hpp"
#include "support/fake_clock.hpp"

namespace drift::tests {

rapidjson::Document parse_json(std::string_view text);  // fails the test where it is none
std::string to_text(const rapidjson::Value& value);

// What a test does before each call. It may replace itself while it runs.
class BeforeCall {
 public:
  BeforeCall& operator=(std::function<void(const std::string& call)> run) {
    run_ = run ? std::make_shared<std::function<void(const std::string&)>>(std::move(run)) : nullptr;
    return *this;
  }
  explicit operator bool() const { return run_ != nullptr; }
  void operator()(const std::string& call) const {
    const auto kept = run_;
    (*kept)(call);
  }

 private:
  std::shared_ptr<std::function<void(const std::string&)>> run_;
};

class FakeKubernetes : public outside::Kubernetes {
 public:
  explicit FakeKubernetes(FakeClock& clock) : clock_(clock) {}

  // What other people do, past all rights and faults.
  void put(const outside::ResourcePath& path,
           std::string_view json);  // makes or replaces it, status included
  void patch(const outside::ResourcePath& path, std::string_view merge_patch);
  void erase(const outside::ResourcePath& path);

  void put_openapi(const outside::ResourcePath& path, std::string json) {
    openapi_[path.url_path()] = std::move(json);
  }

  // What is there now: the object (none: null), and the names of all objects of a resource in a namespace.
  rapidjson::Document stored(const outside::ResourcePath& path) const;
  std::vector<std::string> names(const outside::ResourcePath& path) const;

  // Answers 403 to `verb` (get, list, create, replace, apply, merge_patch, remove, watch; * for all) there. A path without a
  // name stands for all objects of the resource, one without a namespace for all namespaces.
  void forbid(std::string verb, outside::ResourcePath path);

  // The nth call from now on (1 is the next; of `verb` only, where given) fails: with that status, or with status 0 as a
  // connection that broke. `after`: what it asked for was done nevertheless, only the answer was lost.
  enum class Effect { before, after };
  void fail(std::size_t nth, Effect effect, int status = 0, std::string verb = {});

  // Called before each call, with `VERB display()` (`get jobs.batch drift-policy/web-gate`): another writer's chance. May throw: a
  // killed process.
  BeforeCall before_call;
  // All calls so far, in that form.
  std::vector<std::string> calls;
  // Whether SelfSubjectAccessReview says that we may.
  bool may = true;
  // Who SelfSubjectReview says we are.
  std::string user = "system:serviceaccount:drift-policy:test";

  std::optional<rapidjson::Document> get(const outside::ResourcePath& path) override;
  // Of what put_openapi() was told; the call is `openapi API apps/v1`.
  std::optional<rapidjson::Document> openapi(const outside::ResourcePath& path) override;
  void list(const outside::ResourcePath& path, const std::string& label_selector,
            const std::function<bool(const rapidjson::Value&)>& visit) override;
  rapidjson::Document create(const outside::ResourcePath& path, const rapidjson::Value& object) override;
  rapidjson::Document replace(const outside::ResourcePath& path, const rapidjson::Value& object) override;
  rapidjson::Document apply(const outside::ResourcePath& path, const rapidjson::Value& object) override;
  rapidjson::Document merge_patch(const outside::ResourcePath& path, const rapidjson::Value& patch) override;
  bool remove(const outside::ResourcePath& path, const std::string& uid = {}) override;
  void watch(const outside::ResourcePath& path, std::chrono::milliseconds longest,
             const std::function<bool(const outside::WatchEvent&)>& visit) override;

 private:
  struct Fault {
    std::size_t left;
    Effect effect;
    int status;
    std::string verb;
  };
  struct Change {
    std::string key;
    outside::WatchEvent::Type type;
    std::string object;
  };

  // Runs a call: its log line, rights and faults around `work`.
  template <class Work>
  auto call(const std::string& verb, const outside::ResourcePath& path, Work work);
  std::optional<Fault> due_fault(const std::string& verb);
  bool is_forbidden(const std::string& verb, const outside::ResourcePath& path) const;
  const std::string& must_find(const outside::ResourcePath& path) const;
  // Stores it with new versions; the answer is as it is stored.
  rapidjson::Document store(const outside::ResourcePath& path, rapidjson::Document object);
  rapidjson::Document update(const outside::ResourcePath& path, rapidjson::Document next);
  void drop(const outside::ResourcePath& path);
  bool deliver(const std::string& key, std::size_t& seen,
               const std::function<bool(const outside::WatchEvent&)>& visit);

  FakeClock& clock_;
  std::map<std::string, std::string> objects_;  // by path, as JSON
  std::map<std::string, std::string> openapi_;  // by path, as JSON
  std::map<std::string, std::string> applied_;  // what was applied last
  std::vector<Change> changes_;
  std::vector<std::pair<std::string, outside::ResourcePath>> forbidden_;
  std::vector<Fault> faults_;
  std::uint64_t version_ = 100;
};

}  // namespace drift::tests
