{{- define "tributary.labels" -}}
app.kubernetes.io/name: tributary
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{/* root and component: what a Deployment and its friends find their pods by. It never changes. */}}
{{- define "tributary.selector" -}}
app.kubernetes.io/name: tributary
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{- define "tributary.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "tributary.env" -}}
- { name: NODE_ENV, value: production }
- { name: HOST, value: 0.0.0.0 }
- { name: PORT, value: "8000" }
- { name: ACCESS, value: required }
- { name: ADMIN_HOST, value: 0.0.0.0 }
- { name: ADMIN_PORT, value: {{ .Values.adminPort | quote }} }
- { name: TRIBUTARY_DATA, value: /data }
- { name: TRIBUTARY_MODELS, value: /models }
{{- range $name, $value := .Values.config }}
- { name: {{ $name }}, value: {{ $value | quote }} }
{{- end }}
{{- end }}

{{/* root, component, args, settings (resources, env), probes, data (a claim or "") */}}
{{- define "tributary.pod" -}}
metadata:
  labels:
    {{- include "tributary.labels" .root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
spec:
  {{- with .root.Values.imagePullSecrets }}
  imagePullSecrets: {{ toYaml . | nindent 4 }}
  {{- end }}
  restartPolicy: {{ .restartPolicy | default "Always" }}
  automountServiceAccountToken: false
  # Longer than workers give themselves: 8 s to finish, 15 s by force.
  terminationGracePeriodSeconds: 40
  securityContext:
    runAsNonRoot: true
    runAsUser: 1000
    runAsGroup: 1000
    fsGroup: 1000
    seccompProfile: { type: RuntimeDefault }
  containers:
    - name: {{ .component }}
      image: {{ include "tributary.image" .root }}
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args: {{ toJson .args }}
      env:
        {{- include "tributary.env" .root | nindent 8 }}
        {{- range $name, $value := .settings.env }}
        - { name: {{ $name }}, value: {{ $value | quote }} }
        {{- end }}
      envFrom:
        - secretRef: { name: {{ .root.Values.existingSecret }} }
      {{- with .settings.resources }}
      resources: {{ toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
      {{- if .probes }}
      ports:
        {{- if eq .component "api" }}
        - { name: http, containerPort: 8000 }
        {{- end }}
        - { name: admin, containerPort: {{ .root.Values.adminPort }} }
      # Dead is what does not answer at all; what waits for Postgres is only not ready.
      startupProbe:
        httpGet: { path: /livez, port: admin }
        periodSeconds: 2
        failureThreshold: 60
      livenessProbe:
        httpGet: { path: /livez, port: admin }
        periodSeconds: 15
        timeoutSeconds: 5
        failureThreshold: 4
      readinessProbe:
        httpGet: { path: /readyz, port: admin }
        periodSeconds: 10
        timeoutSeconds: 5
      {{- end }}
      volumeMounts:
        - { name: data, mountPath: /data }
        - { name: tmp, mountPath: /tmp }
        - { name: models, mountPath: /models }
  volumes:
    - name: data
      {{- if .data }}
      persistentVolumeClaim: { claimName: {{ .data }} }
      {{- else }}
      emptyDir: {}
      {{- end }}
    - { name: tmp, emptyDir: {} }
    - name: models
      {{- if .root.Values.modelsClaim }}
      persistentVolumeClaim: { claimName: {{ .root.Values.modelsClaim }} }
      {{- else }}
      emptyDir: {}
      {{- end }}
{{- end }}

{{/* root, component, settings: scaling and what must stay up while nodes are drained */}}
{{- define "tributary.scaling" -}}
{{- $name := printf "%s-%s" .root.Release.Name .component -}}
{{- if and .settings.autoscaling.enabled (gt (int .settings.replicas) 0) }}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: {{ $name }}
  labels: {{- include "tributary.labels" .root | nindent 4 }}
spec:
  scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{ $name }} }
  minReplicas: {{ .settings.autoscaling.min }}
  maxReplicas: {{ .settings.autoscaling.max }}
  metrics:
    - type: Resource
      resource:
        name: cpu
        target: { type: Utilization, averageUtilization: {{ .settings.autoscaling.cpu }} }
  behavior:
    # A batch takes seconds; what is taken away too soon is needed again.
    scaleDown: { stabilizationWindowSeconds: 300 }
{{- end }}
{{- if gt (int .settings.replicas) 0 }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels: {{- include "tributary.labels" .root | nindent 4 }}
spec:
  maxUnavailable: 1
  selector:
    matchLabels: {{- include "tributary.selector" . | nindent 6 }}
{{- end }}
{{- end }}
