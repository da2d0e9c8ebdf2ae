// The manifests in a plan: what is kept, what is hidden, what is left out.
#include <doctest/doctest.h>

#include "api/condensed.hpp"
#include "api/plan.hpp"
#include "api/redacted.hpp"
#include "base/sha256.hpp"
#include "support/hooks_input.hpp"

namespace {
using drift::tests::Rendered;

drift::api::Plan plan_of(const std::string& source) {
  const Rendered rendered(source);
  return drift::api::read_plan(drift::annotators::plan(rendered.input()));
}

std::string manifest_of(const std::string& source, std::size_t object = 0) {
  return plan_of(source).objects.at(object).manifest.value_or("left out");
}

std::string digest(const std::string& text) {
  return "sha256:" + drift::sha256_hex(text);
}

std::string config_map(const std::string& name, std::size_t size) {
  return "---\napiVersion: example.org/v1\nkind: Notes\nmetadata: {name: " + name +
         "}\nspec: {text: " + std::string(size, 'x') + "}\n";
}
}  // namespace

TEST_SUITE("plan: manifests") {
  TEST_CASE("an object is kept as Git wants it, without identity and status") {
    CHECK(
        manifest_of("apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: shop, labels: {a: b}}\n"
                    "spec: {ports: [{port: 80}], type: ClusterIP}\nstatus: {loadBalancer: {}}\n") ==
        R"({"metadata":{"labels":{"a":"b"}},"spec":{"ports":[{"port":80}],"type":"ClusterIP"}})");
  }

  TEST_CASE("no value of a Secret, a ConfigMap or an environment variable is in a plan") {
    const std::string source = R"(
apiVersion: v1
kind: Secret
metadata: {name: a, annotations: {copy: hunter1}, labels: {tier: db}}
type: Opaque
data: {password: aHVudGVyMg==}
stringData: {token: hunter2}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: b}
data: {password: hunter3, empty: ""}
binaryData: {key: aHVudGVyMw==}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: c}
spec:
  template:
    spec:
      containers:
      - name: c
        env: [{name: A, value: hunter4}, {name: B, valueFrom: {secretKeyRef: {name: a, key: token}}}]
      initContainers:
      - {name: d, env: [{name: E, value: hunter5}]}
---
apiVersion: example.org/v1
kind: Runner
metadata: {name: e}
spec: {job: {env: {PASSWORD: hunter6}}, other: {env: [hunter7]}}
---
apiVersion: v1
kind: Pod
metadata: {name: f, annotations: {"kubectl.kubernetes.io/last-applied-configuration": hunter8}}
spec: {env: hunter9}
)";
    const Rendered rendered(source);
    const auto text = drift::annotators::plan(rendered.input());
    for (const auto* hidden : {"hunter", "aHVudGVy"}) CHECK(text.find(hidden) == std::string::npos);
    const auto plan = drift::api::read_plan(text);
    CHECK(*plan.objects[0].manifest == R"({"metadata":{"labels":{"tier":"db"}},"type":"Opaque"})");
    CHECK(*plan.objects[1].manifest == R"({"binaryData":{"key":")" + digest("aHVudGVyMw==") +
                                           R"("},"data":{"empty":"","password":")" + digest("hunter3") +
                                           R"("}})");
    CHECK(*plan.objects[2].manifest ==
          R"({"spec":{"template":{"spec":{"containers":[{"env":[{"name":"A","value":")" + digest("hunter4") +
              R"("},{"name":"B","valueFrom":{"secretKeyRef":{"key":"token","name":"a"}}}],"name":"c"}],)" +
              R"("initContainers":[{"env":[{"name":"E","value":")" + digest("hunter5") +
              R"("}],"name":"d"}]}}}})");
    CHECK(*plan.objects[3].manifest == R"({"spec":{"job":{"env":{"PASSWORD":")" + digest("hunter6") +
                                           R"("}},"other":{"env":[")" + digest("hunter7") + R"("]}}})");
    CHECK(*plan.objects[4].manifest == R"({"spec":{"env":")" + digest("hunter9") + R"("}})");
  }

  TEST_CASE("line ends in base64 make no difference") {
    const auto with = [](const std::string& value) {
      return manifest_of("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\nbinaryData:\n  key: " +
                         value);
    };
    CHECK(with("|\n    aHVu\n    dGVy\n") == with("aHVudGVy\n"));
  }

  TEST_CASE("replicas are left out where an autoscaler of the rendering decides them") {
    const auto plan = plan_of(R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, paused: false}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {maxReplicas: 5, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}}
)");
    CHECK(*plan.objects[0].manifest == R"({"spec":{"paused":false}})");
    CHECK(plan.objects[0].ignored == std::vector<std::string>{"/spec/replicas"});
    CHECK(plan.objects[1].ignored.empty());
  }

  TEST_CASE("hooks have no manifest there: they can't drift") {
    CHECK(manifest_of("apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, annotations: "
                      "{argocd.argoproj.io/hook: Sync}}\nspec: {}\n") == "left out");
  }

  TEST_CASE("of a manifest over 1 MiB digests of parts are kept, and the others stay") {
    const auto limit = drift::api::longest_manifest;
    const Rendered rendered(config_map("large", limit) + config_map("small", 1000) +
                            config_map("fits", limit - 100));
    const auto text = drift::annotators::plan(rendered.input());
    CHECK(text.ends_with("\"version\":2}\n"));
    const auto plan = drift::api::read_plan(text);
    CHECK(
        plan.objects[0].manifest ==
        R"({"spec":{"text":)" +
            drift::api::digest_marker(drift::sha256_hex('"' + std::string(limit, 'x') + '"').substr(0, 32)) +
            "}}");
    CHECK(plan.objects[1].manifest->find(std::string(1000, 'x')) != std::string::npos);
    CHECK(plan.objects[2].manifest->find(std::string(limit - 100, 'x')) != std::string::npos);
  }

  TEST_CASE("below a hundred levels there are digests") {
    const auto nested = [](int levels) {
      return manifest_of("apiVersion: example.org/v1\nkind: Deep\nmetadata: {name: a}\nspec: " +
                         std::string(static_cast<std::size_t>(levels), '[') +
                         std::string(static_cast<std::size_t>(levels), ']') + "\n");
    };
    CHECK(nested(100).find("sha256") == std::string::npos);
    CHECK(nested(101).find("[\"sha256:") != std::string::npos);
    CHECK(nested(9000).find("[\"sha256:") != std::string::npos);
    CHECK(nested(9000) != nested(8999));
  }

  TEST_CASE("rendering what was rendered gives the same plan, manifests included") {
    const std::string source = drift::tests::web +
                               "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b}\n" +
                               config_map("large", drift::api::longest_manifest + 1);
    const Rendered once(source);
    const Rendered twice(once.output());
    CHECK(drift::annotators::plan(twice.input()) == drift::annotators::plan(once.input()));
  }

  TEST_CASE("annotations and labels of null are none, as Kubernetes reads them") {
    const std::string source =
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  annotations:\n  labels: null\ndata: {a: "
        "b}\n";
    CHECK(manifest_of(source).find("null") == std::string::npos);
    const Rendered once(source);
    const Rendered twice(once.output());
    CHECK(drift::annotators::plan(twice.input()) == drift::annotators::plan(once.input()));
  }

  TEST_CASE("where manifests don't fit into a ConfigMap, digests are kept of the largest, always the same") {
    std::string source;
    std::uint64_t state = 1;
    const auto noise = [&](std::size_t size) {
      std::string text;
      for (std::size_t i = 0; i < size; ++i) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        text += "abcdefghijklmnopqrstuvwxyz012345"[state >> 59U];
      }
      return text;
    };
    for (int i = 0; i < 60; ++i) {
      const std::size_t size = i % 3 == 0 ? 60'000 : 2'000;
      source += "---\napiVersion: example.org/v1\nkind: Notes\nmetadata: {name: n" + std::to_string(i) +
                "}\nspec: {text: " + noise(size) + "}\n";
    }
    for (int i = 0; i < 9; ++i)
      source += "---\napiVersion: example.org/v1\nkind: Notes\nmetadata: {name: m" + std::to_string(i) +
                "}\nspec: {text: " + noise(50'000) + "}\n";
    const Rendered rendered(source);
    const auto text = drift::annotators::plan(rendered.input());
    const auto plan = drift::api::read_plan(text);
    std::size_t whole = 0;
    for (std::size_t i = 0; i < plan.objects.size(); ++i) {
      REQUIRE(plan.objects[i].manifest);
      const bool is_whole =
          plan.objects[i].manifest->find(drift::api::digest_marker("").substr(0, 20)) == std::string::npos;
      if (i < 60 && i % 3 == 0)
        whole += is_whole ? 1 : 0;
      else
        CHECK((is_whole || i > 60));
    }
    CHECK(whole < 20);
    CHECK(rendered.mistakes().empty());
    CHECK(drift::annotators::plan(Rendered(source).input()) == text);
  }
}
