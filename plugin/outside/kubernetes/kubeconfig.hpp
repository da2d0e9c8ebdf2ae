// kubeconfig files, as kubectl writes them: several are one, and of what has the same name the first counts.
// https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/
//
// Credentials that take running another program (`exec`, `auth-provider`) are refused: we start no foreign programs.
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "outside/kubernetes/connection.hpp"

namespace drift::outside {

// Files that aren't there are left out, as long as one is. An empty `context` is the current one. Throws InputError.
Connection read_kubeconfig(const std::vector<std::filesystem::path>& paths, const std::string& context);

// The names of the contexts in them, in their order. Throws InputError.
std::vector<std::string> context_names(const std::vector<std::filesystem::path>& paths);

}  // namespace drift::outside
