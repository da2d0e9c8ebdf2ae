#include "outside/kubernetes/connection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "outside/file.hpp"
#include "outside/kubernetes/kubeconfig.hpp"

namespace drift::outside {
namespace {

constexpr std::size_t max_file_size = std::size_t{1} << 20;
constexpr std::size_t max_token_size = std::size_t{64} << 10;

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) text.pop_back();
  return text;
}

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
    connection.ns = without_line_end(read_file(ns, ns, max_token_size));
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

Connection of_kubeconfig(const ConnectionOptions& options, const Environment& environment) {
  std::vector<std::filesystem::path> files;
  if (!options.kubeconfig.empty()) files.emplace_back(options.kubeconfig);
  if (files.empty()) files = files_of(value_or(environment, "KUBECONFIG"));
  if (files.empty())
    files.push_back(std::filesystem::path(value_or(environment, "HOME", "/")) / ".kube/config");
  auto connection = read_kubeconfig(files, options.context);
  if (connection.proxy.url.empty()) {
    connection.proxy.url = value_or(environment, "HTTPS_PROXY", value_or(environment, "https_proxy"));
    connection.proxy.without = value_or(environment, "NO_PROXY", value_or(environment, "no_proxy"));
  }
  return connection;
}

// Whether what follows `http://` names this machine.
bool is_this_machine(std::string_view rest) {
  const auto host = rest.substr(0, rest.find_first_of("/?#"));
  for (const std::string_view own : {"127.0.0.1", "localhost", "[::1]"}) {
    if (host == own || (host.starts_with(own) && host[own.size()] == ':' && host.find('@') == host.npos))
      return true;
  }
  return false;
}

// Credentials go over TLS, or don't leave the machine.
void check_server(Connection& connection) {
  auto& server = connection.server;
  while (server.ends_with('/')) server.pop_back();
  if (server.starts_with("https://") && server.size() > 8) return;
  if (server.starts_with("http://") && is_this_machine(std::string_view(server).substr(7))) return;
  throw InputError("the Kubernetes API's address must begin with https://");
}

}  // namespace

Connection read_connection(const ConnectionOptions& options, const Environment& environment) {
  const bool asks_for_kubeconfig =
      !options.kubeconfig.empty() || !options.context.empty() || !value_or(environment, "KUBECONFIG").empty();
  const bool in_pod = !value_or(environment, "KUBERNETES_SERVICE_HOST").empty();
  auto connection = in_pod && !asks_for_kubeconfig ? of_service_account(options.service_account, environment)
                                                   : of_kubeconfig(options, environment);
  check_server(connection);
  return connection;
}

std::string current_token(const Connection& connection) {
  auto token = connection.token;
  if (!connection.token_file.empty()) {
    try {
      token = read_file(connection.token_file, connection.token_file, max_token_size);
    } catch (const InputError& error) {
      throw OutsideError(error.what());
    }
  }
  token = without_line_end(std::move(token));
  const auto printable = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::all_of(token.begin(), token.end(), printable)) {
    throw OutsideError("the token for the Kubernetes API holds characters that no token has");
  }
  return token;
}

}  // namespace drift::outside
