// The whole analysis: what counts, how much, and what it is called.
#include <fmt/format.h>

#include <algorithm>

#include "support/drift_input.hpp"
#include "support/drift_objects.hpp"

namespace {
using namespace drift;
using tests::Lines;
using tests::lines_of;
using tests::LiveObjects;
using tests::object_in;
using tests::plan_of;

const std::string service = R"(
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {type: ClusterIP, ports: [{port: 80}]}
)";
const std::string deployment = R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec: {replicas: 3, paused: true}
)";
std::string deployment_live(int replicas, bool paused = true) {
  return fmt::format(R"({{"apiVersion":"apps/v1","kind":"Deployment","spec":{{"replicas":{},"paused":{}}}}})",
                     replicas, paused);
}
const std::string service_live = R"({"spec":{"type":"ClusterIP","ports":[{"port":80,"protocol":"TCP"}]}})";
const std::string both = service + "---" + deployment;
}  // namespace

TEST_SUITE("drift: analysis") {
  TEST_CASE("what is gone, new, taken out of Git or there before is told apart") {
    const auto object = [](const std::string& name) {
      return "---\napiVersion: example.org/v1\nkind: Note\nmetadata: {name: " + name + "}\nspec: {a: 1}\n";
    };
    const auto base = plan_of(object("same") + object("drifted") + object("deleted") + object("dropped") +
                              object("dropped-and-gone") + object("secret"));
    const auto plan = plan_of(object("same") + object("drifted") + object("deleted") + object("fresh") +
                              object("taken") + object("secret") + object("secret-too"));
    const std::string as_wanted = R"({"spec":{"a":1}})";
    const auto report = LiveObjects()
                            .put("Note shop/same", as_wanted)
                            .put("Note shop/drifted", R"({"spec":{"a":2}})")
                            .put("Note shop/dropped", as_wanted)
                            .put("Note shop/taken", R"({"spec":{"a":2}})")
                            .forbid("Note shop/secret")
                            .forbid("Note shop/secret-too")
                            .analyse(plan, &base);
    CHECK(lines_of(report) ==
          Lines{"Note shop/same in sync", "Note shop/drifted drifted: /spec/a changed: 1 -> 2",
                "Note shop/deleted deleted", "Note shop/fresh new", "Note shop/taken already there",
                "Note shop/secret not inspected", "Note shop/secret-too not inspected",
                "Note shop/dropped removed from Git", "Note shop/dropped-and-gone removed from Git"});
    CHECK(report.inspected == 2);
    // Of these, drift is what was there at the last success and isn't any more, or can't be seen.
    Lines counted;
    for (const auto& one : report.objects)
      if (drift::api::is_drift(one)) counted.push_back(one.display());
    CHECK(counted == Lines{"Note shop/drifted", "Note shop/deleted", "Note shop/secret"});
  }

  TEST_CASE("without a base nothing counts") {
    const auto plan = plan_of(both);
    const auto report = LiveObjects()
                            .put("Service shop/web", R"({"spec":{"type":"LoadBalancer"}})")
                            .forbid("Deployment shop/web")
                            .analyse(plan, nullptr);
    CHECK(lines_of(report) == Lines{"Service shop/web already there", "Deployment shop/web not inspected"});
    CHECK_FALSE(report.has_base);
    CHECK_FALSE(report.drifted());
    CHECK(report.severity.empty());
    CHECK(report.met.empty());
    CHECK(report.reasons.empty());
  }

  TEST_CASE("no drift has no severity and no digest") {
    const auto plan = plan_of(both);
    const auto report = LiveObjects()
                            .put("Service shop/web", service_live)
                            .put("Deployment shop/web", deployment_live(3))
                            .analyse(plan, &plan);
    CHECK(lines_of(report) == Lines{"Service shop/web in sync", "Deployment shop/web in sync"});
    CHECK_FALSE(report.drifted());
    CHECK(report.severity.empty());
    CHECK(report.base_revision == plan.revision);
    CHECK(report.plan_digest == plan.digest);
    CHECK(report.inspected == 2);
  }

  TEST_CASE("drift in a guarded field has the field's severity, elsewhere the object's") {
    const auto plan = plan_of(deployment);
    const auto low = LiveObjects().put("Deployment shop/web", deployment_live(5)).analyse(plan, &plan);
    CHECK(low.severity == "low");
    CHECK(low.objects[0].differences[0].guarded == "replicas");
    CHECK(low.reasons == Lines{"Deployment shop/web: /spec/replicas changed (low)"});
    const auto medium =
        LiveObjects().put("Deployment shop/web", deployment_live(5, false)).analyse(plan, &plan);
    CHECK(medium.severity == "medium");
    CHECK(medium.met == Lines{"low", "medium"});
    CHECK(medium.objects[0].severity == "medium");
    CHECK(medium.objects[0].differences[0].guarded.empty());
    CHECK(medium.reasons == Lines{"Deployment shop/web: /spec/paused changed (medium)"});
    // Deleting the object loses its fields too.
    const auto gone = LiveObjects().analyse(plan, &plan);
    CHECK(gone.severity == "medium");
    CHECK(gone.reasons == Lines{"Deployment shop/web: deleted (medium)"});
  }

  TEST_CASE("what may not be read counts as the object's own severity, never as no drift") {
    const auto plan = plan_of(both);
    const auto report = LiveObjects()
                            .put("Service shop/web", service_live)
                            .forbid("Deployment shop/web")
                            .analyse(plan, &plan);
    CHECK(report.severity == "medium");
    CHECK(report.drifted());
    CHECK(report.reasons == Lines{"Deployment shop/web: not inspected (medium)"});
    CHECK(report.inspected == 1);
  }

  TEST_CASE("what is being deleted counts as deleted, whatever else it still looks like") {
    const auto plan = plan_of(both);
    const auto report =
        LiveObjects()
            .put("Service shop/web",
                 R"({"metadata":{"deletionTimestamp":"2026-11-25T09:30:00Z"},)" + service_live.substr(1))
            .put("Deployment shop/web", deployment_live(3))
            .analyse(plan, &plan);
    CHECK(lines_of(report) == Lines{"Service shop/web being deleted", "Deployment shop/web in sync"});
    CHECK(report.reasons == Lines{"Service shop/web: being deleted (low)"});
    CHECK(report.drift !=
          LiveObjects().put("Deployment shop/web", deployment_live(3)).analyse(plan, &plan).drift);
    // What left Git is Argo CD's to delete.
    const auto less = plan_of(deployment);
    CHECK_FALSE(LiveObjects()
                    .put("Service shop/web", R"({"metadata":{"deletionTimestamp":"2026-11-25T09:30:00Z"}})")
                    .put("Deployment shop/web", deployment_live(3))
                    .analyse(less, &plan)
                    .drifted());
  }

  TEST_CASE("where the base can't be used, everything counts as not inspected, each as its own severity") {
    const auto plan = plan_of(both);
    const auto report = analysis::analyse_without_base(plan, "somebody wrote it");
    CHECK(lines_of(report) == Lines{"Service shop/web not inspected", "Deployment shop/web not inspected"});
    CHECK(report.severity == "medium");
    CHECK_FALSE(report.has_base);
    CHECK(report.base_problem == "somebody wrote it");
    CHECK(report.objects[0].unread == api::Unread::no_base);
  }

  TEST_CASE("what is raised keeps the platform's demands") {
    const auto plan = plan_of(R"(
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, annotations: {drift-policy.dev/severity: high}}
spec: {paused: true}
)");
    const auto report =
        LiveObjects().put("Deployment shop/web", R"({"spec":{"paused":false}})").analyse(plan, &plan);
    CHECK(report.severity == "high");
    CHECK(report.approval_severity == "medium");
    CHECK(report.met == Lines{"medium", "high"});
    CHECK(report.reasons ==
          Lines{"Deployment shop/web: /spec/paused changed (high, with the demands of medium)"});
  }

  TEST_CASE("hooks and objects without a name are not looked at") {
    const auto plan = plan_of(R"(
apiVersion: batch/v1
kind: Job
metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: Sync}}
---
apiVersion: batch/v1
kind: Job
metadata: {generateName: once-}
)");
    CHECK(LiveObjects().analyse(plan, &plan).objects.empty());
  }

  TEST_CASE("a Git change is no drift, even where the cluster has it already") {
    const auto base = plan_of(deployment);
    const auto plan = plan_of(
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\n"
        "spec: {replicas: 4, paused: true}\n");
    for (const int there : {3, 4})
      CHECK_FALSE(
          LiveObjects().put("Deployment shop/web", deployment_live(there)).analyse(plan, &base).drifted());
    const auto conflict = LiveObjects().put("Deployment shop/web", deployment_live(9)).analyse(plan, &base);
    CHECK(lines_of(conflict) == Lines{"Deployment shop/web drifted: /spec/replicas conflict: 4 -> 9"});
    CHECK(conflict.objects[0].differences[0].base == "3");
  }

  TEST_CASE("another API version is the same object") {
    const auto at = [](const std::string& version) {
      return plan_of("apiVersion: autoscaling/" + version +
                     "\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec: {maxReplicas: 3}\n");
    };
    const auto base = at("v1");
    const auto plan = at("v2");
    CHECK(lines_of(LiveObjects()
                       .put("HorizontalPodAutoscaler shop/web", R"({"spec":{"maxReplicas":9}})")
                       .analyse(plan, &base)) ==
          Lines{"HorizontalPodAutoscaler shop/web drifted: /spec/maxReplicas changed: 3 -> 9"});
  }

  TEST_CASE("the digest names exactly this drift") {
    const auto plan = plan_of(both);
    const auto drift = [&](const std::string& service_now, const std::string& deployment_now) {
      LiveObjects cluster;
      cluster.put("Service shop/web", service_now);
      if (!deployment_now.empty()) cluster.put("Deployment shop/web", deployment_now);
      return cluster.analyse(plan, &plan).drift;
    };
    const auto one = drift(service_live, deployment_live(5));
    CHECK(one.size() == 32);
    CHECK(one.find_first_not_of("0123456789abcdef") == std::string::npos);
    CHECK(drift(service_live, deployment_live(5)) == one);
    CHECK(drift(service_live, deployment_live(6)) != one);
    CHECK(drift(service_live, deployment_live(5, false)) != one);
    CHECK(drift(service_live, "") != one);
    CHECK(drift(R"({"spec":{"type":"LoadBalancer","ports":[{"port":80}]}})", deployment_live(5)) != one);
    // What doesn't count doesn't matter.
    CHECK(drift(R"({"metadata":{"labels":{"other":"x"}},"spec":{"type":"ClusterIP","ports":[{"port":80}]}})",
                deployment_live(5)) == one);
  }

  TEST_CASE("no set of changed keys looks like another to the digest") {
    api::Difference one;
    one.pointer = "/a\tchanged\tx\n/b";
    one.live_digest = "y";
    const auto line = api::digest_line(one);
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(std::count(line.begin(), line.end(), '\t') == 2);
  }

  TEST_CASE("values that are long are cut, between characters, and stay in the digest") {
    const auto text = [](const std::string& end) {
      std::string value;
      for (int i = 0; i < 150; ++i) value += "ü";
      return value + end;
    };
    const auto plan =
        plan_of("apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a}\nspec: {text: x}\n");
    const auto report = [&](const std::string& value) {
      return LiveObjects().put("Note shop/a", R"({"spec":{"text":")" + value + "\"}}").analyse(plan, &plan);
    };
    const auto shown = report(text("a")).objects[0].differences[0].live.value();
    CHECK(shown == text("").substr(0, 200) + "…");
    CHECK(report(text("a")).drift != report(text("b")).drift);
  }

  TEST_CASE("of very many differences the worst are listed, and all count") {
    std::string data;
    std::string live;
    for (int i = 0; i < 200; ++i) {
      data += fmt::format("k{:03}: a, ", i);
      live += fmt::format(R"("k{:03}":"b",)", i);
    }
    const auto plan =
        plan_of("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1, x: {" +
                data + "}}\n");
    const auto report = [&](const std::string& last) {
      return LiveObjects()
          .put("Deployment shop/web",
               R"({"spec":{"replicas":2,"x":{)" + live + R"("k199":")" + last + "\"}}}")
          .analyse(plan, &plan);
    };
    const auto first = report("b");
    const auto& object = first.objects[0];
    CHECK(object.differences.size() == 50);
    CHECK(object.more == 151);  // replicas is low, the others are medium
    CHECK(object.severity == "medium");
    CHECK(first.met == Lines{"low", "medium"});
    CHECK(first.reasons.size() == 10);
    CHECK(std::none_of(object.differences.begin(), object.differences.end(),
                       [](const auto& one) { return one.severity == "low"; }));
    CHECK(std::is_sorted(object.differences.begin(), object.differences.end(),
                         [](const auto& a, const auto& b) { return a.pointer < b.pointer; }));
    CHECK(report("b").drift == first.drift);
  }

  TEST_CASE("what is beyond the list is in the digest") {
    std::string data;
    for (int i = 0; i < 60; ++i) data += fmt::format("k{:03}: a, ", i);
    const auto plan =
        plan_of("apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a}\nspec: {" + data + "}\n");
    const auto report = [&](const std::string& last) {
      std::string live;
      for (int i = 0; i < 59; ++i) live += fmt::format(R"("k{:03}":"b",)", i);
      return LiveObjects()
          .put("Note shop/a", R"({"spec":{)" + live + R"("k059":")" + last + "\"}}")
          .analyse(plan, &plan);
    };
    CHECK(report("b").objects[0].differences.back().pointer < "/spec/k059");
    CHECK(report("b").drift != report("c").drift);
  }

  TEST_CASE("the worst drift is named even where the list has no place left") {
    std::string source;
    LiveObjects cluster;
    for (int object = 0; object < 101; ++object) {
      std::string fields;
      std::string live;
      for (int i = 0; i < 50; ++i) {
        fields += fmt::format("k{}: a, ", i);
        live += fmt::format(R"({}"k{}":"b")", i > 0 ? "," : "", i);
      }
      source +=
          fmt::format("---\napiVersion: example.org/v1\nkind: Note\nmetadata: {{name: n{}}}\nspec: {{{}}}\n",
                      object, fields);
      cluster.put(fmt::format("Note shop/n{}", object), R"({"spec":{)" + live + "}}");
    }
    const auto plan = plan_of(source + "---" + deployment);
    cluster.put("Deployment shop/web", deployment_live(3, false));
    const auto report = cluster.analyse(plan, &plan);
    CHECK(object_in(report, "Deployment shop/web").more == 1);
    CHECK(report.severity == "medium");
    CHECK(report.reasons == Lines{"Deployment shop/web: drifted (medium)"});
  }

  TEST_CASE("an object nested as deep as the API server lets it be is compared") {
    constexpr std::size_t levels = 9'990;
    const std::string deep = std::string(levels, '[') + std::string(levels, ']');
    const auto plan =
        plan_of("apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a}\nspec: {a: 1, b: 2}\n");
    const auto report = analysis::analyse(plan, &plan, [&](const api::PlannedObject&) {
      analysis::LiveObject live{analysis::LiveObject::Found::present, {}};
      const auto text = R"({"spec":{"a":)" + deep + R"(,"b":2}})";
      live.object.Parse<rapidjson::kParseIterativeFlag>(text.c_str());
      REQUIRE(!live.object.HasParseError());
      return live;
    });
    REQUIRE(report.objects[0].differences.size() == 1);
    CHECK(report.objects[0].differences[0].pointer == "/spec/a");
  }

  TEST_CASE("numbers are as precise in plans as the API server's") {
    tests::Dice dice(7);
    for (int i = 0; i < 200; ++i) {
      const auto number = fmt::format("{}.{:08}{:08}e-{}", dice.roll(9) + 1, dice.roll(100'000'000),
                                      dice.roll(100'000'000), dice.roll(30));
      CAPTURE(number);
      const auto plan =
          plan_of("apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a}\nspec: {a: " + number + "}\n");
      const auto report = analysis::analyse(plan, &plan, [&](const api::PlannedObject&) {
        analysis::LiveObject live{analysis::LiveObject::Found::present, {}};
        live.object.Parse<rapidjson::kParseFullPrecisionFlag>((R"({"spec":{"a":)" + number + "}}").c_str());
        return live;
      });
      CHECK(lines_of(report) == Lines{"Note shop/a in sync"});
    }
  }

  TEST_CASE("an error of the cluster goes through") {
    const auto plan = plan_of(deployment);
    CHECK_THROWS_AS(analysis::analyse(plan, &plan,
                                      [](const api::PlannedObject&) -> analysis::LiveObject {
                                        throw OutsideError("broken");
                                      }),
                    OutsideError);
  }

  TEST_CASE("a Job that Git lets be deleted after its end has ended when it is gone") {
    const auto job = [](const std::string& spec) {
      return plan_of("apiVersion: batch/v1\nkind: Job\nmetadata: {name: once}\nspec: {" + spec + "}\n");
    };
    const auto asked = job("ttlSecondsAfterFinished: 0"), not_asked = job("backoffLimit: 1");
    const auto state = [](const api::Plan& plan, const api::Plan& base, const std::string& live) {
      LiveObjects cluster;
      if (!live.empty()) cluster.put("Job shop/once", live);
      const auto report = cluster.analyse(plan, &base);
      CHECK(report.drifted() == (report.objects.at(0).state != api::State::ended));
      CHECK(api::read_report(api::report_json(report)).objects.at(0).state == report.objects.at(0).state);
      return std::string(api::state_name(report.objects.at(0).state));
    };
    CHECK(state(asked, asked, "") == "ended");
    CHECK(state(not_asked, not_asked, "") == "deleted");
    // As it was applied, not as it shall be applied.
    CHECK(state(asked, not_asked, "") == "deleted");
    CHECK(state(not_asked, asked, "") == "ended");
    // Its finalizers hold it for a while. One that still runs a person has deleted.
    const auto going = [](const std::string& status) {
      return R"({"metadata":{"deletionTimestamp":"2026-11-25T09:30:00Z"},"status":{"conditions":[)" + status +
             "]}}";
    };
    CHECK(state(asked, asked, going(R"({"type":"Complete","status":"True"})")) == "ended");
    CHECK(state(asked, asked, going(R"({"type":"Failed","status":"True"})")) == "ended");
    CHECK(state(asked, asked, going(R"({"type":"Complete","status":"False"})")) == "being deleted");
    CHECK(state(asked, asked, going("")) == "being deleted");
    CHECK(state(not_asked, not_asked, going(R"({"type":"Complete","status":"True"})")) == "being deleted");
  }

  TEST_CASE("only kinds that are known to be deleted after their end are") {
    const auto gone = [](const std::string& header) {
      const auto plan = plan_of(header +
                                "\nmetadata: {name: once}\nspec: {ttlSecondsAfterFinished: 1, ttlStrategy: "
                                "{secondsAfterCompletion: 1}}\n");
      return LiveObjects().analyse(plan, &plan).objects.at(0).state == api::State::ended;
    };
    CHECK(gone("apiVersion: argoproj.io/v1alpha1\nkind: Workflow"));
    CHECK_FALSE(gone("apiVersion: example.org/v1\nkind: Job"));
    CHECK_FALSE(gone("apiVersion: apps/v1\nkind: Deployment"));
    CHECK_FALSE(gone("apiVersion: batch/v1\nkind: CronJob"));
  }
}
