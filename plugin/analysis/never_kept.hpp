// Fields that Argo CD applied and the cluster never kept. Two things prove it:
//
// - Who owns the field. The API server notes down who owns what when it takes a request, before feature gates and admission webhooks
//   drop fields (k8s.io/apiserver, pkg/endpoints/handlers). Whoever takes a field away later, under any name, takes it from all
//   owners (structured-merge-diff, merge/update.go). So a field that isn't there and that Argo CD still owns was never kept.
// - The schema that the cluster publishes for the kind. What it doesn't know is gone before owners are noted down, when a request is
//   read and when an object is (k8s.io/apiextensions-apiserver, pkg/apiserver/schema/pruning; k8s.io/apimachinery,
//   pkg/runtime/serializer/json). No sync can bring such a field back, so it overwrites nobody's work, whoever took it away.
//
// Who may update the object can write such owners in a second request, and who may change the CustomResourceDefinition (or register
// an APIService) decides about the schema; each can hide any other difference, too (docs/drift.md, "Who is trusted"). So it is
// always said. The copy in last-applied-configuration proves nothing: it is the same after a person has removed the field.
#pragma once
#include <functional>
#include <optional>

#include "analysis/compare.hpp"
#include "analysis/managed_fields.hpp"
#include "api/plan.hpp"
#include "kube/field_types.hpp"

namespace drift::analysis {

// What the cluster publishes of the fields of a kind.
struct Published {
  const kube::FieldTypes* types = nullptr;  // nullptr: nothing
  kube::TypeId type = 0;
};
// Asked at most once for an object, and only where something is missing that nobody owns. What it throws goes through.
using Publisher = std::function<Published(const api::PlannedObject&)>;

class NeverKept {
 public:
  // `live`: redacted and flattened (api/redacted.hpp). Refers to all of them.
  NeverKept(const api::PlannedObject& planned, const Managers& managers, const rapidjson::Value& live,
            const Publisher& publisher);

  bool holds(const Found& found) const;

 private:
  bool has_no_place(const Found& found) const;

  const api::PlannedObject& planned_;
  const Managers& managers_;
  const rapidjson::Value& live_;
  const Publisher& publisher_;
  mutable std::optional<Published> published_;
};

}  // namespace drift::analysis
