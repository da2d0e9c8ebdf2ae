#include "approval/view.hpp"

#include <fmt/format.h>

#include "api/names.hpp"
#include "api/report.hpp"
#include "api/stored_text.hpp"
#include "approval/table.hpp"
#include "base/error.hpp"
#include "report/page.hpp"
#include "report/question.hpp"

namespace drift::approval {
namespace {

constexpr std::size_t longest_report = std::size_t{4} << 20;

// What drifted, from the gate's report; or a sentence that says why it isn't shown.
View what_drifted(outside::Kubernetes& kubernetes, const Gate& gate, bool colour) {
  const auto name = api::Names::with_prefix(gate.source).report();
  const auto not_shown = [&](std::string_view why) {
    return View{fmt::format("What drifted isn't shown: the report {}/{} {}. The gate's log has it too.\n",
                            gate.ns, name, why),
                std::string(report::putting_back_unseen)};
  };
  try {
    const auto object = kubernetes.get({"", "v1", "configmaps", gate.ns, name, ""});
    if (!object) return not_shown("isn't there");
    const auto report = api::read_report(api::stored_text(*object, "report.json", longest_report));
    if (report.drift != gate.drift) return not_shown("is about other drift");
    return {report::page(report, {.colour = colour, .next = {}}), report::putting_back(report)};
  } catch (const outside::ApiError& error) {
    if (!error.forbidden()) throw;
    return not_shown("may not be read by you");
  } catch (const InputError&) {
    return not_shown("can't be read by this version");
  }
}

}  // namespace

View view(outside::Kubernetes& kubernetes, const Gate& gate, Time now, bool colour) {
  auto view = what_drifted(kubernetes, gate, colour);
  view.text +=
      fmt::format("\n{}\n{}", report::question(view.question, gate.asks_override ? "override" : "approve"),
                  asked(gate, now));
  return view;
}

}  // namespace drift::approval
