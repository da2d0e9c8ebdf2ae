// A kubeconfig for a server of a test's own.
#pragma once
#include <string>

namespace drift::tests {

// Its only context is the current one; whoever uses it sends that token.
inline std::string kubeconfig(const std::string& url, const std::string& token = "t") {
  return "apiVersion: v1\nkind: Config\ncurrent-context: a\nclusters: [{name: a, cluster: {server: '" + url +
         "'}}]\ncontexts: [{name: a, context: {cluster: a, user: a}}]\nusers: [{name: a, user: {token: " +
         token + "}}]\n";
}

}  // namespace drift::tests
