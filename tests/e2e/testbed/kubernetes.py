"""A small client of the Kubernetes API: JSON over HTTPS with a bearer token."""
import json
import pathlib
import urllib.parse

import urllib3
import yaml

from .process import until

RBAC = "rbac.authorization.k8s.io"
# kind -> (group/version, plural, in a namespace); what tests speak of. Others are named by `path` themselves.
KINDS = {
    "Namespace": ("v1", "namespaces", False),
    "Node": ("v1", "nodes", False),
    "Pod": ("v1", "pods", True),
    "Service": ("v1", "services", True),
    "Secret": ("v1", "secrets", True),
    "ConfigMap": ("v1", "configmaps", True),
    "ServiceAccount": ("v1", "serviceaccounts", True),
    "Event": ("v1", "events", True),
    "PersistentVolumeClaim": ("v1", "persistentvolumeclaims", True),
    "Deployment": ("apps/v1", "deployments", True),
    "StatefulSet": ("apps/v1", "statefulsets", True),
    "ReplicaSet": ("apps/v1", "replicasets", True),
    "Job": ("batch/v1", "jobs", True),
    "CronJob": ("batch/v1", "cronjobs", True),
    "PodDisruptionBudget": ("policy/v1", "poddisruptionbudgets", True),
    "HorizontalPodAutoscaler": ("autoscaling/v2", "horizontalpodautoscalers", True),
    "Role": (f"{RBAC}/v1", "roles", True),
    "RoleBinding": (f"{RBAC}/v1", "rolebindings", True),
    "ClusterRole": (f"{RBAC}/v1", "clusterroles", False),
    "ClusterRoleBinding": (f"{RBAC}/v1", "clusterrolebindings", False),
    "NetworkPolicy": ("networking.k8s.io/v1", "networkpolicies", True),
    "Ingress": ("networking.k8s.io/v1", "ingresses", True),
    "CustomResourceDefinition": ("apiextensions.k8s.io/v1", "customresourcedefinitions", False),
    "Application": ("argoproj.io/v1alpha1", "applications", True),
    "AppProject": ("argoproj.io/v1alpha1", "appprojects", True),
    "ApplicationSet": ("argoproj.io/v1alpha1", "applicationsets", True),
}


class ApiError(Exception):
    """The API server's refusal: `code` is the HTTP status, the text its message."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


# What got no answer is asked again, where asking twice is the same as once: on a busy machine the API server drops a connection whose
# handshake took ten seconds, and it may close an idle one just as it is used. Nobody follows redirects.
RETRIES = urllib3.Retry(4, connect=0, redirect=0, raise_on_redirect=False, backoff_factor=0.1,
                        allowed_methods={"GET", "PATCH", "PUT", "DELETE"})
PLAIN = urllib3.PoolManager(maxsize=20, retries=RETRIES)


def request(url, token=None, method="GET", body=None, pool=PLAIN, content="application/json", timeout=60, more=None):
    """One JSON request; the parsed answer, or text where it isn't JSON. ApiError for every status of 400 and above."""
    headers = {"Accept": "application/json", **(more or {})}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None
    if body is not None:
        data = json.dumps(body).encode()
        headers["Content-Type"] = content
    try:
        answer = pool.request(method, url, body=data, headers=headers, timeout=timeout)
    except urllib3.exceptions.HTTPError as error:
        raise ConnectionError(f"{method} {url}: {error}") from None
    text = answer.data.decode(errors="replace")
    try:
        result = json.loads(text)
    except ValueError:
        result = text
    if answer.status >= 400:
        raise ApiError(answer.status, result.get("message", text) if isinstance(result, dict) else text)
    return result


def attributes_of(rule, namespace):
    """One request that the rule of a Role allows, as a SubjectAccessReview asks about it."""
    resource, _, subresource = rule["resources"][0].partition("/")
    return {"namespace": namespace or "", "verb": rule["verbs"][0], "group": rule["apiGroups"][0], "resource": resource,
            "subresource": subresource, "name": next(iter(rule.get("resourceNames", [])), "")}


def reviewed(subject, namespace):
    """Whom a SubjectAccessReview asks about, for a subject of a binding."""
    if subject["kind"] == "ServiceAccount":
        return {"user": f"system:serviceaccount:{subject.get('namespace', namespace)}:{subject['name']}"}
    return {"groups": [subject["name"]]} if subject["kind"] == "Group" else {"user": subject["name"]}


class Kubernetes:
    """The API server as one user sees it."""

    def __init__(self, server, token, ca_file, pool=None):
        self.server, self.token, self.ca_file = server, token, str(ca_file)
        self.pool = pool or urllib3.PoolManager(maxsize=20, retries=RETRIES, ca_certs=self.ca_file)
        self.headers = {}

    def as_user(self, token):
        return Kubernetes(self.server, token, self.ca_file, self.pool)

    def impersonate(self, user, group=None, pod=None):
        """The same server as it treats any user; this one must be allowed to impersonate, as a member of system:masters is. `pod`:
        with the token that is mounted in that pod, which the API server says in userInfo.extra."""
        other = self.as_user(self.token)
        other.headers = {"Impersonate-User": user, **({"Impersonate-Group": group} if group else {}),
                         **({"Impersonate-Extra-authentication.kubernetes.io%2fpod-name": pod} if pod else {})}
        return other

    def call(self, path, method="GET", body=None, **options):
        return request(self.server + path, self.token, method, body, self.pool, more=self.headers, **options)

    @staticmethod
    def path(kind, namespace=None, name=None, sub=None):
        version, plural, namespaced = KINDS[kind]
        parts = ["api" if "/" not in version else "apis", version]
        if namespaced and namespace:
            parts += ["namespaces", namespace]
        parts += [part for part in (plural, name, sub) if part]
        return "/" + "/".join(parts)

    def get(self, kind, namespace, name):
        """The object, or None where it isn't there."""
        try:
            return self.call(self.path(kind, namespace, name))
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def list(self, kind, namespace=None, selector=None):
        query = "?" + urllib.parse.urlencode({"labelSelector": selector}) if selector else ""
        return self.call(self.path(kind, namespace) + query)["items"]

    def create(self, body):
        """Makes the object; what it grants is in force afterwards."""
        metadata = body["metadata"]
        made = self.call(self.path(body["kind"], metadata.get("namespace")), "POST", body)
        if body["kind"] in ("RoleBinding", "ClusterRoleBinding"):
            self._wait_for_rights(made)
        return made

    def _wait_for_rights(self, binding):
        """The API server judges requests by a cache of its own, which knows a Role and its binding some time after they were made."""
        reviewer, namespace, role = self.as_user(self.token), binding["metadata"].get("namespace"), binding["roleRef"]
        rules = (reviewer.get(role["kind"], namespace if role["kind"] == "Role" else None, role["name"]) or {}).get("rules") or []
        attributes = next((attributes_of(rule, namespace) for rule in rules if rule.get("resources")), None)
        for subject in binding.get("subjects", []) if attributes else []:
            review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
                      "spec": {**reviewed(subject, namespace), "resourceAttributes": attributes}}
            until(f"the rights of {binding['metadata']['name']} are in force", 60,
                  lambda review=review: reviewer.call("/apis/authorization.k8s.io/v1/subjectaccessreviews", "POST",
                                                      review)["status"]["allowed"])

    def patch(self, kind, namespace, name, body, sub=None, strategic=False):
        """A merge patch (a strategic one where asked); the object afterwards."""
        content = "application/strategic-merge-patch+json" if strategic else "application/merge-patch+json"
        return self.call(self.path(kind, namespace, name, sub), "PATCH", body, content=content)

    def delete(self, kind, namespace, name, body=None):
        """Deletes it; fine where it isn't there."""
        try:
            return self.call(self.path(kind, namespace, name), "DELETE", body)
        except ApiError as error:
            if error.code != 404:
                raise
            return None

    def service_account_token(self, namespace, name, seconds=86400):
        body = {"apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": {"expirationSeconds": seconds}}
        return self.call(self.path("ServiceAccount", namespace, name, "token"), "POST", body)["status"]["token"]

    def kubeconfig(self, file):
        """Writes a kubeconfig for this user to `file`; its path."""
        config = {
            "apiVersion": "v1", "kind": "Config", "current-context": "e2e",
            "clusters": [{"name": "e2e", "cluster": {"server": self.server, "certificate-authority": self.ca_file}}],
            "users": [{"name": "e2e", "user": {"token": self.token}}],
            "contexts": [{"name": "e2e", "context": {"cluster": "e2e", "user": "e2e"}}]}
        path = pathlib.Path(file)
        path.write_text(yaml.safe_dump(config))
        path.chmod(0o600)
        return path
