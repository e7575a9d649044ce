{{/* Secrets are files, each only in the pods that need it; a Secret that changes arrives there without a restart. */}}

{{/* The volume; call with (list $ component): receivers get the client secrets, workers the access tokens, the test
     client secrets and nothing of Redis. */}}
{{- define "autotagger.secretsVolume" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $own := include "autotagger.secretName" $root -}}
{{- $token := eq $component "worker" -}}
name: secrets
projected:
  # Readable by whatever user the pod runs as.
  defaultMode: 0444
  sources:
    {{- range $appId, $workspace := $root.Values.workspaces }}
    - secret:
        name: {{ default $own $workspace.existingSecret }}
        items:
          {{- if $workspace.existingSecret }}
          - key: {{ ternary (default "access-token" $workspace.accessTokenKey) (default "client-secrets" $workspace.clientSecretsKey) $token }}
          {{- else }}
          - key: {{ printf "%s.%s" $appId (ternary "access-token" "client-secrets" $token) }}
          {{- end }}
            path: workspaces/{{ $appId }}/{{ ternary "access-token" "client-secrets" $token }}
    {{- end }}
    {{- if ne $component "test" }}
    {{- with $root.Values.redis }}
    {{- if include "autotagger.redisSecret" $root }}
    - secret:
        name: {{ default $own .existingSecret }}
        items:
          - key: {{ empty .existingSecret | ternary "redis-password" (default .passwordKey .urlKey) }}
            path: redis/{{ empty .urlKey | ternary "password" "url" }}
    {{- end }}
    {{- with .tls.caSecret }}
    - secret:
        name: {{ . }}
        items: [{key: {{ $root.Values.redis.tls.caKey }}, path: redis/ca.crt}]
    {{- end }}
    {{- with .tls.caConfigMap }}
    - configMap:
        name: {{ . }}
        items: [{key: {{ $root.Values.redis.tls.caKey }}, path: redis/ca.crt}]
    {{- end }}
    {{- end }}
    {{- end }}
{{- end -}}
