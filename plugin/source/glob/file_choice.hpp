// Which files of a directory its include and exclude choose. Argo CD matches them by gobwas/glob 1.0.0 from 3.6 on, by 0.2.3
// before, which chooses others by some patterns.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "source/glob/glob.hpp"
#include "source/glob/glob_0_2_3.hpp"
#include "source/options.hpp"
#include "source/version.hpp"

namespace drift::source {

class FileChoice {
 public:
  // As that version of Argo CD chooses; none: as the newest does. Throws InputError for a pattern that it refuses.
  FileChoice(const Options& options, const std::optional<ArgoCdVersion>& version);

  // Whether the file is chosen, by its path in the directory. Throws InputError where Argo CD fails on it, and where patterns and
  // names together need too many steps.
  bool chooses(const std::string& path);

  // One for each pattern by which Argo CD before 3.6 and later ones choose different ones of the files that were asked about; none
  // where the version is known to be a later one.
  List warnings() const;

 private:
  struct Pattern {
    std::string_view setting;
    std::string text;
    std::optional<OldGlob> old;  // none: refused, which matches nothing
    std::optional<Glob> now;
    List only_old = {}, only_now = {};  // the files that are chosen by one of them alone
  };

  std::optional<Pattern> read(std::string_view setting, const std::string& text);
  static bool matches(const Pattern& pattern, bool by_old, const std::string& path);
  bool choice(bool by_old, const std::string& path) const;
  void compare(const std::string& path, bool is_chosen);
  std::string warning(const Pattern& pattern) const;
  std::optional<std::string> better(const Pattern& pattern) const;

  bool follows_old_;
  bool compares_;             // the other versions' choice is asked for too
  List seen_;                 // the files that were compared
  std::string incomparable_;  // why others were not
  std::optional<Pattern> include_, exclude_;
};

}  // namespace drift::source
