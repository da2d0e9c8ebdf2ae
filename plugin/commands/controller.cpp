// `drift-policy controller --observe`: watches Applications, and prints what changes about their drift. It acts on nothing.
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "commands/applications.hpp"
#include "commands/command.hpp"
#include "controller/applications.hpp"
#include "controller/asking.hpp"
#include "controller/comparison_listing.hpp"
#include "controller/inquiries.hpp"
#include "controller/observer.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/kubernetes/feed.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct ControllerOptions {
  ApplicationsOptions applications;
  bool observe = false;
  std::string output = "text";
};

// Says what is found out, from two threads, and has Argo CD asked what differs where something has drifted.
class Reporter {
 public:
  Reporter(const ControllerOptions& options, outside::Clock& clock)
      : as_json_(options.output == "jsonl"), clock_(clock), argocd_(argocd_of(options.applications, clock)) {
    if (!argocd_) return;
    inquiries_.emplace([this](const controller::Known& known) { return ask(known); },
                       [this](const controller::Known& known, const controller::Comparison& comparison) {
                         say(known, comparison);
                       },
                       [this] { return clock_.now(); });
  }

  void tell(const controller::Notice& notice) {
    const auto& known = notice.known;
    const bool drifted = known.judgement.state == controller::State::drifted;
    // First, so that nothing older is said after it.
    if (inquiries_) inquiries_->drop(known.summary);
    print(as_json_ ? controller::json_line(notice) : controller::lines(notice));
    if (!drifted) return;
    if (inquiries_) return inquiries_->begin(known);
    say(known, controller::compare_blindly(known.summary, {}, not_asked));
  }

 private:
  // Nothing where it is broken off.
  std::optional<controller::Comparison> ask(const controller::Known& known) {
    auto comparison = controller::ask(*argocd_, known.summary, clock_.now());
    if (clock_.stop_requested()) return std::nullopt;
    return comparison;
  }

  void say(const controller::Known& known, const controller::Comparison& comparison) {
    const auto at = clock_.now();
    print(as_json_ ? controller::json_line(at, known, comparison) : controller::lines(at, known, comparison));
  }

  void print(const std::string& text) {
    const std::lock_guard lock(printing_);
    outside::print({text});
  }

  bool as_json_;
  outside::Clock& clock_;
  std::unique_ptr<outside::ArgoCd> argocd_;
  std::mutex printing_;
  std::optional<controller::Inquiries> inquiries_;  // ends before what it uses
};

Exit observe(const ControllerOptions& options) {
  const auto path = controller::applications_in(namespace_of(options.applications));
  const auto too_old = stale_after(options.applications);
  outside::SystemClock clock;
  Reporter reporter(options, clock);
  const auto connection = outside::read_connection(options.applications.connection, outside::environment());
  const auto kubernetes = outside::connect(connection, clock);
  controller::Observer observer(*kubernetes, clock, too_old,
                                [&](const controller::Notice& notice) { reporter.tell(notice); });
  outside::connect_feed(connection, clock)->follow(path, options.applications.selector, observer);
  return Exit::ok;
}

}  // namespace

Action declare_controller(Arguments& app) {
  auto options = std::make_shared<ControllerOptions>();
  app.add_flag("--observe", options->observe,
               "Watch and report; this version can't act: it starts no sync, no rollback and no "
               "notification, and writes nothing to the cluster")
      .required();
  app.add_option("-o,--output", options->output, "The format of what is printed for each change")
      .one_of({"text", "jsonl"})
      .show_default();
  declare_applications(app, options->applications);
  return [options] { return observe(*options); };
}

}  // namespace drift::commands
