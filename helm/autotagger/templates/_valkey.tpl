{{/* The one Valkey for trials. */}}

{{- define "autotagger.valkeyConfiguration" -}}
port 6379
dir /data
appendonly yes
appendfsync {{ .Values.valkey.appendfsync }}
save ""
maxmemory {{ .Values.valkey.maxmemory }}
maxmemory-policy noeviction
{{- end -}}

{{/* Starts it. It learns the hash of the password only: no special character can be misread, and no list of processes
     shows it. */}}
{{- define "autotagger.valkeyStart" -}}
{{- if include "autotagger.redisSecret" . -}}
set -eu
hash=$(printf %s "$(cat {{ include "autotagger.folder" . }}/secrets/password)" | sha256sum | cut -d " " -f 1)
echo "user default on #$hash ~* &* +@all" > /tmp/users.acl
exec valkey-server /etc/valkey/valkey.conf --aclfile /tmp/users.acl
{{- else -}}
exec valkey-server /etc/valkey/valkey.conf --protected-mode no
{{- end -}}
{{- end -}}
