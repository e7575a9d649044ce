{{/* What a NetworkPolicy says of the ways out. */}}

{{/* To whoever knows names. A policy sees the port of the pod behind a Service, and OpenShift's DNS listens at 5353. */}}
{{- define "autotagger.namesEgress" -}}
- ports:
    {{- range list 53 5353 }}
    - {port: {{ . }}, protocol: UDP}
    - {port: {{ . }}, protocol: TCP}
    {{- end }}
{{- end -}}

{{/* The ports of Intercom: HTTPS, and those that the `url` of a workspace names. */}}
{{- define "autotagger.intercomPorts" -}}
{{- $ports := list 443 -}}
{{- range $_, $workspace := .Values.workspaces -}}
{{- $ports = append $ports (regexFind ":[0-9]+/?$" (default "" $workspace.url) | trimAll ":/" | default "443" | int) -}}
{{- end -}}
{{- range $ports | uniq }}
- {port: {{ . }}, protocol: TCP}
{{- end }}
{{- end -}}

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
