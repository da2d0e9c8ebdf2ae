// What came of a request, for whoever counts them.
#pragma once
#include <chrono>
#include <functional>
#include <string_view>

namespace drift::outside {

struct Answered {
  std::string_view call;  // `get`, `list`; `manifests`: a word of ours
  int status = 0;         // 0: no answer
  std::chrono::duration<double> took{};
};

// Called by the thread that asked, for each try.
using TellAnswered = std::function<void(const Answered&)>;

// Sends a request by send(), which returns an HttpResponse, and tells of it; nothing of one that was broken off before it had a status.
template <class Send>
auto told(const TellAnswered& tell, std::string_view call, Send send) {
  if (!tell) return send();
  const auto began = std::chrono::steady_clock::now();
  const auto took = [&] { return std::chrono::steady_clock::now() - began; };
  try {
    auto response = send();
    if (response.status != 0) tell({call, response.status, took()});
    return response;
  } catch (...) {
    tell({call, 0, took()});
    throw;
  }
}

}  // namespace drift::outside
