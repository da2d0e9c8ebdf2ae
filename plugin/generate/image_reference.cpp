#include "generate/image_reference.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.hpp"
#include "base/suggest.hpp"

namespace drift::generate {
namespace {

constexpr std::string_view small_and_digits = "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view letters_and_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::size_t longest_tag = 128;
constexpr std::string_view digest_algorithm = "sha256:";
constexpr std::size_t digest_digits = 64;

bool is_made_of(std::string_view text, std::string_view characters, std::string_view more) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return characters.find(c) != std::string_view::npos || more.find(c) != std::string_view::npos;
  });
}

bool is_repository(std::string_view text) {
  return !text.empty() && small_and_digits.find(text.back()) != std::string_view::npos &&
         text.front() != '/' && text.find("//") == std::string_view::npos &&
         is_made_of(text, small_and_digits, "._-/:");
}

bool is_tag(std::string_view text) {
  return !text.empty() && text.size() <= longest_tag && text.front() != '.' && text.front() != '-' &&
         is_made_of(text, letters_and_digits, "._-");
}

bool is_digest(std::string_view text) {
  return text.starts_with(digest_algorithm) && text.size() == digest_algorithm.size() + digest_digits &&
         is_made_of(text.substr(digest_algorithm.size()), "0123456789abcdef", "");
}

}  // namespace

ImageReference read_image_reference(std::string_view text) {
  ImageReference image;
  auto name = text;
  const auto at = name.find('@');
  if (at != std::string_view::npos) {
    image.digest = name.substr(at + 1);
    name = name.substr(0, at);
  }
  // A colon before the last slash is that of the registry's port.
  const auto slash = name.rfind('/');
  const auto colon = name.find(':', slash == std::string_view::npos ? 0 : slash);
  if (colon != std::string_view::npos) {
    image.tag = name.substr(colon + 1);
    name = name.substr(0, colon);
  }
  image.repository = name;
  const bool wrong_tag = colon != std::string_view::npos && !is_tag(image.tag);
  const bool wrong_digest = at != std::string_view::npos && !is_digest(image.digest);
  if (!is_repository(name) || wrong_tag || wrong_digest || (image.tag.empty() && image.digest.empty()))
    throw InputError(fmt::format(
        "--image {}: expected REPOSITORY:TAG@sha256:DIGEST, of which tag or digest may be left out",
        in_quotes(text)));
  return image;
}

}  // namespace drift::generate
