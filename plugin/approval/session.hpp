// How a person answers a gate: finds it, is shown what is asked, is asked back and then why, answers.
#pragma once
#include <functional>
#include <string>

#include "approval/answer.hpp"
#include "outside/clock.hpp"

namespace drift::approval {

struct Dialogue {
  bool colour = false;
  std::function<void(std::string_view)> show;
  // Whether the person means it; empty: there is nobody to ask.
  std::function<bool(std::string_view question)> confirm;
  // A line of what the person says; empty: there is nobody to ask.
  std::function<std::string(std::string_view question)> ask;
};

// What happened, as a line without its end. `sure`: the person has said beforehand that they mean it, as who names a drift has. Without
// a reason in the request the person is asked for one last. Throws InputError,
// Refusal or OutsideError where the answer wasn't given.
std::string give_answer(outside::Kubernetes& kubernetes, outside::Clock& clock, const GateQuery& wanted,
                        const Request& request, bool sure, const Dialogue& dialogue);

}  // namespace drift::approval
