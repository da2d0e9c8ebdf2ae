// What the roller asks of the cluster and of Argo CD, and what it writes.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "base/error.hpp"
#include "controller/applications.hpp"
#include "controller/operation.hpp"
#include "controller/rendered.hpp"
#include "controller/repo_server.hpp"
#include "controller/roller.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/look_for.hpp"
#include "store/rollouts.hpp"

namespace drift::controller {
namespace {

constexpr std::chrono::seconds first_ask_pause{30};
constexpr std::chrono::seconds longest_ask_pause{600};
constexpr std::chrono::seconds between_writes{2};
constexpr std::chrono::seconds write_again{15};  // after trouble
constexpr std::chrono::seconds write_anyway{300};

// The policy of all plans, or the first other one.
std::string policy_of(const Plans& plans, const std::string& wanted) {
  for (const auto& [name, plan] : plans)
    if (plan.platform_policy_digest != wanted) return plan.platform_policy_digest;
  return plans.empty() ? std::string() : wanted;
}

}  // namespace

void Roller::look_at_repo_server() {
  repo_server_trouble_.clear();
  if (settings_.repo_server.empty()) return;
  const outside::ResourcePath path{
      "apps", "v1", "deployments", settings_.repo_server_ns, settings_.repo_server, ""};
  const auto name = settings_.repo_server_ns + "/" + settings_.repo_server;
  try {
    const auto deployment = outside::look_for(world_.kubernetes, path);
    if (!deployment) {
      repo_server_trouble_ =
          fmt::format("there is no Deployment {}, whose rollout is waited for; expected --repo-server", name);
      return;
    }
    // Changes with what its pods are made from, and not with how many there are.
    repo_server_ = text_at(*deployment, {"metadata", "annotations", "deployment.kubernetes.io/revision"});
    if (!is_rolled_out(*deployment))
      repo_server_trouble_ = fmt::format("Deployment {} is being rolled out", name);
  } catch (const Failure& error) {
    repo_server_trouble_ =
        fmt::format("whether Deployment {} is rolled out isn't known: {}", name, error.what());
  }
}

void Roller::ask(Entry& entry) {
  const auto& summary = entry.known->summary;
  entry.asked = summary.compared;
  try {
    const auto plans = plans_in(
        world_.argocd.manifests({summary.ns, summary.name}, {summary.compared.each, summary.compared.listed}),
        summary.ns, summary.name);
    entry.policy = policy_of(plans, policy_);
    entry.trouble = plans.empty() ? "what Argo CD renders of it holds no plan" : "";
    entry.ask_pause = std::chrono::seconds(0);
    ask_trouble_.clear();
  } catch (const outside::ArgoCdError& error) {
    using Kind = outside::ArgoCdError::Kind;
    if (error.kind != Kind::not_rendered) {
      if (error.kind == Kind::unreachable || error.kind == Kind::unauthenticated) {
        ask_at_ = world_.clock.now() + first_ask_pause;
        ask_trouble_ = fmt::format("what applications render isn't known: {}", error.what());
      }
      return not_known(entry, error.what());
    }
    entry.policy = "";
    entry.trouble = error.what();
  } catch (const InputError& error) {
    entry.policy = "";
    entry.trouble = error.what();
  } catch (const OutsideError& error) {
    not_known(entry, error.what());
  }
}

void Roller::not_known(Entry& entry, const std::string& why) {
  entry.trouble = why;
  entry.ask_pause = std::clamp(entry.ask_pause * 2, first_ask_pause, longest_ask_pause);
  entry.ask_at = world_.clock.now() + entry.ask_pause;
}

void Roller::refresh(Entry& entry) {
  const auto& summary = entry.known->summary;
  entry.tried = world_.clock.now();
  // Where it has arrived all the same, that is seen.
  const auto failed = [&entry](const OutsideError& error) {
    ++entry.tries;
    entry.trouble = fmt::format("the hard refresh could not be asked for: {}", error.what());
  };
  try {
    world_.kubernetes.merge_patch(applications_in(summary.ns, summary.name), hard_refresh_request(summary));
  } catch (const outside::ApiError& error) {
    if (!error.conflict()) return failed(error);
    entry.refused = summary.resource_version;
    return;
  } catch (const OutsideError& error) {
    return failed(error);
  }
  ++entry.tries;
  entry.trouble.clear();
  entry.refreshing = entry.tried;
  entry.sent = summary.resource_version;
  surroundings_.refreshed();
}

// Where something has changed, and else once in a while, so that it can be told from what a controller left that has ended.
std::optional<Time> Roller::publish(api::Rollout rollout) {
  const Time now = world_.clock.now();
  const auto text = api::rollout_json(rollout);
  const bool same = text == published_;
  const auto due = same ? std::max(publish_at_, written_at_ + write_anyway) : publish_at_;
  if (now < due) return due;
  rollout.written = now;
  publish_at_ = now + between_writes;
  if (!same) surroundings_.changed(&rollout);
  published_ = text;
  written_at_ = now;
  if (!settings_.acts) return std::nullopt;
  try {
    store::save_rollout(world_.kubernetes, settings_.platform_ns, rollout);
  } catch (const Failure& error) {
    spdlog::warn("how far the rollout is could not be written: {}", error.what());
    written_at_ = now - write_anyway;
    publish_at_ = now + write_again;
    return publish_at_;
  }
  return now + write_anyway;
}

}  // namespace drift::controller
