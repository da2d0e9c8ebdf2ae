#include "kube/field_types.hpp"

#include <algorithm>
#include <unordered_map>

#include "base/ascii.hpp"
#include "base/embedded.hpp"
#include "base/text.hpp"

namespace drift::kube {
namespace {

using Form = FieldType::Form;

// Reads known_fields.txt, whose head says what stands in it.
class Table {
 public:
  explicit Table(std::string_view text) {
    while (!text.empty()) {
      auto line = take_until(text, '\n');
      if (line.starts_with("# Kubernetes ")) {
        types_.version = line.substr(line.find_last_of(' ') + 1);
        types_.version.resize(types_.version.rfind('.'));
      } else if (line.empty()) {
        in_types_ = true;
      } else if (!line.starts_with('#')) {
        in_types_ ? read_type(line) : read_kinds(line);
      }
    }
    types_.metadata = named("ObjectMeta");
  }

  FieldTypes types() && { return std::move(types_); }

 private:
  void read_kinds(std::string_view line) {
    const auto group = take_until(line, '/'), version = take_until(line, ' ');
    while (!line.empty()) {
      auto word = take_until(line, ' ');
      const auto kind = take_until(word, '=');
      types_.add_kind({std::string(group), std::string(version), std::string(kind),
                       named(word.empty() ? kind : word), true});
    }
  }

  void read_type(std::string_view line) {
    const auto id = named(take_until(line, ' '));
    FieldType type{Form::object};
    while (!line.empty()) {
      auto word = take_until(line, ' ');
      std::string field(take_until(word, ':'));
      type.fields.emplace_back(std::move(field), type_of(word));
    }
    std::sort(type.fields.begin(), type.fields.end());
    types_.set(id, std::move(type));
  }

  TypeId type_of(std::string_view word) {
    if (word.empty()) return FieldTypes::scalar;
    if (word == "?") return FieldTypes::anything;
    if (word.front() != '[' && word.front() != '{') return named(word);
    const auto found = made_.find(word);
    if (found != made_.end()) return found->second;
    const auto inner = type_of(word.substr(1));
    return made_[word] = types_.add({word.front() == '[' ? Form::list : Form::map, inner});
  }

  TypeId named(std::string_view name) {
    const auto [entry, added] = made_.try_emplace(name);
    if (added) entry->second = types_.add({});
    return entry->second;
  }

  FieldTypes types_;
  bool in_types_ = false;
  std::unordered_map<std::string_view, TypeId> made_;
};

bool is_index(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), is_digit) &&
         (token.size() == 1 || token.front() != '0');
}

void step_into(const FieldTypes& types, TypeId id, std::string_view token, Types& to) {
  const auto& type = types[id];
  const bool all = token == "*";
  switch (type.form) {
    case Form::anything:
      to.push_back(FieldTypes::anything);
      return;
    case Form::scalar:
      return;
    case Form::list:
      if (all || is_index(token)) to.push_back(type.inner);
      return;
    case Form::map:
      to.push_back(type.inner);
      return;
    case Form::object: {
      const auto before = to.size();
      for (const auto& [name, field] : type.fields)
        if (all || name == token) to.push_back(field);
      if (type.open && (all || to.size() == before)) to.push_back(FieldTypes::anything);
      return;
    }
  }
}

}  // namespace

TypeId FieldTypes::add(FieldType type) {
  types_.push_back(std::move(type));
  return static_cast<TypeId>(types_.size() - 1);
}

FieldTypes kubernetes_fields() {
  return Table(embedded::known_fields_txt()).types();
}

Types step(const FieldTypes& types, const Types& from, std::string_view token) {
  Types to;
  for (const auto id : from) step_into(types, id, token, to);
  std::sort(to.begin(), to.end());
  to.erase(std::unique(to.begin(), to.end()), to.end());
  return to;
}

std::vector<Types> walk(const FieldTypes& types, const Types& roots, const Tokens& tokens) {
  std::vector<Types> places = {roots};
  for (const auto& token : tokens) {
    if (places.back().empty()) break;
    places.push_back(step(types, places.back(), token));
  }
  return places;
}

}  // namespace drift::kube
