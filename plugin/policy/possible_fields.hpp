// Whether a pointer can lead to anything in objects of some types, and what was meant where it can't. Pure.
#pragma once
#include <string>

#include "policy/field_types.hpp"

namespace drift::policy {

// Why the tokens can't lead to anything in any of the types, with what was probably meant: `/spec has no "replica"; did you mean
// "/spec/replicas"?`. Empty where they can in one of them.
std::string dead_end(const FieldTypes& types, const Types& roots, const Tokens& tokens);

}  // namespace drift::policy
