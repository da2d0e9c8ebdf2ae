// Asking the API server what we may.
#include "outside/kubernetes/access.hpp"

#include <doctest/doctest.h>

#include "support/fake_clock.hpp"
#include "support/fake_kubernetes.hpp"

TEST_CASE("a list of all namespaces is allowed where the server says so, and nowhere else") {
  drift::tests::FakeClock clock;
  drift::tests::FakeKubernetes api(clock);
  const drift::outside::ResourcePath jobs{"batch", "v1", "jobs", "", "", ""};
  CHECK(drift::outside::may_list_everywhere(api, jobs));
  api.may = false;
  CHECK_FALSE(drift::outside::may_list_everywhere(api, jobs));
  api.may = true;
  api.fail(1, drift::tests::FakeKubernetes::Effect::before, 403, "create");
  CHECK_FALSE(drift::outside::may_list_everywhere(api, jobs));
  api.fail(1, drift::tests::FakeKubernetes::Effect::before, 500, "create");
  CHECK_THROWS_AS(drift::outside::may_list_everywhere(api, jobs), drift::OutsideError);
}
