// `drift-policy observe` and `enforce` through the built program, against an API server that answers what the test says.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/text.hpp"
#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::answer;
using tests::contains;

const std::string orders =
    R"({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "orders",
  "namespace": "argocd", "uid": "u", "resourceVersion": "7"}, "spec": {"source": {"repoURL": "r", "path": "a"}}})";
const std::string enforced =
    R"({"apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "metadata": {"name": "orders",
  "namespace": "argocd", "uid": "u", "resourceVersion": "8", "labels": {"drift-policy.dev/gated": "true"}},
  "spec": {"source": {"repoURL": "r", "path": "a", "plugin": {"name": "drift-policy"}}}})";

std::string repo_server(const std::string& container, int updated) {
  return R"({"metadata": {"generation": 2}, "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": ")" +
         container + R"("}]}}}, "status": {"observedGeneration": 2, "replicas": 1, "availableReplicas": 1,
         "updatedReplicas": )" +
         std::to_string(updated) + "}}";
}

struct Answering {
  tests::FaultyServer server;
  tests::Folder folder;

  tests::Run run(std::vector<std::string> arguments) const {
    const auto config = folder.write("config", tests::kubeconfig(server.url()));
    arguments.insert(arguments.end(), {"--kubeconfig", config.string()});
    return tests::run({.arguments = arguments});
  }
};

}  // namespace

TEST_CASE("enforce looks, waits for the sidecar, looks again and patches once, also after a conflict") {
  Answering cluster;
  cluster.server.then(answer(200, orders))
      .then(answer(200, repo_server("drift-policy", 0)))
      .then(answer(200, repo_server("drift-policy", 1)))
      .then(answer(200, orders))
      .then(answer(409, R"({"kind": "Status", "reason": "Conflict", "message": "changed meanwhile"})"))
      .then(answer(200, orders))
      .then(answer(200, enforced));
  const auto done = cluster.run({"enforce", "orders"});
  CAPTURE(done.err);
  CHECK(done.exit == 0);
  CHECK(contains(done.err, "waiting for the rollout of argocd-repo-server, up to 5m"));
  CHECK(contains(done.out, "argocd/orders: enforced\n"));
  CHECK(contains(done.out, "  label drift-policy.dev/gated=true: no sync gets past the gate\n"));
  CHECK(contains(done.out, "argocd app sync orders\n"));
  const auto requests = cluster.server.requests();
  REQUIRE(requests.size() == 7);
  CHECK(requests[0].line == "GET /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/orders HTTP/1.1");
  CHECK(requests[1].line == "GET /apis/apps/v1/namespaces/argocd/deployments/argocd-repo-server HTTP/1.1");
  CHECK(
      requests[6].line.starts_with("PATCH /apis/argoproj.io/v1alpha1/namespaces/argocd/applications/orders"));
  CHECK(contains(requests[6].body, R"("plugin":{"name":"drift-policy"})"));
  CHECK(contains(requests[6].body, R"("resourceVersion":"7")"));
}

TEST_CASE("enforce --dry-run asks for the Application alone, and changes nothing") {
  Answering cluster;
  cluster.server.then(answer(200, orders));
  const auto done = cluster.run({"enforce", "team/orders", "--dry-run"});
  CAPTURE(done.err);
  CHECK(done.exit == 0);
  CHECK(contains(done.out, "team/orders: would be enforced\n"));
  CHECK(cluster.server.requests().size() == 1);
}

TEST_CASE("what is so already is said, and not patched") {
  Answering cluster;
  cluster.server.then(answer(200, enforced))
      .then(answer(200, repo_server("drift-policy", 1)))
      .then(answer(200, enforced));
  const auto done = cluster.run({"enforce", "orders"});
  CHECK(done.exit == 0);
  CHECK(done.out == "argocd/orders: is enforced already\n");
  CHECK(cluster.server.requests().size() == 3);
}

TEST_CASE("where one Application can't be changed none is, and each reason is said") {
  Answering cluster;
  cluster.server.then(answer(200, orders))
      .then(answer(200,
                   R"({"metadata": {"name": "a", "namespace": "argocd", "uid": "u", "resourceVersion": "1"},
        "spec": {"source": {"path": "a", "helm": {"releaseName": "x"}, "kustomize": {"namePrefix": "x"}}}})"));
  const auto refused = cluster.run({"observe", "orders", "a"});
  CHECK(refused.exit == 1);
  CHECK(refused.out.empty());
  CHECK(contains(refused.err, "argocd/a: source has settings under helm"));
  CHECK(contains(refused.err, "argocd/a: source has settings under kustomize"));
  CHECK(cluster.server.requests().size() == 2);
}

TEST_CASE("without the plugin's sidecar, or an Application of that name, nothing is changed") {
  {
    Answering cluster;
    cluster.server.then(answer(200, orders)).then(answer(200, repo_server("argocd-repo-server", 1)));
    const auto refused = cluster.run({"observe", "orders"});
    CHECK(refused.exit == 1);
    CHECK(contains(refused.err, "argocd-repo-server in argocd has no sidecar drift-policy-observe"));
  }
  {
    Answering cluster;
    cluster.server.then(answer(200, orders)).then(answer(200, repo_server("drift-policy", 0)));
    CHECK(contains(cluster.run({"enforce", "orders", "--timeout", "0s"}).err, "isn't rolled out after 0s"));
  }
  {
    Answering cluster;
    cluster.server.then(answer(404, R"({"kind": "Status", "reason": "NotFound", "details": {"name": "orders",
      "group": "argoproj.io", "kind": "applications"}, "message": "not found"})"));
    const auto missing = cluster.run({"enforce", "orders"});
    CHECK(missing.exit == 2);
    CHECK(contains(missing.err, "there is no Application argocd/orders"));
  }
  for (const auto* wrong : {"a/b/c", "/a", "a/"}) CHECK(Answering().run({"enforce", wrong}).exit == 2);
}

TEST_CASE("doctor ends with 1 where there is a problem, and says what it may not read") {
  const auto status = [](const std::string& reason) {
    return R"({"kind": "Status", "reason": ")" + reason +
           R"(", "message": "no", "details": {"name": "argocd-repo-server"}})";
  };
  const std::string nothing = R"({"items": [], "metadata": {}})";
  {
    Answering cluster;
    cluster.server.then(answer(404, status("NotFound")));
    for (int i = 0; i < 4; ++i) cluster.server.then(answer(403, status("Forbidden")));
    cluster.server.then(answer(200, nothing));
    const auto problem = cluster.run({"doctor"});
    CAPTURE(problem.err);
    CHECK(problem.exit == 1);
    CHECK(contains(problem.out, "problem sidecar: there is no Deployment argocd-repo-server in argocd\n"));
    CHECK(contains(problem.out, "warning admission: isn't known"));
  }
  Answering cluster;
  for (int i = 0; i < 5; ++i) cluster.server.then(answer(403, status("Forbidden")));
  cluster.server.then(answer(200, nothing));
  const auto unknown = cluster.run({"doctor", "-o", "json", "-n", "gitops"});
  CAPTURE(unknown.err);
  CHECK(unknown.exit == 0);
  CHECK(contains(unknown.out, R"("state":"warning")"));
  CHECK(cluster.server.requests()[0].line ==
        "GET /apis/apps/v1/namespaces/gitops/deployments/argocd-repo-server HTTP/1.1");
}

TEST_CASE(
    "apps lists the Applications of a namespace, leaves out what it can't read, and finds those without a "
    "gate") {
  auto storefront = enforced;
  replace_all(storefront, "orders", "storefront");
  replace_all(storefront, "\"u\"", "\"s\"");
  const auto list = R"({"items": [)" + storefront + R"(, {"metadata": {"name": "broken"}}, )" + orders +
                    R"(], "metadata": {}})";
  Answering cluster;
  cluster.server.then(answer(200, list))
      .then(answer(200, list))
      .then(answer(200, R"({"items": [], "metadata": {}})"));
  const auto all = cluster.run({"apps", "-n", "gitops", "-l", "team=shop"});
  CAPTURE(all.err);
  CAPTURE(all.out);
  CHECK(all.exit == 0);
  CHECK(contains(all.out, "argocd/orders      none "));
  CHECK(contains(all.out, "2 applications: enforced 1, none 1\n"));
  CHECK(contains(all.err,
                 "warning: left out: application broken.metadata.uid: expected a string that isn't empty\n"));
  CHECK(contains(cluster.server.requests()[0].line, "/namespaces/gitops/applications?"));
  CHECK(contains(cluster.server.requests()[0].line, "labelSelector=team%3Dshop"));
  CHECK(cluster.run({"apps", "-A", "--without-gate", "-o", "name"}).out == "argocd/orders\n");
  const auto none = cluster.run({"apps", "--without-gate"});
  CHECK(none.out.empty());
  CHECK(contains(none.err, "each Application has a gate"));
}
