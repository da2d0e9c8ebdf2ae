#include "outside/own_process.hpp"

#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace drift::outside {
namespace {

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t resident() {
  std::ifstream file("/proc/self/statm");
  std::uint64_t whole = 0, pages = 0;
  file >> whole >> pages;
  return file ? pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) : 0;
}

std::uint64_t open_files() {
  std::error_code error;
  const std::filesystem::directory_iterator files("/proc/self/fd", error);
  if (error) return 0;
  return static_cast<std::uint64_t>(std::distance(begin(files), end(files)));
}

}  // namespace

OwnProcess own_process() {
  OwnProcess process;
  rusage used{};
  if (::getrusage(RUSAGE_SELF, &used) == 0)
    process.cpu_seconds = in_seconds(used.ru_utime) + in_seconds(used.ru_stime);
  process.resident_bytes = resident();
  process.open_files = open_files();
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) process.most_open_files = limit.rlim_cur;
  return process;
}

}  // namespace drift::outside
