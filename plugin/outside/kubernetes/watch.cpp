#include "outside/kubernetes/watch.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/lines.hpp"

namespace drift::outside {
namespace {

using rapidjson::Value;
using std::chrono::milliseconds;
using Visit = std::function<bool(const WatchEvent&)>;

// An event holds an object, and no object is larger than etcd takes (1.5 MiB), its JSON not much more.
constexpr std::size_t max_line = std::size_t{8} << 20;
constexpr int status_gone = 410;
constexpr auto quiet_but_working = std::chrono::seconds(5);

std::string version_of(const Value& object) {
  return text_at(object, {"metadata", "resourceVersion"});
}

}  // namespace

Watch::Watch(ApiSender& sender, Clock& clock, const ClientLimits& limits, const ResourcePath& path)
    : sender_(sender), clock_(clock), limits_(limits), path_(path) {}

void Watch::follow(milliseconds longest, const Visit& visit) {
  end_ = clock_.now() + longest;
  auto next = look(visit);
  auto retries = sender_.endless_retries();
  while (next != Next::enough && clock_.now() < end_ && !clock_.stop_requested()) {
    const bool blind = version_.empty();
    const auto began = clock_.now();
    heard_ = false;
    next = listen(visit);
    // A server that ends each request at once, or knows no version that it gave, must not be asked without a pause.
    const bool works = heard_ || clock_.now() - began > quiet_but_working;
    if (works) retries.start_again();
    if (next == Next::enough) break;
    if (next == Next::expired) version_.clear();
    if (!works && !retries.wait_for_next({})) break;
    if (next == Next::expired || blind) next = look(visit);
  }
  if (thrown_) std::rethrow_exception(thrown_);
}

Watch::Next Watch::look(const Visit& visit) {
  const ApiRequest request{"get", "GET", path_};
  const auto answer = sender_.send(request);
  if (answer.status == status_gone) throw api_error(request, status_gone, answer.body);
  const bool there = answer.status != 404;
  const auto version = there ? version_of(answer.body) : std::string();
  if (told_ && version == told_version_) return Next::go_on;
  // Going on from before it would tell old states after new ones.
  version_ = version;
  const Value nothing(rapidjson::kObjectType);
  if (!there) return tell(WatchEvent::Type::deleted, nothing, visit);
  return tell(told_version_.empty() ? WatchEvent::Type::added : WatchEvent::Type::modified, answer.body,
              visit);
}

Watch::Next Watch::listen(const Visit& visit) {
  auto all = path_;
  all.name.clear();
  const auto left =
      std::max(std::chrono::ceil<std::chrono::seconds>(end_ - clock_.now()), std::chrono::seconds(1));
  const auto seconds = std::min(left, version_.empty() ? limits_.blind_watch : limits_.watch);
  ApiRequest request{"watch", "GET", path_, all.url_path()};
  request.query = fmt::format("watch=1&allowWatchBookmarks=true&timeoutSeconds={}&fieldSelector={}",
                              seconds.count(), percent_encoded("metadata.name=" + path_.name));
  if (!version_.empty()) request.query += "&resourceVersion=" + percent_encoded(version_);

  auto next = Next::go_on;
  Lines lines(max_line);
  const auto take = [&](std::string_view data) {
    return lines.add(data, [&](std::string_view line) {
      next = take_line(line, visit);
      return next == Next::go_on;
    });
  };
  // The server ends it at `seconds`; where it doesn't, we do.
  const auto longest = std::min<milliseconds>(std::chrono::ceil<milliseconds>(end_ - clock_.now()),
                                              seconds + limits_.http.request);
  try {
    const int status = sender_.stream(request, longest, take);
    if (status == 404) throw api_error(request, status, rapidjson::Value());
    if (status == status_gone) return Next::expired;
  } catch (const HttpFailure& failure) {
    if (failure.kind == HttpFailure::Kind::rejected || failure.kind == HttpFailure::Kind::too_large) {
      throw HttpFailure(failure.kind, fmt::format("watch {}: {}", path_.display(), failure.what()));
    }
  } catch (const ApiError& error) {
    if (!is_passing(error.http_status)) throw;
  }
  return next;
}

Watch::Next Watch::take_line(std::string_view line, const Visit& visit) {
  const auto event = parse_body(line);
  const auto* object = event.IsNull() ? nullptr : find_member(event, "object");
  const auto* type = event.IsNull() ? nullptr : find_member(event, "type");
  if (!object || !type) throw HttpFailure(HttpFailure::Kind::broken, "an event of a watch is no JSON object");
  const auto name = text_of(*type);
  if (name == "ERROR") {
    const auto* code = find_member(*object, "code");
    const int status = code && code->IsInt() ? code->GetInt() : 500;
    if (status == status_gone) return Next::expired;
    throw api_error({"watch", "GET", path_}, status, *object);
  }
  const auto version = version_of(*object);
  heard_ = heard_ || (!version_.empty() && version != version_);
  if (!version.empty()) version_ = version;
  if (name == "BOOKMARK") return show({WatchEvent::Type::bookmark, *object}, visit);
  if (name == "DELETED") return tell(WatchEvent::Type::deleted, *object, visit);
  // What a blind request begins with, or what look() had seen already.
  if (version == told_version_) return Next::go_on;
  return tell(name == "ADDED" ? WatchEvent::Type::added : WatchEvent::Type::modified, *object, visit);
}

Watch::Next Watch::tell(WatchEvent::Type type, const Value& object, const Visit& visit) {
  heard_ = told_ = true;
  told_version_ = type == WatchEvent::Type::deleted ? std::string() : version_of(object);
  return show({type, object}, visit);
}

Watch::Next Watch::show(const WatchEvent& event, const Visit& visit) {
  try {
    return visit(event) ? Next::go_on : Next::enough;
  } catch (...) {
    thrown_ = std::current_exception();
    return Next::enough;
  }
}

}  // namespace drift::outside
