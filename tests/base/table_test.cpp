// Tables that fit a terminal.
#include "base/table.hpp"

#include <doctest/doctest.h>

namespace {
using drift::table_within;
const std::vector<std::vector<std::string>> rows = {{"NAME", "WHO", "WHAT"},
                                                    {"a-long-name", "somebody", "x"}};
}  // namespace

TEST_SUITE("table") {
  TEST_CASE("columns give way in their order, and only as far as there is need") {
    CHECK(table_within(80, rows, {"WHO"}) == drift::table(rows));
    CHECK(table_within(26, rows, {"WHO"}) == "NAME         WHO      WHAT\na-long-name  somebo…  x\n");
    CHECK(table_within(22, rows, {"WHO", "WHAT"}) == "NAME         WHO  WHAT\na-long-name  so…  x\n");
    CHECK(table_within(21, rows, {"WHO", "WHAT"}) == "NAME         WHAT\na-long-name  x\n");
    CHECK(table_within(5, rows, {"WHO", "WHAT"}) == "NAME\na-long-name\n");
  }

  TEST_CASE("what isn't spare stays whole, and an unknown column is nobody's") {
    CHECK(table_within(5, rows, {"OTHER"}) == drift::table(rows));
  }
}
