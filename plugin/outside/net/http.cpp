#include "outside/net/http.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <exception>
#include <new>

#include "base/text.hpp"
#include "outside/net/curl_library.hpp"

namespace drift::outside {
namespace {

constexpr std::size_t max_header_bytes = std::size_t{256} << 10;
constexpr long keep_alive_seconds = 20;

using Kind = HttpFailure::Kind;

Kind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_CONNECT:
    case CURLE_SSL_CONNECT_ERROR:
      return Kind::not_sent;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
      return Kind::rejected;
    default:
      return Kind::broken;
  }
}

// OpenSSL writes to connections that the server has closed, which raises SIGPIPE; libcurl would ignore it for the whole
// process, we do for this thread.
class NoPipeSignal {
 public:
  NoPipeSignal() {
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_only(), &before_);
  }
  ~NoPipeSignal() {
    const timespec at_once{};
    while (!was_pending_ && ::sigtimedwait(&pipe_only(), nullptr, &at_once) < 0 && errno == EINTR) continue;
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  NoPipeSignal(const NoPipeSignal&) = delete;
  NoPipeSignal& operator=(const NoPipeSignal&) = delete;

 private:
  static const sigset_t& pipe_only() {
    static const sigset_t set = [] {
      sigset_t only;
      sigemptyset(&only);
      sigaddset(&only, SIGPIPE);
      return only;
    }();
    return set;
  }
  sigset_t before_{};
  bool was_pending_ = false;
};

// A blob that lives as long as the call it is for.
curl_blob blob(const std::string& text) {
  return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_COPY};
}

bool is_header(std::string_view line, std::string_view lower_name) {
  if (line.size() <= lower_name.size() || line[lower_name.size()] != ':') return false;
  for (std::size_t i = 0; i < lower_name.size(); ++i) {
    const char c = line[i];
    if ((c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c) != lower_name[i]) return false;
  }
  return true;
}

}  // namespace

// What the callbacks of one request work on. They are called by C code, so nothing may be thrown out of them.
struct HttpClient::Transfer {
  const CurlLibrary& curl;
  void* easy;
  const std::function<bool(std::string_view)>* take;
  const std::function<bool()>& ended;
  std::size_t limit;
  HttpResponse response{};
  std::size_t header_bytes = 0;
  bool too_large = false;
  bool had_enough = false;
  std::exception_ptr error{};

  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->header({data, size * count});
  }
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) {
    return static_cast<Transfer*>(self)->body({data, size * count});
  }
  static int on_progress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<Transfer*>(self)->is_over() ? 1 : 0;
  }

  bool is_over() {
    try {
      return take && ended();
    } catch (...) {
      error = std::current_exception();
      return true;
    }
  }

  std::size_t header(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > max_header_bytes) {
      too_large = true;
      return 0;
    }
    if (line.starts_with("HTTP/")) response.retry_after.clear();
    if (is_header(line, "retry-after"))
      response.retry_after = std::string(trimmed(line.substr(line.find(':') + 1)));
    return line.size();
  }

  std::size_t body(std::string_view data) {
    try {
      if (take && status() == 200) {
        if ((*take)(data)) return data.size();
        had_enough = true;
        return 0;
      }
      if (data.size() > limit - response.body.size()) {
        too_large = true;
        return 0;
      }
      response.body += data;
      return data.size();
    } catch (...) {
      error = std::current_exception();
      return 0;
    }
  }

  int status() const {
    long code = 0;
    curl.easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &code);
    return static_cast<int>(code);
  }
};

namespace {

// The options of one request, and what must live as long as it.
class Options {
 public:
  Options(const CurlLibrary& curl, void* easy) : curl_(curl), easy_(easy) { curl_.easy_reset(easy_); }
  ~Options() { curl_.slist_free_all(headers_); }
  Options(const Options&) = delete;
  Options& operator=(const Options&) = delete;

  template <class Value>
  void set(CURLoption option, Value value) {
    const auto code = curl_.easy_setopt(easy_, option, value);
    if (code == CURLE_OK) return;
    throw HttpFailure(Kind::rejected,
                      fmt::format("libcurl takes no option {}: {}", int{option}, curl_.easy_strerror(code)));
  }
  void set(CURLoption option, const std::string& text) { set(option, text.c_str()); }

  void tls(const Tls& tls) {
    set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    set(CURLOPT_SSL_VERIFYPEER, tls.unverified ? 0L : 1L);
    set(CURLOPT_SSL_VERIFYHOST, tls.unverified ? 0L : 2L);
    pem(CURLOPT_CAINFO_BLOB, tls.authorities);
    // The system's are in a folder too, and would be trusted beside ours.
    if (!tls.authorities.empty()) set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));
    if (tls.certificate.empty()) return;
    pem(CURLOPT_SSLCERT_BLOB, tls.certificate);
    pem(CURLOPT_SSLKEY_BLOB, tls.key);
  }
  void headers(const std::vector<std::string>& lines) {
    // No `Expect: 100-continue` before large bodies.
    add_header("Expect:");
    for (const auto& line : lines) add_header(line);
    set(CURLOPT_HTTPHEADER, headers_);
  }
  void body(const HttpRequest& request) {
    set(CURLOPT_CUSTOMREQUEST, request.method);
    if (request.method == "GET") return;
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(CURLOPT_POSTFIELDS, request.body.c_str());
  }

 private:
  void pem(CURLoption option, const std::string& text) {
    if (text.empty()) return;
    auto value = blob(text);
    set(option, &value);
  }
  void add_header(const std::string& line) {
    auto* longer = curl_.slist_append(headers_, line.c_str());
    if (!longer) throw std::bad_alloc();
    headers_ = longer;
  }

  const CurlLibrary& curl_;
  void* easy_;
  curl_slist* headers_ = nullptr;
};

}  // namespace

HttpClient::HttpClient(Tls tls, Proxy proxy, HttpLimits limits, std::function<bool()> ended)
    : tls_(std::move(tls)), proxy_(std::move(proxy)), limits_(limits), ended_(std::move(ended)) {}

HttpClient::~HttpClient() {
  if (easy_) curl_library().easy_cleanup(easy_);
}

HttpResponse HttpClient::send(const HttpRequest& request) {
  return perform(request, limits_.request, nullptr);
}

HttpResponse HttpClient::stream(const HttpRequest& request, std::chrono::milliseconds longest,
                                const std::function<bool(std::string_view)>& take) {
  return perform(request, longest, &take);
}

HttpResponse HttpClient::perform(const HttpRequest& request, std::chrono::milliseconds longest,
                                 const std::function<bool(std::string_view)>* take) {
  const auto& curl = curl_library();
  if (!easy_) easy_ = curl.easy_init();
  if (!easy_) throw OutsideError("libcurl could not be set up");

  Transfer transfer{curl, easy_, take, ended_, limits_.answer};
  std::array<char, CURL_ERROR_SIZE> said{};
  Options options(curl, easy_);
  options.set(CURLOPT_URL, request.url);
  options.set(CURLOPT_PROTOCOLS_STR, "http,https");
  options.set(CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  options.set(CURLOPT_NOSIGNAL, 1L);
  options.set(CURLOPT_PROXY, proxy_.url);
  options.set(CURLOPT_NOPROXY, proxy_.without);
  options.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connect.count()));
  options.set(CURLOPT_TIMEOUT_MS, static_cast<long>(std::max(longest, std::chrono::milliseconds(1)).count()));
  options.set(CURLOPT_TCP_KEEPALIVE, 1L);
  options.set(CURLOPT_TCP_KEEPIDLE, keep_alive_seconds);
  options.set(CURLOPT_TCP_KEEPINTVL, keep_alive_seconds);
  options.set(CURLOPT_FRESH_CONNECT, request.only_once ? 1L : 0L);
  options.tls(tls_);
  options.headers(request.headers);
  options.body(request);
  options.set(CURLOPT_ERRORBUFFER, said.data());
  options.set(CURLOPT_HEADERFUNCTION, &Transfer::on_header);
  options.set(CURLOPT_HEADERDATA, &transfer);
  options.set(CURLOPT_WRITEFUNCTION, &Transfer::on_body);
  options.set(CURLOPT_WRITEDATA, &transfer);
  options.set(CURLOPT_NOPROGRESS, 0L);
  options.set(CURLOPT_XFERINFOFUNCTION, &Transfer::on_progress);
  options.set(CURLOPT_XFERINFODATA, &transfer);

  const auto code = [&] {
    const NoPipeSignal guard;
    return curl.easy_perform(easy_);
  }();
  transfer.response.status = transfer.status();
  // What pointed into this frame must not stay in the handle.
  curl.easy_reset(easy_);
  if (transfer.error) std::rethrow_exception(transfer.error);
  if (code == CURLE_OK || transfer.had_enough) return transfer.response;
  const bool streaming = take && transfer.response.status == 200;
  if (streaming && code == CURLE_OPERATION_TIMEDOUT) return transfer.response;
  if (take && code == CURLE_ABORTED_BY_CALLBACK) return transfer.response;
  if (transfer.too_large) {
    throw HttpFailure(Kind::too_large, fmt::format("the answer has more than {} bytes", limits_.answer));
  }
  const std::string_view words = said[0] != '\0' ? said.data() : curl.easy_strerror(code);
  throw HttpFailure(kind_of(code), std::string(trimmed(words)));
}

}  // namespace drift::outside
