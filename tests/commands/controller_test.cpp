// Where Argo CD is, by the flags of `controller` and `status`.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "outside/server/server.hpp"
#include "support/program.hpp"
#include "support/text.hpp"

using drift::tests::contains;

TEST_CASE("Argo CD's server and token are given together, and by https") {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"status"}, {"controller", "--observe"}}) {
    const auto refused = [&](const std::vector<std::string>& more) {
      auto arguments = words;
      arguments.insert(arguments.end(), more.begin(), more.end());
      const auto result = drift::tests::run({.arguments = arguments});
      CHECK(result.exit == 2);
      CHECK(result.out.empty());
      return result.err;
    };
    CHECK(drift::tests::contains(refused({"--argocd-server", "https://argocd-server.argocd.svc"}),
                                 "--argocd-server needs --argocd-token-file"));
    CHECK(drift::tests::contains(refused({"--argocd-token-file", "token"}), "need --argocd-server"));
    CHECK(drift::tests::contains(
        refused({"--argocd-server", "http://argocd.example", "--argocd-token-file", "token"}),
        "Argo CD's address must begin with https://"));
  }
}

TEST_CASE(
    "An address for metrics that is none, or that is taken, ends the controller before it asks anybody") {
  const auto result_with = [](const std::string& address) {
    return drift::tests::run({.arguments = {"controller", "--observe", "--metrics-address", address}});
  };
  const auto wrong = result_with("8080");
  CHECK(wrong.exit == 2);
  CHECK(contains(wrong.err, "--metrics-address \"8080\": expected an address and a port"));
  const auto server =
      drift::outside::serve({"127.0.0.1", 0}, [](std::string_view) { return drift::outside::Page(); });
  const auto taken = result_with(server->address());
  CHECK(taken.exit == 3);
  CHECK(contains(taken.err,
                 "--metrics-address: can't listen on " + server->address() + ": Address already in use"));
  // Off: it comes to the next thing that is missing.
  for (const char* off : {"", "0"}) CHECK(contains(result_with(off).err, "kubeconfig"));
}
