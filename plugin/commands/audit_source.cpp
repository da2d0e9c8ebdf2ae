#include "commands/audit_source.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "audit/lines.hpp"
#include "commands/connection_flags.hpp"
#include "outside/environment.hpp"
#include "outside/file.hpp"
#include "outside/kubernetes/client.hpp"
#include "outside/secret_folder.hpp"
#include "store/records.hpp"

namespace drift::commands {

void declare_source(Arguments& app, AuditSource& source) {
  app.add_option("--file,-f", source.file, "JSON lines instead of the cluster; - is standard input")
      .type_name("FILE");
  app.add_option("--namespace,-n", source.ns, "The hooks' namespace (default: the context's)")
      .type_name("NAMESPACE")
      .completed_by([&](const std::string&) { return namespaces(source.connection); });
  declare_connection(app, source.connection);
}

void declare_keys(Arguments& app, AuditSource& source) {
  app.add_option("--audit-keys", source.keys, "A folder with the keys that records were encrypted with")
      .type_name("DIR");
}

audit::Evidence evidence_of(AuditSource& source, outside::Clock& clock) {
  if (!source.file.empty())
    return audit::read_lines(outside::read_file_or_stdin(source.file, longest_audit_file), source.file);
  const auto environment = outside::environment();
  const auto connection = outside::read_connection(source.connection, environment);
  if (source.ns.empty()) source.ns = connection.ns;
  if (source.ns.empty())
    throw InputError("it isn't known which namespace the hooks are in; expected --namespace, or --file");
  return store::read_evidence(*outside::connect(connection, clock), source.ns);
}

audit::KeyRing keys_of(const AuditSource& source) {
  if (source.keys.empty()) return {};
  audit::KeyRing keys(outside::read_secret_folder(source.keys));
  if (keys.empty()) throw InputError(fmt::format("{}: there is no key in it", source.keys));
  return keys;
}

std::optional<api::Anchor> anchor_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  if (auto anchor = api::parse_anchor(text)) return anchor;
  throw InputError("--head: expected HASH or HASH:NUMBER, as `audit verify` prints them");
}

void warn_of_left_out(std::size_t left_out) {
  if (left_out == 0) return;
  spdlog::warn("{} not as drift-policy wrote {} left out; `drift-policy audit verify` says more",
               left_out == 1 ? "1 record is" : fmt::format("{} records are", left_out),
               left_out == 1 ? "it and is" : "them and are");
}

}  // namespace drift::commands
