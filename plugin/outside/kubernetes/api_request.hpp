// One request to the Kubernetes API, sent until there is an answer (client.hpp says when it is sent again).
#pragma once
#include <rapidjson/document.h>

#include <functional>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "outside/kubernetes/client.hpp"

namespace drift::outside {

struct ApiRequest {
  const char* verb;  // as messages call it: `get`
  const char* method;
  const ResourcePath& path;
  std::string url_path{};      // where it isn't the path's own
  std::string query{};         // without the `?`
  std::string content_type{};  // of `body`
  std::string body{};
  bool only_once = false;  // not idempotent
};

struct ApiAnswer {
  int status = 0;
  rapidjson::Document body;  // an object
  bool repeated = false;     // an earlier try may have been carried out
};

// The error for an answer that is no success.
ApiError api_error(const ApiRequest& request, int status, const rapidjson::Value& body);

class ApiSender {
 public:
  ApiSender(Connection connection, Clock& clock, const ClientLimits& limits);

  // The answer: 2xx, 404 or 410; others are thrown as ApiError.
  ApiAnswer send(const ApiRequest& request);

  // The same for a watch: the body of a 200 goes to take() as it comes (HttpClient::stream). One try; returns 200, 404, 410, or 0
  // where it was ended before an answer came; throws HttpFailure and ApiError. Each call has a connection of its own. `ended`, where given, is asked at least once a second
  // in the place of the clock, and ends it.
  int stream(const ApiRequest& request, std::chrono::milliseconds longest,
             const std::function<bool(std::string_view)>& take, const std::function<bool()>& ended = {});

  // Pauses without an end to the tries; of other lengths where given.
  Retries endless_retries();
  Retries endless_retries(RetryLimits limits);

 private:
  HttpRequest http_request(const ApiRequest& request);
  std::unique_ptr<HttpClient> new_client(std::function<bool()> ended);
  // Waits for the next try where there shall be one, else throws what `failure` means.
  void after_failure(const ApiRequest& request, const HttpFailure& failure, Retries& retries);
  bool has_new_token(const std::string& sent) const;

  Connection connection_;
  Clock& clock_;
  ClientLimits limits_;
  std::mt19937 random_;
  RateLimit rate_;
  std::string sent_token_;
  std::unique_ptr<HttpClient> http_;
};

// Whether a status says that the server could not answer now, but may later.
bool is_passing(int status);

// The JSON object in a body; null where it is none, or not whole.
rapidjson::Document parse_body(std::string_view text);

}  // namespace drift::outside
