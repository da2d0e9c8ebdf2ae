// When a rule holds for objects of one kind, as a Lua expression over the live object `obj`. Pure.
#pragma once
#include <string>
#include <string_view>

#include "policy/policy.hpp"

namespace drift::generate {

struct Condition {
  enum class Holds { never, always, where } holds = Holds::never;
  std::string lua;  // where it depends on the object
};

// Says what policy::matches() would of an object of that kind, whatever its version: Argo CD reads live objects in the version
// that the API server prefers, which need not be the one in Git.
Condition condition_of(const policy::Rule& rule, std::string_view group, std::string_view kind);

}  // namespace drift::generate
