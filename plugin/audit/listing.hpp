// Records for people and for other programs: as a table, a page, JSON and CSV.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "api/record.hpp"
#include "audit/verify.hpp"
#include "base/time.hpp"

namespace drift::audit {

// How an application is called in records: its Application's name, and where that isn't in Argo CD's own namespace `namespace_name`.
std::string recorded_name(const std::string& ns, const std::string& name, const std::string& argocd_ns);

// A revision as tables show it.
std::string shortened(const std::string& revision);

// An entry with its record, where that could be read.
struct Row {
  Entry entry;
  std::string json;                   // the record's; empty: encrypted, and no key
  std::optional<api::Record> record;  // of it
};

// What is asked for; what is empty isn't asked.
struct Filter {
  std::string application;
  std::string severity;  // of the drift
  std::string person;    // who answered
  std::optional<Time> since, until;
};

struct Rows {
  std::vector<Row> rows;
  std::size_t left_out = 0;  // what can't be read as an entry; verify() says more
};

// The entries in order, decrypted where the key is there. Those that stand in the head alone are among them. Throws
// InputError where a filter asks for what is encrypted and there is no key.
Rows rows_of(const Evidence& evidence, const KeyRing& keys, const Filter& filter);

std::string table(const std::vector<Row>& rows);
// The names of its columns, and the cells of a row.
std::vector<std::string> table_heads();
std::vector<std::string> table_cells(const Row& row);
// One row as lines of `name: value`.
std::string page(const Row& row);
// One object: `record` decrypted, beside what the chain needs.
std::string row_json(const Row& row);
// RFC 4180, with a line of names. No cell begins like a formula, or holds control characters.
std::string csv(const std::vector<Row>& rows);

}  // namespace drift::audit
