#include "outside/kubernetes/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.hpp"
#include "outside/file.hpp"
#include "outside/kubernetes/kubeconfig.hpp"
#include "outside/net/credentials.hpp"

namespace drift::outside {
namespace {

constexpr std::size_t max_file_size = std::size_t{1} << 20;
constexpr std::size_t longest_name = std::size_t{64} << 10;
constexpr std::string_view kubernetes_api = "the Kubernetes API";

Connection of_service_account(const std::filesystem::path& folder, const Environment& environment) {
  const auto host = value_or(environment, "KUBERNETES_SERVICE_HOST");
  const auto port = value_or(environment, "KUBERNETES_SERVICE_PORT", "443");
  Connection connection;
  connection.server = host.find(':') == std::string::npos ? fmt::format("https://{}:{}", host, port)
                                                          : fmt::format("https://[{}]:{}", host, port);
  const auto authorities = folder / "ca.crt";
  connection.tls.authorities = read_file(authorities, authorities, max_file_size);
  connection.token_file = folder / "token";
  std::error_code error;
  if (const auto ns = folder / "namespace"; std::filesystem::exists(ns, error)) {
    connection.ns = trimmed(read_file(ns, ns, longest_name));
  }
  return connection;
}

std::vector<std::filesystem::path> files_of(const std::string& list) {
  std::vector<std::filesystem::path> files;
  for (std::size_t begin = 0; begin <= list.size();) {
    const auto end = std::min(list.find(':', begin), list.size());
    if (end > begin) files.emplace_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  return files;
}

std::vector<std::filesystem::path> kubeconfigs(const ConnectionOptions& options,
                                               const Environment& environment) {
  if (!options.kubeconfig.empty()) return {options.kubeconfig};
  auto files = files_of(value_or(environment, "KUBECONFIG"));
  if (files.empty())
    files.push_back(std::filesystem::path(value_or(environment, "HOME", "/")) / ".kube/config");
  return files;
}

Connection of_kubeconfig(const ConnectionOptions& options, const Environment& environment) {
  auto connection = read_kubeconfig(kubeconfigs(options, environment), options.context);
  if (connection.proxy.url.empty()) {
    connection.proxy.url = value_or(environment, "HTTPS_PROXY", value_or(environment, "https_proxy"));
    connection.proxy.without = value_or(environment, "NO_PROXY", value_or(environment, "no_proxy"));
  }
  return connection;
}

}  // namespace

std::vector<std::string> context_names(const ConnectionOptions& options, const Environment& environment) {
  return context_names(kubeconfigs(options, environment));
}

Connection read_connection(const ConnectionOptions& options, const Environment& environment) {
  const bool asks_for_kubeconfig =
      !options.kubeconfig.empty() || !options.context.empty() || !value_or(environment, "KUBECONFIG").empty();
  const bool in_pod = !value_or(environment, "KUBERNETES_SERVICE_HOST").empty();
  auto connection = in_pod && !asks_for_kubeconfig ? of_service_account(options.service_account, environment)
                                                   : of_kubeconfig(options, environment);
  connection.server = checked_address(std::move(connection.server), kubernetes_api);
  return connection;
}

std::string current_token(const Connection& connection) {
  if (!connection.token_file.empty()) return read_token(connection.token_file, kubernetes_api);
  return checked_token(connection.token, kubernetes_api);
}

}  // namespace drift::outside
