// The real Kubernetes API, over HTTP.
//
// What is sent again where no answer came, or 429, 500, 502, 503 or 504 (with growing pauses, RetryLimits):
//   get, list, watch      always: they change nothing.
//   replace, apply, merge_patch  always: done twice, the object is the same. With metadata.resourceVersion the second
//                         may find its own first and get ApiError::conflict(); callers that re-read see that it is done.
//   remove                always. Where an earlier try may have removed it, a 404 counts as removed.
//   create                only where the server can't have acted: no connection, or 429. Else the caller looks.
// A 401 is tried once more where the token has been replaced meanwhile.
//
// Errors hold the verb, the resource, the status and the server's own message (of Secrets not even that); never a body.
#pragma once
#include <memory>

#include "outside/clock.hpp"
#include "outside/kubernetes/connection.hpp"
#include "outside/kubernetes/kubernetes.hpp"
#include "outside/net/http.hpp"
#include "outside/net/retry.hpp"

namespace drift::outside {

struct ClientLimits {
  HttpLimits http;
  RetryLimits retry;
  double requests_per_second = 50;
  double burst = 100;
  int page = 100;  // objects of a list at once; fewer where they are too large together
  // How long one request of a watch lasts before the next takes over, and how long where we can't tell whether the object
  // went before it began.
  std::chrono::seconds watch = std::chrono::seconds(120);
  std::chrono::seconds blind_watch = std::chrono::seconds(30);
};

std::unique_ptr<Kubernetes> connect(const Connection& connection, Clock& clock,
                                    const ClientLimits& limits = {});

std::unique_ptr<Kubernetes> connect(const ConnectionOptions& options, const Environment& environment,
                                    Clock& clock);

}  // namespace drift::outside
