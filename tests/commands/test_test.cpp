// `drift-policy test`, as a person or a pipeline calls it.
#include <doctest/doctest.h>

#include "support/folder.hpp"
#include "support/program.hpp"

using drift::tests::Folder;
using drift::tests::run;

namespace {

constexpr const char* policy = R"(apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: shop}
spec:
  rules:
  - name: workloads
    match: {any: [{resources: {kinds: [Deployment]}}]}
    severity: medium
    syncOptions: [Prune=confirm]
    syncWave: {value: 3}
    fields: [{id: replicas, jsonPointers: [/spec/replicas], severity: low}]
  - name: secrets
    match: {any: [{resources: {kinds: [Secret]}}]}
    severity: critical
)";

constexpr const char* manifests =
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 2}\n"
    "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: web, namespace: other}\n";

// The end of a test of that application.
std::string test_of(const std::string& expect, const std::string& name = "shop") {
  return "apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicyTest\nmetadata: {name: " + name +
         "}\nspec:\n  policies: ../policy.yaml\n  source: {path: ../app}\n  application: {namespace: "
         "shop}\n  expect:\n" +
         expect;
}

void write_application(const Folder& folder) {
  folder.write("policy.yaml", policy);
  folder.write("app/all.yaml", manifests);
}

}  // namespace

TEST_CASE("test passes where all is as expected, and says how much that is") {
  const Folder folder;
  write_application(folder);
  folder.write("tests/shop.drift-policy-test.yaml", test_of(R"(
    severity: medium
    hooks: [gate, audit, alert]
    objects:
      Deployment/web:
        severity: medium
        rule: shop/workloads
        action: approve
        approvals: 1
        fields: {replicas: low, image: none}
        syncWave: 3
        syncOptions: [Prune=confirm]
      ConfigMap/other/web: {severity: low, rule: default, syncWave: 0, syncOptions: []}
)"));
  const auto result = run({.arguments = {"test"}, .directory = folder.path().string()});
  CHECK(result.err.empty());
  CHECK(result.out ==
        "PASS  shop  14 checks  tests/shop.drift-policy-test.yaml\n1 test: 14 checks passed, 0 failed\n");
  CHECK(result.exit == 0);
}

TEST_CASE("each check that fails is told with its place and what was found; exit 1") {
  const Folder folder;
  write_application(folder);
  folder.write("tests/drift-policy-test.yaml", test_of(R"(    severity: high
    hooks: []
    error: never
)"));
  folder.write("tests/b/drift-policy-test.yml", "kind: DriftPolicyTest\n");
  const auto wrong = run({.arguments = {"test"}, .directory = folder.path().string()});
  CHECK(wrong.exit == 2);
  CHECK(wrong.out.empty());

  std::filesystem::remove_all(folder.path() / "tests/b");
  folder.write("tests/drift-policy-test.yaml", test_of(R"(    severity: high
    hooks: []
    objects:
      Deployment/web: {severity: high, fields: {replicas: medium}, approvals: 2, syncWave: 0}
      Secret/db: {severity: critical}
)"));
  const auto failed =
      run({.arguments = {"test", "tests", "--coverage"}, .directory = folder.path().string()});
  CHECK(failed.exit == 1);
  CHECK(
      failed.out ==
      "FAIL  shop  7 checks  tests/drift-policy-test.yaml\n"
      "  tests/drift-policy-test.yaml:9:15: severity: expected high, found medium\n"
      "  tests/drift-policy-test.yaml:10:12: hooks: expected none, found gate, audit, alert\n"
      "  tests/drift-policy-test.yaml:12:34: Deployment/web: severity: expected high, found medium, by "
      "shop/workloads\n"
      "  tests/drift-policy-test.yaml:12:59: Deployment/web: field replicas: expected medium, found low, by "
      "shop/workloads\n"
      "  tests/drift-policy-test.yaml:12:79: Deployment/web: approvals: expected 2, found 1, by "
      "shop/workloads\n"
      "  tests/drift-policy-test.yaml:12:92: Deployment/web: syncWave: expected 0, found 3, by "
      "shop/workloads\n"
      "  tests/drift-policy-test.yaml:13:29: Secret/db: severity: expected critical, found no such object, "
      "the "
      "rendering has none of this name\n"
      "1 test: 0 checks passed, 7 failed\n"
      "rules that a check reaches: 1 of 2\n"
      "  not reached: shop/secrets\n");
}

TEST_CASE("a rendering that fails passes where that was expected, and fails once where it wasn't") {
  const Folder folder;
  write_application(folder);
  folder.write("app/all.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: [}\n");
  folder.write("tests/drift-policy-test.yaml", test_of("    error: all.yaml\n") + "---\n" +
                                                   test_of("    severity: low\n    hooks: []\n", "other") +
                                                   "---\n" + test_of("    error: something else\n", "third"));
  const auto result = run({.arguments = {"test", "tests"}, .directory = folder.path().string()});
  CHECK(result.exit == 1);
  CHECK(result.out.starts_with("PASS  shop  1 check  "));
  CHECK(result.out.find("FAIL  other  1 check  ") != std::string::npos);
  CHECK(result.out.find(":19:15: error: expected none, found app/all.yaml:") != std::string::npos);
  CHECK(result.out.find("error: expected something else, found app/all.yaml:") != std::string::npos);
  CHECK(result.out.ends_with("3 tests: 1 check passed, 2 failed\n"));
}

TEST_CASE("parameters reach the source, and Argo CD's variables don't") {
  const Folder folder;
  write_application(folder);
  folder.write("app/more/extra.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\n");
  auto text = test_of("    objects: {Secret/db: {severity: critical}}\n");
  text.replace(text.find("{path: ../app}"), 14,
               "{path: ../app, parameters: [{name: directory-recurse, string: 'true'}]}");
  folder.write("tests/drift-policy-test.yaml", text);
  const auto result =
      run({.arguments = {"test", "tests"},
           .environment = {{"ARGOCD_APP_NAME", "x"}, {"ARGOCD_APP_PARAMETERS", "["}, {"PARAM_X", "y"}},
           .directory = folder.path().string()});
  CHECK(result.out.ends_with("1 test: 1 check passed, 0 failed\n"));
  CHECK(result.exit == 0);
}

TEST_CASE("test --init writes a test that passes") {
  const Folder folder;
  write_application(folder);
  const auto written = run({.arguments = {"test", "--init", "app", "--policy", "policy.yaml"},
                            .directory = folder.path().string()});
  CHECK(written.exit == 0);
  CHECK(written.out.find("      Deployment/web:\n        severity: medium\n") != std::string::npos);
  folder.write("drift-policy-test.yaml", written.out);
  const auto result =
      run({.arguments = {"test", "--policy", "policy.yaml", "-a"}, .directory = folder.path().string()});
  CHECK(result.exit == 0);
  CHECK(result.out.find("  Deployment/web: field replicas: low\n") != std::string::npos);
}

TEST_CASE("results for machines have the place and what was found, and nothing breaks out of XML") {
  const Folder folder;
  write_application(folder);
  folder.write("tests/drift-policy-test.yaml",
               test_of("    objects: {'Deployment/web': {rule: '<a>\"&'}}\n"));
  const auto junit =
      run({.arguments = {"test", "tests", "-o", "junit"}, .directory = folder.path().string()});
  CHECK(junit.exit == 1);
  CHECK(junit.out ==
        R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="drift-policy" tests="1" failures="1">
  <testsuite name="shop" tests="1" failures="1" file="tests/drift-policy-test.yaml">
    <testcase classname="shop" name="Deployment/web: rule" file="tests/drift-policy-test.yaml" line="9">
      <failure message="expected &lt;a&gt;&quot;&amp;, found shop/workloads">tests/drift-policy-test.yaml:9:40: expected &lt;a&gt;&quot;&amp;, found shop/workloads</failure>
    </testcase>
  </testsuite>
</testsuites>
)");
  const auto github =
      run({.arguments = {"test", "tests", "-o", "github"}, .directory = folder.path().string()});
  CHECK(
      github.out ==
      "::error file=tests/drift-policy-test.yaml,line=9,col=40::Deployment/web: rule: expected <a>\"&, found "
      "shop/workloads\n");
  const auto json = run({.arguments = {"test", "tests", "-o", "json"}, .directory = folder.path().string()});
  CHECK(
      json.out ==
      R"({"tests":[{"name":"shop","file":"tests/drift-policy-test.yaml","passed":false,"checks":[{"object":"Deployment/web","aspect":"rule","expected":"<a>\"&","found":"shop/workloads","passed":false,"line":9,"column":40}]}],"passed":false})"
      "\n");
}

TEST_CASE("a test in the folder that it renders is refused, as Argo CD would apply it") {
  const Folder folder;
  write_application(folder);
  folder.write("app/drift-policy-test.yaml", test_of("    severity: low\n"));
  const auto result = run({.arguments = {"test", "app"}, .directory = folder.path().string()});
  CHECK(result.exit == 2);
  CHECK(result.err.find("app/drift-policy-test.yaml:1:1: this test is in the folder that is rendered") !=
        std::string::npos);
}

namespace {

// A Secret, a ConfigMap and a Deployment, and what is expected after each of these drifts.
void write_drifts(const Folder& folder, const std::string& drifts) {
  folder.write("policy.yaml", policy);
  folder.write(
      "app/all.yaml",
      std::string(manifests) +
          "---\napiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {a: MQ==}\nstringData: {b: x}\n");
  folder.write("tests/drift-policy-test.yaml", test_of("    severity: critical\n") + "  drift:\n" + drifts);
}

}  // namespace

TEST_CASE("the gate's comparison says what a sync makes of drift") {
  const Folder folder;
  write_drifts(folder, R"(
  - name: nothing
    live: {}
    expect: {severity: none, sync: passes, approvals: 0, objects: {Secret/db: none, Deployment/web: none}}
  - name: scaled
    live: {Deployment/web: {patch: {spec: {replicas: 5}}}}
    expect: {severity: low, sync: passes}
  - name: without replicas
    live: {Deployment/web: {patch: {spec: {replicas: null}}}}
    expect: {severity: low, sync: passes}
  - name: deleted
    live: {Deployment/web: {deleted: true}, ConfigMap/web: {deleted: true}}
    expect: {severity: medium, sync: waits, approvals: 1, objects: {Deployment/web: medium, ConfigMap/web: low}}
  - name: a key of a Secret
    live: {Secret/db: {patch: {data: {a: Mg==}}}}
    expect: {severity: critical, sync: refused}
  - name: a key as text
    live: {Secret/db: {patch: {stringData: {b: y}}}}
    expect: {severity: critical, sync: refused}
  - name: the same text
    live: {Secret/db: {patch: {stringData: {b: x}}}}
    expect: {severity: none}
  - name: a key is gone
    live: {Secret/db: {patch: {data: {a: null}}}}
    expect: {objects: {Secret/db: critical, Deployment/web: none}}
)");
  const auto result = run({.arguments = {"test", "tests"}, .directory = folder.path().string()});
  CAPTURE(result.err);
  CHECK(result.out ==
        "PASS  shop  22 checks  tests/drift-policy-test.yaml\n1 test: 22 checks passed, 0 failed\n");
}

TEST_CASE(
    "an object without a namespace isn't mistaken for its namesake in another, nor for one of another "
    "group") {
  const Folder folder;
  write_drifts(folder, R"(
  - name: here
    live: {Deployment/web: {deleted: true}}
    expect: {objects: {Deployment/web: medium, deploy/other/web: none}}
  - name: there
    live: {deploy/other/web: {deleted: true}}
    expect: {objects: {Deployment/web: none, Deployment/other/web: medium}}
  - name: knative
    live: {services.serving.knative.dev/api: {deleted: true}}
    expect: {objects: {services.v1/api: none, services.serving.knative.dev/api: low}}
)");
  folder.write("app/more.yaml",
               "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: other}\n"
               "---\napiVersion: v1\nkind: Service\nmetadata: {name: api}\n"
               "---\napiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: {name: api}\n");
  const auto result = run({.arguments = {"test", "tests"}, .directory = folder.path().string()});
  CAPTURE(result.err);
  CHECK(result.out ==
        "PASS  shop  7 checks  tests/drift-policy-test.yaml\n1 test: 7 checks passed, 0 failed\n");

  write_drifts(folder, "  - {name: which, live: {Service/api: {deleted: true}}, expect: {sync: passes}}\n");
  const auto unclear = run({.arguments = {"test", "tests"}, .directory = folder.path().string()});
  CHECK(unclear.exit == 2);
  CHECK(unclear.err.find("Service/api: there are Service/api and Service/api; expected "
                         "KIND/NAMESPACE/NAME, or a kind with its group") != std::string::npos);
}

TEST_CASE("drift that comes out otherwise is told with the gate's reason, and never a Secret's value") {
  const Folder folder;
  write_drifts(folder, R"(
  - {name: scaled, live: {Deployment/web: {patch: {spec: {replicas: 5}}}}, expect: {sync: waits, objects: {Secret/db: low}}}
  - {name: read, live: {Secret/db: {patch: {stringData: {b: hunter2}}}}, expect: {sync: passes}}
)");
  const auto result = run({.arguments = {"test", "tests", "-a"}, .directory = folder.path().string()});
  CHECK(result.exit == 1);
  CHECK(result.out.find(": scaled: sync: expected waits, found passes, ") != std::string::npos);
  CHECK(result.out.find("scaled: Secret/db: severity: expected low, found none\n") != std::string::npos);
  CHECK(result.out.find("read: sync: expected passes, found refused, ") != std::string::npos);
  CHECK(result.out.find("hunter2") == std::string::npos);

  write_drifts(folder, "  - {name: lost, live: {Pod/x: {deleted: true}}, expect: {sync: passes}}\n");
  const auto wrong = run({.arguments = {"test", "tests"}, .directory = folder.path().string()});
  CHECK(wrong.exit == 2);
  CHECK(wrong.err.find(": Pod/x: the rendering has none of this "
                       "name") != std::string::npos);
}

TEST_CASE(
    "the policies that come with the program do what their tests say, and each of their rules is tested") {
  const auto result =
      run({.arguments = {"test", drift::tests::project_folder() + "/policies/tests", "--coverage"}});
  CAPTURE(result.out);
  CAPTURE(result.err);
  CHECK(result.exit == 0);
  CHECK(result.out.find("not reached") == std::string::npos);
}
