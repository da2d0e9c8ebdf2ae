// Quantities, which Kubernetes writes in several ways.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace drift::kube {

// A quantity in billionths, which is as fine as Kubernetes keeps them. 128 bits, since the largest suffix is 2^60.
// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
__extension__ using Nanos = __int128;

// They end at 2^63-1 (apimachinery, pkg/api/resource).
inline constexpr Nanos largest_quantity = Nanos{INT64_MAX} * 1'000'000'000;

// `1000m`, `1`, `1.5Gi`, `2e3`; nothing for what is no quantity, or beyond what Kubernetes keeps.
std::optional<Nanos> parse_quantity(std::string_view text);

}  // namespace drift::kube
