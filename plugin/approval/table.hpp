// Gates for people and for other programs: as a table, as JSON, and one gate as lines.
#pragma once
#include <string>
#include <vector>

#include "approval/find.hpp"

namespace drift::approval {

std::string table(const std::vector<Gate>& gates, Time now);
// An array, an object for each gate.
std::string json(const std::vector<Gate>& gates, Time now);
// Who is asked, how many have answered, until when: lines, each with its end.
std::string asked(const Gate& gate, Time now);

// `3h20m`, in the two largest units; `over` where it is none.
std::string remaining(Time until, Time now);

}  // namespace drift::approval
