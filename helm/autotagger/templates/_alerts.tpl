{{/* What goes into the alerts of files/alerts.yaml. */}}

{{/* The expression of one, with the values' thresholds, and for metrics of the release's namespace only: of (list $ expression). */}}
{{- define "autotagger.expression" -}}
{{- $root := index . 0 -}}
{{- $expression := index . 1 -}}
{{- range $name, $threshold := $root.Values.prometheusRule.thresholds -}}
{{- $expression = regexReplaceAll (printf "[0-9.]+ # %s\\b" $name) $expression (printf "%s # %s" (include "autotagger.number" $threshold) $name) -}}
{{- end -}}
{{- $from := printf "namespace=%q" $root.Release.Namespace -}}
{{- $expression = regexReplaceAll "\\b(autotagger_[a-z_]+)\\{" $expression (printf "${1}{%s," $from) -}}
{{- regexReplaceAll "\\b(autotagger_[a-z_]+)([^a-z_{]|$)" $expression (printf "${1}{%s}${2}" $from) -}}
{{- end }}
