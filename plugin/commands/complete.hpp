// What could stand at the end of a line that isn't whole yet, from the declared options alone. The scripts of
// `drift-policy completion` ask for it by a hidden command, `drift-policy __complete WORD… LAST`, and show it in their shell.
//
// The answer is that of cobra's `__complete` (kubectl, helm, argocd), so what reads theirs reads ours: a line for each value, with a tab
// and its meaning where it has one, and a last line `:N` with the sum of
//   4   the shell must not offer files
//   16  the shell shall offer folders only
// Of `--output=js` the values are those of the option, without `--output=`.
//
// Values that come from elsewhere (a repository, a cluster) are offered only where no shell could take them for more than a word.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "commands/arguments.hpp"

namespace drift::commands {

struct Completion {
  Candidates candidates;
  bool files = false;    // files of the shell fit, too,
  bool folders = false;  // or folders alone
};

// `words`: the words of a command after its name; the last one is the one to complete, and may be empty. Parses those before.
// `only_commands`: the line began with `help`, which takes no options.
Completion complete(Parser& parser, const std::vector<std::string>& words, bool only_commands = false);

// Those of the candidates that begin with the prefix and are safe to insert.
Candidates fitting(Candidates candidates, const std::string& prefix);

// As the scripts read it.
std::string text_of(const Completion& completion);

}  // namespace drift::commands
