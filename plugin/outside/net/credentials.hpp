// What goes to a server with a token: where that may be, and the token itself.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace drift::outside {

// A server's address without slashes at its end: `https://`, or `http://` to this machine, since tokens go over TLS or don't leave
// the machine. Throws InputError; `whose`: `the Kubernetes API`.
std::string checked_address(std::string server, std::string_view whose);

// The bearer token that a file holds now, without what stands around it; may be empty. Throws OutsideError, which never holds a
// part of it. `whose` as above.
std::string read_token(const std::filesystem::path& file, std::string_view whose);

// The same of a text that was read already.
std::string checked_token(std::string text, std::string_view whose);

}  // namespace drift::outside
