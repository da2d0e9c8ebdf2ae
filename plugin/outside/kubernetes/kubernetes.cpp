#include "outside/kubernetes/kubernetes.hpp"

#include <fmt/format.h>

#include "base/text.hpp"

namespace drift::outside {
namespace {

void append_part(std::string_view part, std::string& url) {
  // A server takes these for steps in the path; no object is called so.
  if (part == "." || part == "..") throw OutsideError(fmt::format("\"{}\" is no name of an object", part));
  url += '/';
  url += percent_encoded(part);
}

}  // namespace

std::string ResourcePath::url_path() const {
  if (version.empty() && resource.empty()) return "/apis";
  std::string url = group.empty() ? "/api" : "/apis";
  if (!group.empty()) append_part(group, url);
  append_part(version, url);
  if (!ns.empty()) {
    append_part("namespaces", url);
    append_part(ns, url);
  }
  if (!resource.empty()) append_part(resource, url);
  if (!name.empty()) append_part(name, url);
  if (!subresource.empty()) append_part(subresource, url);
  return url;
}

std::string ResourcePath::display() const {
  if (resource.empty()) return version.empty() ? "API groups" : fmt::format("API {}/{}", group, version);
  std::string text = resource;
  if (!group.empty()) text += "." + group;
  if (!subresource.empty()) text += "/" + subresource;
  if (ns.empty() && name.empty()) return text;
  text += ' ';
  if (!ns.empty()) text += ns + "/";
  return text + (name.empty() ? "*" : name);
}

}  // namespace drift::outside
