// https://pkg.go.dev/archive/tar: where formats leave room, its reader decides (reader.go: next, handleRegularFile, mergePAX).
#include "source/helm/chart_archive.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/gzip.hpp"

namespace drift::source {
namespace {

constexpr std::size_t block = 512;

[[noreturn]] void not_whole(const std::string& name) {
  throw InputError({name}, "can't be read as a packed chart; expected a .tgz that helm package made");
}

std::string gunzipped(const std::string& name, std::string_view bytes) {
  auto unpacked = gunzip(bytes, max_unpacked_chart, true);
  if (unpacked.end == Gunzipped::End::broken) not_whole(name);
  if (unpacked.end == Gunzipped::End::too_long)
    throw InputError({name}, fmt::format("unpacks to more than {} MiB, the most that helm takes",
                                         max_unpacked_chart >> 20));
  return std::move(unpacked.text);
}

std::string_view until_nul(std::string_view field) {
  return field.substr(0, field.find('\0'));
}

std::string_view without_padding(std::string_view field) {
  while (!field.empty() && (field.front() == ' ' || field.front() == '\0')) field.remove_prefix(1);
  while (!field.empty() && (field.back() == ' ' || field.back() == '\0')) field.remove_suffix(1);
  return until_nul(field);
}

std::optional<std::uint64_t> number(std::string_view text, int base) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (text.empty()) return 0;
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// Octal digits, or (the first bit set) binary.
std::optional<std::uint64_t> numeric(std::string_view field) {
  if ((static_cast<unsigned char>(field[0]) & 0x80U) == 0) return number(without_padding(field), 8);
  std::uint64_t value = static_cast<unsigned char>(field[0]) & 0x7fU;
  for (const char c : field.substr(1)) {
    if (value >> 55 != 0) return std::nullopt;
    value = value << 8 | static_cast<unsigned char>(c);
  }
  return value;
}

// What extended headers say of the next file.
struct Extended {
  std::string path;
  std::optional<std::uint64_t> size;
};

class Archive {
 public:
  Archive(const std::string& name, std::string_view text) : name_(name), text_(text) {}

  void read(const std::function<void(const std::string&, std::string_view)>& each) {
    Extended extended;
    while (const auto header = next_header()) {
      const char type = (*header)[156];
      const auto written = numeric(header->substr(124, 12));
      if (!written || type == 'S') not_whole(name_);
      if (type == 'x' || type == 'L' || type == 'K' || type == 'g') {
        const auto contents = take(*written);
        if (type == 'x') read_pax(contents, extended);
        if (type == 'L') extended.path = until_nul(contents);
        continue;
      }
      auto path = extended.path.empty() ? std::string(until_nul(header->substr(0, 100))) : extended.path;
      // Links, devices and folders have no contents, whatever their size says; an old regular file with a slash is a folder.
      const bool empty = (type >= '1' && type <= '6') || (type == '\0' && path.ends_with('/'));
      const auto contents = take(empty ? 0 : extended.size.value_or(*written));
      each(path, contents);
      extended = {};
    }
  }

 private:
  // No header at the end: two blocks of zeros, or nothing more.
  std::optional<std::string_view> next_header() {
    if (at_ == text_.size()) return std::nullopt;
    const auto header = take_block();
    if (header.find_first_not_of('\0') != std::string_view::npos) return header;
    if (at_ != text_.size() && take_block().find_first_not_of('\0') != std::string_view::npos)
      not_whole(name_);
    return std::nullopt;
  }

  std::string_view take_block() {
    if (text_.size() - at_ < block) not_whole(name_);
    at_ += block;
    return text_.substr(at_ - block, block);
  }

  std::string_view take(std::uint64_t size) {
    if (size > text_.size() - at_) not_whole(name_);
    const auto contents = text_.substr(at_, size);
    at_ = std::min(text_.size(), at_ + (size + block - 1) / block * block);
    return contents;
  }

  // Records of `LENGTH KEY=VALUE\n`.
  void read_pax(std::string_view records, Extended& extended) const {
    while (!records.empty()) {
      const auto space = records.find(' ');
      const auto length = number(records.substr(0, std::min(space, records.size())), 10);
      if (space == std::string_view::npos || !length || *length <= space + 2 || *length > records.size())
        not_whole(name_);
      const auto record = records.substr(space + 1, *length - space - 2);
      const auto equals = record.find('=');
      if (equals == std::string_view::npos || record.starts_with("GNU.sparse.")) not_whole(name_);
      const auto key = record.substr(0, equals), value = record.substr(equals + 1);
      if (key == "path") extended.path = value;
      if (key == "size" && !value.empty()) {
        extended.size = number(value, 10);
        if (!extended.size) not_whole(name_);
      }
      records.remove_prefix(*length);
    }
  }

  const std::string& name_;
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

void read_archive(const std::string& name, std::string_view bytes,
                  const std::function<void(const std::string&, std::string_view)>& each) {
  const auto text = gunzipped(name, bytes);
  Archive(name, text).read(each);
}

}  // namespace drift::source
