#include "manifest/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>

#include "base/parallel.hpp"
#include "base/printable.hpp"
#include "yaml/nesting.hpp"
#include "yaml/stream.hpp"

namespace drift::manifest {
namespace {

constexpr std::string_view hook_key = "argocd.argoproj.io/hook";
constexpr std::string_view helm_hook_key = "helm.sh/hook";
constexpr std::size_t worth_a_thread = std::size_t{128} << 10;  // bytes

std::string_view string_at(const yaml::Node& mapping, std::string_view key) {
  const yaml::Node value = mapping.find(key);
  return value.is_string() ? value.text() : std::string_view();
}

const char* type_name(yaml::Type type) {
  constexpr std::array names = {"null",     "a boolean", "a number", "a number",
                                "a string", "a list",    "a mapping"};
  return names[static_cast<std::size_t>(type)];
}

// One document to read: which file, and which of its bytes.
struct Job {
  std::size_t file;
  yaml::Span span;
};

// Finds what keeps an object from being one. Argo CD ignores all annotations of an object when one of them is no string
// (unstructured.NestedStringMap), waves, hooks and options included, and then fails to track it; so such an object is refused
// here. A label may be null, which the API server takes for the empty string; any other value that is no string it refuses.
class ObjectCheck {
 public:
  explicit ObjectCheck(std::vector<Finding>& findings) : findings_(findings) {}

  // An object whose items stand for it; all that it must have is a kind.
  void list(const yaml::Node& object) { expect_kind(object); }

  bool operator()(const yaml::Node& object) {
    const auto before = findings_.size();
    if (!object.is_mapping()) {
      add(object, fmt::format("{} in place of a Kubernetes object; expected apiVersion, kind and metadata",
                              type_name(object.type())));
      return false;
    }
    expect_kind(object);
    expect_no_items(object);
    for (const auto* key : {"apiVersion", "kind"}) expect_string(object, key, key);
    const auto api_version = string_at(object, "apiVersion");
    if (std::count(api_version.begin(), api_version.end(), '/') > 1)
      add(object.find("apiVersion"), "apiVersion has more than one slash; expected VERSION or GROUP/VERSION");
    const yaml::Node metadata = object.find("metadata");
    if (metadata && !metadata.is_null() && !metadata.is_mapping())
      add(metadata, fmt::format("metadata is {}; expected a mapping", type_name(metadata.type())));
    for (const auto* key : {"name", "namespace", "generateName"})
      expect_string(metadata, key, std::string("metadata.") + key);
    expect_string_map(metadata, "annotations", false);
    expect_string_map(metadata, "labels", true);
    return findings_.size() == before;
  }

 private:
  void add(const yaml::Node& node, std::string message) {
    findings_.push_back({node.place(), std::move(message)});
  }

  void expect_kind(const yaml::Node& object) {
    const yaml::Node kind = object.find("kind");
    if (!kind || kind.is_null() || (kind.is_string() && kind.text().empty()))
      add(object, "an object without a kind; expected \"kind: ...\"");
  }

  // kubectl's apply, which Argo CD calls for each object, takes whatever has `items` for a list (unstructuredJSONScheme.decode;
  // keys are compared exactly), and takes lists in lists apart to any depth (FlattenListVisitor). So what stands in the items
  // of an object would be applied in its phase and wave, and neither we nor the AppProject would have looked at it; and an
  // object whose items are no list can't be applied at all.
  void expect_no_items(const yaml::Node& object) {
    const yaml::Node items = object.find("items");
    if (items.is_sequence())
      add(items,
          "an object in a list has items of its own, which Kubernetes would apply as objects that Argo CD "
          "hasn't looked at; expected each object in the outer list");
    else if (items)
      add(items,
          fmt::format("items is {}, and Kubernetes takes whatever has items for a list; expected a list of "
                      "objects, or no items",
                      type_name(items.type())));
  }

  void expect_string(const yaml::Node& parent, const char* key, const std::string& what) {
    const yaml::Node value = parent.find(key);
    if (value && !value.is_null() && !value.is_string())
      add(value,
          fmt::format("{} is {}; expected a string, so put quotes around it", what, type_name(value.type())));
  }

  void expect_string_map(const yaml::Node& metadata, const char* what, bool with_null) {
    const yaml::Node map = metadata.find(what);
    if (!map || map.is_null()) return;
    if (!map.is_mapping())
      return add(
          map, fmt::format("metadata.{} is {}; expected a mapping of strings", what, type_name(map.type())));
    for (const auto& [key, value] : map.entries())
      if (!value.is_string() && !(with_null && value.is_null()))
        add(value, fmt::format("the value of {} \"{}\" is {}; expected a string, so put quotes around it",
                               std::string_view(what).substr(0, std::string_view(what).size() - 1), key,
                               type_name(value.type())));
  }

  std::vector<Finding>& findings_;
};

HookKind hook_kind(const Manifest& manifest) {
  if (manifest.annotations.find(hook_key)) return HookKind::argo;
  const auto helm = manifest.annotation(helm_hook_key);
  return helm.empty() || helm == "crd-install" ? HookKind::none : HookKind::helm;
}

Manifest describe(const yaml::Document& document, std::size_t file, const yaml::Node& object) {
  Manifest manifest;
  manifest.document = &document;
  manifest.file = file;
  manifest.object = object;
  manifest.api_version = string_at(object, "apiVersion");
  manifest.kind = string_at(object, "kind");
  const auto slash = manifest.api_version.find('/');
  if (slash == std::string_view::npos) {
    manifest.version = manifest.api_version;
  } else {
    manifest.group = manifest.api_version.substr(0, slash);
    manifest.version = manifest.api_version.substr(slash + 1);
  }
  const auto mapping = [](yaml::Node node) { return node.is_mapping() ? node : yaml::Node(); };
  manifest.metadata = mapping(object.find("metadata"));
  manifest.name = string_at(manifest.metadata, "name");
  manifest.ns = string_at(manifest.metadata, "namespace");
  manifest.labels = mapping(manifest.metadata.find("labels"));
  manifest.annotations = mapping(manifest.metadata.find("annotations"));
  manifest.hook = hook_kind(manifest);
  return manifest;
}

[[noreturn]] void too_many(const Place& place) {
  throw InputError(place,
                   fmt::format("the source has more than {} objects; expected fewer: Argo CD can't hold the "
                               "state of so many, so split the application",
                               max_objects));
}

// Argo CD leaves out what has `items: null` and neither spec nor status, whatever its kind (repository.go, isNullList);
// without a kind it is refused before (unstructuredJSONScheme.decode).
bool is_null_list(const yaml::Node& object, const yaml::Node& items) {
  return items.is_null() && !string_at(object, "kind").empty() && !object.find("spec") &&
         !object.find("status");
}

// Objects with a list of items stand for the items, whatever their kind (unstructured.IsList; repository.go,
// GenerateManifests); an empty List holds nothing. Argo CD takes one such list apart and no more.
void collect(const yaml::Document& document, std::size_t file, const yaml::Node& object,
             std::vector<Finding>& findings, std::vector<Manifest>& objects) {
  const auto add = [&](const yaml::Node& each) {
    if (objects.size() + findings.size() >= max_objects) too_many(each.place());
    if (ObjectCheck(findings)(each)) objects.push_back(describe(document, file, each));
  };
  const yaml::Node items = object.find("items");
  if (items.is_sequence()) {
    ObjectCheck(findings).list(object);
    for (const yaml::Node& item : items.elements()) add(item);
  } else if (!is_null_list(object, items)) {
    add(object);
  }
}

// YAML knows no tab before the first character of a line: those around the objects of a JSON stream become blanks.
void blank_tabs(std::string& text, const std::vector<yaml::Piece>& pieces) {
  bool line_start = true;
  const auto blank = [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      line_start = line_start || text[i] == '\n' || text[i] == '\r';
      if (line_start && text[i] == '\t') text[i] = ' ';
    }
    line_start = false;
  };
  std::size_t at = 0;
  for (const auto& piece : pieces) {
    if (!piece.json) break;
    blank(at, piece.span.begin);
    at = piece.span.end;
  }
  if (at > 0 && text.find_first_not_of(" \t\r\n", at) == std::string::npos) blank(at, text.size());
}

// What YAML would not read the same in the objects of a JSON stream is written so that it does. False: nothing was.
bool rewrite_json(std::string& text, const std::vector<yaml::Piece>& pieces) {
  std::string rewritten;
  std::size_t at = 0;
  for (const auto& piece : pieces) {
    const auto json = std::string_view(text).substr(piece.span.begin, piece.span.end - piece.span.begin);
    if (!piece.json || !yaml::needs_json_for_yaml(json)) continue;
    rewritten.append(text, at, piece.span.begin - at).append(yaml::json_for_yaml(json));
    at = piece.span.end;
  }
  if (at == 0) return false;
  text = rewritten.append(text, at);
  return true;
}

// The documents of all files. A file that can't be split has none, and a finding.
std::vector<Job> split_files(std::vector<SourceFile>& files, std::vector<std::vector<Finding>>& findings) {
  std::vector<Job> jobs;
  for (std::size_t i = 0; i < files.size(); ++i) {
    try {
      auto pieces = yaml::split(files[i].name, files[i].text);
      if (rewrite_json(files[i].text, pieces)) pieces = yaml::split(files[i].name, files[i].text);
      blank_tabs(files[i].text, pieces);
      for (const auto& piece : pieces) jobs.push_back({i, piece.span});
      if (jobs.size() > max_objects) too_many({files[i].name});
    } catch (const InputError& error) {
      if (jobs.size() > max_objects) throw;
      findings[i] = error.findings;
    }
  }
  return jobs;
}

// What became of one job.
struct Outcome {
  std::optional<yaml::Document> document;
  std::vector<Finding> findings;
};

Outcome read(const SourceFile& file, yaml::Span span, const yaml::LineIndex& lines) {
  Outcome outcome;
  try {
    outcome.document.emplace(file.name, file.text, span, yaml::Document::Reader::fastest, &lines);
    if (!outcome.document->root()) outcome.document.reset();
  } catch (const InputError& error) {
    outcome.findings = error.findings;
    const auto document = std::string_view(file.text).substr(span.begin, span.end - span.begin);
    const bool is_file = file.name.ends_with(".yaml") || file.name.ends_with(".yml");
    if (is_file && document.find("{{") != std::string_view::npos)
      outcome.findings.front().message +=
          " (\"{{\" stands here: is this a template of Helm? Then render its chart's folder, or exclude the "
          "file)";
  }
  return outcome;
}

// Throws where reading all documents would take too long: what one may have, 480 together may not.
void check_nesting(const std::vector<SourceFile>& files, const std::deque<yaml::LineIndex>& lines,
                   const std::vector<Job>& jobs) {
  std::vector<std::size_t> work(jobs.size());
  std::size_t bytes = 0;
  for (const auto& job : jobs) bytes += job.span.end - job.span.begin;
  in_parallel(jobs.size(), 1 + bytes / worth_a_thread, [&](std::size_t n) {
    const auto [begin, end] = jobs[n].span;
    work[n] = yaml::nesting_work(std::string_view(files[jobs[n].file].text).substr(begin, end - begin));
  });
  std::size_t sum = 0;
  for (std::size_t n = 0; n < jobs.size(); ++n) {
    sum += work[n];
    if (sum <= yaml::max_nesting_work) continue;
    const auto [line, column] = lines[jobs[n].file].at(jobs[n].span.begin);
    throw InputError({files[jobs[n].file].name, line, column},
                     "up to this document, lists and mappings in brackets are nested too deep altogether; "
                     "expected fewer levels");
  }
}

std::vector<Outcome> read_all(const std::vector<SourceFile>& files, const std::deque<yaml::LineIndex>& lines,
                              const std::vector<Job>& jobs) {
  const auto size = [&](std::size_t i) { return jobs[i].span.end - jobs[i].span.begin; };
  std::size_t total = 0;
  // The largest first, so that no thread is left alone with it at the end.
  std::vector<std::size_t> order(jobs.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    total += size(i);
  }
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
  std::vector<Outcome> outcomes(jobs.size());
  in_parallel(jobs.size(), 1 + total / worth_a_thread, [&](std::size_t n) {
    const Job& job = jobs[order[n]];
    outcomes[order[n]] = read(files[job.file], job.span, lines[job.file]);
  });
  return outcomes;
}

}  // namespace

std::string_view Manifest::annotation(std::string_view key) const {
  return string_at(annotations, key);
}

std::string_view Manifest::label(std::string_view key) const {
  return string_at(labels, key);
}

std::string Manifest::display() const {
  return printable(ns.empty() ? fmt::format("{}/{}", kind, name) : fmt::format("{}/{}/{}", kind, ns, name));
}

std::vector<Manifest> objects_of(const yaml::Document& document, std::size_t file) {
  std::vector<Finding> findings;
  std::vector<Manifest> objects;
  if (document.root()) collect(document, file, document.root(), findings, objects);
  if (!findings.empty()) throw InputError(findings);
  return objects;
}

namespace {

// Argo CD leaves out a file of a directory that can't be read and does not look like a manifest
// (getObjsFromYAMLOrJSON in reposerver/repository/repository.go).
bool may_be_left_out(const SourceFile& file) {
  const auto holds = [&](const char* text) { return file.text.find(text) != std::string::npos; };
  return file.skip_unless_manifest && !(holds("apiVersion:") && holds("kind:") && holds("metadata:"));
}

// Argo CD has read it, whatever else is wrong with it.
bool is_read(const yaml::Node& root) {
  return root.is_mapping() && !string_at(root, "kind").empty();
}

}  // namespace

Manifests::Manifests(std::vector<SourceFile> files) : files_(std::move(files)) {
  std::vector<std::vector<Finding>> findings(files_.size());
  const auto jobs = split_files(files_, findings);
  for (const auto& file : files_) lines_.emplace_back(file.text);
  check_nesting(files_, lines_, jobs);
  auto outcomes = read_all(files_, lines_, jobs);
  std::vector<Finding> all;
  for (std::size_t file = 0, job = 0; file < files_.size(); ++file) {
    const auto first_object = objects_.size(), first_document = documents_.size();
    bool good_first = false;  // Argo CD read something before the first mistake that keeps it from reading
    for (; job < jobs.size() && jobs[job].file == file; ++job) {
      auto outcome = std::move(outcomes[job]);
      findings[file].insert(findings[file].end(), outcome.findings.begin(), outcome.findings.end());
      if (!outcome.document) continue;
      documents_.push_back(std::move(*outcome.document));
      const yaml::Document& document = documents_.back();
      good_first = good_first || (findings[file].empty() && is_read(document.root()));
      collect(document, file, document.root(), findings[file], objects_);
    }
    if (!findings[file].empty() && !good_first && may_be_left_out(files_[file])) {
      objects_.resize(first_object);
      while (documents_.size() > first_document) documents_.pop_back();
      files_[file].text.clear();
      continue;
    }
    std::move(findings[file].begin(), findings[file].end(), std::back_inserter(all));
  }
  if (!all.empty()) throw InputError(all);
}

}  // namespace drift::manifest
