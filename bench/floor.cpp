// floor FILE: the least that a program like ours can do. Reads the file, lets libyaml parse every document, keeps
// nothing. What `render` takes beyond this is its own.
#include <yaml.h>

#include <cstddef>
#include <cstdio>
#include <string>

namespace {

std::string contents(const char* path) {
  std::string text;
  if (std::FILE* file = std::fopen(path, "rb")) {
    char block[std::size_t{1} << 16];
    while (std::feof(file) == 0 && std::ferror(file) == 0)
      text.append(block, std::fread(block, 1, sizeof block, file));
    std::fclose(file);
  }
  return text;
}

// The number of events, or -1 where the text is no YAML.
long parse(const std::string& text) {
  yaml_parser_t parser;
  if (yaml_parser_initialize(&parser) == 0) return -1;
  yaml_parser_set_input_string(&parser, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  long events = 0;
  for (bool more = true; more; ++events) {
    yaml_event_t event;
    if (yaml_parser_parse(&parser, &event) == 0) {
      events = -1;
      break;
    }
    more = event.type != YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return events;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return 2;
  const auto events = parse(contents(argv[1]));
  std::printf("%ld events\n", events);
  return events > 1 ? 0 : 1;
}
