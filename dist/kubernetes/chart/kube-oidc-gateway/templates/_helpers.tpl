{{- define "gateway.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of every object: the release's, with the chart's where it is not in it already. A Service takes no other. */}}
{{- define "gateway.fullname" -}}
{{- $name := include "gateway.name" . -}}
{{- $full := .Values.fullnameOverride -}}
{{- if not $full -}}
{{- $full = contains $name .Release.Name | ternary .Release.Name (printf "%s-%s" .Release.Name $name) -}}
{{- end -}}
{{- $full = $full | trunc 63 | trimSuffix "-" -}}
{{- if not (regexMatch "^[a-z]([a-z0-9-]*[a-z0-9])?$" $full) -}}
{{- fail (printf "the objects would be called %q, and a Service's name begins with a letter and has letters, digits and hyphens only: set fullnameOverride" $full) -}}
{{- end -}}
{{- $full -}}
{{- end -}}

{{- define "gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.name -}}
{{- .Values.serviceAccount.name -}}
{{- else if .Values.serviceAccount.create -}}
{{- include "gateway.fullname" . -}}
{{- else -}}
default
{{- end -}}
{{- end -}}

{{- define "gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "gateway.name" . | quote }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end -}}

{{/* Labels of an operator's own never replace those that selectors ask for. */}}
{{- define "gateway.podLabels" -}}
{{- $own := merge (dict) (.Values.podLabels | default dict) (.Values.commonLabels | default dict) -}}
{{- $fixed := include "gateway.selectorLabels" . | fromYaml -}}
{{- $_ := set $fixed "app.kubernetes.io/version" (include "gateway.version" .) -}}
{{- toYaml (merge $fixed $own) -}}
{{- end -}}

{{- define "gateway.labels" -}}
{{- $fixed := include "gateway.selectorLabels" . | fromYaml -}}
{{- $_ := set $fixed "app.kubernetes.io/version" (include "gateway.version" .) -}}
{{- $_ := set $fixed "app.kubernetes.io/managed-by" .Release.Service -}}
{{- $_ := set $fixed "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{- toYaml (merge $fixed (.Values.commonLabels | default dict)) -}}
{{- end -}}

{{- define "gateway.version" -}}
{{- .Chart.AppVersion | replace "+" "_" | trunc 63 -}}
{{- end -}}

{{/* An image's name behind the registry of a whole umbrella chart. */}}
{{- define "gateway.fromRegistry" -}}
{{- with .root.Values.global.imageRegistry }}{{ trimSuffix "/" . }}/{{ end }}{{ .name -}}
{{- end -}}

{{- define "gateway.image" -}}
{{- if not (regexMatch "^([^/\\s@]+/)?[^:\\s@]+$" .Values.image.repository) -}}
{{- fail (printf "image.repository is %q, and takes an image's name alone: a tag goes into image.tag, a digest into image.digest" .Values.image.repository) -}}
{{- end -}}
{{- $name := include "gateway.fromRegistry" (dict "root" . "name" .Values.image.repository) -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $name .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $name (.Values.image.tag | default .Chart.AppVersion) -}}
{{- end -}}
{{- end -}}

{{/* Umbrella charts write a Secret to pull with as its name, or as Kubernetes does. */}}
{{- define "gateway.imagePullSecrets" -}}
{{- $secrets := list -}}
{{- range concat (.Values.global.imagePullSecrets | default list) (.Values.imagePullSecrets | default list) -}}
{{- $secrets = append $secrets (kindIs "string" . | ternary (dict "name" .) .) -}}
{{- end -}}
{{- with $secrets | uniq }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{/* The Secret that HTTPS is spoken with; empty where the gateway speaks clear text. */}}
{{- define "gateway.tlsSecretName" -}}
{{- if .Values.tls.secretName -}}
{{- .Values.tls.secretName -}}
{{- else if .Values.certificate.enabled -}}
{{- include "gateway.fullname" . }}-tls
{{- end -}}
{{- end -}}

{{- define "gateway.scheme" -}}
{{ if include "gateway.tlsSecretName" . }}https{{ else }}http{{ end }}
{{- end -}}

{{/* The claim that keeps the documents; empty where an emptyDir does. */}}
{{- define "gateway.cacheClaim" -}}
{{- if and .Values.cache.enabled .Values.cache.existingClaim -}}
{{- .Values.cache.existingClaim -}}
{{- else if and .Values.cache.enabled .Values.cache.persistentVolumeClaim.enabled -}}
{{- include "gateway.fullname" . -}}
{{- end -}}
{{- end -}}

{{/*
The pods' group owns a claim's volume, else they could not write there. Without a group of theirs, OpenShift's policy chooses both.
The gateway's files need no change of owner once the volume's root has it.
*/}}
{{- define "gateway.podSecurityContext" -}}
{{- $context := .Values.podSecurityContext | default dict -}}
{{- if and (include "gateway.cacheClaim" .) $context.runAsGroup -}}
{{- $context = merge (dict) $context (dict "fsGroup" $context.runAsGroup "fsGroupChangePolicy" "OnRootMismatch") -}}
{{- end -}}
{{- toYaml $context -}}
{{- end -}}

{{/* Each name once, as Kubernetes merges by it: two of one would survive no upgrade. Of two the last counts, so extraEnv's. */}}
{{- define "gateway.env" -}}
{{- $all := list -}}
{{- range $name, $value := .Values.config -}}
{{- /* A number comes as a float, which would be written as 2.592e+06. */ -}}
{{- $all = append $all (dict "name" $name "value" (kindIs "float64" $value | ternary (int64 $value) $value | toString)) -}}
{{- end -}}
{{- if .Values.cache.enabled -}}
{{- $all = append $all (dict "name" "CACHE_DIR" "value" "/var/cache/kube-oidc-gateway") -}}
{{- end -}}
{{- if include "gateway.tlsSecretName" . -}}
{{- $all = append $all (dict "name" "TLS_CERT_FILE" "value" "/etc/kube-oidc-gateway/tls/tls.crt") -}}
{{- $all = append $all (dict "name" "TLS_KEY_FILE" "value" "/etc/kube-oidc-gateway/tls/tls.key") -}}
{{- end -}}
{{- if .Values.metrics.enabled -}}
{{- $all = append $all (dict "name" "METRICS_PORT" "value" (int .Values.metrics.port | toString)) -}}
{{- end -}}
{{- $names := dict -}}
{{- $env := list -}}
{{- range concat $all (.Values.extraEnv | default list) | reverse -}}
{{- if not (hasKey $names .name) -}}
{{- $_ := set $names .name true -}}
{{- $env = prepend $env . -}}
{{- end -}}
{{- end -}}
{{- with $env }}{{ toYaml . }}{{ end -}}
{{- end -}}

{{- define "gateway.volumeMounts" -}}
{{- if .Values.cache.enabled }}
- name: cache
  mountPath: /var/cache/kube-oidc-gateway
{{- end }}
{{- if include "gateway.tlsSecretName" . }}
# Not by subPath, which would never change.
- name: tls
  mountPath: /etc/kube-oidc-gateway/tls
  readOnly: true
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "gateway.volumes" -}}
{{- if .Values.cache.enabled }}
- name: cache
  {{- with include "gateway.cacheClaim" . }}
  persistentVolumeClaim:
    claimName: {{ . | quote }}
  {{- else }}
  # Two documents of 1 MiB at most, and the next ones beside them.
  emptyDir:
    sizeLimit: 16Mi
  {{- end }}
{{- end }}
{{- with include "gateway.tlsSecretName" . }}
- name: tls
  secret:
    secretName: {{ . | quote }}
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Pods spread over the nodes where an operator says nothing else; a constraint without pods to count means these. */}}
{{- define "gateway.topologySpreadConstraints" -}}
{{- $pods := dict "matchLabels" (include "gateway.selectorLabels" . | fromYaml) -}}
{{- $node := dict "maxSkew" 1 "topologyKey" "kubernetes.io/hostname" "whenUnsatisfiable" "ScheduleAnyway" -}}
{{- $constraints := list -}}
{{- range .Values.topologySpreadConstraints | default (list $node) -}}
{{- $constraints = append $constraints (hasKey . "labelSelector" | ternary . (merge (dict "labelSelector" $pods) .)) -}}
{{- end -}}
{{- toYaml $constraints -}}
{{- end -}}

{{/* How often a monitor asks; given the monitor's values. */}}
{{- define "gateway.scraping" -}}
path: /metrics
{{- with .interval }}
interval: {{ . | quote }}
{{- end }}
{{- with .scrapeTimeout }}
scrapeTimeout: {{ . | quote }}
{{- end }}
{{- end -}}
