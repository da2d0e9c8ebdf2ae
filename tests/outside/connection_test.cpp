// Where the Kubernetes API is: in a pod, and by kubeconfig.
#include "outside/kubernetes/connection.hpp"

#include <doctest/doctest.h>

#include "base/error.hpp"
#include "support/folder.hpp"

using namespace drift::outside;
using drift::tests::Folder;

namespace {

const std::string whole = R"(apiVersion: v1
kind: Config
current-context: here
clusters:
- name: one
  cluster: {server: "https://one:6443/", certificate-authority-data: T05F}
- name: two
  cluster: {server: "https://two/k8s/clusters/c1", certificate-authority: ca.pem, proxy-url: "http://proxy:1"}
contexts:
- {name: here, context: {cluster: one, user: token, namespace: team}}
- {name: there, context: {cluster: two, user: certificate}}
- {name: file, context: {cluster: one, user: file}}
- {name: lost, context: {cluster: none, user: token}}
users:
- {name: token, user: {token: abc}}
- {name: file, user: {token: abc, tokenFile: token.txt}}
- {name: certificate, user: {client-certificate-data: Q0VSVA==, client-key: keys/key.pem}}
)";

std::string problem(const ConnectionOptions& options, const Environment& environment) {
  try {
    read_connection(options, environment);
  } catch (const drift::InputError& error) {
    return error.what();
  }
  return {};
}

// Of a kubeconfig whose one cluster and user are these.
std::string problem_with(const std::string& cluster, const std::string& user) {
  const Folder folder;
  const auto file = folder.write("config", "current-context: c\nclusters: [{name: k, cluster: " + cluster +
                                               "}]\nusers: [{name: u, user: " + user +
                                               "}]\ncontexts: [{name: c, context: {cluster: k, user: u}}]\n");
  auto text = problem({file, "", "/none"}, {});
  const auto at = text.find("config: ");
  return at == std::string::npos ? text : text.substr(at + 8);
}

}  // namespace

TEST_CASE("In a pod the service account counts") {
  const Folder folder;
  folder.write("ca.crt", "CA");
  folder.write("token", "abc\n");
  folder.write("namespace", "hooks");
  const ConnectionOptions options{"", "", folder.path()};
  Environment pod{{"KUBERNETES_SERVICE_HOST", "10.0.0.1"},
                  {"KUBERNETES_SERVICE_PORT", "6443"},
                  {"HTTPS_PROXY", "http://proxy:1"}};
  const auto found = read_connection(options, pod);
  CHECK(found.server == "https://10.0.0.1:6443");
  CHECK(found.tls.authorities == "CA");
  CHECK(found.ns == "hooks");
  CHECK(found.proxy.url.empty());
  CHECK(current_token(found) == "abc");
  pod["KUBERNETES_SERVICE_HOST"] = "fd00::1";
  CHECK(read_connection(options, pod).server == "https://[fd00::1]:6443");

  // Where a person says so, a kubeconfig counts there too.
  pod["KUBECONFIG"] = folder.write("config", whole);
  CHECK(read_connection(options, pod).server == "https://one:6443");
  CHECK(problem({"", "", "/none"}, {{"KUBERNETES_SERVICE_HOST", "h"}}).find("/none/ca.crt") == 0);
}

TEST_CASE("A kubeconfig has clusters, users and contexts") {
  const Folder folder;
  const std::string file = folder.write("config", whole);
  folder.write("ca.pem", "FILE CA");
  folder.write("keys/key.pem", "KEY");
  folder.write("token.txt", "from-file\n");
  const auto here = read_connection({file, "", "/none"}, {{"https_proxy", "http://p:1"}, {"NO_PROXY", "x"}});
  CHECK(here.server == "https://one:6443");
  CHECK(here.tls.authorities == "ONE");
  CHECK(here.ns == "team");
  CHECK(current_token(here) == "abc");
  CHECK(here.proxy.url == "http://p:1");
  CHECK(here.proxy.without == "x");

  const auto there = read_connection({file, "there", "/none"}, {{"https_proxy", "http://p:1"}});
  CHECK(there.server == "https://two/k8s/clusters/c1");
  CHECK(there.tls.authorities == "FILE CA");
  CHECK(there.tls.certificate == "CERT");
  CHECK(there.tls.key == "KEY");
  CHECK(there.proxy.url == "http://proxy:1");
  CHECK(current_token(there).empty());

  CHECK(current_token(read_connection({file, "file", "/none"}, {})) == "from-file");
  CHECK(problem({file, "lost", "/none"}, {}) == file + ": has no cluster \"none\"");
  CHECK(problem({file, "nowhere", "/none"}, {}) == file + ": has no context \"nowhere\"");
}

TEST_CASE("A kubeconfig may be JSON, and only its first document counts") {
  const Folder folder;
  const auto json = folder.write(
      "json", R"({"current-context":"c","clusters":[{"name":"k","cluster":{"server":"https:\/\/k"}}],
"contexts":[{"name":"c","context":{"cluster":"k","user":"u"}}],"users":[{"name":"u","user":{"token":"123"}}]})");
  CHECK(read_connection({json, "", "/none"}, {}).server == "https://k");
  CHECK(read_connection({json, "", "/none"}, {}).token == "123");
  const auto two = folder.write("two", whole + "---\ncurrent-context: there\n");
  CHECK(read_connection({two, "", "/none"}, {}).server == "https://one:6443");
}

TEST_CASE("Of several kubeconfigs the first that names something counts") {
  const Folder folder;
  const std::string first =
      folder.write("first", "current-context: there\nusers: [{name: certificate, user: {token: mine}}]\n");
  const std::string second = folder.write("sub/second", whole);
  folder.write("sub/ca.pem", "BESIDE");
  const auto found = read_connection(
      {"", "", "/none"}, {{"KUBECONFIG", first + ":" + folder.path().string() + "/missing::" + second}});
  CHECK(found.server == "https://two/k8s/clusters/c1");
  CHECK(found.tls.authorities == "BESIDE");
  CHECK(found.token == "mine");

  folder.write(".kube/config", whole);
  CHECK(read_connection({"", "", "/none"}, {{"HOME", folder.path()}}).server == "https://one:6443");
  CHECK(problem({"", "", "/none"}, {{"HOME", "/none"}}).find("/none/.kube/config: is not there") == 0);
}

TEST_CASE("Credentials that we can't use, or shouldn't, are refused with the reason") {
  const std::string good = "{server: 'https://h'}";
  CHECK(problem_with(good, "{token: t}").empty());
  CHECK(problem_with(good, "{exec: {command: aws}}")
            .find("exec is not supported: drift-policy runs no other") == 0);
  CHECK(problem_with(good, "{auth-provider: {name: gcp}}").find("auth-provider is not supported") == 0);
  CHECK(problem_with(good, "{username: u, password: hunter2}").find("hunter2") == std::string::npos);
  CHECK(problem_with(good, "{username: u}").find("username is not supported") == 0);
  CHECK(problem_with(good, "{as: admin, token: t}").find("as is not supported") == 0);
  CHECK(problem_with(good, "{client-certificate-data: Q0VSVA==}").find("belong together") !=
        std::string::npos);
  CHECK(problem_with(good, "{client-certificate-data: '%%', client-key-data: a}") ==
        "client-certificate-data is no base64");
  CHECK(problem_with(good, "{token: 5}") == "token must be a string");
  CHECK(problem_with("{server: 'https://h', tls-server-name: x}", "{token: t}").find("tls-server-name") == 0);
  CHECK(problem_with("{server: 'https://h', insecure-skip-tls-verify: yes please}", "{}")
            .find("true or false") != std::string::npos);
  CHECK(problem_with(
            "{server: 'https://h', insecure-skip-tls-verify: true, certificate-authority-data: Q0E=}", "{}")
            .find("exclude") != std::string::npos);
  CHECK(problem_with("{server: 'https://h', insecure-skip-tls-verify: true}", "{token: t}").empty());
  const Folder folder;
  const std::string file = folder.write("config", "users: []\nclusters:\n- {name: k, name: hunter2}\n");
  CHECK(problem({file, "", "/none"}, {}) ==
        file + ":3:13: this key stands in the mapping before; expected each key once");
}

TEST_CASE("Credentials leave the machine only over TLS") {
  for (const char* server : {"http://h", "http://127.0.0.1.evil.com", "http://localhost:1@evil.com",
                             "ftp://h", "h:6443", "", "https://"}) {
    CHECK(problem_with("{server: '" + std::string(server) + "'}", "{token: t}") ==
          "the Kubernetes API's address must begin with https://");
  }
  for (const char* server :
       {"http://127.0.0.1:8001", "http://localhost", "http://[::1]:1/api", "https://h"}) {
    CHECK(problem_with("{server: '" + std::string(server) + "'}", "{token: t}").empty());
  }
}
