// Large plans: compressed, read back, and refused where Kubernetes would not store them.
#include <doctest/doctest.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <random>

#include "annotators/hooks/plan.hpp"
#include "base/gzip.hpp"
#include "support/hooks_input.hpp"
#include "support/program.hpp"

namespace {
using drift::tests::Injected;
using drift::tests::Rendered;

std::string deployments(int count, const std::string& digits) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    const auto at = static_cast<std::size_t>(i) * 200 % (digits.size() - 200);
    text += "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web-" + std::to_string(i) +
            digits.substr(at, 200) + "}\nspec: {replicas: 3}\n";
  }
  return text;
}

// Names that don't compress.
std::string noise(std::size_t size) {
  std::mt19937 random(5);
  std::string text;
  while (text.size() < size) text += "abcdefghijklmnopqrstuvwxyz0123456789"[random() % 36];
  return text;
}

std::string unbase64(std::string_view text) {
  std::string bytes(text.size(), '\0');
  const int size =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                      reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
  REQUIRE(size > 0);
  const auto padding = text.ends_with("==") ? 2U : text.ends_with('=') ? 1U : 0U;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

std::string gunzip(const std::string& bytes) {
  z_stream stream{};
  REQUIRE(inflateInit2(&stream, 15 + 16) == Z_OK);
  std::string text(std::size_t{64} << 20, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  return text;
}
}  // namespace

TEST_SUITE("hooks: size") {
  TEST_CASE("a plan past 128 KiB is compressed, and comes back") {
    const Rendered rendered(deployments(300, noise(60'000)));
    const Injected injected(rendered);
    const auto& plan = injected.find("ConfigMap", "-plan");
    CHECK_FALSE(plan.object.find("data"));
    const std::string bytes = unbase64(plan.object.find("binaryData").find("plan.json.gz").text());
    CHECK(gunzip(bytes) == drift::annotators::plan(rendered.input()));
    CHECK(Rendered(rendered.output()).output() == rendered.output());
  }

  TEST_CASE("what gzip writes depends on the text alone") {
    const std::string bytes = drift::gzip("text");
    CHECK(bytes.substr(4, 4) == std::string(4, '\0'));            // MTIME
    CHECK(static_cast<unsigned char>(bytes[9]) == 255);           // OS: unknown
    CHECK((static_cast<unsigned char>(bytes[3]) & 0x1FU) == 0U);  // no name, no comment
    CHECK(drift::gzip("text") == bytes);
    CHECK(gunzip(bytes) == "text");
  }

  TEST_CASE("a plan that no ConfigMap holds is refused with what to do") {
    const std::string source = deployments(8000, noise(1'600'200));
    const std::string error = Rendered(source).mistakes();
    CHECK(error.find("expected at most 900 KiB") != std::string::npos);
    CHECK(error.find("split the application") != std::string::npos);
    // As Argo CD calls it, `render` needs the plan; to explain an object takes none that can be stored.
    const auto explained =
        drift::tests::run({.arguments = {"explain", "-", "A/b", "--exec-timeout", "10m"},
                           .input = source + "---\nkind: A\napiVersion: v1\nmetadata: {name: b}\n"});
    CHECK(explained.exit == 0);
    CHECK(explained.out.starts_with("A/b"));
  }

  TEST_CASE("what the plan has no room for is named by the summary and by explain") {
    const std::string source =
        "apiVersion: example.net/v1\nkind: Large\nmetadata: {name: a, annotations: "
        "{drift-policy.dev/severity: high}}\nspec: " +
        std::string((std::size_t{16} << 20) + 100, 'x') +
        "\nstate: y\n---\napiVersion: example.net/v1\nkind: Small\nmetadata: {name: b}\n";
    const auto call = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.end(), {"--app-name", "shop", "--app-namespace", "shop"});
      return drift::tests::run({.arguments = arguments, .input = source});
    };
    const auto rendered = call({"render", "-"});
    CAPTURE(rendered.err);
    CHECK(rendered.exit == 0);
    CHECK(rendered.err.find("not inspected by the gate, its plan has no room for it: 1 (Large/a)") !=
          std::string::npos);
    const auto explained = call({"explain", "-"}).out;
    const auto said = explained.find("\nLarge/a: not inspected: the gate's plan has no room");
    CHECK(said != std::string::npos);
    CHECK(explained.find("not inspected", said + 20) == std::string::npos);
    CHECK(call({"explain", "-", "Large/a"}).out.find("  not inspected: the gate's plan has no room") !=
          std::string::npos);
    CHECK(call({"explain", "-", "Large/a", "-o", "json"}).out.find("\"notInspected\":true") !=
          std::string::npos);
  }

  TEST_CASE("a plan that the gate would not read is refused by its own limit") {
    const std::string error = Rendered(deployments(50'000, std::string(60'000, 'a'))).mistakes();
    CHECK(error.find("MiB, more than the gate reads; expected at most 16 MiB: ") != std::string::npos);
    CHECK(error.find("compressed") == std::string::npos);
  }
}
