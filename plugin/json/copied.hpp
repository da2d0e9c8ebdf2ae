// A value of one document for another, whose memory it gets.
#pragma once
#include <rapidjson/document.h>

namespace drift {

inline rapidjson::Value copied(const rapidjson::Value& value, rapidjson::Document& document) {
  rapidjson::Value copy;
  copy.CopyFrom(value, document.GetAllocator());
  return copy;
}

}  // namespace drift
