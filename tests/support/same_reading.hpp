// What both readers make of the documents of a text; for the tests and the fuzzer.
#pragma once
#include <fmt/format.h>

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "yaml/document.hpp"
#include "yaml/stream.hpp"

namespace drift::tests {

struct Reading {
  yaml::Span span;
  bool plainly = false;    // the plain reader did it
  std::string difference;  // empty: none
};

inline std::optional<yaml::Document> read_by(yaml::Document::Reader reader, const std::string& text,
                                             yaml::Span span, std::string& refusal) {
  try {
    return yaml::Document("text", text, span, reader);
  } catch (const InputError& error) {
    refusal = error.what();
    return std::nullopt;
  }
}

inline std::string difference(const yaml::Document& a, const yaml::Document& b) {
  if (a.size() != b.size()) return fmt::format("{} cells, and {}", a.size(), b.size());
  const auto all = [](const yaml::Document& document, const yaml::Cell& cell) {
    return std::tuple(cell.begin, cell.end, cell.next, cell.child, cell.type, cell.style, bool{cell.owned},
                      bool{cell.tagged}, bool{cell.anchored}, bool{cell.merge}, document.value(cell),
                      cell.owned ? 0 : cell.value);
  };
  for (std::uint32_t i = 0; i < a.size(); ++i)
    if (all(a, a.cell(i)) != all(b, b.cell(i)))
      return fmt::format("cell {}: [{}, {}) \"{}\", and [{}, {}) \"{}\"", i, a.cell(i).begin, a.cell(i).end,
                         a.value(a.cell(i)), b.cell(i).begin, b.cell(i).end, b.value(b.cell(i)));
  if (bool(a.root()) != bool(b.root()) || a.has_anchors() != b.has_anchors()) return "root or anchors";
  return "";
}

// One for each document; none where the text can't be split.
inline std::vector<Reading> reading_of(const std::string& name, const std::string& text) {
  using Reader = yaml::Document::Reader;
  std::vector<Reading> readings;
  std::vector<yaml::Piece> pieces;
  try {
    pieces = yaml::split(name, text);
  } catch (const InputError&) {
  }
  for (const auto& piece : pieces) {
    std::string fast_refusal, slow_refusal;
    const auto fast = read_by(Reader::fastest, text, piece.span, fast_refusal);
    const auto slow = read_by(Reader::libyaml, text, piece.span, slow_refusal);
    Reading& reading = readings.emplace_back();
    reading.span = piece.span;
    reading.plainly = fast && fast->reader() == Reader::fastest;
    if (fast_refusal != slow_refusal)
      reading.difference = fmt::format("\"{}\", and \"{}\"", fast_refusal, slow_refusal);
    else if (fast && slow)
      reading.difference = difference(*fast, *slow);
  }
  return readings;
}

}  // namespace drift::tests
