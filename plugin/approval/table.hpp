// Gates for people and for other programs: as a table, as JSON, and one gate as lines.
#pragma once
#include <string>
#include <vector>

#include "approval/find.hpp"

namespace drift::approval {

// Within 80 columns as far as the names of namespaces and applications let it; `wide`: everything, the whole drift as well.
std::string table(const std::vector<Gate>& gates, Time now, bool wide = false);
// The row of one that was among these or waits among them now, as table() lays it out; of what waits no more, with its state.
std::string row(std::vector<Gate> gates, const Gate& gate, Time now, bool wide);
// One object.
std::string json_of(const Gate& gate, Time now);
// An array, an object for each gate.
std::string json(const std::vector<Gate>& gates, Time now);
// Who is asked, how many have answered, until when: lines, each with its end.
std::string asked(const Gate& gate, Time now);

// `3h20m`, in the two largest units; `over` where it is none.
std::string remaining(Time until, Time now);

}  // namespace drift::approval
