// The health scripts' comparison, run by Lua 5.1, which Argo CD's gopher-lua is.
#pragma once
#include <rapidjson/document.h>

#include <string>
#include <vector>

namespace drift::tests {

// The top-level fields of `wanted` (of metadata: each label and annotation) in which a health script of the kind says that
// `live` differs, as pointers, sorted.
std::vector<std::string> differs_by_lua(const std::string& group, const std::string& kind,
                                        const rapidjson::Value& wanted, const rapidjson::Value& live);

}  // namespace drift::tests
