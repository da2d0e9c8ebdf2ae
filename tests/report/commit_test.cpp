// What a commit changes, for people who review it: as text, and as Markdown in which nothing of a manifest's is markup.
#include "report/commit.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

api::ObjectChange changed(const std::string& name, const std::string& before, const std::string& after) {
  api::ObjectChange object;
  object.kind = "Service";
  object.ns = "shop";
  object.name = name;
  object.severity = object.approval_severity = "high";
  object.rule = "base/exposure";
  object.fields.push_back({"/spec/type", "type", before, after, "", "high", "high"});
  return object;
}

struct Reviewed {
  std::string application = "shop";
  api::Changes changes;
  std::vector<api::ObjectChange> unasked;
  std::vector<std::string> next = {"A sync of this will wait for 1 approval by members of @all."};

  report::Commit commit() const { return {application, changes, unasked, next}; }
};

Reviewed asked(const std::string& after) {
  Reviewed all;
  all.changes.asks = {"high"};
  all.changes.objects.push_back(changed("web", "ClusterIP", after));
  return all;
}
}  // namespace

TEST_SUITE("report: commit") {
  TEST_CASE("text shows what is asked about, then the rest, then what follows") {
    auto all = asked("LoadBalancer");
    all.changes.others = 2;
    all.unasked.push_back(changed("new", "", ""));
    all.unasked.back().change = api::GitChange::added;
    CHECK(report::commit_text(all.commit(), false) ==
          "shop: Git changes 2 objects, and may change 1 more; somebody is asked about 1\n"
          "\nService shop/web  changed by Git  high  rule base/exposure\n"
          "  /spec/type (type)  ClusterIP (before) -> LoadBalancer (after)\n"
          "\nNobody is asked about\n"
          "\nService shop/new  added by Git  high  rule base/exposure\n"
          "\n1 object may change: a plan holds no values of Secrets, and not all of large objects\n"
          "\nNext\n  A sync of this will wait for 1 approval by members of @all.\n");
  }

  TEST_CASE("Markdown is a table, and what nobody is asked about is folded away") {
    auto all = asked("LoadBalancer");
    all.changes.others = 1;
    all.unasked.push_back(changed("other", "a", "b"));
    const auto text = report::commit_markdown(all.commit());
    CHECK(contains(text,
                   "| <code>Service shop/web</code> | changed | <code>/spec/type &#40;type&#41;</code> | "
                   "<code>ClusterIP</code> | <code>LoadBalancer</code> | <code>high</code> |\n"));
    const auto folded = text.find("<details><summary>Nobody is asked about 1 object</summary>\n\n");
    REQUIRE(folded != std::string::npos);
    CHECK(text.find("Service shop/other") > folded);
    CHECK(text.ends_with("\n</details>\n"));
    CHECK_FALSE(contains(text, "@"));  // mentions nobody
  }

  TEST_CASE("nothing that a manifest says is markup") {
    const std::string evil =
        "`|` </code></details><img src=x> @team #1 [a](https://x.example) **b** \\| www.x.example\n\n# "
        "c\u202e";
    auto all = asked(evil);
    all.application = evil;
    const auto text = report::commit_markdown(all.commit());
    for (const auto* markup : {"`", "<img", "@", "](", "**", "https:", "www.", "\u202e", "\n# "}) {
      CAPTURE(markup);
      CHECK_FALSE(contains(text, markup));
    }
    const auto row = text.substr(text.find("| <code>Service"));
    CHECK(std::count(row.begin(), row.end(), '|') == 7);
    CHECK(std::count(text.begin(), text.end(), '#') - std::count(text.begin(), text.end(), '&') == 3);
  }

  TEST_CASE("Markdown has no more bytes than a comment takes, and counts what it leaves out") {
    auto all = asked("b");
    for (int i = 0; i < 2000; ++i) all.changes.objects.push_back(changed("web", "a", "b"));
    for (int i = 0; i < 2000; ++i) all.unasked.push_back(changed("web", "a", "b"));
    all.changes.others = all.unasked.size();
    const auto text = report::commit_markdown(all.commit());
    CHECK(text.size() <= 60'000);
    CHECK(text.size() > 50'000);
    CHECK(contains(text, " rows more for which there is no room here.\n"));
    CHECK(text.ends_with("</details>\n"));
  }
}
