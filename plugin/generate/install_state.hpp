// What becomes of each file of an installation that is written into a folder where some may be already. Pure.
//
// SHA256SUMS, in the form of sha256sum(1), keeps what was written, so a file that still has that digest was changed by nobody and
// is written anew.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "generate/install.hpp"

namespace drift::generate {

inline constexpr const char* sums_file = "SHA256SUMS";

enum class Writing : std::uint8_t {
  added,    // it wasn't there
  renewed,  // it was as it had been written
  same,     // nothing to do
  edited    // somebody changed it, or it is another one
};
std::string_view word_of(Writing writing);

struct Written {
  InstallFile file;
  Writing writing;
};

// `read` has the text of a file as it is, by its path in the folder; nothing where it isn't there. SHA256SUMS of what is written is
// added at the end. Lines of the old one that say nothing are left out of account.
std::vector<Written> look_at(std::vector<InstallFile> files,
                             const std::function<std::optional<std::string>(const std::string& path)>& read);

}  // namespace drift::generate
