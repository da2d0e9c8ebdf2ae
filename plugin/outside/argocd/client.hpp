// The real API of Argo CD, over HTTP: `https`, or `http` to this machine.
//
// What gets no answer, or 429, 502, 503 or 504, is asked again a few times; all else at once means what it says. Argo CD answers 500
// to what it can't compare or render, and that doesn't change by itself. A 401 is tried once more where the token has been
// replaced meanwhile. Where the clock is told to end, requests end within a second.
#pragma once
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "outside/argocd/argocd.hpp"
#include "outside/clock.hpp"
#include "outside/environment.hpp"
#include "outside/net/answered.hpp"
#include "outside/net/http.hpp"
#include "outside/net/retry.hpp"

namespace drift::outside {

struct ArgoCdOptions {
  std::string server;      // --argocd-server
  std::string token_file;  // --argocd-token-file
  std::string ca_file;     // --argocd-ca-file; empty: the system's authorities
};

struct ArgoCdConnection {
  std::string server;  // without a slash at its end
  Tls tls;
  Proxy proxy;
  std::filesystem::path token_file;  // which others replace
  TellAnswered answered{};           // may be empty
};

// Throws InputError. The token isn't looked at yet.
ArgoCdConnection read_argocd_connection(const ArgoCdOptions& options, const Environment& environment);

struct ArgoCdLimits {
  std::chrono::milliseconds connect = std::chrono::seconds(5);
  std::chrono::milliseconds managed = std::chrono::seconds(15);    // out of Argo CD's cache
  std::chrono::milliseconds manifests = std::chrono::seconds(60);  // where they have to be rendered
  std::size_t answer = std::size_t{64} << 20;                      // bytes: some 12,000 objects
  RetryLimits retry{.tries = 3, .together = std::chrono::seconds(10), .told = std::chrono::seconds(5)};
};

std::unique_ptr<ArgoCd> connect_argocd(const ArgoCdConnection& connection, Clock& clock,
                                       const ArgoCdLimits& limits = {});

}  // namespace drift::outside
