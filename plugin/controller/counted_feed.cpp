#include "controller/counted_feed.hpp"

namespace drift::controller {
namespace {

constexpr auto between_shows = std::chrono::seconds(1);

Restart reason_of(const OutsideError& error) {
  if (dynamic_cast<const outside::ApiError*>(&error)) return Restart::refused;
  return dynamic_cast<const outside::HttpFailure*>(&error) ? Restart::unreachable : Restart::other;
}

}  // namespace

void CountedFeed::list_ended() {
  observer_.list_ended();
  metrics_.heard(clock_.now());
  show();
  metrics_.listed();
}

void CountedFeed::changed(const outside::WatchEvent& event) {
  observer_.changed(event);
  metrics_.heard(clock_.now());
}

void CountedFeed::watch_ended(bool expired) {
  metrics_.restarted(expired ? Restart::expired : Restart::ended);
}

void CountedFeed::interrupted(const OutsideError& error) {
  metrics_.restarted(reason_of(error));
  observer_.interrupted(error);
}

bool CountedFeed::goes_on() {
  const bool on = observer_.goes_on();
  const auto now = clock_.now();
  if (metrics_.ready() && (now - shown_ >= between_shows || now < shown_)) show();
  return on;
}

void CountedFeed::show() {
  shown_ = clock_.now();
  Census census;
  observer_.for_each([&](const Known& known) { census.add(known); });
  metrics_.show(census);
}

}  // namespace drift::controller
