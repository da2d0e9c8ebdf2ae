// The sentences are those of helm 3 and 4 (pkg/engine, pkg/chart/.../coalesce.go, pkg/strvals), of Go's text/template, of sprig,
// of go-yaml and sigs.k8s.io/yaml, and of the two libraries that check values.schema.json.
#include "source/helm/messages.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <vector>

#include "base/text.hpp"
#include "source/helm/sentence.hpp"

namespace drift::source {
namespace {

constexpr std::string_view cut = "…";
constexpr std::size_t max_said = std::size_t{64} << 10;
constexpr std::size_t most_lines = 40;
constexpr int most_nesting = 12;

// Each hole is one of those in Teller::fill.
constexpr std::array sentences = std::to_array<std::string_view>({
    // helm
    "execution error at ({place}): {lines}",
    "parse error at ({place}): {rest}",
    "YAML parse error on {file}: {rest}",
    "rendering template failed: {rest}",
    "failed to parse {path}: {rest}",
    "failed to load {path}: {rest}",
    "failed to read {path}: {rest}",
    "failed parsing --set data: {rest}",
    "failed parsing --set-string data: {rest}",
    "failed parsing --set-file data: {rest}",
    "cannot load {file}: {rest}",
    "cannot unmarshal yaml document: {rest}",
    "error converting YAML to JSON: {rest}",
    "error unmarshaling JSON: {rest}",
    "while decoding JSON: {rest}",
    "unable to build kubernetes objects from release manifest: {rest}",
    "open {path}: no such file or directory",
    "open {path}: permission denied",
    "Chart.yaml file is missing",
    "chart metadata (Chart.yaml) missing",
    "invalid kube version {hidden}: {hidden}",
    "chart requires kubeVersion: {version} which is incompatible with Kubernetes {version}",
    "library charts are not installable",
    "library chart is not installable",
    "release name check failed: {hidden}: {rest}",
    "release name {hidden}: {rest}",
    "validation: chart.metadata.{word} is required",
    "validation: chart.metadata.{word} {hidden} is invalid",
    "rendering template has a nested reference name: {hidden}: unable to execute template",
    // text/template, of executing
    "template: {place}: executing {name} at <{node}>: {rest}",
    "{place} executing {name} at <{node}>: {rest}",
    "template: {place}: {rest}",
    "template: {rest}",
    "error calling {function}: {rest}",
    "nil pointer evaluating {type}.{field}",
    "can't evaluate field {field} in type {type}",
    "range can't iterate over {hidden}",
    "wrong type for value; expected {type}; got {type}",
    "wrong number of args for {function}: want {number} got {number}",
    "wrong number of args for {function}: want at least {number} got {number}",
    "invalid value; expected {type}",
    "value has type {type}; should be {type}",
    "can't handle {hidden} for arg of type {type}",
    "can't give argument to non-function {hidden}",
    "expected {word}; found {hidden}",
    "incompatible types for comparison",
    "incompatible types for comparison: {type} and {type}",
    "invalid type for comparison",
    "invalid type for comparison: {type}",
    "missing argument for comparison",
    "non-comparable type {hidden}: {type}",
    "index out of range: {number}",
    "index of untyped nil",
    "index of nil pointer",
    "slice of untyped nil",
    "len of untyped nil",
    "len of nil pointer",
    "len of type {type}",
    "can't index item of type {type}",
    "cannot index slice/array with nil",
    "cannot index slice/array with type {type}",
    "map has no entry for key {name}",
    "nil data; no entry for key {name}",
    "no template {name} associated with template {name}",
    "template {name} not defined",
    "exceeded maximum template depth ({number})",
    "cannot parse template {hidden}: {rest}",
    "error during tpl function execution for {hidden}: {rest}",
    "cannot retrieve Template.Basepath from values inside tpl function: {rest}",
    // text/template, of parsing
    "function {name} not defined",
    "undefined variable {hidden}",
    "missing value for {word}",
    "unexpected {hidden} in {word}",
    "unexpected {hidden} in {word} clause",
    "unclosed action",
    "unclosed action started at {place}",
    "unclosed left paren",
    "unclosed comment",
    "comment ends before closing delimiter",
    "unterminated quoted string",
    "unterminated raw quoted string",
    "unterminated character constant",
    "unexpected EOF",
    "unexpected {{{word}}}",
    "bad number syntax: {hidden}",
    "bad character {hidden}",
    "unrecognized character in action: {hidden}",
    "non executable command in pipeline stage {number}",
    "empty command",
    // sprig
    "runtime error: integer divide by zero",
    "runtime error: slice bounds out of range [{number}:{number}]",
    "runtime error: index out of range [{number}] with length {number}",
    "reflect.Value.Slice: slice index out of bounds",
    "strings: negative Repeat count",
    "illegal base64 data at input byte {number}",
    "invalid semantic version",
    "improper constraint: {hidden}",
    "Invalid Semantic Version",
    "Cannot find {word} on type {type}",
    "invalid character {hidden} looking for beginning of value",
    "invalid character {hidden} after top-level value",
    "invalid character {hidden} after object key",
    "invalid character {hidden} after object key:value pair",
    "unexpected end of JSON input",
    "unable to parse url: {hidden}",
    "parsing time {hidden}",
    "strconv.{word}: parsing {hidden}: invalid syntax",
    "strconv.{word}: parsing {hidden}: value out of range",
    "error parsing index: {rest}",
    "error parsing regexp: {hidden}",
    // strvals
    "key {hidden} has no value",
    "key map {hidden} has no value",
    "list must terminate with '}'",
    "index of {number} is greater than maximum supported index of {number}",
    "value name nested level is greater than maximum supported nested level of {number}",
    // encoding/json
    "json: cannot unmarshal {word} into Go value of type {type}",
    "json: cannot unmarshal {word} into Go struct field {word} of type {type}",
    // go-yaml
    "yaml: {rest}",
    "line {number}: {rest}",
    "unmarshal errors: {rest}",
    "unknown anchor {hidden} referenced",
    "anchor {hidden} value contains itself",
    "key {hidden} already set in map",
    "mapping key {hidden} already defined at line {number}",
    "cannot decode {word} {hidden} as a {word}",
    "cannot unmarshal {word} {hidden} into {type}",
    "invalid map key: {hidden}",
    "map merge requires map or sequence of maps as the value",
    "document contains excessive aliasing",
    "exceeded max depth of {number}",
    "mapping values are not allowed in this context",
    "mapping keys are not allowed in this context",
    "block sequence entries are not allowed in this context",
    "could not find expected ':'",
    "could not find expected directive name",
    "did not find expected key",
    "did not find expected node content",
    "did not find expected '-' indicator",
    "did not find expected ',' or ']'",
    "did not find expected ',' or '}'",
    "did not find expected whitespace",
    "did not find expected whitespace or line break",
    "did not find expected comment or line break",
    "did not find expected digit or '.' character",
    "did not find expected alphabetic or numeric character",
    "did not find expected hexdecimal number",
    "did not find expected tag URI",
    "did not find expected '!'",
    "did not find expected <document start>",
    "did not find expected <stream-start>",
    "did not find URI escaped octet",
    "did not find uri escaped octet",
    "found a tab character where an indentation space is expected",
    "found a tab character that violates indentation",
    "found character that cannot start any token",
    "found an indentation indicator equal to 0",
    "found unexpected end of stream",
    "found unexpected document indicator",
    "found unexpected ':'",
    "found unexpected non-alphabetical character",
    "found undefined tag handle",
    "found unknown escape character",
    "found unknown directive name",
    "found duplicate %YAML directive",
    "found duplicate %TAG directive",
    "found extremely long version number",
    "found incompatible YAML document",
    "control characters are not allowed",
    "invalid leading UTF-8 octet",
    "invalid trailing UTF-8 octet",
    "invalid Unicode character",
    "incomplete UTF-8 octet sequence",
    "invalid UTF-8",
    // what a chart's author may be told of its dependencies
    "An error occurred while checking for chart dependencies. You may need to run `helm dependency build` to "
    "fetch missing "
    "dependencies: found in {file}, but missing in charts/ directory: {dependencies}",
    "an error occurred while checking for chart dependencies. You may need to run `helm dependency build` to "
    "fetch missing "
    "dependencies: found in {file}, but missing in charts/ directory: {dependencies}",
    // warnings
    "warning: {rest}",
    "skipped value for {keys}: Not a table.",
    "cannot overwrite table with non table for {keys} ({hidden})",
    "destination for {keys} is a table. Ignoring non-table value ({hidden})",
    "found symbolic link in path. Contents of linked file included and used",
    "found symbolic link in path: {path} resolves to {path}. Contents of linked file included and used",
    "This chart is deprecated",
});

// What a schema says of a value, behind its place.
constexpr std::array of_schemas = std::to_array<std::string_view>({
    "got {word}, want {words}",
    "validation failed",
    "missing property {name}",
    "missing properties {names}",
    "additional properties {names} not allowed",
    "value must be one of {names}",
    "value must be {name}",
    "{hidden} does not match pattern {name}",
    "{hidden} is not valid {word}: {hidden}",
    "minLength: got {number}, want {number}",
    "maxLength: got {number}, want {number}",
    "minItems: got {number}, want {number}",
    "maxItems: got {number}, want {number}",
    "minProperties: got {number}, want {number}",
    "maxProperties: got {number}, want {number}",
    "minimum: got {hidden}, want {hidden}",
    "maximum: got {hidden}, want {hidden}",
    "exclusiveMinimum: got {hidden}, want {hidden}",
    "exclusiveMaximum: got {hidden}, want {hidden}",
    "multipleOf: got {hidden}, want {hidden}",
    "items at {number} and {number} are equal",
    "'{word}' failed, none matched",
    "'{word}' failed, subschemas {hidden} matched",
    "'{word}' failed",
    "false schema",
    // helm up to 3.17
    "Invalid type. Expected: {words}, given: {word}",
    "Must validate one and only one schema (oneOf)",
    "Must validate at least one schema (anyOf)",
    "Must validate all the schemas (allOf)",
    "Must not validate the schema (not)",
    "String length must be greater than or equal to {number}",
    "String length must be less than or equal to {number}",
    "Must be greater than or equal to {number}",
    "Must be less than or equal to {number}",
    "Does not match pattern {hidden}",
    "Does not match format {hidden}",
    "Array must have at least {number} items",
    "Array must have at most {number} items",
    "Additional property {field} is not allowed",
    "{field} is required",
});

bool all_of(std::string_view text, std::string_view also) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || also.find(c) != std::string_view::npos;
  });
}

bool is_number(std::string_view text) {
  return !text.empty() && text.size() < 20 &&
         text.find_first_not_of("0123456789", text.front() == '-' ? 1 : 0) == std::string_view::npos;
}

// A file of a chart, as helm names it: `web/charts/db/templates/a.yaml`, or one at its top.
bool is_chart_file(std::string_view text) {
  constexpr std::array<std::string_view, 6> top = {"values.yaml",       "Chart.yaml",
                                                   "Chart.lock",        "requirements.yaml",
                                                   "requirements.lock", "values.schema.json"};
  return all_of(text, "._/+- ") && (text.find("/templates/") != std::string_view::npos ||
                                    std::find(top.begin(), top.end(), text) != top.end());
}

bool is_place(std::string_view text) {
  int numbers = 0;
  while (numbers < 2) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || !is_number(text.substr(colon + 1))) break;
    text = text.substr(0, colon);
    ++numbers;
  }
  return numbers > 0 && (is_chart_file(text) || text == "gotpl");
}

// A type as Go prints it.
bool is_type(std::string_view text) {
  for (const std::string_view prefix : {"[]", "*", "map[string]", "map[interface {}]"})
    if (text.starts_with(prefix)) return is_type(text.substr(prefix.size()));
  constexpr std::array<std::string_view, 19> basic = {
      "interface {}", "any",     "string", "bool",        "int",    "int8",   "int16",
      "int32",        "int64",   "uint",   "uint8",       "uint16", "uint32", "uint64",
      "float32",      "float64", "error",  "untyped nil", "nil"};
  if (std::find(basic.begin(), basic.end(), text) != basic.end()) return true;
  constexpr std::array<std::string_view, 12> packages = {"chart.", "chartutil.", "common.",      "engine.",
                                                         "files.", "release.",   "releaseutil.", "util.",
                                                         "time.",  "sprig.",     "reflect.",     "json."};
  return std::any_of(packages.begin(), packages.end(), [&](auto package) {
    return text.starts_with(package) && all_of(text.substr(package.size()), "");
  });
}

// Words of the sentences' own languages, which name no value.
bool is_word(std::string_view text) {
  constexpr std::array words = std::to_array<std::string_view>({"string",
                                                                "number",
                                                                "integer",
                                                                "boolean",
                                                                "bool",
                                                                "object",
                                                                "array",
                                                                "null",
                                                                "!!str",
                                                                "!!int",
                                                                "!!float",
                                                                "!!bool",
                                                                "!!map",
                                                                "!!seq",
                                                                "!!null",
                                                                "!!timestamp",
                                                                "!!binary",
                                                                "!!merge",
                                                                "if",
                                                                "range",
                                                                "with",
                                                                "else",
                                                                "end",
                                                                "define",
                                                                "template",
                                                                "block",
                                                                "break",
                                                                "continue",
                                                                "command",
                                                                "operand",
                                                                "pipeline",
                                                                "action",
                                                                "input",
                                                                "argument",
                                                                "oneOf",
                                                                "anyOf",
                                                                "allOf",
                                                                "not",
                                                                "first",
                                                                "last",
                                                                "rest",
                                                                "initial",
                                                                "reverse",
                                                                "uniq",
                                                                "without",
                                                                "has",
                                                                "slice",
                                                                "Atoi",
                                                                "ParseInt",
                                                                "ParseBool",
                                                                "ParseFloat",
                                                                "ParseUint",
                                                                "email",
                                                                "date",
                                                                "date-time",
                                                                "time",
                                                                "uri",
                                                                "hostname",
                                                                "ipv4",
                                                                "ipv6",
                                                                "regex",
                                                                "uuid",
                                                                "duration",
                                                                "int",
                                                                "float64",
                                                                "value",
                                                                "name",
                                                                "version",
                                                                "apiVersion",
                                                                "type",
                                                                "parenthesized",
                                                                ".metadata.annotations",
                                                                "SimpleHead.kind",
                                                                "SimpleHead.apiVersion",
                                                                "SimpleHead.version",
                                                                ".kind"});
  return std::find(words.begin(), words.end(), text) != words.end();
}

class Teller {
 public:
  explicit Teller(const ChartTexts& chart) : chart_(chart) {}

  // One sentence; else lines of which each may be an author's.
  std::string tell(std::string_view said) {
    const Deeper deeper(depth_);
    if (depth_ <= most_nesting && said.size() <= max_said)
      for (const auto sentence : sentences)
        if (auto told = as_sentence(sentence, said, fill_)) return *told;
    return lines(said);
  }

  // `- at '/db/port': got string, want integer`, or of older helms `- db.port: Invalid type. …`
  std::string of_schema(std::string_view line) {
    for (const auto place : {std::string_view("- at '{pointer}': "), std::string_view("- {dotted}: ")})
      for (const auto sentence : of_schemas)
        if (auto told = as_sentence(std::string(place) + std::string(sentence), line, fill_)) return *told;
    return hidden();
  }

  static std::string hidden() { return std::string(cut); }

 private:
  struct Deeper {
    explicit Deeper(int& depth) : depth_(depth) { ++depth_; }
    ~Deeper() { --depth_; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;
    int& depth_;
  };

  std::optional<std::string> fill(std::string_view hole, std::string_view said) {
    if (hole == "rest") return tell(said);
    if (hole == "lines") return lines(said);
    if (hole == "hidden") return hidden();
    if (hole == "node") return node(said);
    if (hole == "name") return name(said);
    if (hole == "names" || hole == "words") return list(said, hole == "names");
    if (hole == "pointer" || hole == "dotted" || hole == "keys")
      return path(said, hole == "pointer" ? '/' : '.');
    if (hole == "field") return chart_.has_field(said) ? std::string(said) : hidden();
    return fits(hole, said) ? std::optional(std::string(said)) : std::nullopt;
  }

  bool fits(std::string_view hole, std::string_view said) const {
    if (hole == "place") return is_place(said);
    if (hole == "file") return is_chart_file(said);
    if (hole == "number") return is_number(said);
    if (hole == "type") return is_type(said);
    if (hole == "word") return is_word(said);
    if (hole == "function") return all_of(said, "") && chart_.holds(said);
    if (hole == "path") return all_of(said, "._/+-@ <>");
    if (hole == "version") return all_of(said, "._+-<>=~^|*, ") && said.size() < 100;
    return hole == "dependencies" && all_of(said, "._-, ") && said.size() < 1'000;
  }

  // At most 40 lines; several that stay away are one.
  std::string lines(std::string_view said) {
    std::string told;
    bool away = false;
    std::size_t count = 0;
    for (const auto& line : split(said.substr(0, max_said), '\n')) {
      if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
      auto shown = ++count > most_lines ? std::string() : chart_.line(line);
      if (shown.empty() && away) continue;
      away = shown.empty();
      told.append(told.empty() ? "" : "\n").append(away ? cut : std::string_view(shown));
    }
    return told;
  }

  // What a template was doing, as text/template writes it: of quoted texts only those that name a template.
  std::string node(std::string_view said) {
    std::string told;
    while (!said.empty()) {
      const auto quote = std::min(said.find('"'), said.size());
      const auto code = said.substr(0, quote);
      if (!all_of(code, " .$_|(),:={}-")) return hidden();
      if (!is_code(code)) return hidden();
      told += code;
      said.remove_prefix(quote);
      if (said.empty()) break;
      const auto end = said.find('"', 1);
      if (end == std::string_view::npos) return told + hidden();
      told += *name(said.substr(0, end + 1));
      said.remove_prefix(end + 1);
    }
    return told;
  }

  // The words of it all stand in the templates.
  bool is_code(std::string_view code) const {
    constexpr std::string_view brackets = "(){}";
    const auto words = split(code, ' ');
    return std::all_of(words.begin(), words.end(), [&](std::string_view word) {
      while (word.ends_with('.')) word.remove_suffix(1);  // what is cut ends with "..."
      while (!word.empty() && brackets.find(word.back()) != std::string_view::npos) word.remove_suffix(1);
      while (!word.empty() && brackets.find(word.front()) != std::string_view::npos) word.remove_prefix(1);
      return chart_.holds(word);
    });
  }

  // A name in quotes, or the name of a file of the chart.
  std::optional<std::string> name(std::string_view said) {
    if (said.size() < 2 || said.front() != said.back()) return std::nullopt;
    if (said.front() != '"' && said.front() != '\'') return std::nullopt;
    const auto inner = said.substr(1, said.size() - 2);
    const bool known = chart_.quotes(inner) || is_chart_file(inner) || inner == "gotpl" ||
                       (all_of(inner, "_") && chart_.holds("{{ " + std::string(inner) + ' '));
    if (known) return std::string(said);
    return said.front() + hidden() + said.back();
  }

  std::optional<std::string> list(std::string_view said, bool names) {
    std::string told;
    for (;;) {
      const auto separator = names ? std::string_view(", ") : std::string_view(" or ");
      const auto end = said.find(separator);
      const auto one = names ? name(said.substr(0, end))
                             : (is_word(said.substr(0, end)) ? std::optional(std::string(said.substr(0, end)))
                                                             : std::nullopt);
      if (!one) return std::nullopt;
      told += *one;
      if (end == std::string_view::npos) return told;
      told += separator;
      said.remove_prefix(end + separator.size());
    }
  }

  // Keys of values: those that the templates or the schema know.
  std::string path(std::string_view said, char separator) {
    std::string told;
    while (true) {
      const auto end = said.find(separator);
      const auto key = said.substr(0, end);
      if (key.empty() || is_number(key) || chart_.has_field(key))
        told += key;
      else
        told += hidden();
      if (end == std::string_view::npos) return told;
      told += separator;
      said.remove_prefix(end + 1);
    }
  }

  const ChartTexts& chart_;
  const Fill fill_ = [this](std::string_view hole, std::string_view said) { return fill(hole, said); };
  int depth_ = 0;
};

// The message of a line of Go's slog, `level=INFO msg="…" path=…`, without the quotes.
std::string slog_message(std::string_view line) {
  const auto at = line.find("msg=");
  if (at == std::string_view::npos) return {};
  line.remove_prefix(at + 4);
  if (!line.starts_with('"')) return std::string(line.substr(0, line.find(' ')));
  std::string text;
  for (std::size_t i = 1; i < line.size() && line[i] != '"'; ++i) {
    if (line[i] == '\\') ++i;
    if (i < line.size()) text += line[i];
  }
  return text;
}

// What helm logs before it ends: `level=INFO msg=…` of helm 4, `coalesce.go:237: warning: …` and `WARNING: …` of helm 3.
std::string log_line(std::string_view line, Teller& teller) {
  for (const std::string_view level : {"level=DEBUG", "level=INFO", "level=WARN", "level=ERROR"})
    if (line.starts_with(level))
      return std::string(level) + " msg=\"" + teller.tell(slog_message(line)) + '"';
  if (line.starts_with("WARNING: ")) return "WARNING: " + teller.tell(line.substr(9));
  const auto source = line.find(".go:");
  const auto end = source == std::string_view::npos ? source : line.find(": ", source);
  const auto begin = line.rfind(' ', source) == std::string_view::npos ? 0 : line.rfind(' ', source) + 1;
  if (end != std::string_view::npos && all_of(line.substr(begin, source - begin), "_") &&
      is_number(line.substr(source + 4, end - source - 4)))
    return std::string(line.substr(begin, end + 2 - begin)) + teller.tell(line.substr(end + 2));
  return teller.tell(line);
}

// `values don't meet the specifications …`, a chart's name, and a line for each mistake.
std::string of_schemas_failed(std::string_view said, Teller& teller) {
  std::string told;
  std::size_t count = 0;
  for (const auto& line : split(said, '\n')) {
    if (++count > most_lines) return told + teller.hidden();
    const auto begin = std::min(line.find_first_not_of(' '), line.size());
    const auto content = std::string_view(line).substr(begin);
    if (content.empty()) continue;
    const bool own = count == 1 || (content.ends_with(':') && all_of(content, "._-:"));
    told += line.substr(0, begin);
    told += own ? std::string(content) : teller.of_schema(content);
    told += '\n';
  }
  return told;
}

std::string of_error(std::string_view said, Teller& teller) {
  constexpr std::string_view advice = "Use --debug flag to render out invalid YAML";
  while (!said.empty() && said.back() == '\n') said.remove_suffix(1);
  if (said.ends_with(advice)) said.remove_suffix(advice.size());
  while (!said.empty() && said.back() == '\n') said.remove_suffix(1);
  if (said.starts_with("values don't meet the specifications of the schema(s) in the following chart(s):\n"))
    return of_schemas_failed(said, teller);
  return teller.tell(said) + '\n';
}

}  // namespace

std::string without_values(std::string_view said, const ChartTexts& chart) {
  constexpr std::string_view error = "Error: ";
  Teller teller(chart);
  std::string told;
  std::size_t lines = 0;
  while (!said.empty()) {
    if (said.starts_with(error)) {
      told.append(error).append(of_error(said.substr(error.size()), teller));
      break;
    }
    const auto line = said.substr(0, said.find('\n'));
    said.remove_prefix(std::min(line.size() + 1, said.size()));
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    const auto shown = ++lines > most_lines ? std::string(cut) : log_line(line, teller);
    const bool repeated = shown == cut && (told == "…\n" || told.ends_with("\n…\n"));
    if (!repeated) told.append(shown).append("\n");
  }
  if (told.find(cut) != std::string::npos)
    told += "(… is withheld, for it could be a value; run helm template in the chart's folder to see it)\n";
  return told;
}

}  // namespace drift::source
