// One person's answer to a gate that waits: an annotation of its own on the gate's Job, never changed afterwards. Who may
// write it is the admission policy's to say (deploy/admission); what is checked here only gives better messages.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "approval/find.hpp"

namespace drift::approval {

enum class Verb : std::uint8_t { approve, reject, override_stop };
std::string_view verb_name(Verb verb);  // as in the annotation: approve, reject, override

struct Request {
  Verb verb = Verb::approve;
  std::string reason;
  std::string drift;  // which drift the person has seen, or the beginning of its name; empty: the current one
};

// The user name that the API server knows us by.
std::string who_am_i(outside::Kubernetes& kubernetes);

// Throws InputError where it isn't one line with something in it.
void check_reason(const std::string& reason);

// Throws InputError or Refusal where the answer can't be what the gate waits for, with what it waits for. Its reason isn't looked at.
void check(const Gate& gate, const Request& request);

// `approve.drift-policy.dev/<slug>-<drift>`: the user's name as far as a key may hold it. Where somebody else has that key,
// one with a hash.
std::string answer_key(const Gate& gate, Verb verb, const std::string& user);

// Whether this user has given this answer already, as the gate counts them; one that it doesn't count can be given anew.
bool answered(const Gate& gate, Verb verb, const std::string& user);

// Writes it on this very Job. Throws Refusal with the server's message where the policy or RBAC says no.
void write_answer(outside::Kubernetes& kubernetes, const Gate& gate, const Request& request,
                  const std::string& user);

}  // namespace drift::approval
