#include "policy/consequence.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/duration.hpp"
#include "base/printable.hpp"
#include "base/text.hpp"

namespace drift::policy {
namespace {

bool stops(const Severity& severity) {
  return severity.remediation.action == Action::stop;
}

// `2 approvals by platform or sre within 24 h`
std::string answers(const Severity& asked, unsigned needed, std::string_view what) {
  auto text = quantity(needed, what);
  if (const auto& groups = asked.approval.groups; !groups.empty())
    text += fmt::format(" by {}", printable(fmt::format("{}", fmt::join(groups, " or "))));
  return text + " within " + in_words(asked.approval.timeout);
}

}  // namespace

std::string consequence(const PolicySet& policies, Rank severity, Rank approval_severity) {
  if (policies.enforcement == Enforcement::observe) return "reported, and nothing waits";
  const auto& own = policies.severities[severity];
  const auto& demanding = policies.severities[approval_severity];
  const bool restores = own.remediation.action == Action::restore;
  if (!waits(own) && !waits(demanding))
    return restores ? "put back with an alert" : "put back by the next sync";
  const auto& asked = stops(own) || (waits(own) && !stops(demanding)) ? own : demanding;
  unsigned needed = 1;
  for (const auto* each : {&own, &demanding})
    if (waits(*each)) needed = std::max(needed, each->approval.required);
  if (stops(asked))
    return asked.approval.required > 0 || !asked.approval.groups.empty()
               ? "the sync stops; " + answers(asked, needed, "override") + " lets it go on"
               : "the sync stops, and leaves an alert";
  return (restores ? "put back with an alert after " : "") + answers(asked, needed, "approval");
}

}  // namespace drift::policy
