{{/* What the processes are told: variables and the file of workspaces. */}}

{{- define "autotagger.folder" -}}/etc/autotagger{{- end -}}

{{- define "autotagger.redisHost" -}}
{{- if .Values.valkey.enabled -}}
{{- printf "%s-valkey.%s.svc" (include "autotagger.fullname" .) .Release.Namespace -}}
{{- else -}}
{{- .Values.redis.host -}}
{{- end -}}
{{- end -}}

{{/* Whether Redis wants a password, or its URL is a secret: "true" or nothing. */}}
{{- define "autotagger.redisSecret" -}}
{{- if or .Values.redis.password .Values.redis.existingSecret -}}true{{- end -}}
{{- end -}}

{{/* The Secret of the chart's own. Not the mere name of the release: those who make one themselves call it so. */}}
{{- define "autotagger.secretName" -}}
{{- include "autotagger.fullname" . -}}-secrets
{{- end -}}

{{/* A number as it was written: 1048576 would become 1.048576e+06. */}}
{{- define "autotagger.number" -}}
{{- if kindIs "float64" . -}}
{{- if eq (float64 (int64 .)) . -}}{{ int64 . }}{{- else -}}{{ . }}{{- end -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* The variables of receivers and workers, as YAML. */}}
{{- define "autotagger.variables" -}}
{{- $folder := include "autotagger.folder" . -}}
AUTOTAGGER_PORT: "8080"
AUTOTAGGER_OPS_PORT: "9090"
{{- range $key, $value := .Values.settings }}
{{- if eq $key "createTags" }}
AUTOTAGGER_CREATE_TAGS: {{ ternary "yes" "no" $value | quote }}
{{- else if not (and (eq $key "sweepInterval") (eq (float64 $value) 0.0)) }}
AUTOTAGGER_{{ snakecase $key | upper }}: {{ include "autotagger.number" $value | quote }}
{{- end }}
{{- end }}
{{- with .Values.redis }}
{{- if .urlKey }}
REDIS_URL_FILE: {{ $folder }}/secrets/redis/url
{{- else }}
{{- if .sentinel.nodes }}
AUTOTAGGER_REDIS_SENTINELS: {{ join "," .sentinel.nodes | quote }}
AUTOTAGGER_REDIS_MASTER: {{ .sentinel.master | quote }}
{{- else }}
AUTOTAGGER_REDIS_HOST: {{ include "autotagger.redisHost" $ | quote }}
AUTOTAGGER_REDIS_PORT: {{ include "autotagger.number" .port | quote }}
{{- end }}
AUTOTAGGER_REDIS_DATABASE: {{ include "autotagger.number" .database | quote }}
{{- with .user }}
AUTOTAGGER_REDIS_USER: {{ . | quote }}
{{- end }}
{{- if include "autotagger.redisSecret" $ }}
AUTOTAGGER_REDIS_PASSWORD_FILE: {{ $folder }}/secrets/redis/password
{{- end }}
{{- if .tls.enabled }}
AUTOTAGGER_REDIS_TLS: "yes"
{{- end }}
{{- end }}
{{- if or .tls.caSecret .tls.caConfigMap }}
AUTOTAGGER_REDIS_CA: {{ $folder }}/secrets/redis/ca.crt
{{- end }}
{{- end }}
{{- end -}}

{{/* The file of workspaces for receivers, as YAML: whose webhooks to take. */}}
{{- define "autotagger.receiverWorkspaces" -}}
{{- range $appId, $_ := .Values.workspaces }}
{{ $appId | quote }}:
  client_secrets_file: {{ include "autotagger.folder" $ }}/secrets/workspaces/{{ $appId }}/client-secrets
{{- end }}
{{- end -}}

{{/* And for workers: where and how to tag. */}}
{{- define "autotagger.workerWorkspaces" -}}
{{- range $appId, $workspace := .Values.workspaces }}
{{ $appId | quote }}:
  access_token_file: {{ include "autotagger.folder" $ }}/secrets/workspaces/{{ $appId }}/access-token
  admin_id: {{ include "autotagger.number" $workspace.adminId | quote }}
  rules: {{ include "autotagger.rulesFolder" (list $ $appId $workspace) }}
  {{- with $workspace.region }}
  region: {{ . }}
  {{- end }}
  {{- with $workspace.url }}
  intercom_url: {{ . | quote }}
  {{- end }}
  {{- with $workspace.callsPerWindow }}
  calls_per_window: {{ include "autotagger.number" . }}
  {{- end }}
  {{- with $workspace.callsOfAllApps }}
  calls_of_all_apps: {{ include "autotagger.number" . }}
  {{- end }}
  {{- with $workspace.app }}
  app: {{ . | quote }}
  {{- end }}
  {{- with $workspace.window }}
  window: {{ include "autotagger.number" . }}
  {{- end }}
{{- end }}
{{- end -}}

{{/* What a change of makes new pods, by component: settings, and nothing else of their ConfigMaps, which also bear the
     chart's version. Call with (list $ component). */}}
{{- define "autotagger.settingsChecksum" -}}
{{- $root := index . 0 -}}
{{- $workspaces := include (printf "autotagger.%sWorkspaces" (index . 1)) $root -}}
{{- printf "%s\n%s" (include "autotagger.variables" $root) $workspaces | sha256sum -}}
{{- end -}}
