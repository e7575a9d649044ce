{{/* What things are called, and the labels that say whose they are. */}}

{{- define "autotagger.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- /* A release may have dots in its name; a Service, which is called so too, may not. */ -}}
{{- $release := replace "." "-" .Release.Name -}}
{{- if .Values.fullnameOverride -}}
{{- include "autotagger.short" .Values.fullnameOverride -}}
{{- else if contains $name $release -}}
{{- include "autotagger.short" $release -}}
{{- else -}}
{{- include "autotagger.short" (printf "%s-%s" $release $name) -}}
{{- end -}}
{{- end -}}

{{/* A name that leaves room for what comes behind it. Cut off alone, two long ones could become the same. */}}
{{- define "autotagger.short" -}}
{{- if gt (len .) 40 -}}
{{- printf "%s-%s" (trunc 33 . | trimSuffix "-") (sha256sum . | trunc 6) -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{/* The labels that select pods; call with (list $ component). They never change: selectors are immutable. Quoted, for a
     release may be called "true" or "1e3". */}}
{{- define "autotagger.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ default $root.Chart.Name $root.Values.nameOverride | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/instance: {{ $root.Release.Name | quote }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{/* The labels of an object; call with (list $ component), or with (list $ component labels) for more, which win over
     those of every object. Pod templates do without: they would change with the chart. */}}
{{- define "autotagger.labels" -}}
{{- $root := index . 0 -}}
{{ include "autotagger.selector" . }}
app.kubernetes.io/version: {{ default $root.Chart.AppVersion $root.Values.image.tag | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with merge (dict) (index (append . dict) 2) $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* An image; call with (list $ image default-tag). */}}
{{- define "autotagger.image" -}}
{{- $root := index . 0 -}}
{{- $image := index . 1 -}}
{{- $repository := $image.repository -}}
{{- with ($root.Values.global).imageRegistry -}}
{{- $repository = printf "%s/%s" (trimSuffix "/" .) $repository -}}
{{- end -}}
{{- if $image.digest -}}
{{- printf "%s@%s" $repository $image.digest -}}
{{- else -}}
{{- printf "%s:%s" $repository (default (index . 2) $image.tag) -}}
{{- end -}}
{{- end -}}

{{- define "autotagger.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "autotagger.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* Something of one workspace's; call with (list $ app_id). An app_id may hold what names of Kubernetes may not. */}}
{{- define "autotagger.ofWorkspace" -}}
{{- $plain := index . 1 | lower | replace "_" "-" | trunc 12 | trimAll "-" -}}
{{- printf "%s-%s" $plain (index . 1 | sha256sum | trunc 6) | trimPrefix "-" -}}
{{- end -}}
