#include "base/secrecy.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "base/text.hpp"

namespace drift {
namespace {

using Words = std::vector<std::string>;

template <std::size_t size>
bool is_one_of(std::string_view word, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// `dbPassword_tlsKey` is db, password, tls, key; `DBPwd` is db, pwd; all in lower case.
Words words_of(std::string_view part) {
  Words words(1);
  for (std::size_t i = 0; i < part.size(); ++i) {
    const char c = part[i];
    const char before = i == 0 ? ' ' : part[i - 1];
    const char behind = i + 1 == part.size() ? ' ' : part[i + 1];
    const bool starts =
        is_upper(c) && (is_lower(before) || is_digit(before) || (is_upper(before) && is_lower(behind)));
    if (!is_alphanumeric(c) || starts) words.emplace_back();
    if (is_alphanumeric(c)) words.back() += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  std::erase(words, "");
  return words;
}

// The words of each part of a name (`a.b[0].c` has a, b and c).
std::vector<Words> parts_of(std::string_view name) {
  std::vector<Words> parts;
  while (!name.empty()) {
    const auto end = std::min(name.find_first_of(".[]/"), name.size());
    auto words = words_of(name.substr(0, end));
    const bool index = words.size() == 1 && std::all_of(words[0].begin(), words[0].end(), is_digit);
    if (!words.empty() && !index) parts.push_back(std::move(words));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  return parts;
}

constexpr std::array<std::string_view, 16> secret_anywhere = {
    "passw",     "secret",     "token",        "credential", "passphrase", "connectionstring",
    "accesskey", "apikey",     "privatekey",   "appkey",     "accountkey", "storagekey",
    "masterkey", "kubeconfig", "dockerconfig", "htpasswd"};

// Words of their own.
constexpr std::array<std::string_view, 18> secret_words = {
    "pass", "pwd",  "pw",   "dsn",    "creds", "cred",     "pat",    "keytab",  "sas",
    "jwt",  "hmac", "totp", "pgpass", "netrc", "mnemonic", "bearer", "connstr", "psk"};

// Such where they end a name.
constexpr std::array<std::string_view, 20> secret_at_end = {
    "webhook", "webhooks", "auth",    "authorization", "salt", "signature", "license",
    "licence", "cookie",   "private", "pin",           "otp",  "keystore",  "truststore",
    "pfx",     "p12",      "jks",     "seed",          "sig",  "encryption"};

// What may stand between them and the end: `slack.webhookUrl`, `auth.value`.
constexpr std::array<std::string_view, 10> carriers = {"url",    "urls", "uri",    "value",    "values",
                                                       "string", "data", "header", "endpoint", "text"};

// Keys that name something: topologyKey, `tolerations[0].key`.
constexpr std::array<std::string_view, 30> named_by_key = {
    "toleration", "tolerations", "taint",  "taints", "affinity",  "expressions", "selector",    "terms",
    "topology",   "label",       "labels", "match",  "field",     "annotation",  "annotations", "items",
    "ref",        "config",      "map",    "sort",   "partition", "routing",     "index",       "group",
    "object",     "json",        "yaml",   "param",  "primary",   "foreign"};

bool is_key(std::string_view word) {
  return word == "key" || word == "keys";
}

// A key that opens something, unless a word before it says that it names something.
bool has_secret_key(const std::vector<Words>& parts) {
  const auto& last = parts.back();
  if (last.empty() || !is_key(last.back())) return false;
  if (last.size() > 1) return !is_one_of(last[last.size() - 2], named_by_key);
  if (parts.size() == 1) return false;
  return std::none_of(parts.begin(), parts.end(), [](const Words& words) {
    return std::any_of(words.begin(), words.end(),
                       [](const auto& word) { return is_one_of(word, named_by_key); });
  });
}

bool ends_secret(const std::vector<Words>& parts) {
  Words words;
  for (const auto& part : parts) words.insert(words.end(), part.begin(), part.end());
  while (words.size() > 1 && is_one_of(words.back(), carriers)) words.pop_back();
  if (is_one_of(words.back(), secret_at_end)) return true;
  return words.size() > 1 && words.back() == "connection" && is_one_of(parts.back().back(), carriers);
}

std::string joined(const std::vector<Words>& parts) {
  std::string all;
  for (const auto& words : parts)
    for (const auto& word : words) all += word;
  return all;
}

// A name in a query or a file, of which less is known.
bool is_secret_setting(std::string_view name) {
  const auto lower = lower_case(name);
  return sounds_secret(name) || lower == "key" || lower == "sig" || lower == "code";
}

// Where the name of `name=value` begins, which ends at `end`: `Account Key` is one.
std::string_view name_before(std::string_view text, std::size_t end) {
  while (end > 0 && (text[end - 1] == ' ' || text[end - 1] == '"' || text[end - 1] == '\'')) --end;
  auto begin = end;
  while (begin > 0 && (is_alphanumeric(text[begin - 1]) || text[begin - 1] == '_' || text[begin - 1] == '-'))
    --begin;
  return text.substr(begin, end - begin);
}

bool is_harmless(std::string_view value) {
  return value.empty() || value == "true" || value == "false" || value == "null" || value.starts_with("…") ||
         value.starts_with("{{") || value.starts_with("${") || value.starts_with("$(");
}

// `password=x` anywhere, `password: x` at the end of a line; a sentence about a password is none.
bool assigns_secret(std::string_view text) {
  constexpr std::size_t most = 1'000;  // signs looked at; who writes more hides them all
  std::size_t count = 0;
  for (auto at = text.find_first_of("=:"); at != std::string_view::npos;
       at = text.find_first_of("=:", at + 1)) {
    if (++count > most) return true;
    auto value = text.substr(at + 1);
    value = value.substr(0, value.find('\n'));
    while (!value.empty() && (value.front() == ' ' || value.front() == '"' || value.front() == '\''))
      value.remove_prefix(1);
    const auto end = std::min(value.find_first_of(" \"',;&}\r"), value.size());
    if (is_harmless(value.substr(0, end))) continue;
    const auto rest = value.substr(end);
    if (text[at] == ':' && rest.starts_with(' ')) continue;
    const auto name = name_before(text, at);
    const bool query = text[at] == '=' && name.data() > text.data() &&
                       std::string_view("?&;").find(*(name.data() - 1)) != std::string_view::npos;
    if (query ? is_secret_setting(name) : sounds_secret(name)) return true;
  }
  return false;
}

bool has_user_in_url(std::string_view value) {
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

// `user:password@tcp(host)/db`, and no image by its digest.
bool starts_with_user(std::string_view value) {
  const auto at = value.find('@');
  if (at == std::string_view::npos || value.substr(at + 1).starts_with("sha")) return false;
  const auto user = value.substr(0, at);
  const auto colon = user.find(':');
  return colon != std::string_view::npos && colon + 1 < user.size() &&
         user.find_first_of("/ ?\n") == std::string_view::npos;
}

// https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml has these and more.
bool is_known_token(std::string_view run) {
  constexpr std::array<std::string_view, 28> starts = {
      "AKIA",     "ASIA",  "ghp_",  "gho_",  "ghs_",    "ghu_",  "ghr_",   "github_pat_", "glpat-",
      "xoxa-",    "xoxb-", "xoxp-", "xoxo-", "xoxr-",   "xoxs-", "xapp-",  "sk_live_",    "sk_test_",
      "rk_live_", "sk-",   "AIza",  "npm_",  "dop_v1_", "pypi-", "shpat_", "eyJ",         "AGE-SECRET-KEY-",
      "whsec_"};
  return run.size() >= 12 &&
         std::any_of(starts.begin(), starts.end(), [&](auto start) { return run.starts_with(start); });
}

// Random text changes between small letters, capitals and digits all the time, names rarely do.
bool is_random(std::string_view run) {
  std::size_t characters = 0, digits = 0, changes = 0;
  char before = 0;
  for (const char c : run) {
    const char kind = is_lower(c) ? 'a' : is_upper(c) ? 'A' : is_digit(c) ? '0' : 0;
    characters += kind != 0 ? 1 : 0;
    digits += kind == '0' ? 1 : 0;
    changes += kind != 0 && before != 0 && kind != before ? 1 : 0;
    before = kind;
  }
  return digits >= 2 && ((characters >= 20 && changes * 5 >= characters) ||
                         (characters >= 16 && changes * 5 >= characters * 2));
}

bool holds_token(std::string_view value) {
  const auto within = [](char c) {
    return is_alphanumeric(c) || std::string_view("+/_=-").find(c) != std::string_view::npos;
  };
  for (std::size_t at = 0; at < value.size();) {
    auto end = at;
    while (end < value.size() && within(value[end])) ++end;
    const auto run = value.substr(at, end - at);
    const auto before = value.substr(0, at);
    const bool digest = before.ends_with("sha256:") || before.ends_with("sha512:");
    if (!digest && (is_known_token(run) || is_random(run))) return true;
    at = end + 1;
  }
  return false;
}

// Names of what is as long and random, and public.
bool names_digest(std::string_view name) {
  constexpr std::array<std::string_view, 8> words = {"tag",      "digest", "sha",      "sha256",
                                                     "checksum", "commit", "revision", "fingerprint"};
  const auto parts = parts_of(name);
  return !parts.empty() && is_one_of(parts.back().back(), words);
}

bool is_hex(std::string_view value) {
  return value.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

bool sounds_secret(std::string_view name) {
  const auto parts = parts_of(name);
  if (parts.empty()) return false;
  for (const auto& words : parts) {
    const auto text = joined({words});
    for (const auto word : secret_anywhere)
      if (text.find(word) != std::string::npos) return true;
    if (std::any_of(words.begin(), words.end(),
                    [](const auto& word) { return is_one_of(word, secret_words); }))
      return true;
    for (std::size_t i = 1; i < words.size(); ++i)
      if (words[i] == "string" && (words[i - 1] == "conn" || words[i - 1] == "connection")) return true;
  }
  return has_secret_key(parts) || ends_secret(parts);
}

bool looks_secret(std::string_view value) {
  if (value.find("-----BEGIN ") != std::string_view::npos) return true;
  for (const std::string_view hash : {"$2a$", "$2b$", "$2y$", "$5$", "$6$", "$apr1$", "$argon2", "{SHA}"})
    if (value.find(hash) != std::string_view::npos) return true;
  return has_user_in_url(value) || starts_with_user(value) || assigns_secret(value) || holds_token(value);
}

bool is_likely_secret(std::string_view name, std::string_view value) {
  if (value.empty() || value == "true" || value == "false") return false;
  if (sounds_secret(name)) return true;
  return looks_secret(value) && !(names_digest(name) && is_hex(value));
}

}  // namespace drift
