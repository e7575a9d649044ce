{{/* By what KEDA scales workers. */}}

{{/* Every receiver tells the same of the whole fleet, so one of them is enough: `max`, then over the workspaces. */}}
{{- define "autotagger.prometheusTriggers" -}}
{{- $keda := .Values.worker.keda -}}
{{- $from := printf "namespace=%q,service=%q" .Release.Namespace (printf "%s-receiver-operations" (include "autotagger.fullname" .)) -}}
{{- $queries := list
      (list (printf "sum(max by (app_id) (autotagger_queue_jobs{%s,state=\"ready\"}))" $from) $keda.jobs)
      (list (printf "max(autotagger_queue_oldest_seconds{%s})" $from) $keda.oldestSeconds) -}}
{{- range $queries }}
- type: prometheus
  metadata:
    serverAddress: {{ $keda.prometheus.serverAddress | quote }}
    query: {{ index . 0 | squote }}
    threshold: {{ include "autotagger.number" (index . 1) | quote }}
  {{- with $keda.prometheus.authentication }}
  authenticationRef:
    name: {{ . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* One for each queue. KEDA counts a sorted set as a whole: running and deferred jobs too. */}}
{{- define "autotagger.redisTriggers" -}}
{{- $redis := .Values.redis -}}
{{- range $appId, $_ := .Values.workspaces }}
{{- range list "live" "backfill" }}
- type: {{ empty $redis.sentinel.nodes | ternary "redis" "redis-sentinel" }}
  metadata:
    {{- if $redis.sentinel.nodes }}
    addresses: {{ join "," $redis.sentinel.nodes | quote }}
    sentinelMaster: {{ $redis.sentinel.master | quote }}
    {{- else }}
    address: {{ printf "%s:%v" (include "autotagger.redisHost" $) (include "autotagger.number" $redis.port) | quote }}
    {{- end }}
    {{- with $redis.user }}
    username: {{ . | quote }}
    {{- end }}
    databaseIndex: {{ include "autotagger.number" $redis.database | quote }}
    enableTLS: {{ $redis.tls.enabled | quote }}
    listName: {{ printf "autotagger:queue:%s:%s" . $appId | quote }}
    listLength: {{ include "autotagger.number" $.Values.worker.keda.jobs | quote }}
  {{- if include "autotagger.redisAuthentication" $ }}
  authenticationRef:
    name: {{ include "autotagger.fullname" $ }}-redis
  {{- end }}
{{- end }}
{{- end }}
{{- end -}}

{{/* Whether KEDA needs a password or authorities to get at Redis: "true" or nothing. */}}
{{- define "autotagger.redisAuthentication" -}}
{{- if or (include "autotagger.redisSecret" .) .Values.redis.tls.caSecret .Values.redis.tls.caConfigMap -}}true{{- end -}}
{{- end -}}
