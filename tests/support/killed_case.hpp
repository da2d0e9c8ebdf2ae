// A remediator that is killed at any of its writes, before or after it has arrived, and started anew.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "json/read.hpp"
#include "support/remediation_case.hpp"
#include "support/text.hpp"

namespace drift::tests {

// Drift, or what else Base::begins() brings, and syncs that end one after the other as `ends` says (phase, and what Argo CD says of the application then), until the
// incident is in that state.
template <typename Base>
struct KilledCase : Base {
  using Ends = std::vector<std::pair<std::string, std::string>>;
  KilledCase(Ends all_ends, std::string last_state)
      : ends(std::move(all_ends)), last(std::move(last_state)) {}

  void run() {
    this->begins();
    for (int round = 0; round < 60 && !over(); ++round) {
      survive([this] { this->pass(std::chrono::seconds(10)); });
      if (this->is_syncing() && !is_begun()) begin_and_end();
    }
  }
  bool over() const { return this->count() == 1 && this->state() == last; }

  std::vector<std::string> begun;  // operations
  int killed = 0;

 private:
  bool is_begun() const {
    return find(this->kubernetes.stored(Base::path()), {"status", "operationState"}) != nullptr;
  }
  void begin_and_end() {
    REQUIRE(begun.size() < ends.size());
    const auto end = ends[begun.size()];  // its phase, and what Argo CD says then
    begun.push_back(this->operation());
    // What Argo CD runs is known to who goes on.
    const auto incident = this->incident();
    const bool known = contains(begun.back(), api::attempt_name(incident)) ||
                       contains(begun.back(), api::put_back_name(incident));
    CHECK(known);
    survive([this] { this->argocd_begins(); });
    survive([&] { this->argocd_ends(end.first, end.second); });
  }
  template <typename Work>
  void survive(const Work& work) {
    try {
      work();
    } catch (const WatchedKubernetes::Killed&) {
      ++killed;
      this->start();
    }
  }

  Ends ends;
  std::string last;
};

// One run for each write and each side of it. `check`: what holds at the end.
template <typename Base, typename Check>
void for_each_kill(const typename KilledCase<Base>::Ends& ends, const std::string& last, const Check& check) {
  KilledCase<Base> whole(ends, last);
  whole.run();
  REQUIRE(whole.over());
  REQUIRE(whole.kubernetes.writes > 4 * ends.size());
  for (std::size_t at = 1; at <= whole.kubernetes.writes; ++at) {
    for (const bool before : {true, false}) {
      CAPTURE(at);
      CAPTURE(before);
      KilledCase<Base> c(ends, last);
      (before ? c.kubernetes.kill_before : c.kubernetes.kill_after) = at;
      c.run();
      CHECK(c.killed == 1);
      CHECK(c.over());
      check(c);
    }
  }
}

}  // namespace drift::tests
