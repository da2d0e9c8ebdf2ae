#include "gate/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/keys.hpp"
#include "gate/advice.hpp"
#include "gate/cluster_kinds.hpp"
#include "gate/comparison.hpp"
#include "gate/decision.hpp"
#include "gate/job.hpp"
#include "gate/live.hpp"
#include "gate/messages.hpp"
#include "json/read.hpp"
#include "report/page.hpp"
#include "store/alert.hpp"
#include "store/base.hpp"
#include "store/config_map.hpp"
#include "store/report.hpp"

namespace drift::gate {
namespace {

using api::Hook;
using api::Report;
using std::chrono::seconds;
using Step = Decision::Step;
using How = GateEnd::How;

constexpr std::chrono::minutes look_again(5);  // at the cluster, while people are awaited
constexpr seconds server_pause(10);            // after a failure of the cluster, while people are awaited
constexpr std::chrono::minutes before_end(1);  // of the Job: Kubernetes would end it without our words
constexpr int most_answer_conflicts = 20;
// Of the cluster: new rights take a moment. The pauses grow by a second each.
constexpr int most_refusals = 4;

// The process was told to end.
class Interrupted : public std::exception {};
// The Job is gone, or is another sync's.
class NotOurJob : public Refusal {
 public:
  using Refusal::Refusal;
};
// The Job is about to end, and nothing is decided.
class NoTimeLeft : public Refusal {
 public:
  using Refusal::Refusal;
};

const GateEnd interrupted = {How::interrupted, "told to end; the next pod goes on"};

class Gate {
 public:
  Gate(const store::Run& run, const GateOptions& options)
      : run_(run), observe_(options.observe), options_(options), uid_(run.job) {}

  GateEnd run() {
    for (int refusals = 0;;) {
      try {
        return once();
      } catch (const Interrupted&) {
        return interrupted;
      } catch (const NotOurJob& error) {
        return {How::refused, error.what()};
      } catch (const OutsideError& error) {
        if (run_.clock.stop_requested()) return interrupted;
        const bool forbidden = is_forbidden(error);
        if (forbidden ? ++refusals > most_refusals : !may_go_on(error)) return failed(error);
        run_.clock.wait(forbidden ? seconds(refusals) : server_pause);
      } catch (const Failure& error) {
        return failed(error);
      }
    }
  }

 private:
  // From its start to its end, as each pod does it.
  GateEnd once() {
    read_job();
    if (job_.state == api::GateState::refused) return refuse_again();
    if (!plan_) {
      auto plan = read_plan_of_sync(run_);
      ask_for_kinds(run_.kubernetes, plan, [this] { check_time(); });
      plan_ = std::move(plan);
    }
    // The Job and the plan say it alike; where they don't, nobody may profit.
    observe_ = observe_ && plan_->observe;
    if (job_.state != api::GateState::waiting)
      job_ = annotate(run_, job_, {{keys::state, name(api::GateState::analysing)}});
    for (;;) {
      const Report report = analyse();
      advice_ = advice(run_, *plan_, report, job_.account);
      if (auto end = act_on(report)) return *end;
    }
  }

  // What can't be used as a base is looked at again: the platform may have removed it meanwhile.
  Report analyse() {
    if (!base_ || !base_->problem.empty()) {
      const auto known = base_ ? base_->problem : std::string();
      base_ = store::read_base(run_);
      if (!base_->problem.empty() && base_->problem != known) options_.warn(base_->problem);
    }
    return compare(run_.kubernetes, *plan_, *base_, [this] { check_time(); });
  }

  // Nothing: it has to be analysed again.
  std::optional<GateEnd> act_on(const Report& report) {
    check_time();
    read_job();
    if (auto end = refused_by_another()) return end;
    auto decision = decide_now(report);
    if (announced_ != report.drift) announce(report, decision);
    for (int conflicts = 0; decision.step == Step::pass; ++conflicts) {
      try {
        return pass(report, decision);
      } catch (const outside::ApiError& error) {
        // Somebody wrote to the Job meanwhile: perhaps a no.
        if (!error.conflict() || conflicts == most_answer_conflicts) throw;
        read_job();
        if (auto end = refused_by_another()) return end;
        decision = decide_now(report);
      }
    }
    if (decision.step == Step::refuse) return refuse(decision, report);
    return wait_for_people(report, std::move(decision));
  }

  // On a node that was given up a pod may run on beside its successor. A refusal of either stays one.
  std::optional<GateEnd> refused_by_another() {
    if (job_.state != api::GateState::refused) return std::nullopt;
    return refuse_again();
  }

  Decision decide_now(const Report& report) const {
    return decide(
        {*plan_, report, job_.answers, job_.through_argocd, observe_, run_.clock.now(), deadline(), advice_});
  }

  // Alert, report, log, in this order.
  void announce(const Report& report, const Decision& decision) {
    if (is_emergency(*plan_, report)) alert(report);
    store::write_report(run_, report, {base_->record, decision.cause});
    const auto until = decision.asking ? std::optional(deadline_of(*decision.asking)) : std::nullopt;
    options_.print(decision_line(run_, report, decision, until));
    const auto next = what_next(run_, report, decision, until, advice_);
    report::PageOptions options;
    options.colour = options_.colour;
    options.next = next;
    options_.print(report::page(report, options));
    announced_ = report.drift;
  }

  // Once for each drift of this Job: its time is that of the first look.
  void alert(const Report& report) {
    const auto before = run_.kubernetes.get(run_.config_map(run_.names.emergency()));
    const auto note = [&](const char* key) { return text_at(*before, {"metadata", "annotations", key}); };
    if (before && note(keys::gate) == uid_ && note(keys::drift) == report.drift) return;
    store::EmergencyPart part;
    part.file = store::emergency_file;
    part.json = emergency_json(run_, *plan_, report, uid_);
    part.labels = {{keys::severity, report.severity}};
    part.annotations = {{keys::drift, report.drift}, {keys::gate, uid_}};
    part.begins = true;
    store::write_emergency(run_, part);
  }

  GateEnd pass(const Report& report, const Decision& decision) {
    auto notes = notes_of(report, decision);
    notes[keys::state] = name(api::GateState::passed);
    job_ = annotate(run_, job_, notes, true);
    return {How::passed, decision.reason};
  }

  // The refusal is on the Job first: it is the annotation that a new pod goes by.
  GateEnd refuse(const std::string& reason, Notes notes) {
    notes[keys::state] = name(api::GateState::refused);
    notes[keys::reason] = reason;
    job_ = annotate(run_, job_, notes);
    fail_job(run_, uid_, reason);
    return {How::refused, reason};
  }

  GateEnd refuse(const Decision& decision, const Report& report) {
    return refuse(decision.reason, notes_of(report, decision));
  }

  // With all that stands on the Job.
  GateEnd refuse_again() { return refuse(job_.reason, {}); }

  // An end by a failure. The Job is told where that is still possible.
  GateEnd failed(const Failure& error) {
    if (observe_) return passed_over(error.what());
    const bool refused = job_.state == api::GateState::refused;
    if (error.exit == Exit::outside && !is_forbidden(error) && (refused || !is_late()))
      throw OutsideError(error.what());  // the next pod tries again
    if (refused) {
      options_.warn(fmt::format("the Job could not be told: {}", error.what()));
      return {How::refused, job_.reason};
    }
    // Where nobody was asked yet, nobody was late.
    const bool no_time = dynamic_cast<const NoTimeLeft*>(&error) != nullptr;
    const bool late = no_time || is_late();
    const std::string reason = late && !no_time ? fmt::format("timeout: {}", error.what()) : error.what();
    if (job_.uid.empty()) return {How::refused, reason};
    try {
      return refuse(reason, {{keys::cause, word(late && job_.waiting_since ? api::GateCause::timed_out
                                                                           : api::GateCause::gate_failed)}});
    } catch (const Failure& second) {
      options_.warn(fmt::format("the Job could not be told: {}", second.what()));
      return {How::refused, reason};
    }
  }

  // `observe` holds nobody up.
  GateEnd passed_over(const std::string& why) {
    const auto reason = fmt::format("observed only, and not even that: {}", why);
    options_.warn(reason);
    try {
      if (!job_.uid.empty())
        annotate(run_, job_,
                 {{keys::state, name(api::GateState::passed)},
                  {keys::reason, reason},
                  {keys::cause, word(api::GateCause::observed)}});
    } catch (const Failure& error) {
      options_.warn(fmt::format("the Job could not be told: {}", error.what()));
    }
    return {How::passed, reason};
  }

  static bool is_forbidden(const Failure& error) {
    const auto* answer = dynamic_cast<const outside::ApiError*>(&error);
    return answer != nullptr && answer->forbidden();
  }

  // Whether to try again in this pod after a failure of the cluster: where people are awaited there is time.
  bool may_go_on(const Failure& error) {
    if (run_.clock.stop_requested() || job_.state != api::GateState::waiting || is_late()) return false;
    options_.warn(fmt::format("{}; trying again", error.what()));
    return true;
  }

  void read_job() {
    const auto object = run_.kubernetes.get(run_.job_path(Hook::gate));
    if (!object)
      throw NotOurJob(fmt::format("the gate's Job {}/{} is gone", run_.ns, run_.names.of(Hook::gate)));
    if (const auto why = store::why_not_of(run_.application, *object); !why.empty())
      throw NotOurJob(
          fmt::format("Job {}/{} can't be this gate's: {}", run_.ns, run_.names.of(Hook::gate), why));
    auto job = read_gate_job(*object);
    if (uid_.empty()) uid_ = job.uid;
    if (job.uid != uid_ || job.plan_digest != run_.plan_digest)
      throw NotOurJob(
          fmt::format("the gate's Job {}/{} is another sync's by now", run_.ns, run_.names.of(Hook::gate)));
    job_ = std::move(job);
  }

  // The deadline that stands on the Job, but never after Kubernetes would end it.
  std::optional<Time> deadline() const {
    if (!job_.deadline_time) return std::nullopt;
    return last_moment() ? std::min(*job_.deadline_time, *last_moment()) : *job_.deadline_time;
  }

  std::optional<Time> last_moment() const {
    if (!job_.end_by) return std::nullopt;
    return *job_.end_by - before_end;
  }

  Time deadline_of(const Asking& asking) const {
    if (const auto fixed = deadline()) return *fixed;
    const auto until = run_.clock.now() + asking.timeout;
    return last_moment() ? std::min<Time>(until, *last_moment()) : until;
  }

  bool is_late() const {
    const auto end = deadline() ? deadline() : last_moment();
    return end && run_.clock.now() >= *end;
  }

  void check_time() const {
    if (run_.clock.stop_requested()) throw Interrupted();
    if (last_moment() && run_.clock.now() >= *last_moment())
      throw NoTimeLeft("timeout: the gate's Job is about to end, and the analysis isn't done");
  }

  static std::string name(api::GateState state) { return std::string(api::gate_state_name(state)); }
  static std::string word(api::GateCause cause) { return std::string(api::gate_cause_name(cause)); }

  // What stands on the Job of this drift, whatever comes of it.
  Notes notes_of(const Report& report, const Decision& decision) const {
    const auto text = [](bool there, std::string value) {
      return there ? std::optional(std::move(value)) : std::nullopt;
    };
    const auto& asking = decision.asking;
    return {{keys::cause, word(decision.cause)},
            {keys::reason, decision.reason},
            {keys::alert, text(is_emergency(*plan_, report), "raised")},
            {keys::drift, text(report.asks(), report.drift)},
            {keys::drift_severity, text(report.drifted(), report.severity)},
            {keys::change_severity, text(report.changes.ask(), report.changes.severity())},
            {keys::asks, text(asking.has_value(), asking ? asking->severity : "")},
            {keys::asks_for, text(asking.has_value(), asking ? std::string(asking->action()) : "")},
            {keys::approvals_needed, text(asking.has_value(), asking ? std::to_string(asking->needed) : "")},
            {keys::approvals_given, text(asking.has_value(), std::to_string(decision.given.size()))}};
  }

  void ask(const Report& report, const Decision& decision) {
    auto notes = notes_of(report, decision);
    const auto& asking = *decision.asking;
    const auto since = job_.waiting_since.value_or(run_.clock.now());
    const auto until = deadline_of(asking);
    notes[keys::state] = name(api::GateState::waiting);
    notes[keys::waiting_since] = time_text(since);
    if (!job_.deadline_time) notes[keys::deadline] = time_text(until);
    notes[keys::escalates_at] = std::nullopt;
    if (asking.escalate_after && since + *asking.escalate_after < until)
      notes[keys::escalates_at] = time_text(since + *asking.escalate_after);
    job_ = annotate(run_, job_, notes);
  }

  // Until the answers decide, the deadline has come, or it is time for another look at the cluster. A no needs no further
  // look, a yes does.
  std::optional<GateEnd> wait_for_people(const Report& report, Decision decision) {
    const auto next_look = run_.clock.now() + look_again;
    while (decision.step == Step::wait) {
      ask(report, decision);
      const auto end = std::min<Time>(next_look, *deadline());
      const auto given = decision.given.size();
      watch_job(end, [&] {
        decision = decide_now(report);
        return job_.state != api::GateState::refused && decision.step == Step::wait &&
               decision.given.size() == given;
      });
      if (run_.clock.stop_requested()) throw Interrupted();
      if (auto refused = refused_by_another()) return refused;
      if (decision.step == Step::wait && decision.given.size() != given)
        options_.note(fmt::format("{} of {}: {}", decision.given.size(), decision.asking->needed,
                                  people(decision.given)));
      else if (decision.step == Step::wait && run_.clock.now() >= end)
        decision = decide_now(report);
      if (decision.step == Step::wait && run_.clock.now() >= next_look) return std::nullopt;
    }
    if (decision.step == Step::refuse) return refuse(decision, report);
    return std::nullopt;
  }

  // Calls go_on() with each state of the Job, until it returns false.
  void watch_job(Time end, const std::function<bool()>& go_on) {
    const auto longest = std::chrono::ceil<std::chrono::milliseconds>(end - run_.clock.now());
    bool lost = false;
    run_.kubernetes.watch(run_.job_path(Hook::gate), longest, [&](const outside::WatchEvent& event) {
      if (run_.clock.stop_requested()) return false;
      if (event.type == outside::WatchEvent::Type::bookmark) return true;
      auto job = read_gate_job(event.object);
      lost = event.type == outside::WatchEvent::Type::deleted || job.uid != uid_;
      if (lost) return false;
      job_ = std::move(job);
      return go_on();
    });
    if (lost) read_job();
  }

  const store::Run& run_;
  bool observe_;
  const GateOptions& options_;
  std::string uid_;  // of the Job; empty: not known yet
  GateJob job_;      // as it was seen last
  std::optional<api::Plan> plan_;
  std::optional<store::Base> base_;
  std::vector<std::string> advice_;       // about the report that is acted on
  std::optional<std::string> announced_;  // the drift that people were told of last
};

}  // namespace

GateEnd run_gate(const store::Run& run, const GateOptions& options) {
  return Gate(run, options).run();
}

}  // namespace drift::gate
