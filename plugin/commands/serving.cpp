#include "commands/serving.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "base/error.hpp"

namespace drift::commands {
namespace {

constexpr const char* flag = "--metrics-address";

}  // namespace

void declare_metrics_address(Arguments& app, std::string& address) {
  app.add_option(flag, address,
                 "Where to serve /metrics, /healthz and /readyz by HTTP: :8080, 127.0.0.1:8080, [::1]:8080; "
                 "0 or left out: nowhere")
      .type_name("ADDRESS");
}

Serving::Serving(const std::string& address, outside::Clock& clock,
                 std::optional<std::chrono::seconds> by_hand)
    : metrics_(DRIFT_VERSION), rollout_(metrics_.registry()), process_(metrics_.registry(), clock.now()) {
  if (by_hand) incidents_.emplace(metrics_.registry(), *by_hand);
  if (address.empty() || address == "0") return;
  const auto where = outside::read_listen_address(flag, address);
  try {
    server_ = outside::serve(where, [this](std::string_view path) { return page(path); });
  } catch (const OutsideError& error) {
    throw OutsideError(fmt::format("{}: {}", flag, error.what()));
  }
  spdlog::info("serving /metrics, /healthz and /readyz on {}", server_->address());
}

outside::TellAnswered Serving::argocd_answered() {
  return [this](const outside::Answered& answered) {
    metrics_.argocd_answered(answered.call, answered.status, answered.took.count());
  };
}

outside::TellAnswered Serving::kubernetes_answered() {
  return [this](const outside::Answered& answered) {
    metrics_.kubernetes_answered(answered.call, answered.status);
  };
}

outside::Page Serving::page(std::string_view path) {
  if (path == "/healthz") return {200, "ok\n"};
  if (path == "/readyz") {
    if (metrics_.ready()) return {200, "ok\n"};
    return {503, "the Applications haven't been listed yet\n"};
  }
  if (path != "/metrics") return {404, "expected /metrics, /healthz or /readyz\n"};
  process_.update();
  return {200, metrics_.text(), controller::exposition_type};
}

}  // namespace drift::commands
