// libcurl, loaded when the first request is made. It isn't linked: it pulls in thirty shared libraries, which every start
// of the plugin would load, and rendering speaks to no server.
#pragma once
#include <curl/curl.h>

namespace drift::outside {

struct CurlLibrary {
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_perform) easy_perform = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
};

// Throws OutsideError where the machine has no libcurl, or one that is too old.
const CurlLibrary& curl_library();

}  // namespace drift::outside
