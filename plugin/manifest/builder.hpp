// From libyaml's events to a Document's cells. Internal to document.cpp and its tests.
#pragma once
#include <yaml.h>

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "manifest/document.hpp"

namespace drift::manifest {

// libyaml counts code points from the first character it was given; spans count bytes of the whole text.
class Offsets {
 public:
  Offsets(std::string_view text, Span span);
  std::uint32_t operator()(std::size_t code_points) const;

 private:
  static constexpr std::size_t stride = 256;
  std::string_view text_;
  Span span_;
  std::vector<std::uint32_t> checkpoints_;  // the byte of every 256th code point; empty where all is ASCII
};

class Builder {
 public:
  explicit Builder(Document& document);
  void build();

 private:
  struct Open {
    std::uint32_t cell;
    std::uint32_t last_child = 0;
    bool key_next = true;
  };

  void handle(const yaml_event_t& event);
  void check_text();
  void check_single_document();
  std::uint32_t add(const yaml_event_t& event, const yaml_char_t* anchor);
  void scalar(const yaml_event_t& event);
  void alias(const yaml_event_t& event);
  void open(const yaml_event_t& event, Type type, bool flow, const yaml_char_t* anchor,
            const yaml_char_t* tag);
  void close(const yaml_event_t& event);
  void set_value(Cell& cell, const yaml_event_t& event);
  void check_escapes(const Cell& cell);
  void check_key(const Cell& cell);
  bool expects_key() const;
  void after_node();
  [[noreturn]] void fail(std::uint32_t offset, const std::string& message) const;
  [[noreturn]] void fail_parser() const;

  Document& document_;
  Offsets offset_;
  std::string_view input_;
  std::size_t given_ = 0;
  bool newline_given_ = false;
  yaml_parser_t parser_{};
  std::vector<Open> open_;
  std::unordered_map<std::string, std::uint32_t> anchors_;

  static int read(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read);
};

// Refuses what go-yaml refuses when it expands aliases: an anchor inside of itself, an alias bomb, a merge of what is
// no mapping, and more than max_depth levels (go-yaml v2 decode.go; limits as there).
void check_expansion(const Document& document);

}  // namespace drift::manifest
