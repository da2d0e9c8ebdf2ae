// Any bytes as an application under the baseline policy, hooks and all. What is rendered holds the source's bytes, every
// object of it with a severity, and rendering it again changes nothing.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>

#include "policy/load.hpp"
#include "render/render.hpp"

namespace {

[[noreturn]] void fail(const char* what, const std::string& detail) {
  std::fprintf(stderr, "%s\n%s\n", what, detail.c_str());
  std::abort();
}

drift::render::Rendered render(const char* name, std::string text) {
  static const drift::policy::PolicySet policies = drift::policy::baseline();
  const drift::api::Application application{
      "app", "there", "default", "0123456", "https://example.com/app", "app", "drift-policy:test"};
  std::vector<drift::manifest::SourceFile> files = {{name, std::move(text)}};
  return drift::render::render(std::make_unique<drift::manifest::Manifests>(std::move(files)), policies,
                               application);
}

void check_source_is_whole(const drift::render::Rendered& rendered) {
  std::string source;
  for (const auto& segment : rendered.output->segments()) {
    if (segment.origin != drift::manifest::Origin::inserted) source += segment.text;
  }
  if (source != rendered.manifests->files().front().text)
    fail("the source's bytes are not all there", source);
}

// Ours follow the source's objects.
void check_objects(const drift::render::Rendered& before, const drift::render::Rendered& after,
                   const std::string& text) {
  const auto& objects = after.manifests->objects();
  const auto count = before.manifests->objects().size();
  if (objects.size() != count + before.additions.size()) fail("another number of objects", text);
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (after.injected[i] != (i >= count || before.injected[i]))
      fail("ours and the source's are mixed up", text);
    if (!after.injected[i] && objects[i].annotation("drift-policy.dev/severity").empty())
      fail("an object without a severity", text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string source(reinterpret_cast<const char*>(data), size);
  try {
    const auto before = render("input.yaml", std::move(source));
    check_source_is_whole(before);
    const std::string text = before.output->text();
    try {
      const auto after = render("output.yaml", text);
      check_objects(before, after, text);
      if (after.output->text() != text) fail("doing it again changes something", after.output->text());
    } catch (const drift::InputError& error) {
      fail(error.what(), text);
    }
  } catch (const drift::InputError&) {
  }
  return 0;
}
