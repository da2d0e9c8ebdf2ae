#include "migrate/proof.hpp"

#include <filesystem>

#include "json/build.hpp"
#include "json/read.hpp"
#include "manifest/manifest.hpp"
#include "migrate/comparison.hpp"
#include "migrate/native_rendering.hpp"
#include "outside/process.hpp"
#include "source/repository.hpp"
#include "source/source.hpp"

namespace drift::migrate {
namespace {

// What Argo CD tells a plugin, as far as the Application says it.
source::Context context_of(const Changed& changed, const rapidjson::Value& native,
                           const std::string& checkout, const outside::Environment& environment) {
  auto context = source::read_context(environment);
  context.app_name = changed.application;
  context.ns = changed.ns;
  context.repo_url = text_of(native, "repoURL");
  context.target_revision = text_of(native, "targetRevision");
  context.source_path.reset();
  context.repo_root = checkout;
  return context;
}

}  // namespace

Proof prove(const Changed& changed, const std::string& checkout, const outside::Environment& environment) {
  const auto native_source = from_json(changed.native);
  const auto context = context_of(changed, native_source, checkout, environment);
  const auto folder = (std::filesystem::path(checkout) / changed.folder).lexically_normal();
  const source::Repository repository(folder, context);
  // One for each, since each writes into its private folder.
  outside::SystemPrograms for_native(environment, context.limits), for_plugin(environment, context.limits);
  const manifest::Manifests native(render_natively(native_source, repository, context, for_native).files);
  const manifest::Manifests plugin(source::load(folder.string(), changed.options, context, for_plugin).files);
  return {differences(native, plugin), plugin.objects().size()};
}

}  // namespace drift::migrate
