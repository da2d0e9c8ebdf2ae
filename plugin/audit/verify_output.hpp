// What verify found, for people and as JSON.
#pragma once
#include <string>

#include "audit/verify.hpp"

namespace drift::audit {

// Problems first, a line each; then what is there. The last line of a whole chain is what to keep elsewhere.
std::string verification_text(const Verification& result);
std::string verification_json(const Verification& result);

}  // namespace drift::audit
