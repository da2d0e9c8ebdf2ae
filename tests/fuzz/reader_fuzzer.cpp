// Any bytes as a manifest file: what is accepted must be safe to walk, each object whole; what is refused is refused
// by InputError and nothing else; and both readers must say the same of it.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "manifest/manifest.hpp"
#include "support/same_reading.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  try {
    const drift::manifest::Manifests manifests({{"input.yaml", text}});
    for (const auto& object : manifests.objects()) {
      if (object.object.json().empty() || object.display().empty()) std::abort();
      const auto [begin, end] = object.object.span();
      if (begin > end || end > object.document->text().size()) std::abort();
    }
  } catch (const drift::InputError&) {
  }
  for (const auto& reading : drift::tests::reading_of("input.yaml", text)) {
    if (reading.difference.empty()) continue;
    std::fprintf(stderr, "the plain reader, and libyaml: %s\n", reading.difference.c_str());
    std::abort();
  }
  return 0;
}
