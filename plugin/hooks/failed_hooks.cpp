#include "hooks/failed_hooks.hpp"

#include <fmt/format.h>

#include "api/gate_status.hpp"
#include "base/printable.hpp"
#include "json/read.hpp"
#include "kube/kinds.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/plan.hpp"

namespace drift::hooks {
namespace {

constexpr std::size_t longest_message = 500;
constexpr std::size_t most_shown = 20;

// The condition's message is the Job controller's.
std::string failure_of_job(const api::JobResult& job) {
  if (job.end != api::JobResult::End::failed) return {};
  return fmt::format("failed: {} ({})", printable(job.why, longest_message),
                     printable(job.message, longest_message));
}

// Of a Pod or a Workflow only the phase, and a Pod's reason (`Evicted`): their messages hold what their programs print.
std::string failure_of_phase(const rapidjson::Value& object) {
  const auto phase = text_at(object, {"status", "phase"});
  if (phase != "Failed" && phase != "Error") return {};
  const auto reason = text_at(object, {"status", "reason"});
  return reason.empty() ? "failed" : "failed: " + printable(reason, longest_message);
}

std::string failure_of(const api::PlannedObject& planned, const std::string& began,
                       outside::Kubernetes& kubernetes) {
  try {
    const auto object = outside::look_for(kubernetes, store::where_is(planned));
    if (!object) return {};  // its delete policy may be HookFailed
    const auto result = api::job_result(*object);
    if (result.created < began) return {};
    return planned.kind == "Job" ? failure_of_job(result) : failure_of_phase(*object);
  } catch (const outside::ApiError& error) {
    if (!error.leaves_it_open()) throw;
    return {};
  }
}

}  // namespace

std::vector<std::string> failed_hooks(const api::Plan& plan, const std::string& began,
                                      outside::Kubernetes& kubernetes) {
  std::vector<std::string> failed;
  for (const auto& planned : plan.objects) {
    if (!planned.hook || planned.name.empty() || planned.ns.empty() || failed.size() == most_shown) continue;
    if (!kube::tells_its_outcome(planned.group, planned.kind)) continue;
    if (const auto what = failure_of(planned, began, kubernetes); !what.empty())
      failed.push_back(fmt::format("{}: {}", planned.display(), what));
  }
  return failed;
}

}  // namespace drift::hooks
