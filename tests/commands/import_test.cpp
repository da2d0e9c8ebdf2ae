// `drift-policy import` through the built program: what goes where, and how it ends.
#include <doctest/doctest.h>

#include <string>

#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

const std::string matrix =
    "remediation_matrix:\n  low: {action: auto_sync, notification_channels: [phone]}\n";
const std::string channels = "channels: {pagerduty: {integration_key: hushhush}}\n";

}  // namespace

TEST_CASE("import prints a policy that check takes, and says what has no counterpart") {
  const tests::Folder folder;
  const auto file = folder.write("remediation_policies.yaml", matrix).string();
  const auto run = tests::run({.arguments = {"import", file}});
  CAPTURE(run.err);
  CHECK(run.exit == 0);
  CHECK(contains(run.err, "warning: " + file +
                              ":2:52: remediation_matrix.low.notification_channels: phone can't be "
                              "carried over: "));
  const auto policy = folder.write("policy.yaml", run.out).string();
  CHECK(tests::run({.arguments = {"check", "--strict", policy}}).exit == 0);
}

TEST_CASE("import reads standard input, and tells no secret") {
  const auto run = tests::run({.arguments = {"import", "-", "-n", "cd"}, .input = channels});
  CHECK(run.exit == 0);
  CHECK(contains(run.out, "  namespace: cd\n"));
  CHECK(contains(run.err, "<stdin>:1:41: channels.pagerduty.integration_key is a secret"));
  CHECK_FALSE(contains(run.out + run.err, "hushhush"));
}

TEST_CASE("import of both files prints the policy first") {
  const tests::Folder folder;
  const auto n = folder.write("n.yaml", channels).string(), r = folder.write("r.yaml", matrix).string();
  const auto run = tests::run({.arguments = {"import", n, r}});
  CHECK(run.exit == 0);
  CHECK(run.out.find("kind: DriftPolicy") < run.out.find("kind: ConfigMap"));
}

TEST_CASE("import prints nothing where something is wrong") {
  const auto run = tests::run({.arguments = {"import", "-"}, .input = "remediation_matrix: {low: {}}\n"});
  CHECK(run.exit == 2);
  CHECK(run.out.empty());
  CHECK(contains(run.err, "<stdin>:1:27: remediation_matrix.low.action: expected auto_sync"));
  CHECK(tests::run({.arguments = {"import"}}).exit == 2);
}
