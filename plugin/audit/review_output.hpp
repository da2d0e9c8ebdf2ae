// A review for programs and for people.
#pragma once
#include <string>

#include "audit/review.hpp"
#include "report/document.hpp"

namespace drift::audit {

// One line of canonical JSON and its end; docs/review.md lists its members.
std::string review_json(const Review& review);

// For people, as text or as HTML (report/document.hpp).
report::Document review_document(const Review& review);

}  // namespace drift::audit
