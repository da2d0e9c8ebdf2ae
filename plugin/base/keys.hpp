// The keys that this program writes or reads: annotations, labels, and members of its own JSON. docs/hooks.md says what each holds.
// tests/project/keys_test.cpp holds Lua scripts and admission policies to this list.
#pragma once
#include <string_view>

namespace drift::keys {

inline constexpr const char* prefix = "drift-policy.dev/";
inline constexpr const char* want_prefix = "want.drift-policy.dev/";  // with an id: the value that Git wants
// With a severity: groups, one a line.
inline constexpr const char* approvers_prefix = "approvers.drift-policy.dev/";
// Of an answer, behind its action and before `<who>-<drift>`: `approve.drift-policy.dev/ann-1234…`.
inline constexpr const char* answer_suffix = ".drift-policy.dev/";

// Into manifests.
// Annotation and label: of a manifest; the only one under our prefixes that is input as well as output.
inline constexpr const char* severity = "drift-policy.dev/severity";
inline constexpr const char* rule = "drift-policy.dev/rule";  // `policy/rule` that decided it

// On what is injected, and on what the hooks write.
// Annotation: the application's name.
inline constexpr const char* application = "drift-policy.dev/application";
// Label: what the names of its objects begin with.
inline constexpr const char* source = "drift-policy.dev/source";
inline constexpr const char* plan_digest = "drift-policy.dev/plan-digest";  // annotation: `sha256:<hex>`
inline constexpr const char* enforcement = "drift-policy.dev/enforcement";  // enforce or observe

// On the gate's Job, by the rendering: whom it may ask.
inline constexpr const char* approvals_required = "drift-policy.dev/approvals-required";
inline constexpr const char* approval_timeout = "drift-policy.dev/approval-timeout";
inline constexpr const char* escalate_after = "drift-policy.dev/escalate-after";
// Severities, with spaces between.
inline constexpr const char* through_argocd = "drift-policy.dev/through-argocd";

// On the gate's Job, by the gate.
inline constexpr const char* state = "drift-policy.dev/state";
inline constexpr const char* reason = "drift-policy.dev/reason";
inline constexpr const char* cause = "drift-policy.dev/cause";  // also on the report and the alert
inline constexpr const char* alert = "drift-policy.dev/alert";
inline constexpr const char* drift = "drift-policy.dev/drift";  // also on the alert
inline constexpr const char* drift_severity = "drift-policy.dev/drift-severity";
inline constexpr const char* change_severity = "drift-policy.dev/change-severity";
inline constexpr const char* asks = "drift-policy.dev/asks";  // whose approvers are asked (api/answer.hpp)
inline constexpr const char* asks_for = "drift-policy.dev/asks-for";  // approve or override
inline constexpr const char* approvals_needed = "drift-policy.dev/approvals-needed";
inline constexpr const char* approvals_given = "drift-policy.dev/approvals-given";
inline constexpr const char* waiting_since = "drift-policy.dev/waiting-since";
inline constexpr const char* deadline = "drift-policy.dev/deadline";
inline constexpr const char* escalates_at = "drift-policy.dev/escalates-at";

// On the ConfigMaps that hooks write.
inline constexpr const char* analysed = "drift-policy.dev/analysed";  // on the report: when
inline constexpr const char* gate = "drift-policy.dev/gate";  // on the alert: the uid of the gate's Job
inline constexpr const char* outcome = "drift-policy.dev/outcome";
inline constexpr const char* resolved = "drift-policy.dev/resolved";
inline constexpr const char* resolved_at = "drift-policy.dev/resolved-at";
inline constexpr const char* resolved_revision = "drift-policy.dev/resolved-revision";
inline constexpr const char* orphans_digest = "drift-policy.dev/removed-digest";  // on the base
inline constexpr const char* last_record = "drift-policy.dev/last-record";        // on base, report and alert
inline constexpr const char* sequence = "drift-policy.dev/sequence";              // on a record

// By the controller: among the information of a sync that it asks for the incident and the attempt; on the Application, as an
// annotation, what people and notifications are told of the incident (api/incident.hpp).
inline constexpr const char* incident = "drift-policy.dev/incident";

// By people, on an Application, `true`: the controller syncs its new commits too.
inline constexpr const char* sync_commits = "drift-policy.dev/sync-commits";

// Elsewhere.
// In a plan: in the place of a part (api/condensed.hpp).
inline constexpr const char* digest = "drift-policy.dev/digest";
// Label of the ConfigMaps of deploy/observe: drift-policy.dev/plugin. Label of Applications that `generate applicationset` makes.
inline constexpr const char* gated = "drift-policy.dev/gated";

}  // namespace drift::keys

namespace drift {

// Written into manifests by the plugin, or by Argo CD for it, after a value was taken from there: they would always differ.
bool written_by_us(std::string_view key);

// That, and what an annotator may replace. No rule may look at it, since rendering rendered output must decide the same.
bool is_output(std::string_view key);

}  // namespace drift
