#include "source/secrecy.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "manifest/base64.hpp"
#include "text.hpp"

namespace drift::source {
namespace {

constexpr std::size_t shortest_masked = 4;

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// `dbPassword.tls_key` is db, password, tls, key; all in lower case.
std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words(1);
  char before = ' ';
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool starts = std::isupper(byte) != 0 && std::islower(static_cast<unsigned char>(before)) != 0;
    if (std::isalnum(byte) == 0 || starts) words.emplace_back();
    if (std::isalnum(byte) != 0) words.back() += static_cast<char>(std::tolower(byte));
    before = c;
  }
  std::erase(words, "");
  return words;
}

// A key alone is anything, as those of tolerations.
bool makes_key_secret(std::string_view word) {
  constexpr std::array<std::string_view, 22> words = {
      "access",  "account",    "api",     "ca",  "cert",    "certificate", "client",  "cookie",
      "deploy",  "encryption", "gpg",     "jwt", "license", "master",      "private", "server",
      "session", "shared",     "signing", "ssh", "ssl",     "tls"};
  return is_one_of(word, words);
}

// The pieces of secrets to look for, the longest first: one may be part of another.
std::vector<std::string> needles(const std::vector<std::string>& secrets) {
  std::vector<std::string> all;
  for (const auto& secret : secrets) {
    if (secret.size() < shortest_masked) continue;
    all.push_back(manifest::base64(secret));
    for (const auto& line : split(secret, '\n')) {
      const auto begin = line.find_first_not_of(" \t\r");
      if (begin == std::string::npos) continue;
      const auto end = line.find_last_not_of(" \t\r");
      if (end + 1 - begin >= shortest_masked) all.push_back(line.substr(begin, end + 1 - begin));
    }
  }
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.size() != b.size() ? a.size() > b.size() : a < b; });
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

}  // namespace

bool sounds_secret(std::string_view name) {
  const auto lower = lower_case(name);
  constexpr std::array<std::string_view, 9> anywhere = {"passw",      "secret",     "token",
                                                        "credential", "passphrase", "connectionstring",
                                                        "accesskey",  "apikey",     "privatekey"};
  for (const auto word : anywhere)
    if (lower.find(word) != std::string::npos) return true;
  constexpr std::array<std::string_view, 7> alone = {"pass", "pwd", "pw", "dsn", "creds", "pat", "keytab"};
  const auto words = words_of(name);
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (is_one_of(words[i], alone)) return true;
    if (i == 0) continue;
    if ((words[i] == "key" || words[i] == "keys") && makes_key_secret(words[i - 1])) return true;
    if (words[i] == "string" && (words[i - 1] == "connection" || words[i - 1] == "conn")) return true;
  }
  return false;
}

bool looks_secret(std::string_view value) {
  if (value.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  for (auto at = value.find("://"); at != std::string_view::npos; at = value.find("://", at + 3)) {
    const auto authority = value.substr(at + 3, value.find_first_of("/?#\" \n", at + 3) - at - 3);
    const auto user_end = authority.rfind('@');
    if (user_end == std::string_view::npos) continue;
    // ssh://git@host names a user; https://x@host is a token.
    const bool web = value.substr(0, at).ends_with("http") || value.substr(0, at).ends_with("https");
    if (web || authority.substr(0, user_end).find(':') != std::string_view::npos) return true;
  }
  return false;
}

std::string masked(std::string text, const std::vector<std::string>& secrets) {
  for (const auto& needle : needles(secrets)) replace_all(text, needle, "…");
  return text;
}

}  // namespace drift::source
