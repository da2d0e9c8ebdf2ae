// Where the Kubernetes API is and who we are there: the service account in a pod, a kubeconfig outside.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "outside/environment.hpp"
#include "outside/net/answered.hpp"
#include "outside/net/http.hpp"

namespace drift::outside {

struct ConnectionOptions {
  std::string kubeconfig;  // --kubeconfig: a file, instead of all that follows
  std::string context;     // --context, of the kubeconfig; empty: its current one
  // Where Kubernetes puts a pod's credentials.
  std::filesystem::path service_account = "/var/run/secrets/kubernetes.io/serviceaccount";
};

struct Connection {
  std::string server;  // `https://10.96.0.1:443`, without a slash at its end
  Tls tls;
  Proxy proxy;
  std::string token;                 // a bearer token,
  std::filesystem::path token_file;  // or the file that has it, which others replace
  std::string ns;                    // the namespace of the pod, or of the context; may be empty
  TellAnswered answered{};           // may be empty; from here, since whoever connects is given this
};

// From, in this order: options.kubeconfig; KUBECONFIG; the pod's service account (KUBERNETES_SERVICE_HOST is set);
// ~/.kube/config. A context asks for a kubeconfig. Throws InputError, with the file, where one can't be used.
Connection read_connection(const ConnectionOptions& options, const Environment& environment);

// The names of the contexts that --context may have. Throws InputError, with the file.
std::vector<std::string> context_names(const ConnectionOptions& options, const Environment& environment);

// The bearer token as it is now; empty where there is none. Throws OutsideError.
std::string current_token(const Connection& connection);

}  // namespace drift::outside
