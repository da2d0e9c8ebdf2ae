// What `render` prints, as segments of the source and of what was added, in order. The source's segments are its bytes
// untouched: put together they are the files again.
//
// The result is one stream that the Kubernetes decoder reads as YAML: a stream that starts with `{` would be read as JSON
// to its end, so it starts with `---` then; files are separated by `---`, and so are the objects of a JSON stream.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.hpp"
#include "yaml/edit.hpp"

namespace drift::manifest {

enum class Origin : std::uint8_t { source, inserted, removed };

struct Segment {
  Origin origin = Origin::source;
  std::string_view text;
  // Of source and removed text, and of what is inserted into it; files().size() for additions.
  std::size_t file = 0;
  bool separator = false;  // inserted between files and documents, no annotator's
};

class Rendering {
 public:
  // `edits` has a list for each file, in order; `additions` are documents that follow all files. Borrows from both
  // `manifests` and itself, so it can't be copied.
  Rendering(const Manifests& manifests, std::vector<std::vector<yaml::Edit>> edits,
            std::vector<std::string> additions);
  Rendering(const Rendering&) = delete;
  Rendering& operator=(const Rendering&) = delete;
  Rendering(Rendering&&) noexcept = default;
  Rendering& operator=(Rendering&&) noexcept = default;
  ~Rendering() = default;

  // With the removed ones, which are not part of the text.
  const std::vector<Segment>& segments() const { return segments_; }
  std::string text() const;

 private:
  void add_file(const Manifests& manifests, std::size_t file, std::vector<yaml::Edit> edits);
  void add(Origin origin, std::string_view text, std::size_t file);
  void insert(std::string text, std::size_t file, bool separator = false);
  void start_document(std::size_t file);
  char last() const;

  std::vector<Segment> segments_;
  std::deque<std::string> owned_;
};

}  // namespace drift::manifest
