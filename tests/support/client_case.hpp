// What the tests of the Kubernetes client share: a faulty server, a clock that only its pauses move, and the client.
#pragma once
#include <string>

#include "base/error.hpp"
#include "outside/kubernetes/client.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"
#include "support/faulty_server.hpp"

namespace drift::tests {

inline const outside::ResourcePath web_map{"", "v1", "configmaps", "hooks", "web", ""};
inline const outside::ResourcePath all_maps{"", "v1", "configmaps", "hooks", "", ""};

struct ClientCase {
  ClientCase() { connection.server = server.url(); }

  outside::Kubernetes& api() {
    if (!api_) api_ = outside::connect(connection, clock, limits);
    return *api_;
  }
  // What the call throws; empty where nothing.
  template <class Call>
  std::string error_of(Call call) {
    try {
      call();
    } catch (const outside::ApiError& error) {
      return std::string("ApiError ") + error.what();
    } catch (const OutsideError& error) {
      return error.what();
    }
    return {};
  }
  std::chrono::milliseconds waited() {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.now() - begin);
  }

  FaultyServer server;
  FakeClock clock;
  outside::ClientLimits limits;
  outside::Connection connection;
  FakeClock::Time begin = clock.now();

 private:
  std::unique_ptr<outside::Kubernetes> api_;
};

inline std::string object(const std::string& version) {
  return R"({"kind":"ConfigMap","metadata":{"name":"web","uid":"u","resourceVersion":")" + version + R"("}})";
}

}  // namespace drift::tests
