// `drift-policy controller`: watches Applications, prints what changes about their drift, and puts back what the policy lets it.
// With --observe it acts on nothing.
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "commands/applications.hpp"
#include "commands/command.hpp"
#include "commands/remediating.hpp"
#include "commands/rolling.hpp"
#include "commands/serving.hpp"
#include "controller/applications.hpp"
#include "controller/asking.hpp"
#include "controller/comparison_listing.hpp"
#include "controller/counted_feed.hpp"
#include "controller/incident_listing.hpp"
#include "controller/inquiries.hpp"
#include "controller/observer.hpp"
#include "controller/rollout_listing.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/kubernetes/feed.hpp"
#include "outside/system_clock.hpp"
#include "outside/terminal.hpp"

namespace drift::commands {
namespace {

struct ControllerOptions {
  ApplicationsOptions applications;
  RemediatingOptions remediating;
  RollingOptions rolling;
  bool observe = false;
  std::string output = "text";
  std::string metrics_address;
};

// Says what is found out, from several threads.
class Printer {
 public:
  explicit Printer(const ControllerOptions& options) : as_json_(options.output == "jsonl") {}

  void say(const controller::Notice& notice) {
    print(as_json_ ? controller::json_line(notice) : controller::lines(notice));
  }
  void say(Time at, const controller::Known& known, const controller::Comparison& comparison) {
    print(as_json_ ? controller::json_line(at, known, comparison) : controller::lines(at, known, comparison));
  }
  void say(Time at, const api::Incident& incident) {
    print(as_json_ ? controller::json_line(at, incident) : controller::line(at, incident));
  }
  void say(Time at, const api::Rollout& rollout) {
    print(as_json_ ? controller::json_line(at, rollout) : controller::line(at, rollout));
  }

 private:
  void print(const std::string& text) {
    const std::lock_guard lock(printing_);
    outside::print({text});
  }

  bool as_json_;
  std::mutex printing_;
};

// Has Argo CD asked what differs where something has drifted.
class Asker {
 public:
  Asker(const ControllerOptions& options, outside::Clock& clock, Printer& printer, Serving& serving)
      : clock_(clock),
        printer_(printer),
        argocd_(argocd_of(options.applications, clock, serving.argocd_answered())) {
    if (!argocd_) return;
    inquiries_.emplace([this](const controller::Known& known) { return ask(known); },
                       [this](const controller::Known& known, const controller::Comparison& comparison) {
                         printer_.say(clock_.now(), known, comparison);
                       },
                       [this] { return clock_.now(); });
  }

  void tell(const controller::Notice& notice) {
    const auto& known = notice.known;
    // First, so that nothing older is said after it.
    if (inquiries_) inquiries_->drop(known.summary);
    printer_.say(notice);
    if (known.judgement.state != controller::State::drifted) return;
    if (inquiries_) return inquiries_->begin(known);
    printer_.say(clock_.now(), known, controller::compare_blindly(known.summary, {}, not_asked));
  }

 private:
  // Nothing where it is broken off.
  std::optional<controller::Comparison> ask(const controller::Known& known) {
    auto comparison = controller::ask(*argocd_, known.summary, clock_.now());
    if (clock_.stop_requested()) return std::nullopt;
    return comparison;
  }

  outside::Clock& clock_;
  Printer& printer_;
  std::unique_ptr<outside::ArgoCd> argocd_;
  std::optional<controller::Inquiries> inquiries_;  // ends before what it uses
};

// Which Applications are followed, and until when a comparison of theirs holds. Throws InputError.
struct Followed {
  explicit Followed(const ApplicationsOptions& options)
      : path(controller::applications_in(namespace_of(options))),
        selector(options.selector),
        too_old(stale_after(options)) {}

  outside::ResourcePath path;
  std::string selector;
  std::chrono::seconds too_old;
};

outside::Connection connection_of(const ControllerOptions& options, Serving& serving) {
  auto connection = outside::read_connection(options.applications.connection, outside::environment());
  connection.answered = serving.kubernetes_answered();
  return connection;
}

// Until the clock is told to end.
void follow(const Followed& followed, const outside::Connection& connection, outside::Clock& clock,
            controller::Metrics& metrics, const controller::Observer::Tell& tell,
            const std::function<void(const controller::Known&)>& see = {}) {
  const auto kubernetes = outside::connect(connection, clock);
  const auto counted = [&](const controller::Notice& notice) {
    metrics.count(notice);
    tell(notice);
  };
  const auto seen = [&](const controller::Known* before, const controller::Known& known) {
    metrics.count_sync(before ? &before->summary : nullptr, known.summary);
    if (see) see(known);
  };
  controller::Observer observer(*kubernetes, clock, followed.too_old, counted, seen);
  controller::CountedFeed listener(observer, metrics, clock);
  outside::connect_feed(connection, clock)->follow(followed.path, followed.selector, listener);
}

// nullptr where no policy is named or mounted, or there is no Argo CD to ask. Throws InputError.
std::unique_ptr<Rolling> rolling_of(const ControllerOptions& options, const outside::Connection& connection,
                                    outside::SystemClock& clock, Printer& printer, Serving& serving) {
  auto argocd = argocd_of(options.applications, clock, serving.argocd_answered());
  auto policy = rolled_out_policy(options.rolling);
  if (!argocd || !policy) return nullptr;
  return std::make_unique<Rolling>(
      rolling_settings(options.rolling, options.observe, options.remediating.incidents_ns,
                       options.applications.ns),
      std::move(*policy), connection, std::move(argocd), clock, serving.rollout(),
      [&clock, &printer](const api::Rollout& rollout) { printer.say(clock.now(), rollout); });
}

Exit observe(const ControllerOptions& options) {
  const Followed followed(options.applications);
  outside::SystemClock clock;
  Serving serving(options.metrics_address, clock);
  Printer printer(options);
  Asker asker(options, clock, printer, serving);
  const auto connection = connection_of(options, serving);
  const auto rolling = rolling_of(options, connection, clock, printer, serving);
  const Rolling::Running running(
      rolling.get(), [&serving] { return serving.metrics().ready(); }, [] { return false; });
  follow(
      followed, connection, clock, serving.metrics(),
      [&](const controller::Notice& notice) { asker.tell(notice); },
      [&](const controller::Known& known) {
        if (rolling) rolling->seen(known);
      });
  if (rolling) rolling->check();
  return Exit::ok;
}

Exit act(const ControllerOptions& options) {
  const Followed followed(options.applications);
  const auto settings = settings_of(options.remediating);
  outside::SystemClock clock;
  Serving serving(options.metrics_address, clock, manual_work_of(options.remediating));
  Printer printer(options);
  const auto argocd = argocd_of(options.applications, clock, serving.argocd_answered());
  if (!argocd)
    throw InputError(
        "what differs is known by Argo CD's API alone; expected --argocd-server and --argocd-token-file, or "
        "--observe");
  const auto connection = connection_of(options, serving);
  const auto rolling = rolling_of(options, connection, clock, printer, serving);
  const controller::Remediator::Listener listener{
      [&](const api::Incident& incident) {
        serving.incidents().changed(incident);
        if (rolling) rolling->changed(incident);
        printer.say(clock.now(), incident);
      },
      [&](const controller::Known& known, const controller::Comparison& comparison) {
        printer.say(clock.now(), known, comparison);
      },
      [&](const std::vector<api::Incident>& open) {
        serving.incidents().found(open);
        if (rolling) rolling->found(open);
      }};
  Remediating remediating(
      options.remediating, settings, connection, *argocd, clock,
      [&serving] { return serving.metrics().ready(); }, listener);
  const Rolling::Running running(
      rolling.get(), [&] { return remediating.leads(); }, [&] { return remediating.storms(); });
  follow(
      followed, connection, clock, serving.metrics(),
      [&](const controller::Notice& notice) { printer.say(notice); },
      [&](const controller::Known& known) {
        remediating.seen(known);
        if (rolling) rolling->seen(known);
      });
  remediating.check();
  if (rolling) rolling->check();
  return Exit::ok;
}

}  // namespace

Action declare_controller(Arguments& app) {
  auto options = std::make_shared<ControllerOptions>();
  app.add_flag("--observe", options->observe,
               "Watch and report: start no sync, and write nothing to the cluster");
  app.add_option("-o,--output", options->output, "The format of what is printed for each change")
      .one_of({"text", "jsonl"})
      .show_default();
  declare_remediating(app, options->remediating);
  declare_rolling(app, options->rolling);
  declare_metrics_address(app, options->metrics_address);
  declare_applications(app, options->applications);
  return [options] { return options->observe ? observe(*options) : act(*options); };
}

}  // namespace drift::commands
