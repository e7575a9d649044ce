{{/* Where the rules of each workspace are: in its own values, or in those of all. */}}

{{/* The rules of a workspace; call with (list $ workspace). */}}
{{- define "autotagger.hasOwnRules" -}}
{{- with . }}{{- if or .files .existingConfigMap .imagePath -}}true{{- end -}}{{- end -}}
{{- end -}}

{{/* The folder of a workspace's rules; call with (list $ app_id workspace). */}}
{{- define "autotagger.rulesFolder" -}}
{{- $root := index . 0 -}}
{{- $workspace := index . 2 -}}
{{- $folder := include "autotagger.folder" $root -}}
{{- if include "autotagger.hasOwnRules" $workspace.rules -}}
{{- default (printf "%s/workspace-rules/%s" $folder (index . 1)) $workspace.rules.imagePath -}}
{{- else -}}
{{- default (printf "%s/rules" $folder) $root.Values.rules.imagePath -}}
{{- end -}}
{{- end -}}

{{/* Every ConfigMap of rules that is mounted, as a YAML list of volume, path, configMap, and files where it is the chart's own. */}}
{{- define "autotagger.ruleSets" -}}
{{- $fullname := include "autotagger.fullname" . -}}
{{- $folder := include "autotagger.folder" . -}}
{{- $shared := false -}}
{{- $sets := list -}}
{{- range $appId, $workspace := .Values.workspaces -}}
{{- if include "autotagger.hasOwnRules" $workspace.rules -}}
{{- if not $workspace.rules.imagePath -}}
{{- $name := printf "rules-%s" (include "autotagger.ofWorkspace" (list $ $appId)) -}}
{{- $sets = append $sets (dict
      "volume" $name
      "path" (printf "%s/workspace-rules/%s" $folder $appId)
      "configMap" (default (printf "%s-%s" $fullname $name) $workspace.rules.existingConfigMap)
      "files" (default dict $workspace.rules.files)) -}}
{{- end -}}
{{- else -}}
{{- $shared = true -}}
{{- end -}}
{{- end -}}
{{- if and $shared (not .Values.rules.imagePath) -}}
{{- $files := .Values.rules.files -}}
{{- if not (include "autotagger.hasOwnRules" .Values.rules) -}}
{{- $files = dict -}}
{{- range $path, $_ := .Files.Glob "files/rules/*.yaml" -}}
{{- $_ := set $files (base $path) ($.Files.Get $path) -}}
{{- end -}}
{{- end -}}
{{- $sets = prepend $sets (dict
      "volume" "rules"
      "path" (printf "%s/rules" $folder)
      "configMap" (default (printf "%s-rules" $fullname) .Values.rules.existingConfigMap)
      "files" $files) -}}
{{- end -}}
{{- toYaml $sets -}}
{{- end -}}

{{/* Whether somebody works by the sample: "true" or nothing. */}}
{{- define "autotagger.sample" -}}
{{- if not (include "autotagger.hasOwnRules" .Values.rules) -}}
{{- range $_, $workspace := .Values.workspaces -}}
{{- if not (include "autotagger.hasOwnRules" $workspace.rules) -}}true{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
