// What a chart's values.schema.json refers to. Helm compiles it with santhosh-tekuri/jsonschema, whose loaders open files and
// connections for every `$ref` and `$schema` that the document doesn't hold (pkg/chart/common/util/jsonschema.go in Helm).
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace drift::source {

// Throws InputError, with the place, where a schema of the chart or of a chart within it (charts/, unpacked or packed) refers to
// anything but itself and the published drafts, which the library has in it. Nothing is opened but the chart's files.
void check_schemas(const std::filesystem::path& chart);

// The same of one schema's text.
void check_schema(const std::string& name, std::string_view text);

}  // namespace drift::source
