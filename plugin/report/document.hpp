// A report in sections, each with sentences and a table: as text for a terminal, a log or a mail, and as a page of HTML. Texts of others
// are taken as they are: both forms make them harmless (base/printable.hpp), HTML escapes them besides.
#pragma once
#include <string>
#include <vector>

namespace drift::report {

struct Section {
  std::string title;
  std::vector<std::string> lines;               // sentences, before the table
  std::vector<std::vector<std::string>> table;  // the first row has the columns' names; empty: there is none
};

struct Document {
  std::string title;
  std::vector<std::string> lines;
  std::vector<Section> sections;
};

// Lines of any length, each with its end; tables as kubectl lays them out.
std::string as_text(const Document& document);

// One file that needs no other: no script, nothing from a network, which its Content-Security-Policy holds browsers to. It can be
// printed: a row of a table stays on one page, and its head is on each.
std::string as_html(const Document& document);

}  // namespace drift::report
