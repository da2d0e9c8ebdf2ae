// Scalars of plain YAML. Internal to plugin/manifest.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "yaml/document.hpp"
#include "yaml/plain_cursor.hpp"

namespace drift::yaml {

struct PlainScalar {
  Span span;
  Style style = Style::plain;
  std::string_view value;  // valid until the next scalar is read
  bool one_line = true;
};

// Moves the cursor over scalars. `indent` is the column of the collection that holds the scalar, -1 where none does.
// Every member that returns bool returns false where the text is not for this reader.
class PlainScalars {
 public:
  explicit PlainScalars(PlainCursor& cursor) : in_(cursor) {}

  // A plain or quoted scalar: its first line, or all of it where quotes hold several.
  bool begin(PlainScalar& scalar, int indent);
  // True where a colon makes a key of what begin() has read.
  bool is_key() const;
  // The lines that follow, and the rest of the last one.
  bool rest(PlainScalar& scalar, int indent);
  // A literal or folded block whose indentation is that of its first line (https://yaml.org/spec/1.1/#id926597).
  bool block(PlainScalar& scalar, int indent);

 private:
  struct EmptyLines {
    std::size_t count = 0;
    std::uint32_t end = 0;  // behind them
  };

  bool plain_line(PlainScalar& scalar);
  bool more_plain_lines(PlainScalar& scalar, int indent);
  bool quoted(PlainScalar& scalar, int indent);
  bool escape(PlainScalar& scalar, int indent);
  bool quoted_blanks(PlainScalar& scalar, int indent);
  bool quoted_line_end(PlainScalar& scalar, int indent, bool escaped);
  bool block_indent(int& indent, int least, EmptyLines& empty);
  void append_fold(std::size_t breaks);

  PlainCursor& in_;
  std::string value_;  // where the text does not hold it as it is
};

}  // namespace drift::yaml
