#include "render/render.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "annotators/hooks/hooks.hpp"
#include "manifest/read_back.hpp"
#include "policy/decide.hpp"

namespace drift::render {
namespace {

// Puts the annotators' changes together by object, and refuses two that want the same key.
class ChangeList {
 public:
  explicit ChangeList(std::size_t objects) : of_object_(objects) {}

  void add(annotators::Change change) {
    auto& object = of_object_[change.object];
    auto& keys = change.target == annotators::Change::Target::annotation ? object.annotations : object.labels;
    keys.emplace_back(std::move(change.key), std::move(change.value));
  }

  std::vector<manifest::MetadataChange> finish() {
    std::vector<manifest::MetadataChange> changes;
    for (std::size_t i = 0; i < of_object_.size(); ++i) {
      if (of_object_[i].annotations.empty() && of_object_[i].labels.empty()) continue;
      refuse_same(of_object_[i].annotations);
      refuse_same(of_object_[i].labels);
      of_object_[i].object = i;
      changes.push_back(std::move(of_object_[i]));
    }
    return changes;
  }

 private:
  // By sorting: an object may have as many keys as its bytes have room for.
  static void refuse_same(const manifest::KeyChanges& changes) {
    std::vector<std::string_view> keys;
    keys.reserve(changes.size());
    for (const auto& [key, value] : changes) keys.push_back(key);
    std::sort(keys.begin(), keys.end());
    if (const auto same = std::adjacent_find(keys.begin(), keys.end()); same != keys.end())
      throw std::logic_error(fmt::format("two annotators want {}", *same));
  }

  std::vector<manifest::MetadataChange> of_object_;
};

void annotate(Rendered& rendered, Scope what) {
  rendered.injected = annotators::injected_objects(input_of(rendered));
  const auto input = input_of(rendered);
  ChangeList changes(rendered.manifests->objects().size());
  for (const auto& annotator : annotators::table()) {
    if (annotator.only_adds && what == Scope::changes) continue;
    auto wanted = annotator.run(input);
    for (auto& change : wanted.changes) changes.add(std::move(change));
    for (auto& addition : wanted.additions) rendered.additions.push_back(std::move(addition));
    rendered.not_compared.insert(rendered.not_compared.end(), wanted.not_compared.begin(),
                                 wanted.not_compared.end());
  }
  rendered.changes = changes.finish();
}

}  // namespace

annotators::Input input_of(const Rendered& rendered) {
  return {*rendered.manifests, rendered.verdicts, rendered.policies, rendered.application, rendered.injected};
}

Rendered render(std::unique_ptr<manifest::Manifests> manifests, policy::PolicySet policies,
                api::Application application, Scope wanted) {
  Rendered rendered;
  rendered.manifests = std::move(manifests);
  rendered.policies = std::move(policies);
  rendered.application = std::move(application);
  rendered.injected.resize(rendered.manifests->objects().size());
  if (!rendered.policies.none) {
    rendered.verdicts = policy::decide(rendered.policies, *rendered.manifests, {rendered.application.ns});
    annotate(rendered, wanted);
  }
  auto edits = manifest::edit_metadata(*rendered.manifests, rendered.changes);
  std::vector<std::string> documents;
  documents.reserve(rendered.additions.size());
  for (const auto& addition : rendered.additions) documents.push_back(addition.yaml);
  rendered.output =
      std::make_unique<manifest::Rendering>(*rendered.manifests, std::move(edits), std::move(documents));
  manifest::read_back(*rendered.manifests, rendered.changes, *rendered.output);
  return rendered;
}

}  // namespace drift::render
