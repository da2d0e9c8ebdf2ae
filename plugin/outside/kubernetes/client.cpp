#include "outside/kubernetes/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "base/text.hpp"
#include "json/read.hpp"
#include "outside/kubernetes/api_request.hpp"
#include "outside/kubernetes/watch.hpp"

namespace drift::outside {
namespace {

using rapidjson::Document;
using rapidjson::Value;

constexpr std::string_view field_manager = "fieldManager=drift-policy";
constexpr int ok = 200;
constexpr int gone = 410;

// metav1.Status names the object that isn't there in `details.name`; for a resource or version that the server doesn't know there
// is no name, or no Status at all.
bool is_about(const Value& body, const std::string& name) {
  return text_of(body, "kind") == "Status" && text_at(body, {"details", "name"}) == name;
}

// Reads a list page by page. A page's token expires after some minutes (410); then the server offers one that goes on with what is
// there by then, or the list begins anew and leaves out what was visited.
class Pages {
 public:
  Pages(ApiSender& sender, const ResourcePath& path, const std::string& selector, int page)
      : sender_(sender), path_(path), selector_(selector), page_(page) {}

  void visit(const std::function<bool(const Value&)>& take) {
    for (int restarts = 0; restarts < max_restarts;) {
      const auto answer = next_page();
      if (answer.status == gone) {
        token_ = text_at(answer.body, {"metadata", "continue"});
        ++restarts;
        continue;
      }
      if (answer.status == 404) throw api_error(request(), 404, answer.body);
      if (!visit_page(answer.body, take)) return;
      token_ = text_at(answer.body, {"metadata", "continue"});
      if (token_.empty()) return;
    }
    throw OutsideError(
        fmt::format("list {}: changes faster than the Kubernetes API can list it", path_.display()));
  }

 private:
  static constexpr int max_restarts = 10;

  ApiRequest request() const {
    auto query = fmt::format("limit={}", page_);
    if (!selector_.empty()) query += "&labelSelector=" + percent_encoded(selector_);
    if (!token_.empty()) query += "&continue=" + percent_encoded(token_);
    return {"list", "GET", path_, {}, query};
  }

  // With fewer objects where they are too large together.
  ApiAnswer next_page() {
    for (;; page_ = std::max(page_ / 4, 1)) {
      try {
        return sender_.send(request());
      } catch (const HttpFailure& failure) {
        if (failure.kind != HttpFailure::Kind::too_large || page_ == 1) throw;
      }
    }
  }

  bool visit_page(const Value& body, const std::function<bool(const Value&)>& take) {
    const auto* items = find_member(body, "items");
    if (!items || !items->IsArray()) return true;
    for (const auto& item : items->GetArray()) {
      const auto uid = text_at(item, {"metadata", "uid"});
      if (!uid.empty() && !visited_.insert(uid).second) continue;
      if (!take(item)) return false;
    }
    return true;
  }

  ApiSender& sender_;
  const ResourcePath& path_;
  const std::string& selector_;
  int page_;
  std::string token_;
  std::unordered_set<std::string> visited_;
};

class Client : public Kubernetes {
 public:
  Client(const Connection& connection, Clock& clock, const ClientLimits& limits)
      : clock_(clock), limits_(limits), sender_(connection, clock, limits) {}

  std::optional<Document> get(const ResourcePath& path) override {
    auto answer = sender_.send({"get", "GET", path});
    if (answer.status == 404 && is_about(answer.body, path.name)) return std::nullopt;
    return existing({"get", "GET", path}, std::move(answer));
  }

  std::optional<Document> openapi(const ResourcePath& path) override {
    constexpr std::chrono::seconds longest(15);
    ApiRequest request{"get", "GET", path, "/openapi/v3" + path.url_path()};
    std::string text;
    const int status = sender_.stream(request, longest, [&](std::string_view piece) {
      text += piece;
      return text.size() <= longest_openapi;
    });
    if (status != ok || text.size() > longest_openapi) return std::nullopt;
    auto document = parse_body(text);  // null, too, where it wasn't whole
    if (document.IsNull()) return std::nullopt;
    return document;
  }

  void list(const ResourcePath& path, const std::string& label_selector,
            const std::function<bool(const Value&)>& visit) override {
    Pages(sender_, path, label_selector, limits_.page).visit(visit);
  }

  Document create(const ResourcePath& path, const Value& object) override {
    auto all = path;
    all.name.clear();
    return write({"create", "POST", all}, "application/json", object, true);
  }

  Document replace(const ResourcePath& path, const Value& object) override {
    return write({"replace", "PUT", path}, "application/json", object);
  }

  Document apply(const ResourcePath& path, const Value& object) override {
    ApiRequest request{"apply", "PATCH", path};
    request.query = "&force=true";
    return write(std::move(request), "application/apply-patch+yaml", object);
  }

  Document merge_patch(const ResourcePath& path, const Value& patch) override {
    return write({"patch", "PATCH", path}, "application/merge-patch+json", patch);
  }

  bool remove(const ResourcePath& path, const std::string& uid) override {
    ApiRequest request{"delete", "DELETE", path};
    request.content_type = "application/json";
    Document options(rapidjson::kObjectType);
    auto& memory = options.GetAllocator();
    options.AddMember("apiVersion", "v1", memory);
    options.AddMember("kind", "DeleteOptions", memory);
    options.AddMember("propagationPolicy", "Background", memory);
    if (!uid.empty()) {
      Value conditions(rapidjson::kObjectType);
      conditions.AddMember("uid", Value(uid.c_str(), memory), memory);
      options.AddMember("preconditions", conditions, memory);
    }
    request.body = to_json(options);
    const auto answer = sender_.send(request);
    if (answer.status == gone) throw api_error(request, gone, answer.body);
    return answer.status != 404 || answer.repeated;
  }

  void watch(const ResourcePath& path, std::chrono::milliseconds longest,
             const std::function<bool(const WatchEvent&)>& visit) override {
    Watch(sender_, clock_, limits_, path).follow(longest, visit);
  }

 private:
  Document write(ApiRequest request, const char* type, const Value& body, bool only_once = false) {
    request.query = std::string(field_manager) + request.query;
    request.content_type = type;
    request.body = to_json(body);
    request.only_once = only_once;
    return existing(request, sender_.send(request));
  }

  static Document existing(const ApiRequest& request, ApiAnswer answer) {
    if (answer.status >= 300) throw api_error(request, answer.status, answer.body);
    return std::move(answer.body);
  }

  Clock& clock_;
  ClientLimits limits_;
  ApiSender sender_;
};

}  // namespace

std::unique_ptr<Kubernetes> connect(const Connection& connection, Clock& clock, const ClientLimits& limits) {
  return std::make_unique<Client>(connection, clock, limits);
}

std::unique_ptr<Kubernetes> connect(const ConnectionOptions& options, const Environment& environment,
                                    Clock& clock) {
  return connect(read_connection(options, environment), clock);
}

}  // namespace drift::outside
