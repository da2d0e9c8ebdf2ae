// kubectl as an independent judge: it reads back what we print, for every sample application and every file of the corpus.
#include <doctest/doctest.h>
#include <rapidjson/document.h>
#include <rapidjson/memorystream.h>

#include <algorithm>
#include <filesystem>

#include "manifest/manifest.hpp"
#include "support/folder.hpp"
#include "support/program.hpp"
#include "support/tools.hpp"

namespace {
namespace fs = std::filesystem;
namespace tests = drift::tests;

constexpr const char* mark = "read-back-by";  // `kubectl annotate` has to annotate something

void take_out_mark(rapidjson::Value& object) {
  auto& metadata = object["metadata"];
  metadata["annotations"].RemoveMember(mark);
  if (metadata["annotations"].ObjectEmpty()) metadata.RemoveMember("annotations");
}

// The objects that kubectl prints, one JSON text after the other.
std::vector<rapidjson::Document> objects_of(const std::string& printed) {
  std::vector<rapidjson::Document> objects;
  rapidjson::MemoryStream stream(printed.data(), printed.size());
  constexpr unsigned flags = rapidjson::kParseStopWhenDoneFlag | rapidjson::kParseFullPrecisionFlag;
  while (printed.find_first_not_of(" \n", stream.Tell()) != std::string::npos) {
    rapidjson::Document document;
    document.ParseStream<flags>(stream);
    REQUIRE(!document.HasParseError());
    take_out_mark(document);
    objects.push_back(std::move(document));
  }
  return objects;
}

std::vector<rapidjson::Document> read_by_kubectl(const std::string& stream) {
  const tests::Folder folder;
  const auto file = folder.write("stream.yaml", stream);
  drift::outside::SystemPrograms programs(tests::tools_environment());
  tests::require_tool(programs, "kubectl");
  const auto result = programs.run(
      {"kubectl",
       {"annotate", "--local", "-f", file.string(), "-o", "json", std::string(mark) + "=kubectl"},
       folder.path()});
  CAPTURE(result.err.substr(0, 1000));
  REQUIRE(result.exit_code == 0);
  return objects_of(result.out);
}

// kubectl sees the objects that we see; kubectl drops empty annotations when the mark goes.
void check_read_back(const std::string& stream) {
  const auto seen = read_by_kubectl(stream);
  const drift::manifest::Manifests manifests({{"stream.yaml", stream}});
  REQUIRE(seen.size() == manifests.objects().size());
  for (std::size_t i = 0; i < seen.size(); ++i) {
    rapidjson::Document ours;
    ours.Parse<rapidjson::kParseFullPrecisionFlag>(manifests.objects()[i].object.json().c_str());
    CAPTURE(manifests.objects()[i].display());
    CHECK(ours == seen[i]);
  }
}

std::string rendered(const std::string& path, const std::string& repository) {
  const auto result = tests::run({.arguments = {"render", path, "--app-name", "sample", "--app-namespace",
                                                "default", "--repo-root", repository}});
  CAPTURE(path);
  CAPTURE(result.err);
  REQUIRE(result.exit == 0);
  return result.out;
}

}  // namespace

TEST_CASE("kubectl reads every sample application back") {
  const std::string samples = tests::project_folder() + "/sample-apps/";
  for (const std::string name :
       {"low", "medium", "high", "helm", "kustomize/base", "kustomize/overlays/production"}) {
    CAPTURE(name);
    check_read_back(rendered(samples + name, samples));
  }
}

TEST_CASE("kubectl reads the whole corpus back") {
  const fs::path corpus = fs::path(tests::project_folder()) / "../shared/corpus";
  if (!fs::exists(corpus)) {
    MESSAGE("not run: ", corpus.string(), " is not here");
    return;
  }
  std::vector<std::string> sources = {(corpus / "argo-cd/ha-install.yaml").string(),
                                      (corpus / "kube-prometheus/manifests").string(),
                                      (corpus / "kube-prometheus/manifests/setup").string()};
  for (const std::string app : {"guestbook", "helm-guestbook", "kustomize-guestbook", "sock-shop",
                                "sync-waves", "pre-post-sync", "helm-hooks"})
    sources.push_back((corpus / "argocd-example-apps" / app).string());
  for (const auto& source : sources) {
    CAPTURE(source);
    check_read_back(rendered(source, corpus.string()));
  }
}
