// What Git wanted of an object before this sync: the base's object of the same identity, or the one that it was then.
//
// An object's identity is its group, kind, namespace and name. What stands in Git can move it though the object stays the same:
// whether a kind has a namespace may not be known when it is rendered (kube/kinds.hpp), what has none may be written with
// one, and some groups serve the same objects. Such an object is no new one, or its drift would go unseen.
#pragma once
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "api/plan.hpp"

namespace drift::analysis {

struct Before {
  const api::PlannedObject* object = nullptr;  // nullptr: nothing
  const api::Orphan* orphan = nullptr;         // where it had left Git at the last success
};

// The objects of a base, as those of a plan find them. Refers to both.
class BaseObjects {
 public:
  BaseObjects(const api::Plan& plan, const api::Plan* base);

  struct Found {
    Before before;
    bool ambiguous = false;  // it may be any of several, so none of them
  };
  // The object of the same kind and name that has the same identity, else the only one that differs from it in whether it has a
  // namespace, in the group where two serve the same objects, or, of a kind that may have no namespaces for all that is known, in
  // the namespace. Takes it out: from then on left() is false of it.
  Found take(const api::PlannedObject& planned);

  // Of what take() finds nothing of: the object of the same kind, name and namespace in another group, whose API may have moved.
  Found in_another_group(const api::PlannedObject& planned) const;

  // Whether the base's object was not taken.
  bool left(const api::PlannedObject& object) const { return by_identity_.contains(object.identity()); }

 private:
  using List = std::vector<Before>;
  void collect(const List& list, List& candidates) const;
  List moved(const api::PlannedObject& planned) const;

  std::unordered_set<std::string> planned_;  // the plan's identities
  std::unordered_map<std::string, Before> by_identity_;
  // Of those whose identity no object of the plan has: by group, kind and name, and by kind, namespace and name.
  std::unordered_map<std::string, List> by_name_, by_place_;
};

}  // namespace drift::analysis
