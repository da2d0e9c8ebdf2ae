#include "outside/kubernetes/api_request.hpp"

#include <fmt/format.h>

#include <limits>

#include "base/text.hpp"
#include "json/read.hpp"
#include "outside/process.hpp"

namespace drift::outside {
namespace {

using Kind = HttpFailure::Kind;

constexpr std::size_t max_message = 1024;

// The server's words, on one line.
std::string message_of(const rapidjson::Value& status) {
  auto text = shortened(text_of(status, "message").substr(0, max_message), {});
  for (auto& c : text)
    if (c == '\n') c = ' ';
  return text;
}

}  // namespace

ApiError api_error(const ApiRequest& request, int status, const rapidjson::Value& body) {
  const bool is_status = text_of(body, "kind") == "Status";
  const auto reason = is_status ? text_of(body, "reason") : std::string();
  // The API server's messages may quote what is wrong.
  const bool secret = request.path.resource == "secrets" && request.path.group.empty();
  const auto message = is_status && !secret ? message_of(body) : std::string();
  return {status, reason,
          fmt::format("{} {}: the Kubernetes API answered {}{}{}{}{}", request.verb, request.path.display(),
                      status, reason.empty() ? "" : " ", shortened(reason.substr(0, 100), {}),
                      message.empty() ? "" : ": ", message)};
}

bool is_passing(int status) {
  return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

rapidjson::Document parse_body(std::string_view text) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag>(text.data(),
                                                                                      text.size());
  if (document.HasParseError() || !document.IsObject()) return {};
  return document;
}

ApiSender::ApiSender(Connection connection, Clock& clock, const ClientLimits& limits)
    : connection_(std::move(connection)),
      clock_(clock),
      limits_(limits),
      random_(std::random_device{}()),
      rate_(limits.requests_per_second, limits.burst, clock),
      http_(new_client({})) {}

std::unique_ptr<HttpClient> ApiSender::new_client(std::function<bool()> ended) {
  if (!ended) ended = [this] { return clock_.stop_requested(); };
  return std::make_unique<HttpClient>(connection_.tls, connection_.proxy, limits_.http, std::move(ended));
}

Retries ApiSender::endless_retries() {
  return endless_retries(limits_.retry);
}

Retries ApiSender::endless_retries(RetryLimits limits) {
  limits.tries = std::numeric_limits<int>::max();
  limits.together = std::chrono::hours(24 * 365);
  return {limits, clock_, random_};
}

HttpRequest ApiSender::http_request(const ApiRequest& request) {
  HttpRequest http;
  http.method = request.method;
  http.url = connection_.server + (request.url_path.empty() ? request.path.url_path() : request.url_path);
  if (!request.query.empty()) http.url += "?" + request.query;
  http.headers = {"Accept: application/json", "User-Agent: drift-policy/" DRIFT_VERSION};
  sent_token_ = current_token(connection_);
  if (!sent_token_.empty()) http.headers.push_back("Authorization: Bearer " + sent_token_);
  if (!request.content_type.empty()) http.headers.push_back("Content-Type: " + request.content_type);
  http.body = request.body;
  http.only_once = request.only_once;
  return http;
}

bool ApiSender::has_new_token(const std::string& sent) const {
  return !connection_.token_file.empty() && current_token(connection_) != sent;
}

void ApiSender::after_failure(const ApiRequest& request, const HttpFailure& failure, Retries& retries) {
  const bool may_be_done = failure.kind == Kind::broken && request.only_once;
  const bool worth_it = failure.kind == Kind::not_sent || (failure.kind == Kind::broken && !may_be_done);
  if (worth_it && retries.wait_for_next({})) return;
  throw HttpFailure(
      failure.kind,
      fmt::format("{} {}: no answer from the Kubernetes API{}: {}{}", request.verb, request.path.display(),
                  retries.tries() > 1 ? fmt::format(" after {} tries", retries.tries()) : std::string(),
                  failure.what(), may_be_done ? " (it may have been carried out)" : ""));
}

ApiAnswer ApiSender::send(const ApiRequest& request) {
  Retries waits(limits_.retry, clock_, random_);
  bool repeated = false;
  for (bool renewed = false;;) {
    rate_.take();
    HttpResponse response;
    try {
      response = told(connection_.answered, request.verb, [&] { return http_->send(http_request(request)); });
      auto body = parse_body(response.body);
      const bool good = response.status >= 200 && response.status < 300;
      if (good && body.IsNull()) throw HttpFailure(Kind::broken, "what came is no JSON object");
      if (good || response.status == 404 || response.status == 410) {
        return {response.status, std::move(body), repeated};
      }
      if (response.status == 401 && !renewed && has_new_token(sent_token_)) {
        renewed = true;
        continue;
      }
      const bool again = is_passing(response.status) && (!request.only_once || response.status == 429);
      if (!again || !waits.wait_for_next(response.retry_after))
        throw api_error(request, response.status, body);
      repeated = repeated || response.status != 429;
    } catch (const HttpFailure& failure) {
      after_failure(request, failure, waits);
      repeated = repeated || failure.kind == Kind::broken;
    }
  }
}

int ApiSender::stream(const ApiRequest& request, std::chrono::milliseconds longest,
                      const std::function<bool(std::string_view)>& take, const std::function<bool()>& ended) {
  const auto client = new_client(ended);
  for (bool renewed = false;; renewed = true) {
    rate_.take();
    const auto http = http_request(request);
    const auto token = sent_token_;
    const auto response =
        told(connection_.answered, request.verb, [&] { return client->stream(http, longest, take); });
    const int status = response.status;
    if (status == 0 || status == 200 || status == 404 || status == 410) return status;
    if (status == 401 && !renewed && has_new_token(token)) continue;
    throw api_error(request, status, parse_body(response.body));
  }
}

}  // namespace drift::outside
