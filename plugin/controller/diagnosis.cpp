#include "controller/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/colour.hpp"
#include "base/duration.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/printable.hpp"
#include "controller/gating.hpp"
#include "controller/repo_server.hpp"
#include "controller/summary.hpp"
#include "json/canonical.hpp"
#include "json/read.hpp"

namespace drift::controller {
namespace {

using rapidjson::Value;

constexpr const char* install_it = "drift-policy generate install, then kubectl apply -k";
constexpr std::size_t longest_quoted = 300;
// What limits a rendering: our own deadline (DRIFT_POLICY_EXEC_TIMEOUT), and those who wait for it.
constexpr std::chrono::seconds own_deadline{55}, callers_deadline{60};

std::string for_people(const std::string& text) {
  return printable(text, longest_quoted);
}

std::string setting(const Found& config_map, std::string_view key) {
  return config_map.is_there() ? text_at(config_map.object, {"data", key}) : std::string();
}

bool names_plugin(const Value& application, const std::string& name) {
  if (text_at(application, {"spec", "source", "plugin", "name"}) == name) return true;
  const auto* sources = find(application, {"spec", "sources"});
  return sources && sources->IsArray() &&
         std::any_of(sources->Begin(), sources->End(), [&](const auto& source) {
           return text_at(source, {"plugin", "name"}) == name;
         });
}

class Doctor {
 public:
  explicit Doctor(const Installed& installed) : installed_(installed) {}

  std::vector<Diagnosis> all() {
    sidecars();
    admission();
    argocd_settings();
    for (const auto& application : installed_.applications) look_at(application);
    return std::move(all_);
  }

 private:
  void say(Health health, std::string what, std::string text, std::string advice = {}) {
    all_.push_back({health, std::move(what), std::move(text), std::move(advice)});
  }

  // Whether there is something to look at; else it is said why not.
  bool is_there(const Found& found, const std::string& what, const std::string& name,
                const std::string& advice) {
    if (found.is_there()) return true;
    if (found.known)
      say(Health::problem, what, fmt::format("there is no {}", name), advice);
    else
      say(Health::warning, what, fmt::format("isn't known: this account may not read {}", name),
          "ask as an administrator");
    return false;
  }

  void sidecars() {
    const auto& server = installed_.repo_server;
    if (!is_there(server, "sidecar",
                  fmt::format("Deployment argocd-repo-server in {}", for_people(installed_.argocd_ns)),
                  "name Argo CD's namespace: -n NAMESPACE"))
      return;
    const auto* sidecar = container_of(server.object, plugin_of(Gating::enforce));
    if (!sidecar) {
      say(Health::problem, "sidecar", "argocd-repo-server has no plugin drift-policy", install_it);
      return;
    }
    const auto image = text_of(*sidecar, "image");
    say(Health::ok, "sidecar",
        fmt::format("argocd-repo-server has the plugin drift-policy: {}", for_people(image)));
    if (image.find("@sha256:") == std::string::npos)
      say(Health::warning, "image", "is named by a tag, which may come to mean another image",
          "generate install --image …@sha256:…");
    if (!is_rolled_out(server.object))
      say(Health::warning, "rollout",
          "argocd-repo-server isn't rolled out, so some renderings may lack the plugin",
          fmt::format("kubectl -n {} rollout status deployment argocd-repo-server",
                      for_people(installed_.argocd_ns)));
    hooks_image(variable_of(*sidecar, "DRIFT_POLICY_IMAGE"));
    deadline(variable_of(*sidecar, "DRIFT_POLICY_EXEC_TIMEOUT"));
    if (container_of(server.object, plugin_of(Gating::observe)))
      say(Health::ok, "observing sidecar", "there is the plugin drift-policy-observe");
  }

  // The hooks run what the sidecar says, and may run what stands in drift-policy-accounts.
  void hooks_image(const std::string& image) {
    if (image.empty()) {
      say(Health::warning, "hooks",
          "the sidecar has no DRIFT_POLICY_IMAGE, so only a policy with hooks.image works", install_it);
      return;
    }
    if (!is_there(installed_.accounts, "hooks", "ConfigMap drift-policy-accounts in the platform's namespace",
                  install_it))
      return;
    const auto allowed = "\n" + setting(installed_.accounts, "images") + "\n" +
                         setting(installed_.accounts, "otherImages") + "\n";
    if (allowed.find("\n" + image + "\n") == std::string::npos)
      say(Health::problem, "hooks",
          fmt::format("they would run {}, which drift-policy-accounts doesn't allow", for_people(image)),
          "list it under `images` there");
    else
      say(Health::ok, "hooks", fmt::format("may run {}", for_people(image)));
  }

  void deadline(const std::string& own) {
    const auto ours = own.empty() ? own_deadline : parse_duration(own).value_or(std::chrono::seconds(0));
    for (const auto* key : {"controller.repo.server.timeout.seconds", "server.repo.server.timeout.seconds"}) {
      const auto text = setting(installed_.parameters, key);
      const auto theirs =
          text.empty() ? callers_deadline : parse_duration(text + "s").value_or(callers_deadline);
      if (ours >= theirs)
        say(Health::warning, "timeouts",
            fmt::format(
                "a rendering may take as long as its caller waits ({} in argocd-cmd-params-cm), so it is "
                "cut off without a reason",
                key),
            "raise it, or lower DRIFT_POLICY_EXEC_TIMEOUT of the sidecar");
    }
  }

  void admission() {
    if (!installed_.policies_known) {
      say(Health::warning, "admission", "isn't known: this account may not list ValidatingAdmissionPolicies",
          "ask as an administrator");
      return;
    }
    const auto& bound = installed_.policies;
    for (const auto& [name, without] :
         {std::pair("drift-policy-gated", "a sync can go past the gate of a gated Application"),
          std::pair("drift-policy-jobs", "whoever can patch Jobs there can answer a gate"),
          std::pair("drift-policy-evidence",
                    "whoever can write ConfigMaps there can change bases and records")}) {
      if (std::find(bound.begin(), bound.end(), name) == bound.end())
        say(Health::problem, "admission", fmt::format("there is no bound policy {}: {}", name, without),
            install_it);
      else
        say(Health::ok, "admission", fmt::format("{} is in force", name));
    }
  }

  void argocd_settings() {
    if (!is_there(installed_.settings, "argocd-cm", "ConfigMap argocd-cm",
                  "name Argo CD's namespace: -n NAMESPACE"))
      return;
    const auto tracking = setting(installed_.settings, "application.resourceTrackingMethod");
    if (tracking == "label")
      say(Health::problem, "tracking",
          "Argo CD tracks objects by a label, so an Application can claim another one's hooks",
          "application.resourceTrackingMethod: annotation in argocd-cm");
    else
      say(Health::ok, "tracking", "Argo CD tracks objects by annotation");
    if (setting(installed_.settings, "resource.customizations.actions.batch_Job").find("drift-policy") ==
        std::string::npos)
      say(Health::warning, "actions", "nobody can answer a gate in Argo CD's web UI", install_it);
    else
      say(Health::ok, "actions", "people can answer gates in Argo CD's web UI");
    if (setting(installed_.settings, "resource.customizations.health.apps_Deployment").find("drift-policy") ==
        std::string::npos)
      say(Health::warning, "health", "drift doesn't show in the health of objects", install_it);
    else
      say(Health::ok, "health", "drift shows in the health of objects");
  }

  // Only what names the plugin or has the label is ours to judge.
  void look_at(const Value& application) {
    Summary summary;
    try {
      summary = summary_of(application);
    } catch (const InputError& error) {
      say(Health::warning, "application", for_people(error.what()), "look at it: kubectl get applications");
      return;
    }
    const auto what = for_people(display(summary));
    const auto enforce = fmt::format("drift-policy enforce {}", what);
    if (summary.gated && !summary.has_plugin) {
      say(Health::problem, what,
          "is gated, and a source of it doesn't name the plugin drift-policy, so it has no gate", enforce);
    } else if (summary.gated) {
      const auto change = gating_change(application, Gating::enforce);
      for (const auto& step : change.steps)
        if (!step.starts_with("refresh"))
          say(Health::problem, what, "is gated, but not with " + step, enforce);
      if (change.steps.empty()) say(Health::ok, what, "is behind its gate");
    } else if (names_plugin(application, plugin_of(Gating::enforce))) {
      say(Health::warning, what, "names the plugin, but nothing holds its syncs to the gate", enforce);
    } else if (names_plugin(application, plugin_of(Gating::observe))) {
      say(Health::ok, what, "is observed");
    }
    if (summary.gated && summary.skips_reconcile)
      say(Health::problem, what, "isn't compared by Argo CD: annotation argocd.argoproj.io/skip-reconcile",
          "take the annotation off");
  }

  const Installed& installed_;
  std::vector<Diagnosis> all_;
};

std::string_view word_of(Health health) {
  return health == Health::ok ? "ok" : health == Health::warning ? "warning" : "problem";
}

std::string_view colour_of(Health health) {
  return health == Health::ok ? green : health == Health::warning ? yellow : red;
}

}  // namespace

bool concerns_us(const Value& application) {
  return text_at(application, {"metadata", "labels", keys::gated}) == "true" ||
         names_plugin(application, plugin_of(Gating::enforce)) ||
         names_plugin(application, plugin_of(Gating::observe));
}

std::vector<Diagnosis> diagnose(const Installed& installed) {
  return Doctor(installed).all();
}

bool has_problem(const std::vector<Diagnosis>& all) {
  return std::any_of(all.begin(), all.end(), [](const auto& one) { return one.health == Health::problem; });
}

std::string diagnosis_text(const std::vector<Diagnosis>& all, bool colour) {
  std::string text;
  for (const auto& one : all) {
    text += fmt::format("{} {}: {}\n",
                        in_colour(fmt::format("{:<7}", word_of(one.health)), colour_of(one.health), colour),
                        one.what, one.text);
    if (!one.advice.empty()) text += fmt::format("        -> {}\n", one.advice);
  }
  return text;
}

std::string diagnosis_json(const std::vector<Diagnosis>& all) {
  return json_lines(all, [](const Diagnosis& one) {
    JsonObject json;
    json.text("state", word_of(one.health));
    json.text("what", one.what);
    json.text("text", one.text);
    json.text_if("advice", one.advice);
    return json.str();
  });
}

}  // namespace drift::controller
