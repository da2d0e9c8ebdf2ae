// Annotations and labels that this program writes.
#pragma once
#include <string_view>

namespace drift {

// Written into manifests by the plugin, or by Argo CD for it, after a value was taken from there: they would always differ.
bool written_by_us(std::string_view key);

// That, and what an annotator may replace. No rule may look at it, since rendering rendered output must decide the same.
bool is_output(std::string_view key);

}  // namespace drift
