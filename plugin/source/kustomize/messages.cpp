#include "source/kustomize/messages.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace drift::source {
namespace {

constexpr std::string_view cut = "…";

// Where contents begin in a line, and what may stand behind them; without that they go to the line's end.
struct Quotation {
  std::string_view begin, end;
};

constexpr std::array quotations = {
    Quotation{"literal sources [", "expected key=value"},  // api/kv
    Quotation{"literal source ", "expected key=value"},    //
    Quotation{"file sources: [", ""},                      //
    Quotation{"]: line [", ""},                            // … has invalid utf8 bytes
    Quotation{"JSON patch from [patch:", ""},              // PatchTransformer
    Quotation{"with config: `", "`:"},                     // a generator or transformer
    Quotation{"unknown patch strategy '", "'"},            // kyaml
    Quotation{"value: {", ""},                             //
    Quotation{"node contents:", ""},                       //
    Quotation{" for value ", ""},                          // a replacement's index
    Quotation{" node but got ", ""},                       //
    Quotation{"invalid type encountered ", ""},            //
    Quotation{"is not a string: ", ""},                    //
    Quotation{"found in roleRef ", ""},                    //
    Quotation{"invalid label value: ", ""},                //
    Quotation{"Unexpected kind: ", ""},                    // a JSON patch's operation
    Quotation{"unknown anchor '", "' referenced"},         // go-yaml
};

std::string without_quotations(std::string line) {
  for (const auto& [begin, end] : quotations) {
    const auto at = line.find(begin);
    if (at == std::string::npos) continue;
    const auto from = at + begin.size();
    const auto to = end.empty() ? std::string::npos : line.find(end, from);
    line.replace(from, to == std::string::npos ? to : to - from, cut);
  }
  return line;
}

// Names of files, addresses and paths of fields; a value has rarely their shape.
bool is_path(std::string_view text) {
  return text.find_first_of("./") != std::string_view::npos &&
         text.find_first_of(" {}\n") == std::string_view::npos;
}

// Without what stands in double quotes or backticks, which go-yaml, encoding/json and kustomize put around keys and values.
std::string without_quoted(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const auto begin = line.find_first_of("\"`");
    const auto end = begin == std::string_view::npos ? begin : line.find(line[begin], begin + 1);
    if (end == std::string_view::npos) break;
    const auto inner = line.substr(begin + 1, end - begin - 1);
    text += line.substr(0, begin + 1);
    text += line[begin] == '"' && is_path(inner) ? inner : inner.empty() ? inner : cut;
    text += line[end];
    line.remove_prefix(end + 1);
  }
  return text.append(line);
}

// All that kustomize, kubectl and git begin a line of their own with; other lines go on with what was quoted before.
bool is_own_line(std::string_view line) {
  constexpr std::array<std::string_view, 9> starts = {
      "error:", "Error:", "# Warning", "fatal:", "remote:", "warning: ", "panic: ", ": exit", "`: "};
  return std::any_of(starts.begin(), starts.end(), [&](auto start) { return line.starts_with(start); });
}

}  // namespace

std::string without_contents(std::string_view said) {
  std::string text;
  bool within = false;  // lines were left out since the last own one
  for (const auto& line : split(said, '\n')) {
    if (is_own_line(line)) {
      text += without_quoted(without_quotations(line)) + '\n';
      within = false;
    } else if (!within) {
      text.append(cut).append("\n");
      within = true;
    }
  }
  return text;
}

}  // namespace drift::source
