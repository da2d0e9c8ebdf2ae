#include "base/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace drift {

void in_parallel(std::size_t count, std::size_t threads, const std::function<void(std::size_t)>& body) {
  std::atomic<std::size_t> next = 0;
  std::mutex error_mutex;
  std::exception_ptr error;
  const auto work = [&] {
    try {
      for (std::size_t i = next.fetch_add(1); i < count; i = next.fetch_add(1)) body(i);
    } catch (...) {
      const std::scoped_lock lock(error_mutex);
      error = std::current_exception();
    }
  };
  const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
  {
    std::vector<std::jthread> others;
    try {
      while (others.size() + 1 < std::min({threads, processors, count, std::size_t{8}}))
        others.emplace_back(work);
    } catch (const std::system_error&) {
      // A container may allow no more processes; fewer threads do the same.
    }
    work();
  }
  if (error) std::rethrow_exception(error);
}

}  // namespace drift
