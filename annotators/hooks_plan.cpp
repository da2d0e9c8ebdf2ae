#include "annotators/hooks_plan.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <new>

#include "annotators/hooks_yaml.hpp"

namespace drift::annotators {
namespace {

std::string base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

}  // namespace

std::string gzip(std::string_view text) {
  constexpr int gzip_window = 15 + 16;  // the largest window, in gzip's format
  constexpr int memory_level = 8;
  z_stream stream{};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, memory_level, Z_DEFAULT_STRATEGY) !=
      Z_OK)
    throw std::bad_alloc();
  gz_header header{};
  header.os = 255;
  deflateSetHeader(&stream, &header);
  std::string bytes(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(bytes.data());
  stream.avail_out = static_cast<uInt>(bytes.size());
  deflate(&stream, Z_FINISH);
  bytes.resize(stream.total_out);
  deflateEnd(&stream);
  return bytes;
}

rapidjson::Document plan_object(const HookContext& context) {
  auto object = new_object(context, {"v1", "ConfigMap", context.space, context.names.plan(), "plan"});
  make_hook(object, "PreSync", ground_wave);
  apply_on_server(object);
  set(object, {"metadata", "annotations", "drift-policy.dev/plan-digest"}, context.plan_digest);
  if (context.plan.size() <= longest_plain_plan) {
    set(object, {"data", "plan.json"}, context.plan);
    return object;
  }
  const std::string compressed = gzip(context.plan);
  if (compressed.size() > longest_stored_plan)
    throw InputError(
        fmt::format("the plan of {} objects is {} KiB compressed, more than a ConfigMap holds; expected at "
                    "most {} KiB: guard fewer "
                    "fields, or split the application",
                    context.objects.size(), compressed.size() >> 10, longest_stored_plan >> 10));
  set(object, {"binaryData", "plan.json.gz"}, base64(compressed));
  return object;
}

}  // namespace drift::annotators
