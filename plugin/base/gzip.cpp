#include "base/gzip.hpp"

#include <zlib.h>

#include <array>
#include <memory>
#include <new>

namespace drift {
namespace {

constexpr int gzip_window = 15 + 16;  // the largest window, in gzip's format

}  // namespace

std::string gzip(std::string_view text, int level) {
  constexpr int memory_level = 8;
  z_stream stream{};
  if (deflateInit2(&stream, level, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::bad_alloc();
  gz_header header{};
  header.os = 255;
  deflateSetHeader(&stream, &header);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  std::string bytes;
  constexpr std::size_t step = std::size_t{64} << 10;
  do {
    bytes.resize(stream.total_out + step);
    stream.next_out = reinterpret_cast<Bytef*>(bytes.data() + stream.total_out);
    stream.avail_out = static_cast<uInt>(step);
  } while (deflate(&stream, Z_FINISH) != Z_STREAM_END);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

Gunzipped gunzip(std::string_view bytes, std::size_t longest, bool all_members) {
  z_stream stream{};
  if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::bad_alloc();
  const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  Gunzipped result;
  std::array<char, std::size_t{64} << 10> piece{};
  for (bool more = true; more;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    const int code = inflate(&stream, Z_NO_FLUSH);
    if (code != Z_OK && code != Z_STREAM_END) return {Gunzipped::End::broken, {}, stream.avail_in};
    result.text.append(piece.data(), piece.size() - stream.avail_out);
    if (result.text.size() > longest) return {Gunzipped::End::too_long, {}, stream.avail_in};
    const bool ended = code == Z_STREAM_END;
    more = !ended || (all_members && stream.avail_in != 0 && inflateReset(&stream) == Z_OK);
  }
  result.rest = stream.avail_in;
  return result;
}

}  // namespace drift
