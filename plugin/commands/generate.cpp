// `drift-policy generate`: files that are made from the policy or belong to it.
#include <fmt/format.h>

#include <cstdio>
#include <memory>
#include <string>

#include "commands/command.hpp"
#include "embedded.hpp"

namespace drift::commands {

namespace {

Exit generate(const std::string& what) {
  if (what != "schema")
    throw InputError(fmt::format("generate {} is not in this version; there is: generate schema", what));
  const auto text = embedded::schema_json();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    throw OutsideError("standard output can't be written");
  return Exit::ok;
}

}  // namespace

Action declare_generate(Arguments& app) {
  auto what = std::make_shared<std::string>();
  app.add_option("what", *what, "schema: the JSON Schema of DriftPolicy, for editors")
      .required()
      .one_of({"schema", "health", "actions", "applicationset"});
  return [what] { return generate(*what); };
}

}  // namespace drift::commands
