// A report in sections as text and as HTML.
#include "report/document.hpp"

#include <doctest/doctest.h>

#include "support/text.hpp"

namespace {
using namespace drift;
using tests::contains;

report::Document example_document() {
  return {"Review",
          {"2 records"},
          {{"People", {"Who answered."}, {{"Person", "Yes"}, {"ann", "2"}}}, {"None", {"Nothing."}, {}}}};
}
}  // namespace

TEST_SUITE("report: document") {
  TEST_CASE("text has a table as kubectl lays it out below each section's sentences") {
    CHECK(report::as_text(example_document()) ==
          "Review\n2 records\n\nPeople\nWho answered.\nPERSON  YES\nann     2\n\nNone\nNothing.\n");
  }

  TEST_CASE("HTML is one file with the same texts, and allows neither scripts nor anything from elsewhere") {
    const auto html = report::as_html(example_document());
    CHECK(html.starts_with("<!DOCTYPE html>\n"));
    CHECK(html.ends_with("</html>\n"));
    CHECK(contains(html, "<title>Review</title>"));
    CHECK(contains(
        html,
        "<h2>People</h2>\n<p>Who answered.</p>\n<table>\n<thead>\n<tr><th>Person</th><th>Yes</th></tr>"));
    CHECK(contains(html, "<tr><td>ann</td><td>2</td></tr>"));
    CHECK(contains(html, "<h2>None</h2>\n<p>Nothing.</p>\n</body>"));
    CHECK(contains(html, "default-src 'none'; style-src 'unsafe-inline'"));
    for (const auto* outside : {"http:", "https:", "<script", "<link", "<img", "url("})
      CHECK_FALSE(contains(html, outside));
  }

  TEST_CASE("what others wrote is text everywhere, and controls neither a browser nor a terminal") {
    const std::string evil = "<script>a&\"'\x1b[31m\u202e\n</td>";
    const report::Document document{evil, {evil}, {{evil, {evil}, {{evil}, {evil}}}}};
    const auto html = report::as_html(document);
    CHECK_FALSE(contains(html, "<script>"));
    CHECK(contains(html, "<td>&lt;script&gt;a&amp;&quot;"));
    const auto text = report::as_text(document);
    for (const auto& form : {html, text}) {
      CHECK_FALSE(contains(form, "\x1b"));
      CHECK_FALSE(contains(form, "\u202e"));
      CHECK_FALSE(contains(form, "\n</td>\n"));
    }
  }
}
