// HTTP/1.1 to one server, over libcurl: connections are kept, TLS is verified, redirects aren't followed, answers aren't
// decompressed, and everything has a limit. Proxies only as told: curl's own look at the environment is off.
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace drift::outside {

// All in PEM. Without an authority those of the system are trusted.
struct Tls {
  std::string authorities;
  std::string certificate;
  std::string key;
  bool unverified = false;  // only where a person has written so
};

struct Proxy {
  std::string url;      // empty: none
  std::string without;  // hosts that aren't reached through it, separated by commas
};

struct HttpLimits {
  std::chrono::milliseconds connect = std::chrono::seconds(10);
  std::chrono::milliseconds request = std::chrono::seconds(30);  // from its start to the answer's end
  std::size_t answer = std::size_t{32} << 20;                    // bytes of a body
};

struct HttpRequest {
  std::string method = "GET";
  std::string url;
  std::vector<std::string> headers;  // `Name: value`
  std::string body;
  // On a connection of its own: over one that had been kept, libcurl sends a request again where it finds the connection
  // dead.
  bool only_once = false;
};

struct HttpResponse {
  int status = 0;
  std::string retry_after;  // the header's value
  std::string body;
};

// No answer, or no whole one.
class HttpFailure : public OutsideError {
 public:
  enum class Kind {
    not_sent,   // the server can't have seen the request
    broken,     // it may have, and may have done what it asks
    too_large,  // the answer was beyond the limit
    rejected    // sending it again can't help: a certificate that isn't trusted, a URL that is none
  };
  HttpFailure(Kind k, const std::string& message) : OutsideError(message), kind(k) {}
  Kind kind;
};

class HttpClient {
 public:
  // `ended` is asked at least once a second while a stream is under way, and ends it.
  HttpClient(Tls tls, Proxy proxy, HttpLimits limits, std::function<bool()> ended);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Any status is an answer. Throws HttpFailure. Not to be called from within its own stream().
  HttpResponse send(const HttpRequest& request);

  // Gives the body of a 200 piece by piece to take(), until the server ends it, `longest` is over, `ended` says so, or
  // take() returns false; all of these return. Another status returns as send() does. What take() and `ended` throw comes out here.
  HttpResponse stream(const HttpRequest& request, std::chrono::milliseconds longest,
                      const std::function<bool(std::string_view)>& take);

 private:
  struct Transfer;
  HttpResponse perform(const HttpRequest& request, std::chrono::milliseconds longest,
                       const std::function<bool(std::string_view)>* take);

  Tls tls_;
  Proxy proxy_;
  HttpLimits limits_;
  std::function<bool()> ended_;
  void* easy_ = nullptr;  // CURL*
};

}  // namespace drift::outside
