// Where Argo CD is, by the flags of `controller` and `status`.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "support/program.hpp"
#include "support/text.hpp"

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
