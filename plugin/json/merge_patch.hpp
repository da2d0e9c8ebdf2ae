// JSON merge patches (RFC 7386), as `kubectl patch --type merge` sends them.
#pragma once
#include <rapidjson/document.h>

namespace drift {

// Applies the patch to `target`, whose memory is given.
void merge_patch(rapidjson::Value& target, const rapidjson::Value& patch,
                 rapidjson::Document::AllocatorType& memory);

}  // namespace drift
