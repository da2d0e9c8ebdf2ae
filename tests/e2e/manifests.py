"""Small manifests for tests, as YAML text."""


def config_map(name, value="1", annotations=""):
    return f"""apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  annotations: {{{annotations}}}
data:
  value: "{value}"
"""


def deployment(name, replicas=1, image="nginx:1.27", annotations=""):
    return f"""apiVersion: apps/v1
kind: Deployment
metadata:
  name: {name}
  annotations: {{{annotations}}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - {{name: web, image: "{image}"}}
"""


def service(name, kind="ClusterIP"):
    return f"""apiVersion: v1
kind: Service
metadata:
  name: {name}
spec:
  type: {kind}
  selector: {{app: {name}}}
  ports: [{{name: http, port: 80}}]
"""


def secret(name):
    return f"""apiVersion: v1
kind: Secret
metadata:
  name: {name}
stringData: {{password: not-a-password}}
"""


def claim(name):
    return f"""apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: {name}
spec:
  accessModes: [ReadWriteOnce]
  resources: {{requests: {{storage: 1Gi}}}}
"""


def policy(rules, **spec):
    """An application's or a platform's DriftPolicy; `rules` is YAML of the list."""
    more = "".join(f"  {name}: {value}\n" for name, value in spec.items())
    return f"""apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {{name: test}}
spec:
{more}  rules:
{rules}"""
