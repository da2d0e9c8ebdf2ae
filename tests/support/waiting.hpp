// What tests of running programs wait for, and what such programs must not leave behind.
#pragma once
#include <chrono>
#include <filesystem>
#include <thread>

#include "support/folder.hpp"

namespace drift::tests {

// Whether the condition holds before the time is over; asked every 20 ms.
template <class Condition>
bool within_seconds(int seconds, Condition condition) {
  for (int i = 0; i < seconds * 50; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

// How many private folders of ours stand in this one.
inline int work_folders(const Folder& folder) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
    count += entry.path().filename().string().starts_with("drift-policy-") ? 1 : 0;
  return count;
}

}  // namespace drift::tests
