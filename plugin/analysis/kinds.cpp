#include "analysis/kinds.hpp"

#include <algorithm>
#include <array>

#include "analysis/json_value.hpp"
#include "policy/resource.hpp"

namespace drift::analysis {
namespace {

using Keys = std::array<std::string_view, 2>;

template <std::size_t N>
bool contains(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// A list with keys: its name, the name that must stand before it (empty: any), the kind (empty: any, custom ones too).
struct KeyedList {
  std::string_view name, within, kind;
  Keys keys;  // the second may be empty
};

constexpr std::array<KeyedList, 25> keyed_lists = {{
    {"containers", "spec", "", {"name", ""}},
    {"initContainers", "spec", "", {"name", ""}},
    {"ephemeralContainers", "spec", "", {"name", ""}},
    {"volumes", "spec", "", {"name", ""}},
    {"imagePullSecrets", "", "", {"name", ""}},
    {"schedulingGates", "spec", "", {"name", ""}},
    {"resourceClaims", "spec", "", {"name", ""}},
    {"hostAliases", "spec", "", {"ip", ""}},
    {"topologySpreadConstraints", "spec", "", {"topologyKey", "whenUnsatisfiable"}},
    {"env", "containers", "", {"name", ""}},
    {"env", "initContainers", "", {"name", ""}},
    {"env", "ephemeralContainers", "", {"name", ""}},
    {"volumeMounts", "", "", {"mountPath", ""}},
    {"volumeDevices", "", "", {"devicePath", ""}},
    {"claims", "resources", "", {"name", ""}},
    {"ports", "containers", "", {"containerPort", "protocol"}},
    {"ports", "initContainers", "", {"containerPort", "protocol"}},
    {"ports", "ephemeralContainers", "", {"containerPort", "protocol"}},
    {"ports", "spec", "Service", {"port", "protocol"}},
    {"secrets", "", "ServiceAccount", {"name", ""}},
    {"webhooks", "", "MutatingWebhookConfiguration", {"name", ""}},
    {"webhooks", "", "ValidatingWebhookConfiguration", {"name", ""}},
    {"variables", "spec", "ValidatingAdmissionPolicy", {"name", ""}},
    {"matchConditions", "webhooks", "", {"name", ""}},
    {"matchConditions", "spec", "ValidatingAdmissionPolicy", {"name", ""}},
}};

constexpr std::array<std::string_view, 2> sets = {"finalizers", "validationActions"};

// Maps of strings to strings, of which every key and value is the author's.
constexpr std::array<std::string_view, 10> free_maps = {
    "labels",     "annotations", "matchLabels", "nodeSelector", "data",
    "binaryData", "stringData",  "selector",    "parameters",   "volumeAttributes"};

// Of these also where a custom resource has them.
constexpr std::array<std::string_view, 4> maps_of_text = {"labels", "annotations", "matchLabels",
                                                          "nodeSelector"};

// Maps that Go leaves out where they are empty; other empty objects mean something by being there.
constexpr std::array<std::string_view, 13> quantity_maps = {"requests",
                                                            "limits",
                                                            "hard",
                                                            "capacity",
                                                            "default",
                                                            "defaultRequest",
                                                            "max",
                                                            "min",
                                                            "maxLimitRequestRatio",
                                                            "overhead",
                                                            "podFixed",
                                                            "allocatable",
                                                            "allocatedResources"};

constexpr std::array<std::string_view, 5> limit_range_maps = {"default", "defaultRequest", "max", "min",
                                                              "maxLimitRequestRatio"};

constexpr std::array<std::string_view, 5> quantities = {"sizeLimit", "divisor", "averageValue",
                                                        "maximumVolumeSize", "capacity"};

// Pointers in Go: their false or 0 is kept, and being absent is another thing.
constexpr std::array<std::string_view, 59> kept_zeros = {"activeDeadlineSeconds",
                                                         "allowPrivilegeEscalation",
                                                         "allowVolumeExpansion",
                                                         "attachRequired",
                                                         "automountServiceAccountToken",
                                                         "averageUtilization",
                                                         "backoffLimit",
                                                         "backoffLimitPerIndex",
                                                         "borrowingLimitPercent",
                                                         "completions",
                                                         "defaultMode",
                                                         "defaultUser",
                                                         "enableServiceLinks",
                                                         "failedJobsHistoryLimit",
                                                         "fsGroup",
                                                         "hostProcess",
                                                         "hostUsers",
                                                         "immutable",
                                                         "lendablePercent",
                                                         "maxFailedIndexes",
                                                         "maximum",
                                                         "maxItems",
                                                         "maxLength",
                                                         "maxProperties",
                                                         "maxSurge",
                                                         "maxUnavailable",
                                                         "minAvailable",
                                                         "minimum",
                                                         "minItems",
                                                         "minLength",
                                                         "minProperties",
                                                         "minReplicas",
                                                         "mode",
                                                         "nominalConcurrencyShares",
                                                         "optional",
                                                         "parallelism",
                                                         "podInfoOnMount",
                                                         "privileged",
                                                         "progressDeadlineSeconds",
                                                         "readOnlyRootFilesystem",
                                                         "ready",
                                                         "replicas",
                                                         "requiresRepublish",
                                                         "revisionHistoryLimit",
                                                         "runAsGroup",
                                                         "runAsNonRoot",
                                                         "runAsUser",
                                                         "serving",
                                                         "setHostnameAsFQDN",
                                                         "shareProcessNamespace",
                                                         "sizeLimit",
                                                         "stabilizationWindowSeconds",
                                                         "startingDeadlineSeconds",
                                                         "successfulJobsHistoryLimit",
                                                         "suspend",
                                                         "terminating",
                                                         "tolerationSeconds",
                                                         "ttlSecondsAfterFinished",
                                                         "user"};

constexpr std::array<std::string_view, 6> ints_or_strings = {"maxSurge", "maxUnavailable", "minAvailable",
                                                             "port",     "targetPort",     "servicePort"};

// An empty value of these is filled in by the API server: with this, or (where that is empty) with whatever it finds.
struct Default {
  std::string_view name, value;
};
constexpr std::array<Default, 36> defaults = {{{"clusterIP", ""},
                                               {"clusterIPs", ""},
                                               {"ipFamilies", ""},
                                               {"ipFamilyPolicy", ""},
                                               {"policyTypes", ""},
                                               {"nodePort", ""},
                                               {"targetPort", ""},
                                               {"healthCheckNodePort", ""},
                                               {"volumeName", ""},
                                               {"caBundle", ""},
                                               {"timeoutSeconds", "1"},
                                               {"periodSeconds", "10"},
                                               {"successThreshold", "1"},
                                               {"failureThreshold", "3"},
                                               {"type", "ClusterIP"},
                                               {"type", "Opaque"},
                                               {"type", "RollingUpdate"},
                                               {"protocol", "TCP"},
                                               {"scheme", "HTTP"},
                                               {"sessionAffinity", "None"},
                                               {"dnsPolicy", "ClusterFirst"},
                                               {"restartPolicy", "Always"},
                                               {"schedulerName", "default-scheduler"},
                                               {"imagePullPolicy", "IfNotPresent"},
                                               {"imagePullPolicy", "Always"},
                                               {"terminationMessagePath", "/dev/termination-log"},
                                               {"terminationMessagePolicy", "File"},
                                               {"volumeMode", "Filesystem"},
                                               {"apiGroup", "rbac.authorization.k8s.io"},
                                               {"externalTrafficPolicy", "Cluster"},
                                               {"internalTrafficPolicy", "Cluster"},
                                               {"concurrencyPolicy", "Allow"},
                                               {"podManagementPolicy", "OrderedReady"},
                                               {"persistentVolumeReclaimPolicy", "Retain"},
                                               {"volumeLifecycleModes", R"(["Persistent"])"},
                                               {"matchingPrecedence", "1000"}}};

constexpr std::string_view default_metrics =
    R"([{"resource":{"name":"cpu","target":{"averageUtilization":80,"type":"Utilization"}},"type":"Resource"}])";

bool in_free_map(const Where& where) {
  return contains(free_maps, where.key(1));
}

// Where the empty map is a selector that chooses everything, and none chooses nothing.
bool is_selector(const Where& where) {
  return where.key() == "selector" && where.kind != "Service" && where.kind != "ReplicationController";
}

// What a CustomResourceDefinition fills in is JSON of its author's, kept as it is.
bool in_schema_default(const Where& where) {
  if (where.kind != "CustomResourceDefinition" || !where.built_in()) return false;
  for (std::size_t i = 1; i < where.keys.size(); ++i)
    if (where.keys[i] == "default" && where.keys[i - 1] != "properties") return true;
  return false;
}

// Whether false, 0 or "" is kept there.
bool is_kept(const Where& where, const rapidjson::Value& value) {
  const auto key = where.key(), around = where.key(1);
  if (value.IsString())
    return (key == "storageClassName" && where.kind != "PersistentVolume") ||
           (key == "value" && around == "options");
  if (key == "readOnly") return around == "csi" && where.kind != "PersistentVolume";
  if (key == "priority") return around == "spec";
  return contains(kept_zeros, key);
}

bool is_zero(const rapidjson::Value& value) {
  return value.IsFalse() || (value.IsNumber() && value.GetDouble() == 0) ||
         (value.IsString() && value.GetStringLength() == 0);
}

bool is_empty_list(const rapidjson::Value& value) {
  return value.IsArray() && value.Empty();
}

}  // namespace

bool Where::built_in() const {
  return policy::is_kubernetes_own(group);
}

ListKind list_kind(const Where& where) {
  for (const auto& list : keyed_lists) {
    if (list.name != where.key() || (!list.within.empty() && list.within != where.key(1))) continue;
    if (!list.kind.empty() && (list.kind != where.kind || !where.built_in())) continue;
    return {ListKind::Match::by_keys, std::span(list.keys).first(list.keys[1].empty() ? 1 : 2),
            list.name == "initContainers"};
  }
  if (contains(sets, where.key())) return {ListKind::Match::as_set, {}};
  return {};
}

std::string element_key(const rapidjson::Value& element, std::span<const std::string_view> keys) {
  std::string text;
  for (const auto& key : keys) {
    const auto* value = member(&element, key);
    if (!value && key == keys.front()) return {};
    auto part = value ? plain_text(*value) : std::string();
    // The only keys that are defaulted, where they are empty too.
    if (part.empty() && key == "protocol") part = "TCP";
    if (part.empty() && key == "whenUnsatisfiable") part = "DoNotSchedule";
    text += part + '\n';
  }
  return text;
}

bool is_text(const Where& where) {
  return contains(maps_of_text, where.key(1)) || (where.built_in() && in_free_map(where)) ||
         (!where.keys.empty() && where.keys.front() == "metadata");
}

bool is_quantity(const Where& where) {
  if (is_text(where)) return false;
  const auto map = where.key(1);
  if (contains(quantity_maps, map)) return !contains(limit_range_maps, map) || where.kind == "LimitRange";
  if (where.kind == "HorizontalPodAutoscaler" && where.key() == "tolerance") return true;
  if (where.key() == "value") return map == "target" && where.kind == "HorizontalPodAutoscaler";
  return contains(quantities, where.key());
}

bool is_int_or_string(const Where& where) {
  return contains(ints_or_strings, where.key()) && !is_text(where);
}

bool not_kept(const Where& where, const rapidjson::Value& value) {
  if (in_schema_default(where)) return value.IsNull();
  if (value.IsNull() || is_empty_list(value)) return true;
  const bool metadata = where.key(1) == "metadata";
  // Dropped where the affinity isn't ClientIP, and filled in where it is.
  if (where.kind == "Service" && where.group.empty() && where.key() == "sessionAffinityConfig")
    return value.IsObject() && value.ObjectEmpty();
  if (value.IsObject())
    return value.ObjectEmpty() &&
           (metadata || (where.built_in() && !is_selector(where) &&
                         (contains(free_maps, where.key()) || contains(quantity_maps, where.key()))));
  if (is_kept(where, value)) return false;
  return where.built_in() && !in_free_map(where) && is_zero(value);
}

bool filled_in(const Where& where, const rapidjson::Value& wanted, const rapidjson::Value& live) {
  if (!where.built_in() || in_free_map(where) || !(is_zero(wanted) || is_empty_list(wanted))) return false;
  if (where.key() == "path" && where.key(1) == "httpGet") return plain_text(live) == "/";
  if (where.key() == "metrics" && where.kind == "HorizontalPodAutoscaler")
    return plain_text(live) == default_metrics;
  return std::any_of(defaults.begin(), defaults.end(), [&](const Default& entry) {
    return entry.name == where.key() && (entry.value.empty() || entry.value == plain_text(live));
  });
}

bool controlled(const Where& where, const rapidjson::Value* parent) {
  return where.keys.size() == 1 && where.key() == "rules" && where.kind == "ClusterRole" &&
         where.group == "rbac.authorization.k8s.io" && member(parent, "aggregationRule");
}

}  // namespace drift::analysis
