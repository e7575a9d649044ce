{{/* What cannot be, each with its remedy in a line. Types and typos are the schema's. */}}

{{- define "autotagger.check" -}}
{{- if not .Values.workspaces -}}
{{- fail "no workspace is named: set workspaces.APP_ID.adminId and workspaces.APP_ID.existingSecret; APP_ID is the code that webhooks carry as app_id" -}}
{{- end -}}
{{- range $appId, $workspace := .Values.workspaces -}}
{{- include "autotagger.checkWorkspace" (dict "name" (printf "workspaces.%s" $appId) "workspace" $workspace) -}}
{{- end -}}
{{- include "autotagger.checkRules" (dict "name" "rules" "rules" .Values.rules) -}}
{{- include "autotagger.checkRedis" . -}}
{{- include "autotagger.checkLabels" . -}}
{{- include "autotagger.checkPlaces" . -}}
{{- include "autotagger.checkAlerts" . -}}
{{- include "autotagger.checkScaling" . -}}
{{- if and .Values.httpRoute.parentRefs (not .Values.httpRoute.hostnames) -}}
{{- fail "httpRoute.parentRefs is set without a host: set httpRoute.hostnames" -}}
{{- end -}}
{{- if and .Values.httpRoute.hostnames (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.hostnames is set without a gateway: set httpRoute.parentRefs" -}}
{{- end -}}
{{- if and .Values.ingress.tlsSecret (not .Values.ingress.host) -}}
{{- fail "ingress.tlsSecret is set without a host: set ingress.host" -}}
{{- end -}}
{{- end -}}

{{- define "autotagger.checkWorkspace" -}}
{{- $name := .name -}}
{{- with .workspace -}}
{{- if not .adminId -}}
{{- fail (printf "%s has no teammate in whose name tags are set: set %s.adminId" $name $name) -}}
{{- end -}}
{{- if and .existingSecret (or .clientSecrets .accessToken) -}}
{{- fail (printf "%s has its secrets twice: set %s.existingSecret, or %s.clientSecrets and %s.accessToken" $name $name $name $name) -}}
{{- end -}}
{{- if and (not .existingSecret) (not (and .clientSecrets .accessToken)) -}}
{{- fail (printf "%s lacks its secrets: set %s.existingSecret to a Secret with the keys client-secrets and access-token, or %s.clientSecrets and %s.accessToken" $name $name $name $name) -}}
{{- end -}}
{{- if and (or .clientSecretsKey .accessTokenKey) (not .existingSecret) -}}
{{- fail (printf "%s names keys of no Secret: set %s.existingSecret" $name $name) -}}
{{- end -}}
{{- if and .region .url -}}
{{- fail (printf "%s has both region and url: set %s.region, or %s.url" $name $name $name) -}}
{{- end -}}
{{- include "autotagger.checkRules" (dict "name" (printf "%s.rules" $name) "rules" (default dict .rules)) -}}
{{- else -}}
{{- fail (printf "%s is empty: set %s.adminId and %s.existingSecret" $name $name $name) -}}
{{- end -}}
{{- end -}}

{{- define "autotagger.checkRules" -}}
{{- $name := .name -}}
{{- with .rules -}}
{{- $given := list -}}
{{- if .files }}{{- $given = append $given (printf "%s.files" $name) -}}{{- end -}}
{{- if .existingConfigMap }}{{- $given = append $given (printf "%s.existingConfigMap" $name) -}}{{- end -}}
{{- if .imagePath }}{{- $given = append $given (printf "%s.imagePath" $name) -}}{{- end -}}
{{- if gt (len $given) 1 -}}
{{- fail (printf "rules come from several places: set only one of %s" (join ", " $given)) -}}
{{- end -}}
{{- if and .files (not (regexMatch "(?m)^(tags|'tags'|\"tags\") *:" (join "\n" (values .files)))) -}}
{{- fail (printf "%s.files has no file with tags, and no rule set is whole without: put yours in as well, such as %s.files.tags\\.yaml" $name $name) -}}
{{- end -}}
{{- if gt (len (join "" (values (default dict .files)))) 1000000 -}}
{{- fail (printf "%s.files is more than a ConfigMap holds (1 MB): put the rules into an image, and set %s.imagePath" $name $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "autotagger.checkRedis" -}}
{{- $valkey := .Values.valkey.enabled -}}
{{- with .Values.redis -}}
{{- $given := list -}}
{{- if .host }}{{- $given = append $given "redis.host" -}}{{- end -}}
{{- if .sentinel.nodes }}{{- $given = append $given "redis.sentinel.nodes" -}}{{- end -}}
{{- if .urlKey }}{{- $given = append $given "redis.urlKey" -}}{{- end -}}
{{- if $valkey }}{{- $given = append $given "valkey.enabled" -}}{{- end -}}
{{- if not $given -}}
{{- fail "there is no Redis: set redis.host (or redis.sentinel.nodes, or redis.existingSecret and redis.urlKey); for a trial valkey.enabled=true" -}}
{{- end -}}
{{- if gt (len $given) 1 -}}
{{- fail (printf "Redis is in several places: set only one of %s" (join ", " $given)) -}}
{{- end -}}
{{- if and .urlKey (not .existingSecret) -}}
{{- fail "redis.urlKey is set without its Secret: set redis.existingSecret" -}}
{{- end -}}
{{- if and .password .existingSecret -}}
{{- fail "Redis's password is in two places: set redis.password, or redis.existingSecret" -}}
{{- end -}}
{{- if and .user .urlKey -}}
{{- fail "redis.user is set, and redis.urlKey too: put the user into the URL" -}}
{{- end -}}
{{- if and .tls.enabled .urlKey -}}
{{- fail "redis.tls.enabled is set, and redis.urlKey too: let the URL begin with rediss://" -}}
{{- end -}}
{{- if and .user (not (or .password .existingSecret)) -}}
{{- fail "redis.user is set without a password: set redis.existingSecret" -}}
{{- end -}}
{{- if and .tls.caSecret .tls.caConfigMap -}}
{{- fail "Redis's authorities are in two places: set redis.tls.caSecret, or redis.tls.caConfigMap" -}}
{{- end -}}
{{- if and (or .tls.caSecret .tls.caConfigMap) (not .tls.enabled) (not .urlKey) -}}
{{- fail "authorities for Redis are named, but TLS is off: set redis.tls.enabled=true" -}}
{{- end -}}
{{- if and $valkey (or .tls.enabled .user (ne (float64 .port) 6379.0)) -}}
{{- fail "valkey.enabled is for trials, without TLS, user and another port: leave redis.tls, redis.user and redis.port alone, or set redis.host to a Redis of yours" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Hosts and the image: what people put there that belongs elsewhere. A colon alone may be an IPv6 address's. */}}
{{- define "autotagger.checkPlaces" -}}
{{- range $host := concat (list .Values.ingress.host) .Values.httpRoute.hostnames -}}
{{- if regexMatch "[/:]" $host -}}
{{- fail (printf "%q is more than a host name: set ingress.host (or httpRoute.hostnames) without https://, port and path" $host) -}}
{{- end -}}
{{- end -}}
{{- if regexMatch "/|^[^:]*:[^:]*$" .Values.redis.host -}}
{{- fail (printf "redis.host is %q, more than a host: set redis.host, redis.port and redis.tls.enabled one by one, or redis.urlKey to a whole URL in a Secret" .Values.redis.host) -}}
{{- end -}}
{{- range .Values.redis.sentinel.nodes -}}
{{- if regexMatch "/|^[^:]*:([^:]*[^0-9:][^:]*)?$" . -}}
{{- fail (printf "redis.sentinel.nodes has %q: set host:port of each Sentinel there" .) -}}
{{- end -}}
{{- end -}}
{{- range $name, $image := dict "image" .Values.image "valkey.image" .Values.valkey.image -}}
{{- if regexMatch "://|@|:[^/]*$" $image.repository -}}
{{- fail (printf "%s.repository is %q, with more than the repository: set %s.tag or %s.digest beside it" $name $image.repository $name $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "autotagger.checkAlerts" -}}
{{- $known := list -}}
{{- range (.Files.Get "files/alerts.yaml" | fromYaml).groups -}}
{{- range .rules }}{{- $known = append $known .alert -}}{{- end -}}
{{- end -}}
{{- range .Values.prometheusRule.disabled -}}
{{- if not (has . $known) -}}
{{- fail (printf "prometheusRule.disabled has %s, which is no alert: set only names among %s" . (join ", " $known)) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* A label that is there twice is what tools behind Helm fail on, and one that selects pods must be the chart's. */}}
{{- define "autotagger.checkLabels" -}}
{{- $ours := include "autotagger.selector" (list . "") | fromYaml -}}
{{- $alwaysThere := append (keys $ours) "app.kubernetes.io/version" -}}
{{- $alwaysThere = concat $alwaysThere (list "app.kubernetes.io/managed-by" "helm.sh/chart") -}}
{{- $given := dict "receiver.podLabels" .Values.receiver.podLabels "worker.podLabels" .Values.worker.podLabels -}}
{{- range $name, $labels := $given -}}
{{- range keys $labels -}}
{{- if hasKey $ours . -}}
{{- fail (printf "%s has %s, by which pods are selected: leave it out" $name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $given = dict "commonLabels" .Values.commonLabels -}}
{{- range list "serviceMonitor" "podMonitor" "prometheusRule" "dashboard" -}}
{{- $_ := set $given (printf "%s.labels" .) (index $.Values . "labels") -}}
{{- end -}}
{{- range $name, $labels := $given -}}
{{- range keys $labels -}}
{{- if has . $alwaysThere -}}
{{- fail (printf "%s has %s, which the chart sets: leave it out" $name .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "autotagger.checkScaling" -}}
{{- with .Values.receiver -}}
{{- if .autoscaling.enabled -}}
{{- if gt (int .autoscaling.minReplicas) (int .autoscaling.maxReplicas) -}}
{{- fail "receiver.autoscaling has more pods at least than at most: set maxReplicas to minReplicas or more" -}}
{{- end -}}
{{- if not ((.resources).requests).cpu -}}
{{- fail "receiver.autoscaling aims at a share of the requested CPU, and none is requested: set receiver.resources.requests.cpu" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with .Values.worker.keda -}}
{{- if .enabled -}}
{{- if gt (int .minReplicas) (int .maxReplicas) -}}
{{- fail "worker.keda has more pods at least than at most: set maxReplicas to minReplicas or more" -}}
{{- end -}}
{{- if and (eq .trigger "prometheus") (not .prometheus.serverAddress) -}}
{{- fail "worker.keda has nowhere to look: set worker.keda.prometheus.serverAddress, or worker.keda.trigger=redis" -}}
{{- end -}}
{{- if and (eq .trigger "redis") $.Values.redis.urlKey -}}
{{- fail "KEDA cannot read a URL of Redis: set redis.host and redis.passwordKey in place of redis.urlKey, or worker.keda.trigger=prometheus" -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
