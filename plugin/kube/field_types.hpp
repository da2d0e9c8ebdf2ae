// What objects of a kind can hold, as a graph of types: of Kubernetes' own kinds from a table (known_fields.txt, which
// tools/generate-fields writes from an API server's OpenAPI), of others from their CustomResourceDefinitions. Only `check` asks
// for it; no other command reads the table.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace drift::kube {

// Place of a type in FieldTypes.
using TypeId = std::uint32_t;

struct FieldType {
  enum class Form : std::uint8_t { anything, scalar, list, map, object };
  Form form = Form::anything;
  TypeId inner = 0;   // of a list its elements, of a map its values
  bool open = false;  // an object that may have other fields too, with anything in them
  std::vector<std::pair<std::string, TypeId>> fields = {};  // of an object, sorted by name
};

// A kind in one version.
struct TypedKind {
  std::string group, version, kind;
  TypeId type = 0;
  bool built_in = false;  // of Kubernetes itself, by the table
};

// Grows only: a TypeId stays what it is.
class FieldTypes {
 public:
  static constexpr TypeId anything = 0, scalar = 1;

  FieldTypes() : types_{{FieldType::Form::anything}, {FieldType::Form::scalar}} {}

  TypeId add(FieldType type);
  void add_kind(TypedKind kind) { kinds_.push_back(std::move(kind)); }
  // For types that refer to each other: the place first, what it is later.
  void set(TypeId id, FieldType type) { types_[id] = std::move(type); }

  const FieldType& operator[](TypeId id) const { return types_[id]; }
  std::size_t size() const { return types_.size(); }
  const std::vector<TypedKind>& kinds() const { return kinds_; }

  std::string version;         // of Kubernetes: `1.37`
  TypeId metadata = anything;  // metadata of any object

 private:
  std::vector<FieldType> types_;
  std::vector<TypedKind> kinds_;
};

// The table, read anew with each call.
FieldTypes kubernetes_fields();

// Tokens of a pointer (pointer.hpp), and the types of all that they can lead to.
using Tokens = std::vector<std::string>;
using Types = std::vector<TypeId>;  // sorted, each once

// Where one token leads from any of these: `*` to each element, key or field. Empty: to nothing that can be there.
Types step(const FieldTypes& types, const Types& from, std::string_view token);

// Where each token leads: the first are `roots`, and the list ends with the first that are empty.
std::vector<Types> walk(const FieldTypes& types, const Types& roots, const Tokens& tokens);

}  // namespace drift::kube
