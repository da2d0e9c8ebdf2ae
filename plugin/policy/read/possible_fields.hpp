// Whether a pointer can lead to anything in objects of some types, and what was meant where it can't. Pure.
#pragma once
#include <string>

#include "kube/field_types.hpp"

namespace drift::policy {

// Why the tokens can't lead to anything in any of the types, with what was probably meant: `/spec has no "replica"; did you mean
// "/spec/replicas"?`. Empty where they can in one of them.
std::string dead_end(const kube::FieldTypes& types, const kube::Types& roots, const kube::Tokens& tokens);

}  // namespace drift::policy
