// Objects that a plan has no room for as they are: padded, large, deep, or too many; and what is known of each.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "api/condensed.hpp"
#include "api/redacted.hpp"
#include "json/members.hpp"
#include "support/drift_input.hpp"
#include "support/drift_objects.hpp"

namespace {
using namespace drift;
using tests::Lines;
using tests::lines_of;
using tests::LiveObjects;

std::string noise(std::size_t size, std::uint64_t seed = 1) {
  std::string text;
  std::uint64_t state = seed * 2 + 1;
  while (text.size() < size) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    text += "abcdefghijklmnopqrstuvwxyz012345"[state >> 59U];
  }
  return text;
}

std::string git_object(const std::string& kind, const std::string& name, const std::string& rest) {
  return "---\n{\"apiVersion\":\"" + kind.substr(0, kind.rfind('/')) + "\",\"kind\":\"" +
         kind.substr(kind.rfind('/') + 1) + "\",\"metadata\":{\"name\":\"" + name + "\"}," + rest + "}\n";
}

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

// A definition of more than 1 MiB, without braces around.
std::string large_definition() {
  std::string properties;
  for (int i = 0; i < 4000; ++i)
    properties += fmt::format(R"({}"p{}":{{"type":"string","maxLength":{},"description":"{}"}})",
                              i ? "," : "", i, i + 1, noise(300, static_cast<std::uint64_t>(i)));
  return R"("spec":{"group":"example.org","names":{"kind":"Widget","plural":"widgets"},"scope":"Namespaced",)"
         R"("versions":[{"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object",)"
         R"("properties":{)" +
         properties + "}}}}]}";
}
}  // namespace

TEST_SUITE("drift: large objects") {
  TEST_CASE("a padded object is compared as any other") {
    const auto source = [](const std::string& padding) {
      return "apiVersion: example.org/v1\nkind: Note\nmetadata: {name: a" + padding + "}\nspec: {a: 1}\n";
    };
    const auto base = tests::plan_of(source(""));
    const auto plan = tests::plan_of(source(", annotations: {p: " + noise(66'000) + "}"));
    const auto live = [](const std::string& spec) {
      return R"({"metadata":{"annotations":{}},"spec":)" + spec + "}";
    };
    const auto drift_of = [&](const std::string& spec) {
      return lines_of(LiveObjects().put("Note shop/a", live(spec)).analyse(plan, &base));
    };
    CHECK(drift_of(R"({"a":1})") == Lines{"Note shop/a in sync"});
    CHECK(drift_of(R"({"a":2})") == Lines{"Note shop/a drifted: /spec/a changed: 1 -> 2"});
  }

  TEST_CASE("a definition of a megabyte is compared field by field") {
    const auto wanted = large_definition();
    const auto plan =
        tests::plan_of(git_object("apiextensions.k8s.io/v1/CustomResourceDefinition", "w", wanted));
    REQUIRE(wanted.size() > api::longest_manifest);
    REQUIRE(plan.objects.at(0).manifest);
    CHECK(plan.objects[0].manifest->size() < api::longest_manifest);
    const auto drift_of = [&](const std::string& live) {
      return lines_of(LiveObjects().put("CustomResourceDefinition w", "{" + live + "}").analyse(plan, &plan));
    };
    CHECK(drift_of(wanted) == Lines{"CustomResourceDefinition w in sync"});
    // What the API server fills in: apiextensions/v1/defaults.go.
    CHECK(drift_of(replaced(
              wanted, R"("names":{)",
              R"("conversion":{"strategy":"None"},"names":{"singular":"widget","listKind":"WidgetList",)")) ==
          Lines{"CustomResourceDefinition w in sync"});
    const std::string place =
        "CustomResourceDefinition w drifted: /spec/versions/0/schema/openAPIV3Schema/properties/p77";
    CHECK(drift_of(replaced(wanted, R"("maxLength":78,)", R"("maxLength":79,)")) ==
          Lines{place + "/maxLength changed: 78 -> 79"});
    CHECK(drift_of(replaced(wanted, R"("maxLength":78,)", "")) ==
          Lines{place + "/maxLength removed: 78 -> none"});
    const auto text = noise(300, 77);
    CHECK(drift_of(replaced(wanted, text, "other")) ==
          Lines{fmt::format("{}/description changed: sha256:{} -> other", place,
                            api::part_digest(tests::json('"' + text + '"')))});
  }

  TEST_CASE("where all together are too many, digests are kept of the largest, and every change is seen") {
    std::string source;
    std::vector<std::string> wanted;
    for (int i = 0; i < 40; ++i) {
      wanted.push_back(
          fmt::format(R"("spec":{{"list":[{{"name":"a","text":"{}","size":"1000m"}}],"on":true}})",
                      noise(60'000, static_cast<std::uint64_t>(i) + 9)));
      source += git_object("example.org/v1/Note", fmt::format("n{}", i), wanted.back());
    }
    const auto plan = tests::plan_of(source);
    const auto analyse = [&](const std::string& what, const std::string& by) {
      LiveObjects objects;
      for (std::size_t i = 0; i < wanted.size(); ++i)
        objects.put(fmt::format("Note shop/n{}", i), "{" + replaced(wanted[i], what, by) + "}");
      return objects.analyse(plan, &plan);
    };
    CHECK_FALSE(analyse("\"on\":true", R"("on":true,"filled":"in")").drifted());
    for (const auto& change : {std::pair("\"on\":true", "\"on\":false"), std::pair("\"1000m\"", "\"2\""),
                               std::pair("\"text\":\"", "\"text\":\"x")}) {
      CAPTURE(change.first);
      const auto report = analyse(change.first, change.second);
      CHECK(report.inspected == wanted.size());
      for (const auto& object : report.objects) CHECK(object.state == api::State::drifted);
    }
  }

  TEST_CASE("below a hundred levels a digest tells whether it is the same") {
    const auto deep = [](int levels, const std::string& inner) {
      return "\"spec\":" + std::string(static_cast<std::size_t>(levels), '[') + inner +
             std::string(static_cast<std::size_t>(levels), ']');
    };
    for (const int levels : {99, 100, 101, 150, 9000}) {
      CAPTURE(levels);
      const auto plan =
          tests::plan_of(git_object("example.org/v1/Note", "a", deep(levels, R"({"env":"x"},"text")")));
      const auto drifted = [&](const std::string& inner) {
        rapidjson::Document live;
        const auto text = "{" + deep(levels, inner) + "}";
        live.Parse<rapidjson::kParseIterativeFlag>(text.c_str());
        REQUIRE_FALSE(live.HasParseError());
        const auto report = analysis::analyse(plan, &plan, [&](const api::PlannedObject&) {
          return analysis::LiveObject{analysis::LiveObject::Found::present, std::move(live)};
        });
        return report.drifted();
      };
      CHECK_FALSE(drifted(R"({"env":"x"},"text")"));
      CHECK(drifted(R"({"env":"y"},"text")"));
      CHECK(drifted(R"({"env":"x"},"texts")"));
    }
  }

  TEST_CASE("what looks like a digest, in Git or in the cluster, is a value") {
    const std::string text = noise(api::longest_manifest + 1);
    const auto digest = api::part_digest(tests::json('"' + text + '"'));
    const auto wanted = R"("spec":{"text":")" + text + R"("})";
    const auto plan = tests::plan_of(git_object("example.org/v1/Note", "a", wanted));
    const auto marker = api::digest_marker(digest);
    const auto drifted = [](const api::Plan& of, const std::string& live) {
      return LiveObjects().put("Note shop/a", live).analyse(of, &of).drifted();
    };
    CHECK_FALSE(drifted(plan, "{" + wanted + "}"));
    CHECK(drifted(plan, R"({"spec":{"text":)" + marker + "}}"));
    CHECK(drifted(plan, R"({"spec":{"text":"sha256:)" + digest + R"("}})"));
    const auto forged =
        tests::plan_of(git_object("example.org/v1/Note", "a", R"("spec":{"text":)" + marker + "}"));
    CHECK_FALSE(drifted(forged, R"({"spec":{"text":)" + marker + "}}"));
    CHECK(drifted(forged, "{" + wanted + "}"));
  }

  TEST_CASE(
      "what one plan alone holds is compared with it; where it differs, nobody knows, and that counts") {
    const auto source = [](int a) {
      return fmt::format("apiVersion: example.org/v1\nkind: Note\nmetadata: {{name: a}}\nspec: {{a: {}}}\n",
                         a);
    };
    auto without = tests::plan_of(source(1));  // as older releases wrote it of what is large
    without.objects.at(0).manifest.reset();
    const auto with = tests::plan_of(source(1));
    const auto changed = tests::plan_of(source(2));
    const auto analyse = [&](const api::Plan& plan, const api::Plan& base) {
      return LiveObjects().put("Note shop/a", R"({"spec":{"a":1}})").analyse(plan, &base);
    };
    CHECK(lines_of(analyse(with, without)) == Lines{"Note shop/a in sync"});
    CHECK(lines_of(analyse(without, with)) == Lines{"Note shop/a in sync"});
    for (const auto& plan : {std::cref(changed), std::cref(std::as_const(without))}) {
      const auto report = analyse(plan.get(), without);
      CHECK(lines_of(report) == Lines{"Note shop/a not inspected"});
      CHECK(report.objects[0].unread == api::Unread::too_large);
      CHECK(report.objects[0].severity == "low");
      CHECK(report.inspected == 0);
      CHECK(report.drifted());
    }
  }

  TEST_CASE("at each step a condensed object is as itself, and every change of what Git names is one") {
    tests::Dice dice(7);
    for (int i = 0; i < 400; ++i) {
      const auto widget = tests::random_widget(dice);
      const auto other = tests::random_widget(dice);
      const auto live = tests::json(widget), changed = tests::json(other);
      const auto found = [](const std::string& wanted, const rapidjson::Document& there) {
        const auto git = tests::json(wanted);
        std::vector<std::string> pointers;
        for (const auto& one : analysis::compare({"example.org", "Widget", git, git, there}))
          pointers.push_back(one.pointer);
        return pointers;
      };
      const auto whole = found(widget, changed);
      for (const auto step : api::condensing_steps) {
        CAPTURE(widget);
        const auto shorter = api::condensed(widget, step);
        CHECK(found(shorter, live).empty());
        const auto pointers = found(shorter, changed);
        for (const auto& pointer : whole)
          CHECK(std::any_of(pointers.begin(), pointers.end(),
                            [&](const auto& above) { return pointer.starts_with(above); }));
      }
      CHECK(found(api::condensed(widget, 0), changed) == whole);
    }
  }
}
