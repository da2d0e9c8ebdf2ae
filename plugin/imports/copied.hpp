// JSON of one document for another.
#pragma once
#include <rapidjson/document.h>

namespace drift::imports {

inline rapidjson::Value copied(const rapidjson::Value& value, rapidjson::Document& document) {
  rapidjson::Value copy;
  copy.CopyFrom(value, document.GetAllocator());
  return copy;
}

}  // namespace drift::imports
