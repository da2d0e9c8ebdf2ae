#include "outside/kubernetes/kubeconfig.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <system_error>

#include "base/base64.hpp"
#include "json/read.hpp"
#include "outside/file.hpp"
#include "yaml/common_yaml.hpp"

namespace drift::outside {
namespace {

using rapidjson::Value;

constexpr std::size_t longest_kubeconfig = std::size_t{1} << 20;

struct File {
  std::filesystem::path path;
  rapidjson::Document json;
};

// A cluster, user or context, and the file that it stands in.
struct Entry {
  const File* file;
  const Value* value;

  std::string text(std::string_view name) const {
    const auto* found = find_member(*value, name);
    if (!found || found->IsNull()) return {};
    if (!found->IsString()) throw InputError({file->path}, fmt::format("{} must be a string", name));
    return std::string(text_of(*found));
  }
  bool truth(std::string_view name) const {
    const auto* found = find_member(*value, name);
    if (!found || found->IsNull()) return false;
    if (!found->IsBool()) throw InputError({file->path}, fmt::format("{} must be true or false", name));
    return found->GetBool();
  }
  // Relative paths are relative to the kubeconfig.
  std::filesystem::path beside(const std::string& path) const { return file->path.parent_path() / path; }

  // What NAME-data holds in base64, or else the file that NAME names does.
  std::string pem(const std::string& name) const {
    const auto encoded = text(name + "-data");
    if (!encoded.empty()) {
      auto decoded = decode_base64(encoded);
      if (!decoded) throw InputError({file->path}, fmt::format("{}-data is no base64", name));
      return std::move(*decoded);
    }
    const auto path = text(name);
    if (path.empty()) return {};
    return read_file(beside(path), beside(path), longest_kubeconfig);
  }
  void refuse(std::string_view name, std::string_view why) const {
    const auto* found = find_member(*value, name);
    if (!found || found->IsNull() || (found->IsString() && found->GetStringLength() == 0)) return;
    throw InputError({file->path}, fmt::format("{} is not supported: {}", name, why));
  }
};

std::vector<File> read_files(const std::vector<std::filesystem::path>& paths) {
  std::vector<File> files;
  for (const auto& path : paths) {
    std::error_code error;
    if (!std::filesystem::exists(path, error) && !error) continue;
    auto json = yaml::read_common_yaml(path, read_file(path, path, longest_kubeconfig));
    if (json.IsNull()) continue;
    if (!json.IsObject()) throw InputError({path}, "is no kubeconfig: a mapping was expected");
    files.push_back({std::filesystem::absolute(path), std::move(json)});
  }
  return files;
}

// The `member` of the first entry of `list` that has the name.
Entry find_entry(const std::vector<File>& files, std::string_view list, std::string_view member,
                 const std::string& name) {
  for (const auto& file : files) {
    const auto* entries = find_member(file.json, list);
    if (!entries || !entries->IsArray()) continue;
    for (const auto& entry : entries->GetArray()) {
      const auto* called = find_member(entry, "name");
      const auto* value = find_member(entry, member);
      if (called && text_of(*called) == name && value && value->IsObject()) return {&file, value};
    }
  }
  throw InputError({files.front().path}, fmt::format("has no {} \"{}\"", member, name));
}

std::string current_context(const std::vector<File>& files) {
  for (const auto& file : files) {
    if (auto name = Entry{&file, &file.json}.text("current-context"); !name.empty()) return name;
  }
  throw InputError({files.front().path}, "has no current-context; choose one with --context");
}

void read_cluster(const Entry& cluster, Connection& connection) {
  connection.server = cluster.text("server");
  connection.tls.authorities = cluster.pem("certificate-authority");
  connection.tls.unverified = cluster.truth("insecure-skip-tls-verify");
  if (connection.tls.unverified && !connection.tls.authorities.empty()) {
    throw InputError({cluster.file->path},
                     "insecure-skip-tls-verify and certificate-authority exclude each other");
  }
  connection.proxy.url = cluster.text("proxy-url");
  cluster.refuse("tls-server-name", "the certificate must be for the host of server");
}

void read_user(const Entry& user, Connection& connection) {
  constexpr std::string_view programs =
      "drift-policy runs no other program for credentials; use a token or a client certificate "
      "(kubectl create token)";
  user.refuse("exec", programs);
  user.refuse("auth-provider", programs);
  user.refuse("username", "Kubernetes has no passwords any more; use a token or a client certificate");
  user.refuse("as", "approve as the person that you are");
  connection.tls.certificate = user.pem("client-certificate");
  connection.tls.key = user.pem("client-key");
  if (connection.tls.certificate.empty() != connection.tls.key.empty()) {
    throw InputError({user.file->path}, "client-certificate and client-key belong together");
  }
  connection.token = user.text("token");
  // As in kubectl, the file counts more.
  if (const auto path = user.text("tokenFile"); !path.empty()) connection.token_file = user.beside(path);
}

}  // namespace

std::vector<std::string> context_names(const std::vector<std::filesystem::path>& paths) {
  std::vector<std::string> names;
  for (const auto& file : read_files(paths)) {
    const auto* entries = find_member(file.json, "contexts");
    if (!entries || !entries->IsArray()) continue;
    for (const auto& entry : entries->GetArray()) names.push_back(text_of(entry, "name"));
  }
  return names;
}

Connection read_kubeconfig(const std::vector<std::filesystem::path>& paths, const std::string& context) {
  const auto files = read_files(paths);
  if (files.empty()) throw InputError({paths.front()}, "is not there, or empty: a kubeconfig was expected");
  const auto chosen =
      find_entry(files, "contexts", "context", context.empty() ? current_context(files) : context);
  Connection connection;
  connection.ns = chosen.text("namespace");
  read_cluster(find_entry(files, "clusters", "cluster", chosen.text("cluster")), connection);
  if (const auto user = chosen.text("user"); !user.empty()) {
    read_user(find_entry(files, "users", "user", user), connection);
  }
  return connection;
}

}  // namespace drift::outside
