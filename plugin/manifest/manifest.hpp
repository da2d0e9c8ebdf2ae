// A manifest: one Kubernetes object of the source, with what policies ask about it.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "yaml/document.hpp"

namespace drift::manifest {

// More objects are refused. An Application's status lists each of them, and etcd takes 1.5 MiB for an object: Argo CD is at
// its end near 10,000. It bounds our memory too: an object takes some 5 KiB from reading to printing.
inline constexpr std::size_t max_objects = 100'000;

// A file of the source, or what a program printed. `name` is what messages call it.
struct SourceFile {
  std::string name;
  std::string text;
  // Found in a directory, and not all of `apiVersion:`, `kind:` and `metadata:` stand in it: where reading it fails before
  // any object was read (no YAML, or an object without kind), Argo CD takes it for something else and leaves it out.
  bool skip_unless_manifest = false;
};

// Which hook an object already is, by Argo CD's annotation or (where that is absent) Helm's.
// https://argo-cd.readthedocs.io/en/stable/user-guide/resource_hooks/
enum class HookKind : std::uint8_t { none, argo, helm };

struct Manifest {
  const yaml::Document* document = nullptr;
  std::size_t file = 0;  // index of the source file
  yaml::Node object;     // the document's root, or one of a List's items
  std::string_view api_version, kind, group,
      version;                               // `apps/v1` is group `apps`, version `v1`; the core group is ""
  std::string_view name, ns;                 // ns: metadata.namespace, empty where the manifest has none
  yaml::Node metadata, labels, annotations;  // no node where absent
  HookKind hook = HookKind::none;

  // The value of an annotation or label where it is a string; else an empty view.
  std::string_view annotation(std::string_view key) const;
  std::string_view label(std::string_view key) const;
  // `Deployment/web` or `Deployment/prod/web`, for people: printable.
  std::string display() const;
  Place place() const { return object.place(); }
};

// The objects of one document, a List's items in its place. Throws InputError for what is no Kubernetes object.
std::vector<Manifest> objects_of(const yaml::Document& document, std::size_t file);

// Everything that was read: the files, their documents, and the objects in order. Owns what the handles point at.
class Manifests {
 public:
  // Reads all files, splitting each as the Kubernetes decoder does, on as many threads as help.
  // Throws InputError with all documents' mistakes, in order; where there are more than max_objects, with that alone.
  explicit Manifests(std::vector<SourceFile> files);

  const std::vector<SourceFile>& files() const { return files_; }
  // Those that hold something.
  const std::deque<yaml::Document>& documents() const { return documents_; }
  const std::vector<Manifest>& objects() const { return objects_; }

 private:
  std::vector<SourceFile> files_;
  std::deque<yaml::LineIndex> lines_;  // of files_
  std::deque<yaml::Document> documents_;
  std::vector<Manifest> objects_;
};

// Calls visit(file, document) for each document, in order; `file` is its place in files().
template <typename Visit>
void for_each_document(const Manifests& manifests, const Visit& visit) {
  std::size_t file = 0;
  for (const auto& document : manifests.documents()) {
    while (manifests.files()[file].text.data() != document.text().data()) ++file;
    visit(file, document);
  }
}

}  // namespace drift::manifest
