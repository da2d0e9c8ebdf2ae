// What the tests of approvals share: a gate's Job that waits, its report, and the API that has both.
#pragma once
#include <string>
#include <vector>

#include "api/report.hpp"
#include "approval/session.hpp"
#include "base/error.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"

namespace drift::tests {

inline const std::string waiting_drift = "0123456789ab";

// A gate's Job with these annotations (JSON members) beside what identifies it.
inline std::string gate_job(const std::string& application, const std::string& source,
                            const std::string& annotations) {
  return R"({"apiVersion":"batch/v1","kind":"Job","metadata":{"labels":{"app.kubernetes.io/component":"gate",)"
         R"("app.kubernetes.io/managed-by":"drift-policy","drift-policy.dev/source":")" +
         source + R"("},"annotations":{"drift-policy.dev/application":")" + application + "\"," +
         annotations + "}},\"spec\":{}}";
}

inline const std::string waiting =
    R"("drift-policy.dev/state":"waiting","drift-policy.dev/drift":"0123456789ab","drift-policy.dev/drift-severity":"high",)"
    R"("drift-policy.dev/asks":"medium","drift-policy.dev/asks-for":"approve","drift-policy.dev/approvals-needed":"2",)"
    R"("drift-policy.dev/through-argocd":"low medium","approvers.drift-policy.dev/medium":"platform\nsre",)"
    R"("drift-policy.dev/waiting-since":"2026-01-02T03:00:00Z","drift-policy.dev/escalates-at":"2026-01-02T07:00:00Z",)"
    R"("drift-policy.dev/deadline":"2026-01-03T03:00:00Z")";

struct ApprovalCase {
  ApprovalCase() {
    api.user = "alice";
    put(waiting);
  }

  static outside::ResourcePath job(const std::string& name = "web-01234567-gate") {
    return {"batch", "v1", "jobs", "drift-policy", name, ""};
  }
  void put(const std::string& annotations) { api.put(job(), gate_job("web", "web-01234567", annotations)); }

  // What the person is told; where the answer wasn't given, that.
  std::string answer(const approval::Request& request, bool sure = true) {
    approval::Dialogue dialogue;
    dialogue.show = [this](std::string_view text) { shown += text; };
    if (person) {
      dialogue.confirm = [this](std::string_view question) {
        asked = question;
        return *person;
      };
      dialogue.ask = [this](std::string_view question) {
        asked_why = question;
        shown_before_why = shown;
        return why;
      };
    }
    try {
      exit = Exit::ok;
      return approval::give_answer(api, clock, wanted, request, sure, dialogue);
    } catch (const Failure& failure) {
      exit = failure.exit;
      return failure.what();
    }
  }

  std::string annotation(const std::string& key) const {
    const auto object = api.stored(job());
    const auto& annotations = object["metadata"]["annotations"];
    return annotations.HasMember(key.c_str()) ? annotations[key.c_str()].GetString() : "";
  }

  FakeClock clock;
  FakeKubernetes api{clock};
  approval::GateQuery wanted{"web", "drift-policy", "", ""};
  std::optional<bool> person;  // at the terminal, and what they say when they are asked back
  std::string why;             // what they say when they are asked for the reason
  std::string shown, asked, asked_why, shown_before_why;
  Exit exit = Exit::ok;
};

}  // namespace drift::tests
