// Quantities, durations and points in time as Kubernetes and Go write them.
#include "kube/quantity.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "base/duration.hpp"
#include "base/time.hpp"
#include "support/drift_objects.hpp"

namespace {
using drift::parse_duration;
using drift::parse_time;
using drift::kube::parse_quantity;

// All mean the same, and something.
template <typename Parse>
void check_same(const Parse& parse, std::initializer_list<std::string_view> texts) {
  const auto first = parse(*texts.begin());
  REQUIRE(first);
  for (const auto text : texts) {
    CAPTURE(std::string(text));
    CHECK(parse(text) == first);
  }
}
}  // namespace

TEST_SUITE("drift: quantities") {
  TEST_CASE("one quantity is written in many ways") {
    check_same(parse_quantity,
               {"1", "1000m", "1.0", "+1", "01", "1e0", "1E0", "1000000u", "1000000000n", "1."});
    check_same(parse_quantity, {"0.5", "500m", ".5", "5e-1", "0.50000000000000000000000"});
    check_same(parse_quantity, {"1Gi", "1024Mi", "1048576Ki", "1073741824"});
    check_same(parse_quantity, {"1e3", "1k", "1000", "1E3", "1e+3", "0.001M"});
    check_same(parse_quantity, {"1.5Gi", "1536Mi"});
    check_same(parse_quantity, {"0", "-0", "0m", "0Gi", "0.0"});
    check_same(parse_quantity, {"-1", "-1000m"});
    check_same(parse_quantity, {"9223372036854775807", "9223372036854775807.0"});
    check_same(parse_quantity, {"7Ei", "7168Pi"});
  }

  TEST_CASE("different quantities differ") {
    CHECK(parse_quantity("1G") != parse_quantity("1Gi"));
    CHECK(parse_quantity("1m") != parse_quantity("1M"));
    CHECK(parse_quantity("1") != parse_quantity("-1"));
    CHECK(parse_quantity("1n") != parse_quantity("2n"));
  }

  TEST_CASE("beyond billionths Kubernetes rounds up") {
    check_same(parse_quantity, {"1n", "0.1n", "0.0000000001"});
    check_same(parse_quantity, {"2n", "1.5n"});
  }

  TEST_CASE("what is no quantity, or larger than any, is none") {
    for (const auto* text : {"",
                             "-",
                             ".",
                             "m",
                             "1x",
                             "1mm",
                             "1 ",
                             " 1",
                             "1e",
                             "1e99",
                             "1ki",
                             "1iK",
                             "0x10",
                             "1,5",
                             "1.2.3",
                             "9223372036854775808",
                             "8Ei",
                             "10E",
                             "99999999999999999999999999999999999999999",
                             "99999999999999999999Ei",
                             "1e--3",
                             "--1",
                             "NaN",
                             "Inf"})
      CHECK_FALSE_MESSAGE(parse_quantity(text), text);
  }

  TEST_CASE("thousandths are whole again when they are summed up, for every number") {
    drift::tests::Dice dice(1);
    for (int i = 0; i < 2000; ++i) {
      const auto whole = dice.roll(1'000'000);
      const auto rest = dice.roll(1000);
      CHECK(parse_quantity(fmt::format("{}.{:03}", whole, rest)) ==
            parse_quantity(fmt::format("{}m", whole * 1000 + rest)));
      CHECK(parse_quantity(fmt::format("{}Mi", whole)) == parse_quantity(fmt::format("{}", whole << 20U)));
    }
  }

  TEST_CASE("durations are as Go reads them") {
    check_same(parse_duration, {"90m", "1h30m", "1h30m0s", "1.5h", "5400s"});
    check_same(parse_duration, {"1ms", "1000us", "1000\xC2\xB5s", "1000000ns"});
    check_same(parse_duration, {"0", "0s", "0h0m0s"});
    check_same(parse_duration, {"-1m", "-60s"});
    for (const auto* text : {"", "-", "1", "1d", "h", "1h ", "1h30", "1.2.3s", "99999999999999999999h"})
      CHECK_FALSE_MESSAGE(parse_duration(text), text);
  }

  TEST_CASE("points in time are compared across offsets and fractions") {
    check_same(parse_time, {"2026-11-24T10:00:00Z", "2026-11-24T10:00:00z", "2026-11-24T11:30:00+01:30",
                            "2026-11-24T09:00:00-01:00", "2026-11-24T10:00:00.000Z"});
    CHECK(parse_time("2026-11-24T10:00:00Z") < parse_time("2026-11-24T10:00:00.000000001Z"));
    CHECK(parse_time("2026-02-28T23:59:59Z") < parse_time("2026-03-01T00:00:00Z"));
    for (const auto* text : {"", "2026-11-24", "2026-11-24T10:00:00", "2026-11-24 10:00:00Z",
                             "2026-13-24T10:00:00Z", "2026-02-29T10:00:00Z", "2026-11-24T24:00:00Z",
                             "2026-11-24T10:60:00Z", "2026-11-24T10:00:00.Z", "2026-11-24T10:00:00+1:00",
                             "0001-01-01T00:00:00Z", "9999-01-01T00:00:00Z", "2026-11-24T10:00:00ZZ"})
      CHECK_FALSE_MESSAGE(parse_time(text), text);
  }
}
