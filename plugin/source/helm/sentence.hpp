// What another program says, told again from the sentences that it is known to write; so nothing comes through that we didn't
// expect there.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace drift::source {

// What stands for a hole of that name, given what was said there; nothing where this can't stand there.
using Fill = std::function<std::optional<std::string>(std::string_view hole, std::string_view said)>;

// `said` as the sentence has it, with what `fill` makes of its holes; nothing where it isn't that sentence. A sentence is
// text with holes in braces, `error calling {function}: {rest}`, never two side by side; a blank in it stands for any number
// of blanks and line ends, since helm 4 breaks some of its sentences into lines. A hole ends where the text behind it first
// stands, if what is before fits.
std::optional<std::string> as_sentence(std::string_view sentence, std::string_view said, const Fill& fill);

}  // namespace drift::source
