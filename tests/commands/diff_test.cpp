// `drift-policy diff` through the built program: which application and source it means, and what it refuses. What it finds is
// tests/gate/preview_test.cpp's matter.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/faulty_server.hpp"
#include "support/folder.hpp"
#include "support/kubeconfig.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

namespace {
using namespace drift;
using tests::answer;
using tests::contains;

std::string base(const std::string& source, const std::string& application) {
  return R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":")" + source +
         R"(-base","namespace":"drift-policy","labels":{"drift-policy.dev/source":")" + source +
         R"("},"annotations":{"drift-policy.dev/application":")" + application +
         R"("}},"data":{"plan.json":"{}"}})";
}

std::string list_of(const std::string& items) {
  return R"({"apiVersion":"v1","kind":"ConfigMapList","metadata":{},"items":[)" + items + "]}";
}

struct Differing {
  tests::FaultyServer server;
  tests::Folder folder;

  tests::Run run(std::vector<std::string> arguments) const {
    const auto config = folder.write("config", tests::kubeconfig(server.url()));
    folder.write("app/cm.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n");
    arguments.insert(arguments.begin(), "diff");
    arguments.insert(arguments.end(), {"--kubeconfig", config.string(), "-n", "drift-policy"});
    return tests::run({.arguments = arguments, .directory = folder.path().string()});
  }
};

}  // namespace

TEST_CASE("diff of a folder needs a policy, and to know where its objects are") {
  Differing cluster;
  const auto nowhere = cluster.run({"app"});
  CHECK(nowhere.exit == 2);
  CHECK(contains(nowhere.err, "expected --app-namespace"));
  const auto none = cluster.run({"app", "--app-namespace", "shop", "--policy", "none"});
  CHECK(none.exit == 2);
  CHECK(contains(none.err, "--policy none decides nothing"));
  CHECK(cluster.server.requests().empty());
}

TEST_CASE("diff of an application that has no base says so, also where another one's has its name") {
  Differing cluster;
  cluster.server.then(answer(200, list_of(base("shop-1", "other"))));
  const auto done = cluster.run({"shop"});
  CAPTURE(done.err);
  CHECK(done.exit == 2);
  CHECK(contains(done.err,
                 "no sync of shop has succeeded through its gate, as far as namespace drift-policy shows"));
  const auto requests = cluster.server.requests();
  REQUIRE(requests.size() == 1);
  CHECK(contains(requests[0].line, "labelSelector=app.kubernetes.io%2Fcomponent%3Dbase"));
}

TEST_CASE("diff of a folder with one source of several asks which one") {
  Differing cluster;
  cluster.server.then(answer(200, list_of(base("shop-2", "shop") + "," + base("shop-1", "shop"))));
  const auto done = cluster.run({"app", "--app-name", "shop", "--app-namespace", "shop"});
  CHECK(done.exit == 2);
  CHECK(contains(done.err, "shop has several sources: shop-1, shop-2; expected one by --source"));
}

TEST_CASE("diff of an application says where the plan of its last sync is missing") {
  Differing cluster;
  cluster.server.then(answer(200, list_of(base("shop-1", "shop"))))
      .then(answer(
          404,
          R"({"kind":"Status","reason":"NotFound","details":{"name":"shop-1-plan","kind":"configmaps"}})"));
  const auto done = cluster.run({"shop"});
  CAPTURE(done.err);
  CHECK(done.exit == 2);
  CHECK(contains(done.err,
                 "ConfigMap drift-policy/shop-1-plan, is not there; expected it, or a folder to render"));
}
