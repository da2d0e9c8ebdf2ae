#include "commands/suggestions.hpp"

#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "approval/find.hpp"
#include "commands/applications.hpp"
#include "controller/applications.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/system_clock.hpp"

namespace drift::commands {
namespace {

// A cluster that is asked quickly.
class Cluster {
 public:
  explicit Cluster(const outside::ConnectionOptions& options)
      : connection_(outside::read_connection(options, outside::environment())) {
    outside::ClientLimits limits;
    limits.http.connect = limits.http.request = std::chrono::seconds(2);
    limits.retry.tries = 1;
    limits.page = first_page;
    kubernetes_ = outside::connect(connection_, clock_, limits);
  }

  const std::string& own_namespace() const { return connection_.ns; }

  void each(const outside::ResourcePath& path, const std::function<void(const rapidjson::Value&)>& take) {
    int left = first_page;
    kubernetes_->list(path, "", [&](const rapidjson::Value& object) {
      take(object);
      return --left > 0;
    });
  }

  // Those that wait, in `ns` or the context's namespace.
  std::vector<approval::Gate> waiting(const std::string& ns) {
    const auto& where = ns.empty() ? own_namespace() : ns;
    if (where.empty()) return {};
    auto gates = approval::list_gates(*kubernetes_, where);
    std::erase_if(gates, [](const approval::Gate& gate) { return !gate.waits(); });
    return gates;
  }

 private:
  static constexpr int first_page = 500;

  outside::SystemClock clock_;
  outside::Connection connection_;
  std::unique_ptr<outside::Kubernetes> kubernetes_;
};

std::string asked(const approval::Gate& gate) {
  return gate.deadline ? fmt::format("{}, until {}", gate.severity, time_text(*gate.deadline))
                       : gate.severity;
}

// Where `status` looks, too.
std::string argocd_namespace() {
  return ApplicationsOptions().ns;
}

Candidates applications_in(Cluster& cluster, const std::string& ns) {
  Candidates candidates;
  cluster.each(controller::applications_in(ns), [&](const rapidjson::Value& application) {
    const auto name = text_at(application, {"metadata", "name"});
    const auto where = text_at(application, {"metadata", "namespace"});
    const auto status = text_at(application, {"status", "sync", "status"});
    candidates.push_back({where == argocd_namespace() ? name : where + "/" + name, status});
  });
  return candidates;
}

}  // namespace

Candidates contexts(const outside::ConnectionOptions& options) {
  Candidates candidates;
  for (auto& name : outside::context_names(options, outside::environment()))
    candidates.push_back({std::move(name), {}});
  return candidates;
}

Candidates namespaces(const outside::ConnectionOptions& options) {
  Cluster cluster(options);
  Candidates candidates;
  cluster.each({"", "v1", "namespaces", "", "", ""}, [&](const rapidjson::Value& object) {
    candidates.push_back({text_at(object, {"metadata", "name"}), {}});
  });
  return candidates;
}

Candidates applications(const outside::ConnectionOptions& options) {
  Cluster cluster(options);
  try {
    return applications_in(cluster, {});
  } catch (const outside::ApiError& error) {
    if (!error.forbidden()) throw;
    return applications_in(cluster, argocd_namespace());
  }
}

Candidates waiting_applications(const outside::ConnectionOptions& options, const std::string& ns) {
  Candidates candidates;
  for (const auto& gate : Cluster(options).waiting(ns)) candidates.push_back({gate.application, asked(gate)});
  return candidates;
}

Candidates waiting_jobs(const outside::ConnectionOptions& options, const std::string& ns,
                        const std::string& application) {
  Candidates candidates;
  for (const auto& gate : Cluster(options).waiting(ns))
    if (application.empty() || gate.application == approval::plugin_name(application))
      candidates.push_back({gate.job, asked(gate)});
  return candidates;
}

}  // namespace drift::commands
