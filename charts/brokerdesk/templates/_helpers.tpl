{{- define "brokerdesk.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "brokerdesk.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | quote }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}

{{- define "brokerdesk.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "brokerdesk.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "brokerdesk.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "brokerdesk.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{/* The variables that are not secret. */}}
{{- define "brokerdesk.config" -}}
LISTEN: "0.0.0.0:8080"
METRICS_ADDR: "0.0.0.0:9090"
BASE_DOMAIN: {{ required "baseDomain is missing: the host of the platform" .Values.baseDomain | quote }}
PUBLIC_SCHEME: {{ .Values.publicScheme | quote }}
S3_ENDPOINT: {{ required "config.s3Endpoint is missing: the URL of an S3 store" .Values.config.s3Endpoint | quote }}
S3_BUCKET: {{ .Values.config.s3Bucket | quote }}
MAIL_FROM: {{ required "config.mailFrom is missing: the sender's address" .Values.config.mailFrom | quote }}
{{- $optional := dict "DATABASE_POOL" "databasePool" "S3_REGION" "s3Region" "S3_PUBLIC_ENDPOINT" "s3PublicEndpoint" "CLAMD_ADDR" "clamdAddr" "TRUSTED_PROXIES" "trustedProxies" "CORS_ORIGINS" "corsOrigins" "CONSOLE_TENANT" "consoleTenant" "JWT_ISSUER" "jwtIssuer" "CORS_ALLOWED_ORIGINS" "corsAllowedOrigins" "RATE_SIGNUP" "rateSignup" "RATE_SIGNIN" "rateSignin" "RATE_PUBLIC" "ratePublic" "HCAPTCHA_URL" "hcaptchaUrl" "TURNSTILE_URL" "turnstileUrl" "BODY_LIMIT" "bodyLimit" "ACCESS_TOKEN_MINUTES" "accessTokenMinutes" "SESSION_DAYS" "sessionDays" "METRICS_PUBLIC" "metricsPublic" "LOG_FORMAT" "logFormat" "RUST_LOG" "rustLog" }}
{{- range $name, $key := $optional }}
{{- $value := index $.Values.config $key }}
{{- /* Helm reads every number as a float and would write 2.097152e+06. */}}
{{- if kindIs "float64" $value }}{{ $value = int64 $value }}{{ end }}
{{- $value = toString $value }}
{{- if $value }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Secret variables: a list of dict "secret" name "keys" list. */}}
{{- define "brokerdesk.secretEnv" -}}
{{- range . }}
{{- $secret := .secret }}
{{- range .keys }}
- name: {{ . }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret | quote }}
      key: {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "brokerdesk.appSecrets" -}}
{{ include "brokerdesk.secretEnv" (list (dict "secret" .Values.secrets.app "keys" (list "DATABASE_URL" "REDIS_URL" "MASTER_KEY" "S3_ACCESS_KEY" "S3_SECRET_KEY" "SMTP_URL"))) | trim }}
{{- if .Values.config.consoleTenant }}
{{ include "brokerdesk.secretEnv" (list (dict "secret" .Values.secrets.app "keys" (list "JWT_SECRET"))) | trim }}
{{- end }}
{{- end }}

{{- define "brokerdesk.provisionSecrets" -}}
{{ include "brokerdesk.secretEnv" (list (dict "secret" .Values.secrets.provision "keys" (list "PROVISION_DATABASE_URL"))) | trim }}
{{- end }}

{{- define "brokerdesk.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "brokerdesk.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}
