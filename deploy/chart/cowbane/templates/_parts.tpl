{{/* What every object of the chart has in common. A part is called with (dict "root" $ ...). */}}

{{- define "cowbane.labels" -}}
app.kubernetes.io/name: cowbane
app.kubernetes.io/part-of: cowbane
app.kubernetes.io/instance: {{ .root.Values.name }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- with .queue }}
cowbane.dev/queue: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "cowbane.selector" -}}
app.kubernetes.io/instance: {{ .root.Values.name }}
app.kubernetes.io/component: {{ .component }}
{{- with .queue }}
cowbane.dev/queue: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "cowbane.podLabels" -}}
app.kubernetes.io/name: cowbane
app.kubernetes.io/part-of: cowbane
{{ include "cowbane.selector" . }}
{{- end }}

{{- define "cowbane.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "cowbane.redisName" -}}
{{ .Values.name }}-redis
{{- end }}

{{- define "cowbane.priorityClass" -}}
{{ .Values.priorityClass.name | default (printf "%s-%s-undo" .Release.Namespace .Values.name) }}
{{- end }}

{{/* The beginning of every pod's spec: nobody, nowhere, with nothing. */}}
{{- define "cowbane.pod" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile: { type: RuntimeDefault }
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with concat .root.Values.tolerations (include "cowbane.unreachable" . | fromYamlArray) }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Redis stays with its volume; whatever holds no data is made anew elsewhere soon. */}}
{{- define "cowbane.unreachable" -}}
{{- if ne .component "redis" }}
{{- range $taint := list "unreachable" "not-ready" }}
- key: node.kubernetes.io/{{ $taint }}
  operator: Exists
  effect: NoExecute
  tolerationSeconds: {{ $.root.Values.unreachableSeconds }}
{{- end }}
{{- end }}
{{- end }}

{{- define "cowbane.spread" -}}
topologySpreadConstraints: # a cluster of a single node takes all
  - maxSkew: 1
    topologyKey: kubernetes.io/hostname
    whenUnsatisfiable: {{ .unsatisfiable }}
    nodeTaintsPolicy: Honor # a node that is cordoned or silent takes none, so it does not count
    labelSelector: { matchLabels: { {{ include "cowbane.selector" . | replace "\n" ", " }} } }
{{- end }}

{{- define "cowbane.container" -}}
image: {{ include "cowbane.image" .root }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
{{ include "cowbane.locked" . }}
{{- end }}

{{- define "cowbane.locked" -}}
terminationMessagePolicy: FallbackToLogsOnError # `kubectl describe` says why it ended
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities: { drop: [ALL] }
{{- end }}

{{/* Alive: it polled or ticked lately. Ready: it may take work. */}}
{{- define "cowbane.probes" -}}
startupProbe:
  exec: { command: [cowbane, health, live] }
  periodSeconds: 2
  timeoutSeconds: 10
  failureThreshold: 90
livenessProbe:
  exec: { command: [cowbane, health, live] }
  periodSeconds: 20
  timeoutSeconds: 10
  failureThreshold: 3
readinessProbe:
  exec: { command: [cowbane, health, ready] }
  periodSeconds: 5
  timeoutSeconds: 10
{{- end }}

{{/* What a role needs to reach Redis as its own user; the password is a file. */}}
{{- define "cowbane.env" -}}
{{- $values := .root.Values -}}
- { name: COWBANE_PRODUCTION, value: "1" }
- { name: COWBANE_DEPLOYMENT, value: {{ $values.name | quote }} }
- { name: COWBANE_CLUSTER, value: {{ $values.cluster | quote }} }
- name: COWBANE_REDIS_URL
  value: {{ $values.redis.url | default (printf "redis://%s:6379/0" (include "cowbane.redisName" .root)) | quote }}
- { name: COWBANE_REDIS_USERNAME, value: {{ .role | quote }} }
- { name: COWBANE_REDIS_PASSWORD_FILE, value: /run/secrets/redis/password }
{{- if $values.redis.caSecret }}
- { name: COWBANE_REDIS_CA_FILE, value: /run/secrets/redis/ca.crt }
{{- end }}
{{- with $values.redis.durability }}
- { name: COWBANE_REDIS_DURABILITY, value: {{ . | quote }} }
{{- end }}
{{- range $name, $value := .env }}
- { name: {{ $name | quote }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{- define "cowbane.mounts" -}}
- { name: redis, mountPath: /run/secrets/redis, readOnly: true }
- { name: state, mountPath: /var/lib/cowbane }
- { name: tmp, mountPath: /tmp }
{{- end }}

{{- define "cowbane.volumes" -}}
{{- $values := .root.Values -}}
- name: redis
  projected:
    defaultMode: 0440
    sources:
      - secret:
          name: {{ $values.redis.existingSecret | default (include "cowbane.redisName" .root) }}
          items: [{ key: {{ .role | quote }}, path: password }]
      {{- with $values.redis.caSecret }}
      - secret: { name: {{ . }}, items: [{ key: ca.crt, path: ca.crt }] }
      {{- end }}
- name: state
  emptyDir: { sizeLimit: {{ .state | default "64Mi" }} }
- name: tmp
  emptyDir: { sizeLimit: 64Mi }
{{- end }}

{{/* Seconds of a duration like 30s, 10m, 4h or 2d. */}}
{{- define "cowbane.seconds" -}}
{{- $unit := trimAll "0123456789" . }}
{{- mul (trimSuffix $unit . | int) (get (dict "s" 1 "m" 60 "h" 3600 "d" 86400) $unit) }}
{{- end }}
