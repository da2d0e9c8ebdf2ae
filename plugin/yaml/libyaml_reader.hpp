// Any document, by libyaml. Internal to plugin/manifest.
#pragma once
#include <yaml.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "yaml/document.hpp"
#include "yaml/tree.hpp"

namespace drift::yaml {

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

class LibyamlReader {
 public:
  // `span`: the document's bytes in its text, a byte order mark left out.
  LibyamlReader(const Document& document, Span span, TreeBuilder& tree);
  // Throws InputError with the place of what libyaml, go-yaml or the Kubernetes decoder would refuse.
  void read();

 private:
  void handle(const yaml_event_t& event);
  void check_tag(const yaml_event_t& event) const;
  void check_text() const;
  void check_single_document();
  Span span_of(const yaml_event_t& event) const;
  [[noreturn]] void fail(std::uint32_t offset, const std::string& message) const;
  std::string advice(std::uint32_t problem) const;
  [[noreturn]] void fail_parser() const;
  static int give(void* self, unsigned char* buffer, std::size_t size, std::size_t* size_read);

  const Document& document_;
  TreeBuilder& tree_;
  Offsets offset_;
  std::string_view input_;
  std::size_t given_ = 0;
  bool newline_given_ = false;
  yaml_parser_t parser_{};
};

}  // namespace drift::yaml
