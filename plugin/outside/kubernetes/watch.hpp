// Following one object through broken connections and expired versions.
//
// A watch is many requests, each of which goes on where the last one ended: after the newest resourceVersion that was seen, of
// the object or of a bookmark. Where the server doesn't know that version any more (410), and where the object isn't there
// and so has no version, the next request begins blindly with what is there then. What was deleted just before that, the
// server doesn't tell: so we read the object again when a blind request ends, and a blind one is short.
#pragma once
#include <exception>
#include <string>
#include <string_view>

#include "outside/kubernetes/api_request.hpp"

namespace drift::outside {

class Watch {
 public:
  Watch(ApiSender& sender, Clock& clock, const ClientLimits& limits, const ResourcePath& path);

  // Kubernetes::watch().
  void follow(std::chrono::milliseconds longest, const std::function<bool(const WatchEvent&)>& visit);

 private:
  enum class Next { go_on, expired, enough };

  // Reads the object, and tells what changed since it was told last.
  Next look(const std::function<bool(const WatchEvent&)>& visit);
  // One request.
  Next listen(const std::function<bool(const WatchEvent&)>& visit);
  Next take_line(std::string_view line, const std::function<bool(const WatchEvent&)>& visit);
  Next show(const WatchEvent& event, const std::function<bool(const WatchEvent&)>& visit);
  Next tell(WatchEvent::Type type, const rapidjson::Value& object,
            const std::function<bool(const WatchEvent&)>& visit);

  ApiSender& sender_;
  Clock& clock_;
  ClientLimits limits_;
  const ResourcePath& path_;
  std::chrono::system_clock::time_point end_;
  std::string version_;       // to go on after; empty: blindly
  std::string told_version_;  // of the object as it was told last; empty: it was told that it isn't there
  bool told_ = false;
  bool heard_ = false;           // the last request brought something new
  std::exception_ptr thrown_{};  // by visit(): not to be taken for a failure of the connection
};

}  // namespace drift::outside
