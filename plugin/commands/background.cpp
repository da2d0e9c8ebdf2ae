#include "commands/background.hpp"

namespace drift::commands {

void Background::run(const std::function<void()>& work) {
  try {
    work();
  } catch (...) {
    const std::lock_guard lock(mutex_);
    error_ = std::current_exception();
    end();
    clock_.tell_to_end();
  }
}

void Background::check() {
  const std::lock_guard lock(mutex_);
  if (error_) std::rethrow_exception(error_);
}

}  // namespace drift::commands
