// What a commit would change, as a page for a terminal and as a comment of a pull request.
#pragma once
#include <string>
#include <vector>

#include "api/change.hpp"

namespace drift::report {

struct Commit {
  const std::string& application;
  const api::Changes& changes;                    // that somebody is asked about
  const std::vector<api::ObjectChange>& unasked;  // the others, as far as they are known
  const std::vector<std::string>& next;           // what follows for the sync, a sentence each
};

// Lines, each with its end.
std::string commit_text(const Commit& commit, bool colour);

// GitHub's Markdown (https://github.github.com/gfm/), which GitLab reads, too. Whatever a manifest says is text there: it makes no
// link, mentions nobody and ends no table. At most `room` bytes; what doesn't fit is counted. GitHub takes 65,536 characters.
std::string commit_markdown(const Commit& commit, std::size_t room = 60'000);

}  // namespace drift::report
