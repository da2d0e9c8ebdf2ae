#include "controller/process_metrics.hpp"

#include <chrono>

#include "outside/own_process.hpp"

namespace drift::controller {

ProcessMetrics::ProcessMetrics(Registry& registry, Time started)
    : cpu_(registry.add({Family::Type::counter, "process_cpu_seconds_total",
                         "Total user and system CPU time spent in seconds."})),
      resident_(registry.add(
          {Family::Type::gauge, "process_resident_memory_bytes", "Resident memory size in bytes."})),
      open_(registry.add({Family::Type::gauge, "process_open_fds", "Number of open file descriptors."})),
      most_open_(registry.add(
          {Family::Type::gauge, "process_max_fds", "Maximum number of open file descriptors."})) {
  registry
      .add({Family::Type::gauge, "process_start_time_seconds",
            "Start time of the process since unix epoch in seconds."})
      .set(std::chrono::duration<double>(started.time_since_epoch()).count());
}

void ProcessMetrics::update() {
  const auto process = outside::own_process();
  cpu_.set(process.cpu_seconds);
  resident_.set(static_cast<double>(process.resident_bytes));
  open_.set(static_cast<double>(process.open_files));
  most_open_.set(static_cast<double>(process.most_open_files));
}

}  // namespace drift::controller
