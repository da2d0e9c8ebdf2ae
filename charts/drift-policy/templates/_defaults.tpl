{{/* Written by tools/generate-chart from deploy/: change it there. */ -}}
{{- define "drift-policy.defaultSeverities" -}}
["low", "medium", "high", "critical"]
{{- end }}
{{- define "drift-policy.defaultRecords" -}}
1000
{{- end }}
