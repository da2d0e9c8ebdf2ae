// Kinds as people call them in kubectl.
#include "kube/kubectl_names.hpp"

#include <doctest/doctest.h>

#include <string>

TEST_SUITE("kube: kubectl's names") {
  TEST_CASE("a kind is called by its name, its plural or its short name, with or without its group") {
    const drift::kube::KindFacts none;
    for (const std::string name : {"Deployment", "deployment", "deployments", "deploy", "deployments.apps",
                                   "deploy.apps", "deployment.v1.apps"})
      CHECK_MESSAGE(drift::kube::is_called(name, "apps", "v1", "Deployment", none), name);
    for (const std::string name :
         {"", "dep", "deployments.extensions", "deployments.v2.apps", "service", "deploy.v1"})
      CHECK_FALSE_MESSAGE(drift::kube::is_called(name, "apps", "v1", "Deployment", none), name);
    CHECK(drift::kube::is_called("svc", "", "v1", "Service", none));
    CHECK(drift::kube::is_called("services.v1", "", "v1", "Service", none));
    // Knative's is another kind.
    CHECK_FALSE(drift::kube::is_called("svc", "serving.knative.dev", "v1", "Service", none));
    CHECK(drift::kube::is_called("netpol", "networking.k8s.io", "v1", "NetworkPolicy", none));
    CHECK(drift::kube::is_called("gadgets.example.com", "example.com", "v1", "Gadget", none));
  }

  TEST_CASE("the platform's plural counts") {
    drift::kube::KindFacts facts;
    facts.plurals = {{"Gadget.example.com", "gadgetry"}};
    CHECK(drift::kube::is_called("gadgetry", "example.com", "v1", "Gadget", facts));
    CHECK_FALSE(drift::kube::is_called("gadgets", "example.com", "v1", "Gadget", facts));
  }
}
