// What a program that renders can reach of the machine, held by the kernel: a second wall behind the checks of source/. Where a
// repository talks helm or kustomize into opening another file, the open fails.
//
// Landlock (Linux 5.13 and newer, no privilege needed) leaves the program its own file, the system's programs and libraries, the
// repository without its `.git`, and the work folder to write in; of /proc, /sys, /home, /run, of mounted Secrets and of other
// renderings' folders nothing, whatever link leads there. A seccomp filter refuses sockets to what needs no network.
// https://docs.kernel.org/userspace-api/landlock.html, https://docs.kernel.org/userspace-api/seccomp_filter.html
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace drift::outside {

// What of the network a program needs.
enum class Reach { nothing, https, git };

// What it may see.
struct View {
  std::filesystem::path program;      // the executable file
  std::filesystem::path repository;   // read, without `.git`
  std::filesystem::path work_folder;  // written
  Reach reach = Reach::nothing;
  std::vector<std::filesystem::path> more = {};  // read: what the operator adds
};

class Confinement {
 public:
  explicit Confinement(const View& view);
  ~Confinement();
  Confinement(const Confinement&) = delete;
  Confinement& operator=(const Confinement&) = delete;

  // What the kernel doesn't have of this, for people; empty where it has all.
  const std::string& lacking() const { return lacking_; }

  // To be called in a child before it execs; what the kernel has then holds for it and all that it starts. Async-signal-safe.
  // False where that failed.
  bool enter() const noexcept;

 private:
  int rules_ = -1;
  bool no_sockets_ = false;
  std::string lacking_;
};

}  // namespace drift::outside
