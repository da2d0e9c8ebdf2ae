// `drift-policy rollout status` through the built program, against an API server that answers what the test says.
#include "api/rollout.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "json/string.hpp"
#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::answer;
using tests::contains;

std::string config_map(api::RolloutState state, std::uint64_t updated, const std::string& reason = {}) {
  api::Rollout rollout;
  rollout.policy = std::string(64, 'a');
  rollout.state = state;
  rollout.reason = reason;
  rollout.applications = 2;
  rollout.updated = updated;
  rollout.waiting = 2 - updated;
  if (updated < 2)
    rollout.entries = {{"argocd", "shop", api::RolloutStep::waiting, std::string(64, 'b'), 0, "it syncs"}};
  return R"({"kind": "ConfigMap", "metadata": {"name": "drift-policy-rollout"}, "data": {"rollout.json": )" +
         json_string(api::rollout_json(rollout)) + "}}";
}

struct RolloutCluster {
  tests::FaultyServer server;
  tests::Folder folder;

  tests::Run run(std::vector<std::string> more) const {
    const auto config = folder.write("config", tests::kubeconfig(server.url()));
    std::vector<std::string> arguments = {"rollout", "status", "--kubeconfig", config.string()};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return tests::run({.arguments = arguments});
  }
};

}  // namespace

TEST_CASE("rollout status ends with 0 where the rollout is complete, and with 1 where it isn't") {
  RolloutCluster cluster;
  cluster.server.then(answer(200, config_map(api::RolloutState::complete, 2)))
      .then(answer(200, config_map(api::RolloutState::held, 1, "paused by ann")))
      .then(answer(200, config_map(api::RolloutState::progressing, 1)));
  const auto done = cluster.run({});
  CHECK(done.exit == 0);
  CHECK(done.out == "2 of 2 applications render policy aaaaaaaaaaaa\n");
  CHECK(contains(done.err, "the controller has written nothing since 1970-01-01T00:00:00Z"));
  const auto held = cluster.run({});
  CHECK(held.exit == 1);
  CHECK(contains(held.out,
                 "1 of 2 applications render policy aaaaaaaaaaaa: 1 waits; no application is refreshed: "
                 "paused by ann\n"));
  CHECK(contains(held.out, "waiting  argocd/shop  bbbbbbbbbbbb  0      it syncs\n"));
  const auto json = cluster.run({"-o", "json"});
  CHECK(json.exit == 1);
  CHECK(contains(json.out, R"("state":"progressing")"));
  CHECK(contains(cluster.server.requests().at(0).line,
                 "/api/v1/namespaces/drift-policy/configmaps/drift-policy-rollout"));
}

TEST_CASE(
    "rollout status --watch says each change, until the rollout is complete or stuck, or time is over") {
  RolloutCluster cluster;
  SUBCASE("complete") {
    cluster.server.then(answer(200, config_map(api::RolloutState::progressing, 1)))
        .then(answer(200, config_map(api::RolloutState::complete, 2)));
    const auto done = cluster.run({"--watch"});
    CHECK(done.exit == 0);
    CHECK(done.out ==
          "1 of 2 applications render policy aaaaaaaaaaaa: 1 waits\n"
          "2 of 2 applications render policy aaaaaaaaaaaa\n");
  }
  SUBCASE("stuck") {
    cluster.server.then(answer(200, config_map(api::RolloutState::stuck, 1)));
    const auto stuck = cluster.run({"-w"});
    CHECK(stuck.exit == 1);
    CHECK(contains(stuck.out, "argocd/shop"));
  }
  SUBCASE("time") {
    cluster.server.then(answer(200, config_map(api::RolloutState::progressing, 1)));
    const auto late = cluster.run({"-w", "--timeout", "0s"});
    CHECK(late.exit == 1);
    CHECK(contains(late.err, "--timeout: the rollout isn't complete after 0s"));
  }
}

TEST_CASE("rollout status says what it can't tell: no rollout is there, it can't be read, or it may not be") {
  RolloutCluster cluster;
  const auto none = R"({"kind": "Status", "reason": "NotFound", "details": {"name": "drift-policy-rollout",
    "kind": "configmaps"}, "message": "not found"})";
  cluster.server.then(answer(404, none))
      .then(answer(200, R"({"data": {"rollout.json": "{}"}})"))
      .then(answer(403, R"({"kind": "Status", "reason": "Forbidden", "message": "no"})"));
  const auto missing = cluster.run({"-n", "guards"});
  CHECK(missing.exit == 2);
  CHECK(contains(missing.err, "no rollout is known in guards"));
  const auto wrong = cluster.run({});
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, "ConfigMap drift-policy/drift-policy-rollout: rollout.policy: "));
  CHECK(cluster.run({}).exit == 3);
}
