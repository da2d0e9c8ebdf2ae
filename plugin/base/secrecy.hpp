// What is likely a secret, by its name or its looks. In doubt it is one.
#pragma once
#include <string_view>

namespace drift {

// Whether a value of that name (`db.pass`, `datadog.appKey`, `DB_PASSWORD`) is likely one. What is only sometimes one
// (`webhook`, `auth`) counts where the name ends with it.
bool sounds_secret(std::string_view name);

// Whether the value is one whatever its name: keys and certificates (PEM), a URL or text with a password or a token in it
// (`jdbc:…?password=x`, `AccountKey=x`), tokens of known form, and long random text.
bool looks_secret(std::string_view value);

// Both, for a value that is shown under its name. Empty ones, `true` and `false` are none.
bool is_likely_secret(std::string_view name, std::string_view value);

}  // namespace drift
