// Plans read back: what `render` writes is understood, and whatever else stands there is refused with its place.
#include "annotators/hooks/plan.hpp"
#include "api/plan.hpp"
#include "api/plan_json.hpp"
#include "api/plan_object.hpp"
#include "api/stored_text.hpp"
#include "support/drift_input.hpp"

namespace {
using namespace drift;

std::string plan_json(const std::string& source = tests::web) {
  const tests::Rendered rendered(source);
  return annotators::plan(rendered.input());
}

template <typename Work>
std::string mistake(const Work& work) {
  try {
    work();
    return "none";
  } catch (const InputError& error) {
    return error.what();
  }
}

std::string with(const std::string& what, const std::string& by) {
  auto text = plan_json();
  const auto at = text.find(what);
  REQUIRE_MESSAGE(at != std::string::npos, what << " in " << text);
  return mistake([&] { api::read_plan(text.replace(at, what.size(), by)); });
}

rapidjson::Document config_map(std::string_view text) {
  auto object = tests::json(R"({"metadata":{"name":"plan"}})");
  api::store_text(object, "plan.json", text, "the plan");
  return object;
}
}  // namespace

TEST_SUITE("drift: plans") {
  TEST_CASE("what render writes is read back") {
    const auto plan = api::read_plan(plan_json());
    CHECK(plan.application == "shop");
    CHECK(plan.revision == tests::shop().revision);
    CHECK(plan.hooks_ns == "drift-policy");
    CHECK_FALSE(plan.observe);
    REQUIRE(plan.severities.size() == 4);
    CHECK(plan.severities[1].approval.required == 2);
    CHECK(plan.severities[1].approval.groups == std::vector<std::string>{"platform", "CN=ops,OU=x"});
    CHECK(plan.severities[1].approval.timeout == std::chrono::hours(24));
    CHECK(plan.severities[1].approval.escalate_after == std::chrono::minutes(90));
    CHECK(plan.severities[1].remediation.action == policy::Action::approve);
    CHECK(plan.severities[1].remediation.max_retries == 2U);
    CHECK(plan.severities[2].remediation.rollback_on_failure);
    CHECK(plan.name(plan.severity) == "medium");
    REQUIRE(plan.objects.size() == 2);
    CHECK(plan.objects[0].display() == "Deployment shop/web");
    CHECK(plan.objects[0].resource == "deployments");
    CHECK(plan.objects[0].guarded.at(0).pointer == "/spec/replicas");
    CHECK(plan.objects[0].guarded.at(0).value == "3");
    CHECK(plan.objects[0].identity() == "apps/Deployment/shop/web");
    CHECK(plan.objects[0].manifest == R"({"spec":{"replicas":3}})");
  }

  TEST_CASE("each mistake has its place") {
    CHECK(with(R"("version":1})", R"("version":4})") ==
          "plan.json: version: expected at most 3: it was written by a newer release");
    CHECK(with(R"("action":"approve")", R"("action":"ask")") ==
          "plan.json: severities[1].remediation.action: expected autoSync, approve, restore or stop");
    CHECK(with(R"("enforcement":"enforce")", R"("enforcement":"")") ==
          "plan.json: enforcement: expected enforce or observe");
    CHECK(with(R"("required":2)", R"("required":-2)") ==
          "plan.json: severities[1].approval.required: expected a count");
    CHECK(with(R"("timeoutSeconds":86400)", R"("timeoutSeconds":-1)") ==
          "plan.json: severities[0].approval.timeoutSeconds: expected seconds, 0 or more");
    CHECK(with(R"("pointer":"/spec/replicas")", R"("pointer":"spec")") ==
          "plan.json: objects[0].guarded[0].pointer: expected a JSON pointer");
    CHECK(with(R"("rule":"test/workloads","severity":"medium")", R"("rule":"x","severity":"worst")") ==
          "plan.json: objects[0].severity: expected one of the plan's severities");
    CHECK(with(R"("manifest":{"spec":{"replicas":3}})", R"("manifest":[])") ==
          "plan.json: objects[0].manifest: expected an object");
    CHECK(with(R"("name":"web")", R"("name":7)") == "plan.json: objects[0].name: expected a string");
    CHECK(with(R"("objects":[)", R"("objects":[1,)") == "plan.json: objects[0]: expected an object");
    CHECK(with(R"("wave":0)", R"("wave":0.5)") == "plan.json: objects[0].wave: expected an integer");
  }

  TEST_CASE("text that is no JSON, too deep or too long is refused") {
    CHECK(mistake([] { api::read_plan("{"); }).find("plan.json: ") == 0);
    CHECK(mistake([] { api::read_plan("{}x"); }).find("plan.json: ") == 0);
    CHECK(mistake([] { api::read_plan("\"\xff\""); }).find("plan.json: ") == 0);
    CHECK(mistake([] { api::read_plan(std::string(1'000'000, '[')); }) ==
          "plan.json: more than 200 levels at byte 200; expected JSON");
    CHECK(mistake([] { api::read_plan(std::string(api::longest_plan + 1, ' ')); }) ==
          "plan.json: is 16 MiB; expected at most 16 MiB");
    const auto text = plan_json();
    for (std::size_t i = 0; i + 1 < text.size(); i += 7)
      CHECK_MESSAGE(mistake([&] { api::read_plan(text.substr(0, i)); }) != "none", i);
  }

  TEST_CASE("a plan is what its digest says") {
    const auto text = plan_json();
    const auto digest = api::read_plan(text).digest;
    CHECK(api::read_plan_object(config_map(text), digest).digest == digest);
    CHECK(api::read_plan_object(config_map(text), "").digest == digest);
    CHECK(mistake([&] { api::read_plan_object(config_map(text), "sha256:0"); }) ==
          "the plan is " + digest + ", not sha256:0 as this Job was told: it belongs to another sync");
  }

  TEST_CASE("a plan was written when the API server last says so") {
    auto object = config_map(plan_json());
    CHECK(api::read_plan_object(object, "").written.empty());
    auto& metadata = object["metadata"];
    metadata.AddMember("creationTimestamp", "2026-11-24T10:00:00Z", object.GetAllocator());
    CHECK(api::read_plan_object(object, "").written == "2026-11-24T10:00:00Z");
    rapidjson::Document managed(&object.GetAllocator());
    managed.Parse(R"([{"time":"2026-11-25T10:00:00Z"},{"time":1},7,{"time":"2026-11-20T10:00:00Z"}])");
    metadata.AddMember("managedFields", managed, object.GetAllocator());
    CHECK(api::read_plan_object(object, "").written == "2026-11-25T10:00:00Z");
  }

  TEST_CASE("a ConfigMap without a plan is no plan") {
    const std::string expected =
        "the plan's ConfigMap holds no plan; expected `data: plan.json` or `binaryData: plan.json.gz`";
    for (const auto* text : {"{}", "1", R"({"data":{}})", R"({"data":{"plan.json":1}})",
                             R"({"binaryData":[]})", R"({"data":{"plan.json":""}})"})
      CHECK(mistake([&] { api::plan_text(tests::json(text)); }) == expected);
  }
}

TEST_SUITE("drift: stored text") {
  TEST_CASE("a short text stands as it is, a long one compressed, and both are read back") {
    auto small = tests::json("{}");
    api::store_text(small, "a.json", "text", "it");
    CHECK(tests::json(R"({"data":{"a.json":"text"}})") == small);
    CHECK(api::stored_text(small, "a.json", 10) == "text");
    CHECK(api::stored_text(small, "b.json", 10).empty());

    const std::string text(api::longest_plain_text + 1, 'x');
    auto large = tests::json("{}");
    api::store_text(large, "a.json", text, "it");
    CHECK_FALSE(large.HasMember("data"));
    CHECK(api::stored_text(large, "a.json", text.size()) == text);
    CHECK(mistake([&] { api::stored_text(large, "a.json", text.size() - 1); }) ==
          "a.json.gz: expected at most 128 KiB of text");
  }

  TEST_CASE("what no ConfigMap holds is refused before it is written") {
    std::string noise;
    std::uint64_t state = 1;
    while (noise.size() < api::longest_stored_text * 3) {
      state = state * 6364136223846793005U + 1442695040888963407U;
      noise += static_cast<char>(state >> 56U);
    }
    auto object = tests::json("{}");
    CHECK(mistake([&] { api::store_text(object, "a", noise, "the report"); }).find("the report is ") == 0);
    CHECK(object.ObjectEmpty());
  }

  TEST_CASE("what is no whole gzip stream is refused") {
    auto object = tests::json("{}");
    api::store_text(object, "a", std::string(200'000, 'x'), "it");
    const std::string valid = object["binaryData"]["a.gz"].GetString();
    const auto read = [](const std::string& base64) {
      const auto config_map = tests::json(R"({"binaryData":{"a.gz":")" + base64 + "\"}}");
      return mistake([&] { api::stored_text(config_map, "a", 1'000'000); });
    };
    CHECK(read(valid) == "none");
    CHECK(read(valid.substr(0, valid.size() / 8 * 4)) == "a.gz: expected a whole gzip stream");
    CHECK(read("AAAA") == "a.gz: expected a whole gzip stream");
    CHECK(read("!") == "a.gz: expected base64");
    CHECK(read(std::string(1'000'004, 'A')) == "a.gz: is larger than any ConfigMap");
  }
}
