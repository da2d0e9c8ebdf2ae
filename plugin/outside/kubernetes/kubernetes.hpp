// The Kubernetes API, as far as hooks, approvals and audit need it. client.hpp makes the real one, with
// retries, timeouts and bounded answers; tests have one in memory (tests/support/fake_kubernetes.hpp).
//
// Two kinds of "no": what a caller has to expect (not there, not allowed, changed meanwhile) has a type of its own;
// anything else is an OutsideError that ends the run.
#pragma once
#include <rapidjson/document.h>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace drift::outside {

// An object, or (without a name) all objects of a resource, in the API's own terms. Without a resource: what the group serves in
// that version (metav1.APIResourceList); of nothing at all: which groups there are (metav1.APIGroupList).
struct ResourcePath {
  std::string group;  // "" is the core group
  std::string version;
  std::string resource;  // plural: `configmaps`
  std::string ns;        // namespace; empty: cluster-scoped, or all namespaces of a list
  std::string name;
  std::string subresource;  // `status`

  // `/apis/batch/v1/namespaces/drift-policy/jobs/web-gate/status`, each part percent-encoded.
  std::string url_path() const;
  // `jobs.batch drift-policy/web-gate`, for messages.
  std::string display() const;
};

// The API server said no. `reason` is metav1.Status's (`Forbidden`, `AlreadyExists`, `Invalid`, …).
// https://kubernetes.io/docs/reference/using-api/api-concepts/
class ApiError : public OutsideError {
 public:
  ApiError(int status, std::string reason, const std::string& message)
      : OutsideError(message), http_status(status), reason_text(std::move(reason)) {}
  bool forbidden() const { return http_status == 401 || http_status == 403; }
  bool conflict() const { return http_status == 409; }  // changed meanwhile, or there already
  bool not_found() const { return http_status == 404; }
  // Of get(): the object may be there or not.
  bool leaves_it_open() const { return forbidden() || not_found(); }
  int http_status;
  std::string reason_text;
};

// What a watch tells; `bookmark` carries nothing but a newer resourceVersion.
struct WatchEvent {
  enum class Type { added, modified, deleted, bookmark } type;
  const rapidjson::Value& object;
};

// Read with all of its strings, one of this size takes some 20 MiB of memory, of which the gate's Job has 128. Kubernetes' own are
// below 2 MiB.
inline constexpr std::size_t longest_openapi = std::size_t{8} << 20;

class Kubernetes {
 public:
  virtual ~Kubernetes() = default;

  // The object; nothing where the server says that this object isn't there. A 404 that doesn't name it is no answer about the
  // object (the server knows no such resource or version, or something stands before it) and thrown as ApiError::not_found(). All
  // calls throw ApiError for other answers, and OutsideError where no answer came within the deadlines.
  virtual std::optional<rapidjson::Document> get(const ResourcePath& path) = 0;

  // The OpenAPI v3 document of a group's version, `/openapi/v3/apis/apps/v1`; nothing where the server has none or it is larger than
  // longest_openapi. One try of at most 15 seconds, since nobody depends on it. ResourcePath: with group and version alone.
  virtual std::optional<rapidjson::Document> openapi(const ResourcePath& path) = 0;

  // All objects that have the labels, page by page; visit() returning false ends it.
  virtual void list(const ResourcePath& path, const std::string& label_selector,
                    const std::function<bool(const rapidjson::Value&)>& visit) = 0;

  // Makes a new object; ApiError::conflict() where it is there already. Never sent twice: where the answer was lost, the
  // caller looks.
  virtual rapidjson::Document create(const ResourcePath& path, const rapidjson::Value& object) = 0;

  // Replaces an object; with metadata.resourceVersion in it only that version, else ApiError::conflict().
  virtual rapidjson::Document replace(const ResourcePath& path, const rapidjson::Value& object) = 0;

  // Server-side apply with our field manager `drift-policy`, forced: what we own is as `object` says.
  virtual rapidjson::Document apply(const ResourcePath& path, const rapidjson::Value& object) = 0;

  // JSON merge patch (RFC 7386); with metadata.resourceVersion in it only that version.
  virtual rapidjson::Document merge_patch(const ResourcePath& path, const rapidjson::Value& patch) = 0;

  // Deletes it; false where it was gone. With a uid only that one.
  virtual bool remove(const ResourcePath& path, const std::string& uid = {}) = 0;

  // Follows one object from now on, beginning with how it is (an `added`, or a `deleted` with an empty object where it
  // isn't there), through broken connections and expired versions (410), until visit() returns false or `longest` is over.
  virtual void watch(const ResourcePath& path, std::chrono::milliseconds longest,
                     const std::function<bool(const WatchEvent&)>& visit) = 0;
};

}  // namespace drift::outside
