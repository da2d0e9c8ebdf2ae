// `drift-policy apps`: whether the syncs of each Application stop at a gate, and why not. Pure. By what Argo
// CD stores of it, so it finds what happens, and proves nothing: a commit can bring a Job of a gate's name
// along.
#pragma once
#include <rapidjson/document.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drift::controller {

enum class GateUse : std::uint8_t {
  enforced,  // its sources are rendered by the plugin, and it has the label that holds its syncs to the gate
  optional,  // the same without the label: a sync may go past the gate
  observed,  // the gate reports, and nothing waits
  partly,    // a source of several is rendered without the plugin
  none
};

// The word for it, as the table and JSON have it.
std::string_view gate_use_name(GateUse use);

struct Adoption {
  std::string ns, name;
  std::string severity;  // of its label, which an ApplicationSet sets; often empty
  std::string sync;      // Synced, OutOfSync or Unknown; empty before the first comparison
  GateUse use = GateUse::none;
  std::string why;  // what keeps its syncs from its gate; empty: nothing does
};

// Throws InputError where it is no Application.
Adoption adoption_of(const rapidjson::Value& application);

// By namespace and name.
void sort(std::vector<Adoption>& all);

// With a line behind the rows that counts them. Empty for an empty list.
std::string adoption_table(const std::vector<Adoption>& all);
std::string adoption_json(const std::vector<Adoption>& all);
// NAMESPACE/NAME, a line each.
std::string adoption_names(const std::vector<Adoption>& all);

}  // namespace drift::controller
