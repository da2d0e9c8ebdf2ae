// Pauses: one entry for each application, until a time.
#include "store/pauses.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"
#include "support/text.hpp"

using namespace std::chrono_literals;
using namespace drift;
using namespace drift::tests;

namespace {

struct PausesCase {
  std::string why(const std::string& ns, const std::string& name) {
    return store::why_paused(pauses.list(), ns, name, clock.now());
  }
  void pause(const std::string& key, std::chrono::seconds length) {
    pauses.set(key, {"alice", "an \"upgrade\"", Time(clock.now() + length)});
  }

  FakeClock clock;
  FakeKubernetes kubernetes{clock};
  store::Pauses pauses{kubernetes, "drift-policy"};
};

}  // namespace

TEST_CASE("A pause holds one application for its time, and one of all holds all") {
  PausesCase c;
  CHECK(c.why("argocd", "web").empty());
  c.pause(api::pause_key("argocd", "web"), 3600s);
  CHECK(c.why("argocd", "web") == "paused by alice until 2026-01-02T04:04:05Z: an \"upgrade\"");
  CHECK(c.why("team", "web").empty());
  CHECK(c.why("argocd", "web2").empty());
  c.pause(api::pause_all, 60s);
  CHECK_FALSE(c.why("team", "web").empty());
  c.clock.wait(60s);
  CHECK(c.why("team", "web").empty());
  CHECK_FALSE(c.why("argocd", "web").empty());
  CHECK(c.pauses.clear(api::pause_key("argocd", "web")));
  CHECK_FALSE(c.pauses.clear(api::pause_key("argocd", "web")));
  CHECK(c.why("argocd", "web").empty());
}

TEST_CASE("A pause that can't be read is said with its place") {
  PausesCase c;
  c.kubernetes.put(
      {"", "v1", "configmaps", "drift-policy", "drift-policy-pause", ""},
      R"({"data": {"argocd_web": "{\"by\": \"alice\", \"reason\": \"x\", \"until\": \"soon\"}"}})");
  try {
    c.pauses.list();
    FAIL("it was read");
  } catch (const InputError& error) {
    CHECK(std::string(error.what()) ==
          "ConfigMap drift-policy/drift-policy-pause: data.argocd_web: pause.until: expected a time such as "
          "2026-11-29T10:00:00Z");
  }
  CHECK(c.pauses.clear("argocd_web"));
  CHECK(c.pauses.list().empty());
}
