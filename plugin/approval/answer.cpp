#include "approval/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "api/answer.hpp"
#include "base/error.hpp"
#include "base/keys.hpp"
#include "base/sha256.hpp"
#include "json/read.hpp"

namespace drift::approval {
namespace {

constexpr std::size_t longest_slug = 30;
constexpr std::size_t hash_digits = 6;

// The name in the letters of an annotation's key, which begins with a letter or digit.
std::string slug(std::string_view user, std::size_t longest) {
  std::string text;
  for (const char c : user) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const bool plain = (lower >= 'a' && lower <= 'z') || (lower >= '0' && lower <= '9');
    if (!plain && text.empty()) continue;
    text += plain ? lower : '-';
  }
  text.resize(std::min(text.size(), longest));
  return text;
}

std::string key_of(Verb verb, const std::string& name, const std::string& drift) {
  return fmt::format("{}{}{}-{}", verb_name(verb), keys::answer_suffix, name, drift);
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

// The policy's own words where an admission policy spoke, else the server's message as a whole.
std::string denial(const outside::ApiError& error) {
  const std::string text = error.what();
  constexpr std::string_view mark = "ValidatingAdmissionPolicy";
  const auto at = text.find(mark);
  return at == std::string::npos ? text : text.substr(at);
}

}  // namespace

std::string_view verb_name(Verb verb) {
  switch (verb) {
    case Verb::approve:
      return "approve";
    case Verb::reject:
      return "reject";
    case Verb::override_stop:
      break;
  }
  return "override";
}

std::string who_am_i(outside::Kubernetes& kubernetes) {
  rapidjson::Document review(rapidjson::kObjectType);
  review.AddMember("apiVersion", "authentication.k8s.io/v1", review.GetAllocator());
  review.AddMember("kind", "SelfSubjectReview", review.GetAllocator());
  const auto answer =
      kubernetes.create({"authentication.k8s.io", "v1", "selfsubjectreviews", "", "", ""}, review);
  auto user = text_at(answer, {"status", "userInfo", "username"});
  if (user.empty()) throw OutsideError("the Kubernetes API doesn't say who we are (SelfSubjectReview)");
  return user;
}

void check_reason(const std::string& reason) {
  if (reason.find_first_not_of(' ') == std::string::npos)
    throw InputError("--reason: is empty; expected why, in a sentence");
  if (reason.size() > api::longest_answer || has_control(reason))
    throw InputError(fmt::format("--reason: expected one line of at most {} bytes", api::longest_answer));
}

void check(const Gate& gate, const Request& request) {
  if (gate.drift.empty())
    throw OutsideError(fmt::format("the gate {}/{} doesn't say what it asks about", gate.ns, gate.job));
  if (request.verb == Verb::approve && gate.asks_override)
    throw Refusal(
        fmt::format("drift of {} stops the sync of {}, so no approval lets it go on; expected --override, "
                    "which is recorded as a break-glass",
                    gate.asks, gate.application));
  if (request.verb == Verb::override_stop && !gate.asks_override)
    throw InputError(fmt::format(
        "{} asks for approval, nothing to override; expected approve without --override", gate.application));
}

std::string answer_key(const Gate& gate, Verb verb, const std::string& user) {
  auto key = key_of(verb, slug(user, longest_slug), gate.drift);
  const bool taken = std::find(gate.keys.begin(), gate.keys.end(), key) != gate.keys.end();
  const auto name = slug(user, longest_slug - hash_digits - 1);
  if (!taken && !name.empty()) return key;
  return key_of(verb, (name.empty() ? "user" : name) + "-" + sha256_hex(user).substr(0, hash_digits),
                gate.drift);
}

bool answered(const Gate& gate, Verb verb, const std::string& user) {
  if (verb == Verb::reject)
    return std::any_of(gate.answers.begin(), gate.answers.end(), [&](const api::Answer& answer) {
      return answer.action == "reject" && answer.person == user && answer.drift == gate.drift;
    });
  const auto given = gate.given();  // check() has seen to it that it is the answer that is asked for
  return std::find(given.begin(), given.end(), user) != given.end();
}

void write_answer(outside::Kubernetes& kubernetes, const Gate& gate, const Request& request,
                  const std::string& user) {
  rapidjson::Document patch(rapidjson::kObjectType);
  auto& memory = patch.GetAllocator();
  const auto text = [&](const std::string& value) { return rapidjson::Value(value.c_str(), memory); };
  rapidjson::Value annotations(rapidjson::kObjectType);
  annotations.AddMember(text(answer_key(gate, request.verb, user)),
                        text(fmt::format("{} {}: {}", gate.drift, user, request.reason)), memory);
  rapidjson::Value metadata(rapidjson::kObjectType);
  metadata.AddMember("uid", text(gate.uid), memory);  // not on the Job of another sync, by the same name
  metadata.AddMember("annotations", annotations, memory);
  patch.AddMember("metadata", metadata, memory);
  try {
    kubernetes.merge_patch({"batch", "v1", "jobs", gate.ns, gate.job, ""}, patch);
  } catch (const outside::ApiError& error) {
    if (error.forbidden() || error.http_status == 422) throw Refusal(denial(error));
    if (error.conflict() || error.http_status == 404)
      throw Refusal(fmt::format("the gate {}/{} is gone, or of another sync by now; look at it again",
                                gate.ns, gate.job));
    throw;
  }
}

}  // namespace drift::approval
