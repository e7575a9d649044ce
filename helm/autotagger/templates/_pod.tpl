{{/* What all pods share. */}}

{{/* The beginning of a pod's spec; call with (list $ values-of-the-component). */}}
{{- define "autotagger.podSpec" -}}
{{- $root := index . 0 -}}
{{- $values := index . 1 -}}
serviceAccountName: {{ include "autotagger.serviceAccount" $root }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with concat $root.Values.image.pullSecrets (default list ($root.Values.global).imagePullSecrets) | uniq }}
imagePullSecrets:
  {{- range . }}
  {{- if kindIs "map" . }}
  - {{ toYaml . }}
  {{- else }}
  - name: {{ . }}
  {{- end }}
  {{- end }}
{{- end }}
{{- with merge (deepCopy (default dict $values.podSecurityContext)) $root.Values.podSecurityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with $values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with $values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/* Pods apart, over zones and hosts, where there is room for that; call with (list $ component). */}}
{{- define "autotagger.spread" -}}
{{- range list "topology.kubernetes.io/zone" "kubernetes.io/hostname" }}
- maxSkew: 1
  topologyKey: {{ . }}
  whenUnsatisfiable: ScheduleAnyway
  labelSelector:
    matchLabels:
      {{- include "autotagger.selector" $ | nindent 6 }}
  matchLabelKeys: [pod-template-hash]
{{- end }}
{{- end -}}

{{/* Of receivers and workers: the image, and the variables but for those that differ. */}}
{{- define "autotagger.container" -}}
image: {{ include "autotagger.image" (list . .Values.image .Chart.AppVersion) }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- with .Values.securityContext }}
securityContext:
  {{- toYaml . | nindent 2 }}
{{- end }}
envFrom:
  - configMapRef:
      name: {{ include "autotagger.fullname" . }}-settings
{{- end -}}

{{- define "autotagger.mounts" -}}
{{- $folder := include "autotagger.folder" . -}}
- name: workspaces
  mountPath: {{ $folder }}/workspaces
  readOnly: true
- name: secrets
  mountPath: {{ $folder }}/secrets
  readOnly: true
- name: tmp
  mountPath: /tmp
{{- end -}}

{{/* The volumes of receivers and workers; call with (list $ component). */}}
{{- define "autotagger.volumes" -}}
{{- $root := index . 0 -}}
{{- $file := printf "%s.yaml" (index . 1) -}}
- name: workspaces
  configMap:
    name: {{ include "autotagger.fullname" $root }}-workspaces
    items: [{key: {{ $file }}, path: {{ $file }}}]
- {{ include "autotagger.secretsVolume" . | indent 2 | trim }}
- name: tmp
  emptyDir: {sizeLimit: 16Mi}
{{- end -}}

{{/* Probes of receivers and workers, on the operations port. */}}
{{- define "autotagger.probes" -}}
startupProbe:
  httpGet: {path: /livez, port: operations}
  periodSeconds: 1
  timeoutSeconds: 2
  failureThreshold: 60
livenessProbe:
  httpGet: {path: /livez, port: operations}
  periodSeconds: 10
  timeoutSeconds: 5
  failureThreshold: 3
readinessProbe:
  httpGet: {path: /readyz, port: operations}
  periodSeconds: 5
  timeoutSeconds: 2
  failureThreshold: 2
{{- end -}}
