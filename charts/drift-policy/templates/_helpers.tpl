{{/* REPOSITORY[:TAG][@DIGEST] */}}
{{- define "drift-policy.image" -}}
{{- with .Values.image -}}
{{ .repository }}{{ if or .tag (not .digest) }}:{{ .tag | default $.Chart.AppVersion }}{{ end }}{{ with .digest }}@{{ . }}{{ end }}
{{- end -}}
{{- end }}

{{/* (list $ PART): whether a part is there, by itself or for one that needs it. */}}
{{- define "drift-policy.has" -}}
{{- $values := (index . 0).Values }}
{{- $has := dict
      "remediation" (list "remediation")
      "differences" (list "differences" "remediation")
      "metrics" (list "metrics")
      "controller" (list "controller" "differences" "remediation" "metrics") }}
{{- range get $has (index . 1) }}{{ if (get $values .).enabled }}true{{ end }}{{ end }}
{{- end }}

{{/* Whether this release has drift-policy-params: not where that has stayed of another installation, as it then serves this one, too. */}}
{{- define "drift-policy.keepsParams" -}}
{{- $found := lookup "admissionregistration.k8s.io/v1" "ValidatingAdmissionPolicyBinding" "" "drift-policy-params" }}
{{- $owner := dig "metadata" "annotations" dict $found }}
{{- if or (not $found) (and (eq (get $owner "meta.helm.sh/release-name") .Release.Name) (eq (get $owner "meta.helm.sh/release-namespace") .Release.Namespace)) }}true{{ end }}
{{- end }}

{{- define "drift-policy.check" -}}
{{- if eq .Values.namespace .Release.Namespace }}
{{- fail (printf "namespace: %s is the release's; expected one for the hooks alone" .Values.namespace) }}
{{- end }}
{{- if and .Values.controller.replicas (not .Values.remediation.enabled) }}
{{- fail "controller.replicas: without remediation.enabled there is one, since two would report everything twice" }}
{{- end }}
{{- end }}

{{/* The policy's text. */}}
{{- define "drift-policy.policyText" -}}
{{- if .Values.policy }}
{{- .Values.policy }}
{{- else }}
{{- .Files.Get "policy.yaml" | replace "\n    namespace: drift-policy\n" (printf "\n    namespace: %s\n" .Values.namespace) }}
{{- end }}
{{- end }}

{{/* The policy as JSON, once it fits the values. */}}
{{- define "drift-policy.policy" -}}
{{- include "drift-policy.check" . }}
{{- $text := include "drift-policy.policyText" . }}
{{- if regexMatch "(?sm)^[^#\\s-].*^---(\\s|$)" $text }}
{{- fail "policy: several documents; expected one" }}
{{- end }}
{{- $policy := fromYaml $text }}
{{- if hasKey $policy "Error" }}
{{- fail (printf "policy: %s" $policy.Error) }}
{{- end }}
{{- $namespace := dig "spec" "hooks" "namespace" "" $policy }}
{{- if ne (toString $namespace) .Values.namespace }}
{{- fail (printf "policy: hooks.namespace is %q; expected %s, the value `namespace`" (toString $namespace) .Values.namespace) }}
{{- end }}
{{- toJson $policy }}
{{- end }}

{{/* The names of its severities, as JSON. */}}
{{- define "drift-policy.severities" -}}
{{- $names := list }}
{{- range dig "spec" "severities" list (include "drift-policy.policy" . | fromJson) }}
{{- $names = append $names .name }}
{{- end }}
{{- $names | default (include "drift-policy.defaultSeverities" . | fromJsonArray) | toJson }}
{{- end }}

{{/* (list $ HOOK...): their accounts, of each severity. */}}
{{- define "drift-policy.subjects" -}}
{{- $ := index . 0 }}
{{- $subjects := list }}
{{- range $hook := rest . }}
{{- range include "drift-policy.severities" $ | fromJsonArray }}
{{- $subjects = append $subjects (dict "kind" "ServiceAccount" "name" (printf "drift-policy-%s-%s" $hook .) "namespace" $.Values.namespace) }}
{{- end }}
{{- end }}
{{- toJson $subjects }}
{{- end }}

{{/* What audit and alert are told of records: the policy's hooks.records, as render writes it into the Jobs. */}}
{{- define "drift-policy.retention" -}}
{{- $records := dig "spec" "hooks" "records" dict (include "drift-policy.policy" . | fromJson) -}}
--keep-records {{ $records.keep | default (include "drift-policy.defaultRecords" .) | int64 }}
{{- with $records.keepFor }}
{{- if not (regexMatch "^[1-9][0-9]*h$" .) }}
{{- fail (printf "policy: hooks.records.keepFor is %q; expected whole hours here, such as 2160h" .) }}
{{- end }} --keep-for {{ . }}
{{- end }}
{{- end }}

{{- define "drift-policy.otherImages" -}}
{{- $images := .Values.accounts.otherImages }}
{{- with dig "spec" "hooks" "image" "" (include "drift-policy.policy" . | fromJson) }}
{{- $images = append $images . }}
{{- end }}
{{- join "\n" $images | toJson }}
{{- end }}

{{- define "drift-policy.apiServerPorts" -}}
{{- $ports := list }}
{{- range .Values.apiServerPorts }}
{{- $ports = append $ports (dict "port" (int64 .) "protocol" "TCP") }}
{{- end }}
{{- toJson $ports }}
{{- end }}

{{- define "drift-policy.labels" -}}
{{- with .Values.labels }}{{ toYaml . }}{{ end }}
{{- end }}

{{/* What values add to the controller's pods. */}}
{{- define "drift-policy.pod" -}}
{{- $pod := dict }}
{{- range $key := list "imagePullSecrets" "nodeSelector" "tolerations" "priorityClassName" }}
{{- with get $.Values.controller $key }}{{ $_ := set $pod $key . }}{{ end }}
{{- end }}
{{- with $pod }}{{ toYaml . }}{{ end }}
{{- end }}

{{/* What is merged into Argo CD's own objects, out of the values in argocd/, which are written for argo-helm's chart. (list $ FILE) */}}
{{- define "drift-policy.argocdValues" -}}
{{- $ := index . 0 }}
{{- $.Files.Get (printf "argocd/%s.yaml" (index . 1)) | replace (printf "registry.example.com/drift-policy:%s" $.Chart.AppVersion) (include "drift-policy.image" $) }}
{{- end }}

{{/* (list $ PARTS PATHS): `data` of a ConfigMap, what stands under these paths in the values of those parts that are on. */}}
{{- define "drift-policy.argocdData" -}}
{{- $ := index . 0 }}
{{- $paths := index . 2 }}
{{- $data := dict }}
{{- range $part := index . 1 }}
{{- if get $.Values.argocd $part }}
{{- $values := include "drift-policy.argocdValues" (list $ $part) | fromYaml }}
{{- range $paths }}
{{- $found := $values }}
{{- range splitList "." . }}{{ $found = get $found . }}{{ end }}
{{- $data = merge $data $found }}
{{- end }}
{{- end }}
{{- end }}
{{- with $data }}data: {{ toJson . }}{{ end }}
{{- end }}

{{/* The pod of repo-server, what is ours of it, as JSON. */}}
{{- define "drift-policy.repoServerPod" -}}
{{- $file := printf "sidecar%s%s" (ternary "-observe" "" .Values.observe.enabled) (ternary "-discovery" "" .Values.discovery.enabled) }}
{{- with (include "drift-policy.argocdValues" (list $ $file) | fromYaml).repoServer }}
{{- dict "automountServiceAccountToken" .automountServiceAccountToken "containers" .extraContainers "volumes" .volumes | toJson }}
{{- end }}
{{- end }}
