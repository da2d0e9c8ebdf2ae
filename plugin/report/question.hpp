// What people are asked about drift and Git's own changes, and what each answer does: the same words on the gate's page and on the
// command line.
#pragma once
#include <string>
#include <string_view>

#include "api/report.hpp"

namespace drift::report {

// What a sync would do: `Put back 2 changes and create 1 deleted object again`, `Put back 1 change and apply 2 from Git`, for a
// question.
std::string putting_back(const api::Report& report);

// The same where the report can't be read.
inline constexpr std::string_view putting_back_unseen = "Put Git's state back";

// The question and what follows from each answer, a line each with its end. `action`: `approve` or `override`, the answer that is a yes.
std::string question(std::string_view putting_back, std::string_view action);

// What follows from an answer, `approve`, `override` or `reject`: a sentence without its end.
std::string_view effect_of(std::string_view answer);

}  // namespace drift::report
