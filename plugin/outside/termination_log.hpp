// Why a container ended, for Kubernetes to show: the file of its terminationMessagePath, made by the kubelet.
// https://kubernetes.io/docs/tasks/debug/debug-application/determine-reason-pod-failure/
#pragma once
#include <string_view>

namespace drift::outside {

// Where there is no such file (no container, another path) nothing happens.
void write_termination_message(std::string_view message);

}  // namespace drift::outside
