#include "api/answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace drift::api {
namespace {

bool well_formed(const Answer& answer) {
  return !answer.person.empty() && !answer.reason.empty() && answer.reason.size() <= longest_answer &&
         answer.reason.find('\n') == std::string::npos;
}

}  // namespace

std::string asks_of_changes(std::string_view severity) {
  return std::string(severity) + ".changes";
}

std::vector<std::string> in_each(const std::vector<std::vector<std::string>>& lists) {
  std::vector<std::vector<std::string>> some;
  for (const auto& list : lists)
    if (!list.empty() && std::find(some.begin(), some.end(), list) == some.end()) some.push_back(list);
  if (some.empty()) return {};
  if (some.size() == 1) return some.front();
  std::string text;
  for (const auto& list : some)
    text += fmt::format("{}{}", text.empty() ? "" : " and also of ", fmt::join(list, " or "));
  return {text};
}

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
