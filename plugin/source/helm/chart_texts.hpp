// What stands in the templates of a chart, to tell what a template's author wrote from what it computed of values.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace drift::source {

class ChartTexts {
 public:
  // Reads the templates of the chart in that folder and of the charts that are unpacked in it, and values.schema.json files;
  // at most 2,000 files and 8 MiB. What can't be read is as if it weren't there.
  explicit ChartTexts(const std::filesystem::path& chart);
  // The same of one template's text.
  explicit ChartTexts(std::string_view text);

  // Whether it stands there: as it is; in quotes; behind a dot, as a field's name.
  bool holds(std::string_view text) const { return all_.find(text) != std::string::npos; }
  bool quotes(std::string_view text) const;
  bool has_field(std::string_view name) const;

  // A line that a template may have written or given to `fail`: as the author wrote it, with `…` in place of what was put in
  // (`{{ … }}`, and printf's verbs). Empty where no line of the templates could be it.
  std::string line(std::string_view said) const;

 private:
  // A line as the author wrote it: what stays the same of it, in order; what is put in stands between the parts.
  using Parts = std::vector<std::string>;

  void add(std::string_view text);
  void add_action(std::string_view action);
  void add_literal(std::string_view literal, bool is_message);
  void add_line(Parts parts, bool alone);

  std::string all_;
  std::vector<Parts> lines_;
  std::unordered_set<std::string> whole_;  // lines without anything put in
};

}  // namespace drift::source
