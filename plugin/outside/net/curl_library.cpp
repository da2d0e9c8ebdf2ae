#include "outside/net/curl_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/error.hpp"

namespace drift::outside {
namespace {

constexpr const char* file = "libcurl.so.4";

template <class Function>
void find(void* library, const char* name, Function*& function) {
  function = reinterpret_cast<Function*>(::dlsym(library, name));
  if (!function)
    throw OutsideError(fmt::format("{} has no {}: another version of libcurl is needed", file, name));
}

CurlLibrary load() {
  void* library = ::dlopen(file, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    throw OutsideError(fmt::format("{} is needed to speak to a server; install the package libcurl4 ({})",
                                   file, ::dlerror()));
  }
  CurlLibrary curl;
  find(library, "curl_easy_init", curl.easy_init);
  find(library, "curl_easy_cleanup", curl.easy_cleanup);
  find(library, "curl_easy_reset", curl.easy_reset);
  find(library, "curl_easy_perform", curl.easy_perform);
  find(library, "curl_easy_setopt", curl.easy_setopt);
  find(library, "curl_easy_getinfo", curl.easy_getinfo);
  find(library, "curl_easy_strerror", curl.easy_strerror);
  find(library, "curl_slist_append", curl.slist_append);
  find(library, "curl_slist_free_all", curl.slist_free_all);

  decltype(&::curl_global_init) global_init = nullptr;
  find(library, "curl_global_init", global_init);
  if (global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw OutsideError("libcurl could not be set up");
  decltype(&::curl_version_info) version_info = nullptr;
  find(library, "curl_version_info", version_info);
  constexpr unsigned oldest = 0x075500;  // 7.85: CURLOPT_PROTOCOLS_STR
  const auto* version = version_info(CURLVERSION_NOW);
  if (version->version_num < oldest) {
    throw OutsideError(fmt::format("libcurl {} is too old: 7.85 or later is needed", version->version));
  }
  return curl;
}

}  // namespace

const CurlLibrary& curl_library() {
  static const CurlLibrary library = load();
  return library;
}

}  // namespace drift::outside
