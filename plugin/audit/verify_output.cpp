#include "audit/verify_output.hpp"

#include <fmt/format.h>

#include "json/canonical.hpp"

namespace drift::audit {

std::string verification_text(const Verification& result) {
  std::string text;
  for (const auto& problem : result.problems)
    text += problem.sequence == 0 ? fmt::format("{}: {}\n", problem_name(problem.kind), problem.message)
                                  : fmt::format("record {}: {}: {}\n", problem.sequence,
                                                problem_name(problem.kind), problem.message);
  if (result.sequence == 0) return text + (result.problems.empty() ? "there are no records\n" : "");
  text += fmt::format("chain {}: {} records are there and right, {} were removed by retention\n",
                      result.chain, result.entries, result.removed);
  if (result.problems.empty()) text += fmt::format("whole; head {}:{}\n", result.hash, result.sequence);
  return text;
}

std::string verification_json(const Verification& result) {
  const auto problem_json = [](const Problem& problem) {
    JsonObject json;
    json.text("kind", problem_name(problem.kind));
    json.text("message", problem.message);
    json.number("record", problem.sequence);
    return json.str();
  };
  JsonObject json;
  json.text("chain", result.chain);
  json.number("entries", result.entries);
  json.text("hash", result.hash);
  json.json("problems", json_list(result.problems, problem_json));
  json.number("removed", result.removed);
  json.number("sequence", result.sequence);
  json.flag("whole", result.problems.empty());
  json.flag("withHead", result.with_head);
  return json.str() + "\n";
}

}  // namespace drift::audit
