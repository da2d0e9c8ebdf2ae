#include "outside/argocd/client.hpp"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <random>
#include <string_view>

#include "base/text.hpp"
#include "json/read.hpp"
#include "outside/file.hpp"
#include "outside/net/credentials.hpp"

namespace drift::outside {
namespace {

using rapidjson::Document;
using Kind = ArgoCdError::Kind;

constexpr std::string_view argocd_api = "Argo CD";
constexpr std::size_t longest_authorities = std::size_t{1} << 20;
constexpr std::size_t longest_refusal = std::size_t{64} << 10;  // that is looked at
constexpr const char* needed_right = "p, drift-policy, applications, get, */*, allow";

// Of a question, as messages have it.
struct Question {
  const char* call;  // `manifests`
  std::string what;  // `the manifests of argocd/web`
  std::string path;  // with its query
  std::chrono::milliseconds longest{};
};

// Null where it is no JSON object, or not whole.
Document object_in(std::string_view text) {
  Document document;
  document.Parse<rapidjson::kParseIterativeFlag | rapidjson::kParseFullPrecisionFlag>(text.data(),
                                                                                      text.size());
  if (document.HasParseError() || !document.IsObject()) return {};
  return document;
}

bool is_worth_another_try(int status) {
  return status == 429 || status == 502 || status == 503 || status == 504;
}

// What a status means. The server's words decide between causes, and aren't repeated.
ArgoCdError refusal(const Question& question, const std::filesystem::path& token_file, int status,
                    const std::string& body) {
  const auto error = [&](Kind kind, const std::string& why) {
    return ArgoCdError(kind, fmt::format("{}: Argo CD answered {}: {}", question.what, status, why));
  };
  const auto said = text_of(object_in(body.substr(0, longest_refusal)), "message");
  const auto says = [&](std::string_view words) { return said.find(words) != std::string::npos; };
  if (status == 401) {
    return error(
        Kind::unauthenticated,
        fmt::format("the token in {} isn't valid: it has expired, was revoked, or is of another Argo CD",
                    token_file.string()));
  }
  if (status == 403) {
    return error(Kind::forbidden,
                 fmt::format("the token's account may not get it, or there is no such application; expected "
                             "`{}` in argocd-rbac-cm, with the account's name",
                             needed_right));
  }
  for (const auto* condition : {"ComparisonError", "InvalidSpecError"})
    if (says(condition))
      return error(Kind::not_compared, fmt::format("{}, so it has no comparison", condition));
  if (says("error generating manifests"))
    return error(Kind::not_rendered, "the source could not be rendered");
  if (status >= 300 && status < 400)
    return error(Kind::unreachable, "a redirection; expected the address of argocd-server itself");
  return error(is_worth_another_try(status) ? Kind::unreachable : Kind::other, "that says nothing of it");
}

// Those of one kind.
std::size_t count_of(const Document& answer, const char* list, std::string_view kind) {
  std::size_t count = 0;
  const auto* windows = find_member(answer, list);
  for (rapidjson::SizeType i = 0; windows && windows->IsArray() && i < windows->Size(); ++i)
    if (text_of((*windows)[i], "kind") == kind) ++count;
  return count;
}

class Client : public ArgoCd {
 public:
  Client(ArgoCdConnection connection, Clock& clock, const ArgoCdLimits& limits)
      : connection_(std::move(connection)),
        clock_(clock),
        limits_(limits),
        random_(std::random_device{}()),
        http_(connection_.tls, connection_.proxy, HttpLimits{limits.connect, limits.managed, limits.answer},
              [this] { return clock_.stop_requested(); }) {}

  std::vector<ManagedObject> managed_resources(const ArgoCdApplication& application) override {
    const auto answer =
        ask({"managed-resources", fmt::format("the objects of {}/{}", application.ns, application.name),
             path_of(application, "managed-resources"), limits_.managed});
    std::vector<ManagedObject> objects;
    const auto* items = find_member(answer, "items");  // left out where there are none
    for (rapidjson::SizeType i = 0; items && items->IsArray() && i < items->Size(); ++i) {
      const auto& item = (*items)[i];
      const auto state = [&](const char* key) {
        auto text = text_of(item, key);
        return text.empty() ? std::string("null") : text;
      };
      objects.push_back({text_of(item, "group"), text_of(item, "kind"), text_of(item, "namespace"),
                         text_of(item, "name"), state("targetState"), state("liveState"),
                         flag_of(item, "modified")});
    }
    return objects;
  }

  std::vector<std::string> manifests(const ArgoCdApplication& application,
                                     const SourceRevisions& revisions) override {
    auto path = path_of(application, "manifests");
    for (std::size_t i = 0; i < revisions.each.size(); ++i) {
      const auto revision = percent_encoded(revisions.each[i]);
      path += revisions.listed ? fmt::format("&revisions={}&sourcePositions={}", revision, i + 1)
                               : fmt::format("&revision={}", revision);
    }
    const auto answer =
        ask({"manifests", fmt::format("the manifests of {}/{}", application.ns, application.name), path,
             limits_.manifests});
    std::vector<std::string> texts;
    const auto* all = find_member(answer, "manifests");
    for (rapidjson::SizeType i = 0; all && all->IsArray() && i < all->Size(); ++i)
      texts.emplace_back(text_of((*all)[i]));
    return texts;
  }

  SyncWindows sync_windows(const ArgoCdApplication& application) override {
    const auto answer =
        ask({"sync-windows", fmt::format("the sync windows of {}/{}", application.ns, application.name),
             path_of(application, "syncwindows"), limits_.managed});
    return {count_of(answer, "activeWindows", "deny"), count_of(answer, "activeWindows", "allow"),
            count_of(answer, "assignedWindows", "allow")};
  }

 private:
  static std::string path_of(const ArgoCdApplication& application, std::string_view what) {
    return fmt::format("/api/v1/applications/{}/{}?appNamespace={}", percent_encoded(application.name), what,
                       percent_encoded(application.ns));
  }

  Document ask(const Question& question) {
    Retries retries(limits_.retry, clock_, random_);
    for (bool renewed = false;;) {
      HttpResponse response;
      try {
        response = once(question);
        if (response.status == 200) {
          if (auto answer = object_in(response.body); !answer.IsNull()) return answer;
          throw HttpFailure(HttpFailure::Kind::broken, "what came is no JSON object, or not all of one");
        }
      } catch (const HttpFailure& failure) {
        const bool again =
            failure.kind == HttpFailure::Kind::not_sent || failure.kind == HttpFailure::Kind::broken;
        if (!clock_.stop_requested() && again && retries.wait_for_next({})) continue;
        throw ArgoCdError(Kind::unreachable, fmt::format("{}: no answer from Argo CD at {}: {}",
                                                         question.what, connection_.server, failure.what()));
      }
      if (response.status == 401 && !renewed && token() != sent_token_) {
        renewed = true;
        continue;
      }
      if (is_worth_another_try(response.status) && retries.wait_for_next(response.retry_after)) continue;
      throw refusal(question, connection_.token_file, response.status, response.body);
    }
  }

  // As a stream, since the clock may end that.
  HttpResponse once(const Question& question) {
    HttpRequest request;
    request.url = connection_.server + question.path;
    sent_token_ = token();
    request.headers = {"Accept: application/json", "User-Agent: drift-policy/" DRIFT_VERSION,
                       "Authorization: Bearer " + sent_token_};
    std::string body;
    bool too_large = false;
    const auto take = [&](std::string_view piece) {
      too_large = piece.size() > limits_.answer - body.size();
      if (!too_large) body += piece;
      return !too_large;
    };
    auto response = told(connection_.answered, question.call,
                         [&] { return http_.stream(request, question.longest, take); });
    if (clock_.stop_requested()) throw HttpFailure(HttpFailure::Kind::rejected, "told to end");
    if (too_large) {
      throw HttpFailure(HttpFailure::Kind::too_large,
                        fmt::format("the answer has more than {} bytes", limits_.answer));
    }
    if (response.status == 200) response.body = std::move(body);
    return response;
  }

  std::string token() const {
    auto token = read_token(connection_.token_file, argocd_api);
    if (token.empty())
      throw OutsideError(fmt::format("{}: expected a token for Argo CD", connection_.token_file.string()));
    return token;
  }

  ArgoCdConnection connection_;
  Clock& clock_;
  ArgoCdLimits limits_;
  std::mt19937 random_;
  std::string sent_token_;
  HttpClient http_;
};

}  // namespace

std::string why_closed(const SyncWindows& windows) {
  if (windows.denying > 0) return "a sync window denies syncs now";
  if (windows.allowing == 0 && windows.allowing_at_times > 0)
    return "none of the sync windows that allow syncs is open now";
  return {};
}

ArgoCdConnection read_argocd_connection(const ArgoCdOptions& options, const Environment& environment) {
  if (options.token_file.empty())
    throw InputError("--argocd-server needs --argocd-token-file, a file with a token of Argo CD");
  if (options.server.find_first_of("@?# \t\r\n") != std::string::npos)
    throw InputError(
        "--argocd-server: expected an address such as https://argocd-server.argocd.svc, and nothing more");
  ArgoCdConnection connection;
  connection.server = checked_address(options.server, argocd_api);
  connection.token_file = options.token_file;
  if (!options.ca_file.empty())
    connection.tls.authorities = read_file(options.ca_file, options.ca_file, longest_authorities);
  if (connection.server.starts_with("https://")) {
    connection.proxy.url = value_or(environment, "HTTPS_PROXY", value_or(environment, "https_proxy"));
    connection.proxy.without = value_or(environment, "NO_PROXY", value_or(environment, "no_proxy"));
  }
  return connection;
}

std::unique_ptr<ArgoCd> connect_argocd(const ArgoCdConnection& connection, Clock& clock,
                                       const ArgoCdLimits& limits) {
  return std::make_unique<Client>(connection, clock, limits);
}

}  // namespace drift::outside
