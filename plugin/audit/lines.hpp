// Chains of records as JSON lines: what `audit export` writes, what the hooks print, what `--file` reads. A line is an
// entry as it is stored; the head, which only an export has, is the last line: `{"head":{…}}`. Before it, in an export, stand
// what else in the cluster knew a record: `{"known":"HASH:NUMBER:CHAIN","place":"ConfigMap …"}`.
#pragma once
#include <string>
#include <string_view>

#include "audit/verify.hpp"

namespace drift::audit {

// Lines that are no JSON object, or one without `chain` (the rest of a log), are left out; one that was tampered with
// isn't. `file` is for places. Throws InputError where the head can't be read.
Evidence read_lines(std::string_view text, const std::string& file);

// Each with its end. `witness`: as Evidence has it.
std::string line_of(const Head& head);
std::string line_of(const Stored& witness);

}  // namespace drift::audit
