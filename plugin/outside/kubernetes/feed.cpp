#include "outside/kubernetes/feed.hpp"

#include <fmt/format.h>

#include <exception>
#include <random>

#include "base/text.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/api_request.hpp"
#include "outside/kubernetes/lines.hpp"
#include "outside/kubernetes/list_cutter.hpp"

namespace drift::outside {
namespace {

using rapidjson::Value;

constexpr int status_expired = 410;
// The server doesn't know our version yet: of etcd restored from a copy it may never.
constexpr int status_version_unknown = 504;
constexpr auto silent_but_working = std::chrono::seconds(5);

// Our own failure, which goes past whatever is taken for the server's.
struct Ended : std::exception {};

// One call of Feed::follow().
class Follow {
 public:
  Follow(const Connection& connection, Clock& clock, const FeedLimits& limits, const ResourcePath& path,
         const std::string& selector, FeedListener& listener)
      : clock_(clock),
        limits_(limits),
        path_(path),
        selector_(selector.empty() ? std::string() : "&labelSelector=" + percent_encoded(selector)),
        listener_(listener),
        sender_(connection, clock, {}),
        random_(std::random_device{}()) {}

  void run() {
    auto pauses = sender_.endless_retries(limits_.pauses);
    try {
      while (goes_on()) {
        const bool watched = !version_.empty();
        const auto began = clock_.now();
        heard_ = false;
        step();
        // A list that succeeds says nothing of the watch after it, which may fail at once again and again.
        const bool works = watched ? heard_ || clock_.now() - began > silent_but_working : !version_.empty();
        if (watched && works) pauses.start_again();
        if (!works && !pauses.wait_for_next({})) return;
      }
    } catch (const Ended&) {
      if (thrown_) std::rethrow_exception(thrown_);
    }
  }

 private:
  // A list, or one request of a watch.
  void step() {
    try {
      version_.empty() ? list() : watch();
    } catch (const HttpFailure& failure) {
      if (failure.kind == HttpFailure::Kind::too_large)
        throw HttpFailure(failure.kind, fmt::format("{}: {}", path_.display(), failure.what()));
      tell_of(HttpFailure(failure.kind, fmt::format("{}: no answer from the Kubernetes API: {}",
                                                    path_.display(), failure.what())));
    } catch (const ApiError& error) {
      if (error.http_status == status_version_unknown) version_.clear();
      tell_of(error);
    } catch (const OutsideError& error) {
      tell_of(error);
    }
  }

  void list() {
    tell([&] { listener_.list_began(); });
    std::string token;
    do {
      const auto page = read_page(token);
      if (page.IsNull()) return;  // expired: anew
      token = text_at(page, {"metadata", "continue"});
      if (token.empty()) version_ = text_at(page, {"metadata", "resourceVersion"});
    } while (!token.empty() && goes_on());
    if (version_.empty()) throw HttpFailure(HttpFailure::Kind::broken, "a list has no resourceVersion");
    tell([&] { listener_.list_ended(); });
  }

  // The list without its objects; null where its token has expired.
  rapidjson::Document read_page(const std::string& token) {
    ApiRequest request{"list", "GET", path_};
    request.query = fmt::format("limit={}{}", limits_.page, selector_);
    if (!token.empty()) request.query += "&continue=" + percent_encoded(token);
    ListCutter cutter(limits_.object, limits_.rest);
    const int status = stream(request, limits_.page_time, [&](std::string_view data) {
      return cutter.add(data, [&](std::string_view text) {
        const auto object = parse_body(text);
        if (object.IsNull()) throw HttpFailure(HttpFailure::Kind::broken, "an object of a list is no JSON");
        tell([&] { listener_.listed(object); });
        return true;
      });
    });
    if (status == status_expired) return {};
    if (!goes_on()) throw Ended();
    auto rest = parse_body(cutter.rest());
    if (rest.IsNull()) throw HttpFailure(HttpFailure::Kind::broken, "a list broke off, or is no JSON");
    return rest;
  }

  void watch() {
    const auto seconds = std::chrono::seconds(std::uniform_int_distribution<std::chrono::seconds::rep>(
        limits_.shortest_watch.count(), limits_.longest_watch.count())(random_));
    ApiRequest request{"watch", "GET", path_};
    request.query = fmt::format("watch=1&allowWatchBookmarks=true&timeoutSeconds={}&resourceVersion={}{}",
                                seconds.count(), percent_encoded(version_), selector_);
    Lines lines(limits_.object);
    // The server ends it at `seconds`; where it doesn't, we do.
    const int status = stream(request, seconds + limits_.page_time, [&](std::string_view data) {
      return lines.add(data, [&](std::string_view line) { return take_line(line); });
    });
    if (status == status_expired) version_.clear();
    if (status == 200 || status == status_expired) tell([&] { listener_.watch_ended(version_.empty()); });
  }

  // False where the watch can't go on after it.
  bool take_line(std::string_view line) {
    const auto event = parse_body(line);
    const auto* object = event.IsNull() ? nullptr : find_member(event, "object");
    if (!object || !object->IsObject())
      throw HttpFailure(HttpFailure::Kind::broken, "an event of a watch is no JSON object");
    const auto type = text_of(event, "type");
    if (type == "ERROR") {
      version_.clear();
      const auto* code = find_member(*object, "code");
      const int status = code && code->IsInt() ? code->GetInt() : 500;
      if (status == status_expired) return false;
      throw api_error({"watch", "GET", path_}, status, *object);
    }
    const auto version = text_at(*object, {"metadata", "resourceVersion"});
    if (version.empty()) throw HttpFailure(HttpFailure::Kind::broken, "an event has no resourceVersion");
    tell([&] { listener_.changed({type_of(type), *object}); });
    heard_ = true;
    version_ = version;
    return true;
  }

  static WatchEvent::Type type_of(std::string_view type) {
    if (type == "BOOKMARK") return WatchEvent::Type::bookmark;
    if (type == "DELETED") return WatchEvent::Type::deleted;
    return type == "ADDED" ? WatchEvent::Type::added : WatchEvent::Type::modified;
  }

  // 200 or 410; anything else is thrown.
  int stream(const ApiRequest& request, std::chrono::milliseconds longest,
             const std::function<bool(std::string_view)>& take) {
    const int status = sender_.stream(request, longest, take, [this] { return !goes_on(); });
    if (status == 404) throw api_error(request, status, Value());
    return status;
  }

  bool goes_on() {
    bool on = false;
    tell([&] { on = !clock_.stop_requested() && listener_.goes_on(); });
    return on;
  }

  void tell_of(const OutsideError& error) {
    tell([&] { listener_.interrupted(error); });
  }

  template <class Call>
  void tell(Call call) {
    try {
      call();
    } catch (...) {
      thrown_ = std::current_exception();
      throw Ended();
    }
  }

  Clock& clock_;
  const FeedLimits& limits_;
  const ResourcePath& path_;
  std::string selector_;  // as a part of the query
  FeedListener& listener_;
  ApiSender sender_;
  std::mt19937 random_;
  std::string version_;  // to watch after; empty: a list is due
  bool heard_ = false;   // the watch brought something
  std::exception_ptr thrown_{};
};

class ApiFeed : public Feed {
 public:
  ApiFeed(Connection connection, Clock& clock, const FeedLimits& limits)
      : connection_(std::move(connection)), clock_(clock), limits_(limits) {}

  void follow(const ResourcePath& path, const std::string& label_selector, FeedListener& listener) override {
    Follow(connection_, clock_, limits_, path, label_selector, listener).run();
  }

 private:
  Connection connection_;
  Clock& clock_;
  FeedLimits limits_;
};

}  // namespace

std::unique_ptr<Feed> connect_feed(const Connection& connection, Clock& clock, const FeedLimits& limits) {
  return std::make_unique<ApiFeed>(connection, clock, limits);
}

}  // namespace drift::outside
