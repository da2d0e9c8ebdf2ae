// Who decided, how, and how fast.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "audit/review_parts.hpp"

namespace drift::audit {

std::vector<Decision> decisions_in(const RowList& rows) {
  std::vector<Decision> all;
  for (const auto* row : rows) {
    if (!row->record) continue;
    const auto& record = *row->record;
    const auto& time = record.times.decided.empty() ? row->entry.time : record.times.decided;
    for (const auto& answer : record.answers)
      if (answer.action == "override" || answer.action == "reject")
        all.push_back({answer.action, answer.person, answer.reason, row->entry.application,
                       record.severity.empty() ? record.change_severity : record.severity, answer.drift, time,
                       row->entry.sequence});
  }
  return all;
}

std::vector<Person> people_in(const RowList& rows) {
  std::map<std::string, Person> by_name;
  std::map<std::string, std::vector<Lasted>> gates;
  for (const auto* row : rows) {
    if (!row->record) continue;
    const auto& record = *row->record;
    std::set<std::string> here;
    for (const auto& answer : record.answers) {
      auto& person = by_name[answer.person];
      if (answer.action == "approve") ++person.approvals;
      if (answer.action == "reject") ++person.rejections;
      if (answer.action == "override") ++person.overrides;
      here.insert(answer.person);
    }
    const auto time = time_between(record.times.detected, record.times.decided);
    for (const auto& name : here)
      if (time)
        gates[name].push_back(
            {fmt::format("record {}", row->entry.sequence), row->entry.application, record.severity, *time});
  }
  std::vector<Person> people;
  for (auto& [name, person] : by_name) {
    person.name = name;
    person.gates = durations_of(std::move(gates[name]));
    people.push_back(std::move(person));
  }
  const auto answers = [](const Person& person) {
    return person.approvals + person.rejections + person.overrides;
  };
  std::stable_sort(people.begin(), people.end(),
                   [&](const auto& a, const auto& b) { return answers(a) > answers(b); });
  return people;
}

}  // namespace drift::audit
