// differences PLAN: reads live objects from standard input, a line each: the index of a planned object, a blank and the live
// one's JSON. Prints for each the pointers of its differences from the plan, as a gate would find them, a line of JSON each.
// For tests/e2e, where the API server makes thousands of objects that exist in no cluster.
#include "analysis/differences.hpp"

#include <iostream>
#include <string>

#include "json/canonical.hpp"
#include "json/read.hpp"
#include "json/string.hpp"
#include "support/folder.hpp"

int main(int count, char** arguments) {
  using namespace drift;
  if (count != 2) return 2;
  try {
    const auto plan = api::read_plan(tests::contents(arguments[1]));
    for (std::string line; std::getline(std::cin, line);) {
      const auto blank = line.find(' ');
      const auto& planned = plan.objects.at(std::stoul(line.substr(0, blank)));
      auto live = parse_json("input", std::string_view(line).substr(blank + 1));
      std::vector<std::string> pointers;
      const analysis::Rating rating(plan, planned, nullptr, nullptr);
      for (const auto& found : analysis::object_differences(planned, planned, "", live, {}, rating).found)
        pointers.push_back(found.difference.pointer);
      std::cout << json_list(pointers, json_string) << '\n';
    }
  } catch (const std::exception& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
  return 0;
}
