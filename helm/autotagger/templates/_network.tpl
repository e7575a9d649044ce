{{/* The way to Redis, or to the Sentinels and whatever they name. */}}
{{- define "autotagger.redisEgress" -}}
{{- $ports := list -}}
{{- if .Values.redis.urlKey -}}
{{- $ports = .Values.networkPolicy.redisPorts -}}
{{- else -}}
{{- $ports = list .Values.redis.port -}}
{{- range .Values.redis.sentinel.nodes -}}
{{- $ports = append $ports (regexFind "^[^:]+:([0-9]+)$" . | splitList ":" | last | default "26379") -}}
{{- end -}}
{{- end -}}
{{- $numbers := list -}}
{{- range $ports }}{{- $numbers = append $numbers (int .) -}}{{- end -}}
- ports:
    {{- range $numbers | uniq }}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
  {{- if .Values.valkey.enabled }}
  to:
    - podSelector:
        matchLabels:
          {{- include "autotagger.selector" (list . "valkey") | nindent 10 }}
  {{- else if .Values.networkPolicy.redisTo }}
  to:
    {{- toYaml .Values.networkPolicy.redisTo | nindent 4 }}
  {{- end }}
{{- end -}}
