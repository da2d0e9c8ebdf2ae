// Which of the answers on a gate's Job count: for the gate that decides by them, and for everybody who shows how many there are.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "api/record.hpp"

namespace drift::api {

// Who answers through Argo CD, which doesn't say who it is.
inline constexpr std::string_view through_argocd = "argocd";
// Of an answer's reason, in bytes.
inline constexpr std::size_t longest_answer = 1024;

// The word for a severity whose people decide about Git's own changes, where a severity's name is the word for drift: `high.changes`. No
// severity has a dot in its name.
std::string asks_of_changes(std::string_view severity);

// The people who may answer where each of several lists of groups has to agree: one group a text, of which somebody must be in one. An
// empty list is anybody.
std::vector<std::string> in_each(const std::vector<std::vector<std::string>>& lists);

// What is asked of people.
struct Asked {
  std::string_view action;  // approve or override
  std::string_view drift;
  bool through_argocd = false;  // whether a yes through Argo CD counts
};

// The answers that count as a yes, one for each person: to this very drift, by the word that is asked for, with a name, and with a
// reason of one line.
std::vector<Answer> counted(const std::vector<Answer>& answers, const Asked& asked);

// The no that ends the sync, nullptr where nobody said one. A no is to the sync: to whatever drift, and in whatever form.
const Answer* refusal_in(const std::vector<Answer>& answers);

}  // namespace drift::api
