// `drift-policy hook` through the built program, where nothing of what it needs is there.
#include <doctest/doctest.h>

#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"

namespace {
using namespace drift;

// A Job's pod whose API server refuses everything (418), which no client tries again.
struct Refused {
  tests::FaultyServer server;
  tests::Folder folder;

  tests::Run run(const std::string& hook, const std::vector<std::string>& more = {}) const {
    const auto config = folder.write("config", tests::kubeconfig(server.url()));
    std::vector<std::string> arguments = {
        "hook", hook, "--application", "shop", "--names", "shop-12345678", "--plan-digest", "sha256:0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tests::run({.arguments = arguments,
                       .environment = {{"KUBECONFIG", config.string()}, {"POD_NAMESPACE", "hooks"}}});
  }
};
}  // namespace

TEST_CASE("hook command: what only observes never fails a sync, and says what went wrong") {
  for (const std::string hook : {"audit", "alert"}) {
    CAPTURE(hook);
    const Refused pod;
    CHECK(pod.run(hook).exit == 3);
    const auto observed = pod.run(hook, {"--observe"});
    CHECK(observed.exit == 0);
    CHECK(observed.out.empty());
    CHECK(observed.err.find("observed only, so the sync goes on: ") != std::string::npos);
    CHECK(observed.err.find("418") != std::string::npos);
    pod.folder.write("keys/short", "x");
    const std::string keys = pod.folder.path() / "keys";
    CHECK(pod.run(hook, {"--audit-keys", keys}).exit == 2);
    CHECK(pod.run(hook, {"--audit-keys", keys, "--observe"}).exit == 0);
  }
}
