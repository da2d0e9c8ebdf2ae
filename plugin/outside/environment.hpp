// The environment variables that this process was started with, as a value that tests make up.
#pragma once
#include <map>
#include <string>
#include <string_view>

namespace drift::outside {

using Environment = std::map<std::string, std::string, std::less<>>;

// All variables of this process.
Environment environment();

// The value of `name`, or `fallback` where it isn't set.
std::string value_or(const Environment& environment, std::string_view name, std::string_view fallback = {});

}  // namespace drift::outside
