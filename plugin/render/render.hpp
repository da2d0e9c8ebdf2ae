// Rendering: source -> manifest -> policy -> annotators -> output.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "annotators/annotator.hpp"
#include "manifest/manifest.hpp"
#include "manifest/segments.hpp"
#include "manifest/writer.hpp"
#include "policy/policy_set.hpp"
#include "policy/verdict.hpp"

namespace drift::render {

// Everything that one rendering came to. The parts point into each other, so it stays where it was made.
struct Rendered {
  std::unique_ptr<manifest::Manifests> manifests;
  policy::PolicySet policies;
  std::vector<policy::Verdict> verdicts;
  api::Application application;
  std::vector<bool> injected;                     // by object: an injected one of a rendering before
  std::vector<manifest::MetadataChange> changes;  // what annotators want, an entry for each object at most
  std::vector<annotators::Addition> additions;
  std::vector<std::size_t> not_compared;  // the gate's plan has no room for them (annotators/hooks/hooks.hpp)
  std::unique_ptr<manifest::Rendering> output;
};

// What annotators are given of it.
annotators::Input input_of(const Rendered& rendered);

// What is wanted of it: with additions, or only what is written into the objects that are there.
enum class Scope { everything, changes };

// Renders manifests that were read already. Pure: no I/O. Throws InputError for what is wrong with them.
Rendered render(std::unique_ptr<manifest::Manifests> manifests, policy::PolicySet policies,
                api::Application application, Scope wanted = Scope::everything);

}  // namespace drift::render
