// Appends records to the chain of a namespace (audit/head.hpp), so that none is lost, doubled or on a fork, whenever the
// process is killed and whoever else appends meanwhile.
//
// One write decides: replacing the head, which Kubernetes allows only from the version that was read. It takes the record
// into the chain and holds it whole; storing the record under its own name and deleting what retention took out follow, and
// whoever comes next does what was left undone. A record that is there already (`sync`) is never written again.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "audit/head.hpp"
#include "outside/clock.hpp"
#include "outside/kubernetes/kubernetes.hpp"

namespace drift::store {

// How much of the chain stays. The last record always does.
struct Retention {
  std::uint64_t count = 1000;
  std::chrono::seconds age{0};  // 0: however old
};

struct RecordChainOptions {
  std::string ns;           // the hooks' namespace
  std::string application;  // its name
  std::string source;       // the prefix of its names
  // Whether records may have any name, and anybody's may be read and deleted (a platform namespace). Else an application
  // has `record_slots` names of its own, which it uses in turn; then `retention` isn't looked at.
  bool platform = false;
  Retention retention;
  // The last record of the application, as its own ConfigMaps know it (store/last_record.hpp). The new record names it.
  std::optional<api::Anchor> known{};
};

// What is in a ConfigMap for an entry of the chain.
rapidjson::Document entry_object(const audit::Entry& entry, const std::string& name, const std::string& ns);
// The label by which the ConfigMaps of records are listed.
inline constexpr const char* record_selector = "audit-type=drift-remediation";
// The entry's text out of it; empty where it has none.
std::string entry_text(const rapidjson::Value& config_map);
// The head out of its ConfigMap. Throws InputError.
audit::Head head_in(const rapidjson::Value& config_map);

class RecordChain {
 public:
  RecordChain(outside::Kubernetes& kubernetes, outside::Clock& clock, audit::Random random,
              const audit::KeyRing& keys, RecordChainOptions options);

  // Appends the record of a run of a hook, unless it is there; the entry's text either way (empty where retention has
  // taken it out since). Throws InputError where earlier records are encrypted and there is no key, OutsideError where it
  // can't be done.
  std::string append(const std::string& sync, const std::string& record);

  // What a person should look at, though the record was written.
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct State {
    audit::Head head;
    std::string version;  // resourceVersion; empty: there is no head yet
  };

  State load();
  void write(const State& state);
  // The sources whose records are stored under their own names now.
  std::vector<std::string> store_pending(const audit::Head& head);
  void store(const audit::Head& head, const audit::Pending& pending);
  void look_for_known(const audit::Head& head);
  audit::Recent commit(State state, const std::string& sync, const std::string& record);
  std::string finish(State state, const audit::Recent& written);
  void delete_retired(audit::Head& head);
  std::string free_slot(const audit::Head& head);
  void retire_next_slot(audit::Head& head, const std::string& slot);
  void retire_oldest(audit::Head& head);
  bool retire_first(audit::Head& head, bool too_many);
  outside::ResourcePath path(const std::string& name) const;
  bool is_ours(const std::string& name) const;

  outside::Kubernetes& kubernetes_;
  outside::Clock& clock_;
  audit::Random random_;
  const audit::KeyRing& keys_;
  RecordChainOptions options_;
  std::vector<std::string> warnings_;
};

}  // namespace drift::store
