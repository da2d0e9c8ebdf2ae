// A gate that waits as people see it before they answer: what drifted, what is asked, what each answer does.
#pragma once
#include <string>

#include "approval/find.hpp"

namespace drift::approval {

struct View {
  std::string text;      // lines, each with its end
  std::string question;  // `Put back 2 changes`, without its end
};

// Reads the gate's report. Where that is not to be had, the text says so and why.
View view(outside::Kubernetes& kubernetes, const Gate& gate, Time now, bool colour);

}  // namespace drift::approval
