#include "api/answer.hpp"

#include <algorithm>

namespace drift::api {
namespace {

bool well_formed(const Answer& answer) {
  return !answer.person.empty() && !answer.reason.empty() && answer.reason.size() <= longest_answer &&
         answer.reason.find('\n') == std::string::npos;
}

}  // namespace

std::vector<Answer> counted(const std::vector<Answer>& answers, const Asked& asked) {
  std::vector<Answer> given;
  for (const auto& answer : answers) {
    if (answer.action != asked.action || answer.drift != asked.drift) continue;
    if (!well_formed(answer) || (answer.person == through_argocd && !asked.through_argocd)) continue;
    const bool known = std::any_of(given.begin(), given.end(),
                                   [&](const auto& other) { return other.person == answer.person; });
    if (!known) given.push_back(answer);
  }
  return given;
}

const Answer* refusal_in(const std::vector<Answer>& answers) {
  const auto no = std::find_if(answers.begin(), answers.end(),
                               [](const auto& answer) { return answer.action == "reject"; });
  return no == answers.end() ? nullptr : &*no;
}

}  // namespace drift::api
