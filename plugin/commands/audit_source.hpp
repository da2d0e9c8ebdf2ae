// Where the commands of `audit` find records, and by which keys they read them.
#pragma once
#include <optional>
#include <string>

#include "audit/keys.hpp"
#include "audit/verify.hpp"
#include "commands/arguments.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/connection.hpp"

namespace drift::commands {

struct AuditSource {
  std::string file;  // else the cluster
  std::string ns;
  outside::ConnectionOptions connection;
  std::string keys;  // a folder
};

// The longest file of records or incidents that is read, in bytes.
inline constexpr std::size_t longest_audit_file = std::size_t{1} << 30;

void declare_source(Arguments& app, AuditSource& source);
void declare_keys(Arguments& app, AuditSource& source);

// Notes the context's namespace where none is given. Throws InputError where none is known, or the file can't be read as records.
audit::Evidence evidence_of(AuditSource& source, outside::Clock& clock);

// Throws InputError where the folder holds none.
audit::KeyRing keys_of(const AuditSource& source);

// What `--head` says, in the form of api/anchor.hpp; nothing where it is empty. Throws InputError.
std::optional<api::Anchor> anchor_of(const std::string& text);

// Says in the log how many records aren't as they were written, if any.
void warn_of_left_out(std::size_t left_out);

}  // namespace drift::commands
