// What Kubernetes' API makes of fields, told by their place: the one table of which the gate's comparison (kube/fields.cpp)
// and the health scripts' Lua (generate/health_facts.cpp) are made. tests/support/health_lua.cpp runs the cases of the one
// through the other.
//
// From the Go types of k8s.io/api, k8s.io/apiextensions-apiserver and k8s.io/kube-aggregator 1.37: patchMergeKey and
// listMapKeys, the types Quantity, IntOrString and []byte, pointers, maps that are left out where they are empty, and the
// defaults of pkg/apis/*/v1/defaults.go. Of custom resources only what they have in common with pods is known.
#pragma once
#include <array>
#include <string_view>

namespace drift::facts {

// A field's name, the name of what it stands in (list elements have none), its object's kind, and a kind of which it isn't
// said. Empty: any. `kind` is one of Kubernetes' own groups.
struct Place {
  std::string_view name, within, kind, except;
};

// A list whose elements are told apart by keys, the second of which may be empty; without `kind` custom resources have it too.
struct KeyedList {
  Place place;
  std::array<std::string_view, 2> keys;
  bool ordered = false;  // the order means something all the same
};

inline constexpr std::array<KeyedList, 25> keyed_lists = {{
    {{"containers", "spec", "", ""}, {"name", ""}},
    {{"initContainers", "spec", "", ""}, {"name", ""}, true},
    {{"ephemeralContainers", "spec", "", ""}, {"name", ""}},
    {{"volumes", "spec", "", ""}, {"name", ""}},
    {{"imagePullSecrets", "", "", ""}, {"name", ""}},
    {{"schedulingGates", "spec", "", ""}, {"name", ""}},
    {{"resourceClaims", "spec", "", ""}, {"name", ""}},
    {{"hostAliases", "spec", "", ""}, {"ip", ""}},
    {{"topologySpreadConstraints", "spec", "", ""}, {"topologyKey", "whenUnsatisfiable"}},
    {{"env", "containers", "", ""}, {"name", ""}},
    {{"env", "initContainers", "", ""}, {"name", ""}},
    {{"env", "ephemeralContainers", "", ""}, {"name", ""}},
    {{"volumeMounts", "", "", ""}, {"mountPath", ""}},
    {{"volumeDevices", "", "", ""}, {"devicePath", ""}},
    {{"claims", "resources", "", ""}, {"name", ""}},
    {{"ports", "containers", "", ""}, {"containerPort", "protocol"}},
    {{"ports", "initContainers", "", ""}, {"containerPort", "protocol"}},
    {{"ports", "ephemeralContainers", "", ""}, {"containerPort", "protocol"}},
    {{"ports", "spec", "Service", ""}, {"port", "protocol"}},
    {{"secrets", "", "ServiceAccount", ""}, {"name", ""}},
    {{"webhooks", "", "MutatingWebhookConfiguration", ""}, {"name", ""}},
    {{"webhooks", "", "ValidatingWebhookConfiguration", ""}, {"name", ""}},
    {{"variables", "spec", "ValidatingAdmissionPolicy", ""}, {"name", ""}},
    {{"matchConditions", "webhooks", "", ""}, {"name", ""}},
    {{"matchConditions", "spec", "ValidatingAdmissionPolicy", ""}, {"name", ""}},
}};

// Keys that are defaulted where they are absent or empty, with the default.
struct DefaultKey {
  std::string_view name, value;
};
inline constexpr std::array<DefaultKey, 2> default_keys = {
    {{"protocol", "TCP"}, {"whenUnsatisfiable", "DoNotSchedule"}}};

inline constexpr std::array<std::string_view, 2> sets = {"finalizers", "validationActions"};

// Maps of strings to strings, of which every key and value is the author's.
inline constexpr std::array<Place, 15> free_maps = {{{"labels", "", "", ""},
                                                     {"annotations", "", "", ""},
                                                     {"matchLabels", "", "", ""},
                                                     {"nodeSelector", "", "", ""},
                                                     {"data", "", "", ""},
                                                     {"binaryData", "", "", ""},
                                                     {"stringData", "", "", ""},
                                                     {"selector", "", "", ""},
                                                     {"parameters", "", "", ""},
                                                     {"volumeAttributes", "", "", ""},
                                                     {"options", "flexVolume", "", ""},
                                                     {"userAnnotations", "", "", ""},
                                                     {"unverifiedUserAnnotations", "", "", ""},
                                                     {"deprecatedTopology", "", "", ""},
                                                     {"topology", "", "", ""}}};

// Of these also where a custom resource has them.
inline constexpr std::array<std::string_view, 4> maps_of_text = {"labels", "annotations", "matchLabels",
                                                                 "nodeSelector"};

// A selector that is a struct: the empty one chooses everything, and none chooses nothing. Of these kinds it is a map.
inline constexpr std::array<std::string_view, 2> selector_is_map = {"Service", "ReplicationController"};

inline constexpr std::array<Place, 13> quantity_maps = {{{"requests", "", "", ""},
                                                         {"limits", "", "", ""},
                                                         {"hard", "", "", ""},
                                                         {"capacity", "", "", ""},
                                                         {"default", "", "LimitRange", ""},
                                                         {"defaultRequest", "", "LimitRange", ""},
                                                         {"max", "", "LimitRange", ""},
                                                         {"min", "", "LimitRange", ""},
                                                         {"maxLimitRequestRatio", "", "LimitRange", ""},
                                                         {"overhead", "", "", ""},
                                                         {"podFixed", "", "", ""},
                                                         {"allocatable", "", "", ""},
                                                         {"allocatedResources", "", "", ""}}};

// Other maps that Go leaves out where they are empty; other empty objects mean something by being there.
inline constexpr std::array<std::string_view, 4> other_maps = {"extra", "attributes", "counters",
                                                               "nodeAllocatableResources"};

inline constexpr std::array<Place, 7> quantities = {{{"sizeLimit", "", "", ""},
                                                     {"divisor", "", "", ""},
                                                     {"averageValue", "", "", ""},
                                                     {"maximumVolumeSize", "", "", ""},
                                                     {"capacity", "", "", ""},
                                                     {"tolerance", "", "HorizontalPodAutoscaler", ""},
                                                     {"value", "target", "HorizontalPodAutoscaler", ""}}};

inline constexpr std::array<std::string_view, 6> ints_or_strings = {
    "maxSurge", "maxUnavailable", "minAvailable", "port", "targetPort", "servicePort"};

// Of type []byte: base64, which Go reads over line ends and writes anew. ConfigMaps' binaryData and Secrets' data are too,
// but plans hold at most digests of them (api/redacted.hpp).
inline constexpr std::array<Place, 6> bytes = {{{"caBundle", "clientConfig", "", ""},
                                                {"caBundle", "spec", "APIService", ""},
                                                {"request", "spec", "CertificateSigningRequest", ""},
                                                {"pkixPublicKey", "spec", "PodCertificateRequest", ""},
                                                {"proofOfPossession", "spec", "PodCertificateRequest", ""},
                                                {"stubPKCS10Request", "spec", "PodCertificateRequest", ""}}};

// Pointers in Go: their false or 0 is kept, and being absent is another thing.
inline constexpr std::array<Place, 78> kept_zeros = {{{"activeDeadlineSeconds", "", "", ""},
                                                      {"adminAccess", "", "", ""},
                                                      {"allocateLoadBalancerNodePorts", "", "", ""},
                                                      {"allowMultipleAllocations", "", "", ""},
                                                      {"allowPrivilegeEscalation", "", "", ""},
                                                      {"allowVolumeExpansion", "", "", ""},
                                                      {"attachRequired", "", "", ""},
                                                      {"automountServiceAccountToken", "", "", ""},
                                                      {"averageUtilization", "", "", ""},
                                                      {"backoffLimit", "", "", ""},
                                                      {"backoffLimitPerIndex", "", "", ""},
                                                      {"bindsToNode", "", "", ""},
                                                      {"borrowingLimitPercent", "", "", ""},
                                                      {"completions", "", "", ""},
                                                      {"defaultMode", "", "", ""},
                                                      {"defaultUser", "", "", ""},
                                                      {"enableServiceLinks", "", "", ""},
                                                      {"endPort", "", "", ""},
                                                      {"expirationSeconds", "", "", ""},
                                                      {"failedJobsHistoryLimit", "", "", ""},
                                                      {"fsGroup", "", "", ""},
                                                      {"hostProcess", "", "", ""},
                                                      {"hostUsers", "", "", ""},
                                                      {"immutable", "", "", ""},
                                                      {"leaseTransitions", "", "", ""},
                                                      {"lendablePercent", "", "", ""},
                                                      {"limitBytes", "", "", ""},
                                                      {"lun", "fc", "", ""},
                                                      {"manualSelector", "", "", ""},
                                                      {"maxFailedIndexes", "", "", ""},
                                                      {"maximum", "", "", ""},
                                                      {"maxItems", "", "", ""},
                                                      {"maxLength", "", "", ""},
                                                      {"maxProperties", "", "", ""},
                                                      {"maxSurge", "", "", ""},
                                                      {"maxUnavailable", "", "", ""},
                                                      {"minAvailable", "", "", ""},
                                                      {"minimum", "", "", ""},
                                                      {"minItems", "", "", ""},
                                                      {"minLength", "", "", ""},
                                                      {"minProperties", "", "", ""},
                                                      {"minReplicas", "", "", ""},
                                                      {"mode", "", "", ""},
                                                      {"multipleOf", "", "", ""},
                                                      {"nominalConcurrencyShares", "", "", ""},
                                                      {"optional", "", "", ""},
                                                      {"optionalOldSelf", "", "", ""},
                                                      {"parallelism", "", "", ""},
                                                      {"podInfoOnMount", "", "", ""},
                                                      {"priority", "spec", "", ""},
                                                      {"privileged", "", "", ""},
                                                      {"progressDeadlineSeconds", "", "", ""},
                                                      {"readOnly", "azureDisk", "", ""},
                                                      {"readOnly", "csi", "", "PersistentVolume"},
                                                      {"readOnlyRootFilesystem", "", "", ""},
                                                      {"ready", "", "", ""},
                                                      {"replicas", "", "", ""},
                                                      {"requiresRepublish", "", "", ""},
                                                      {"revisionHistoryLimit", "", "", ""},
                                                      {"runAsGroup", "", "", ""},
                                                      {"runAsNonRoot", "", "", ""},
                                                      {"runAsUser", "", "", ""},
                                                      {"seLinuxMount", "", "", ""},
                                                      {"serving", "", "", ""},
                                                      {"setHostnameAsFQDN", "", "", ""},
                                                      {"shareProcessNamespace", "", "", ""},
                                                      {"sizeLimit", "", "", ""},
                                                      {"stabilizationWindowSeconds", "", "", ""},
                                                      {"startingDeadlineSeconds", "", "", ""},
                                                      {"storageCapacity", "", "", ""},
                                                      {"successfulJobsHistoryLimit", "", "", ""},
                                                      {"suspend", "", "", ""},
                                                      {"terminating", "", "", ""},
                                                      {"terminationGracePeriodSeconds", "", "", ""},
                                                      {"tolerationSeconds", "", "", ""},
                                                      {"ttlSecondsAfterFinished", "", "", ""},
                                                      {"user", "", "", ""},
                                                      {"x-kubernetes-preserve-unknown-fields", "", "", ""}}};

// Where an empty text is kept.
inline constexpr std::array<Place, 2> kept_texts = {
    {{"storageClassName", "", "", "PersistentVolume"}, {"value", "options", "", ""}}};

// Structs that are dropped where they are empty: a Service's where its affinity isn't ClientIP.
inline constexpr std::array<Place, 1> dropped_structs = {{{"sessionAffinityConfig", "", "Service", ""}}};

// An empty value of these is filled in by the API server: with this, or (where that is empty) with whatever it finds.
struct Default {
  Place place;
  std::string_view value;
};
inline constexpr std::array<Default, 38> defaults = {
    {{{"clusterIP", "", "", ""}, ""},
     {{"clusterIPs", "", "", ""}, ""},
     {{"ipFamilies", "", "", ""}, ""},
     {{"ipFamilyPolicy", "", "", ""}, ""},
     {{"policyTypes", "", "", ""}, ""},
     {{"nodePort", "", "", ""}, ""},
     {{"targetPort", "", "", ""}, ""},
     {{"healthCheckNodePort", "", "", ""}, ""},
     {{"volumeName", "", "", ""}, ""},
     {{"caBundle", "", "", ""}, ""},
     {{"timeoutSeconds", "", "", ""}, "1"},
     {{"periodSeconds", "", "", ""}, "10"},
     {{"successThreshold", "", "", ""}, "1"},
     {{"failureThreshold", "", "", ""}, "3"},
     {{"path", "httpGet", "", ""}, "/"},
     {{"scheme", "", "", ""}, "HTTP"},
     {{"type", "", "", ""}, "ClusterIP"},
     {{"type", "", "", ""}, "Opaque"},
     {{"type", "", "", ""}, "RollingUpdate"},
     {{"protocol", "", "", ""}, "TCP"},
     {{"sessionAffinity", "", "", ""}, "None"},
     {{"dnsPolicy", "", "", ""}, "ClusterFirst"},
     {{"restartPolicy", "", "", ""}, "Always"},
     {{"schedulerName", "", "", ""}, "default-scheduler"},
     {{"imagePullPolicy", "", "", ""}, "IfNotPresent"},
     {{"imagePullPolicy", "", "", ""}, "Always"},
     {{"terminationMessagePath", "", "", ""}, "/dev/termination-log"},
     {{"terminationMessagePolicy", "", "", ""}, "File"},
     {{"volumeMode", "", "", ""}, "Filesystem"},
     {{"apiGroup", "", "", ""}, "rbac.authorization.k8s.io"},
     {{"externalTrafficPolicy", "", "", ""}, "Cluster"},
     {{"internalTrafficPolicy", "", "", ""}, "Cluster"},
     {{"concurrencyPolicy", "", "", ""}, "Allow"},
     {{"podManagementPolicy", "", "", ""}, "OrderedReady"},
     {{"persistentVolumeReclaimPolicy", "", "", ""}, "Retain"},
     {{"volumeLifecycleModes", "", "", ""}, R"(["Persistent"])"},
     {{"matchingPrecedence", "", "", ""}, "1000"},
     {{"metrics", "", "HorizontalPodAutoscaler", ""},
      R"([{"resource":{"name":"cpu","target":{"averageUtilization":80,"type":"Utilization"}},"type":"Resource"}])"}}};

// A CustomResourceDefinition's schemas, in which names may be anything: what stands under a keyword is one schema (or a list of
// them), schemas by the author's names (a map, left out where it is empty), or JSON of the author's, kept as it is.
inline constexpr std::string_view schema_root = "openAPIV3Schema";
inline constexpr std::array<std::string_view, 4> schema_maps = {"properties", "patternProperties",
                                                                "definitions", "dependencies"};
inline constexpr std::array<std::string_view, 3> schema_values = {"default", "example", "enum"};

// An object that is gone because Git asked for it: once it has ended, whoever runs it deletes it.
struct Ending {
  std::string_view group, kind;
  std::array<std::string_view, 3> field;  // that Git asks by, from the top; the rest empty
};
inline constexpr std::array<Ending, 2> endings = {{{"batch", "Job", {"spec", "ttlSecondsAfterFinished", ""}},
                                                   {"argoproj.io", "Workflow", {"spec", "ttlStrategy", ""}}}};

}  // namespace drift::facts
