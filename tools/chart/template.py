"""Writing templates: an object of deploy/, and in the place of what values say the expression that has it."""
import json
import re
import sys

import yaml
from chart.deploy import ARGOCD, HOOK_ACCOUNT, HOOKS, IMAGE, identity

HOOKS_IN_TEXT = re.compile(r"(?<=serviceaccount:)drift-policy(?=:)|(?<=namespace\(')drift-policy(?='\))|"
                           r"(?<=request\.namespace == ')drift-policy(?=')|(?<=--incidents-namespace=)drift-policy$|"
                           r"(?<=drift-policy-read-cluster-)drift-policy$")
SUSPICIOUS = re.compile(r"(namespace\W{1,8}|serviceaccount:)drift-policy(?![-\w./ ])", re.IGNORECASE)
KEPT = "drift-policy-params"  # a policy and its binding, which stay when the release goes: deploy/admission/params.yaml
HEADER = "{{/* Written by tools/generate-chart from deploy/: change it there. */ -}}\n"


def quoted(words):
    return " ".join(map(json.dumps, words))


class Dumper(yaml.CSafeDumper):
    """Text of several lines as such, and everything in the order that it has."""


Dumper.add_representer(str, lambda dumper, text: dumper.represent_scalar(
    "tag:yaml.org,2002:str", text, style="|" if "\n" in text else None))


def dumped(data):
    return yaml.dump(data, Dumper=Dumper, sort_keys=False, width=10**6, allow_unicode=True)


class Template:
    """One object with values in it: `slot` gives a word that stands for an expression until `text` writes both."""

    def __init__(self):
        self.expressions = []

    def slot(self, expression):
        self.expressions.append(expression)
        return f"zz{len(self.expressions) - 1}zz"

    def lines(self, expression):
        """A key of a mapping in whose place come the lines of an expression, where it has any."""
        return "line" + self.slot(expression)

    def text(self, data):
        text = dumped(data).replace("{{", '{{ "{{" }}')
        for word, expression in ((ARGOCD, "$.Release.Namespace"), ("zz-hooks-zz", "$.Values.namespace"),
                                 (IMAGE, 'include "drift-policy.image" $')):
            text = re.sub(rf"(?<=[:-] ){re.escape(word)}$", f"{{{{ {expression} | quote }}}}", text, flags=re.MULTILINE)
            text = text.replace(word, f"{{{{ {expression} }}}}")
        text = re.sub(r"^( *)linezz(\d+)zz: null$", lambda m: (
            f"{m[1]}{{{{- with {self.expressions[int(m[2])]} }}}}{{{{ . | nindent {len(m[1])} }}}}{{{{ end }}}}"), text, flags=re.MULTILINE)
        return re.sub(r"zz(\d+)zz", lambda m: self.expressions[int(m[1])], text)


def with_hooks_namespace(data, key=None):
    """The same, and where it names the namespace of the hooks a word for it."""
    if isinstance(data, dict):
        return {k: with_hooks_namespace(v, k) for k, v in data.items()}
    if isinstance(data, list):
        return [with_hooks_namespace(v) for v in data]
    if not isinstance(data, str):
        return data
    if data == HOOKS and key in ("namespace", "kubernetes.io/metadata.name"):
        return "zz-hooks-zz"
    text = HOOKS_IN_TEXT.sub("zz-hooks-zz", data)
    if SUSPICIOUS.search(text):
        sys.exit(f"generate-chart: this may name the namespace of the hooks in a way that isn't known here: {text}")
    return text


def subjects(listed):
    """The expression for a binding's subjects: the accounts of some hooks, of each severity."""
    matches = [HOOK_ACCOUNT.fullmatch(one["name"]) for one in listed]
    hooks, severities = (list(dict.fromkeys(match[part] for match in matches)) for part in (1, 2))
    expected = [{"kind": "ServiceAccount", "name": f"drift-policy-{hook}-{severity}", "namespace": "zz-hooks-zz"}
                for hook in hooks for severity in severities]
    assert listed == expected, listed
    return f'{{{{ include "drift-policy.subjects" (list $ {quoted(hooks)}) }}}}'


def set_ports(template, policy):
    for rule in policy["spec"].get("egress", []):
        if [port["port"] for port in rule["ports"]] == [443, 6443]:
            rule["ports"] = template.slot('{{ include "drift-policy.apiServerPorts" $ }}')


def set_accounts(template, data):
    for key in ("controllers", "servers"):
        names = json.dumps(data[key]).replace(ARGOCD, "{{ $.Release.Namespace }}")
        given = '{{ printf "%s\\n" (join "\\n" .) | toJson }}'
        data[key] = template.slot(f"{{{{ with $.Values.accounts.{key} }}}}{given}{{{{ else }}}}{names}{{{{ end }}}}")
    data["otherImages"] = template.slot('{{ include "drift-policy.otherImages" $ }}')
    data["retention"] = template.slot('{{ include "drift-policy.retention" $ }}')


def set_deployment(template, spec):
    pod = spec["template"]["spec"]
    container = pod["containers"][0]
    resources = json.dumps(container["resources"])
    container["resources"] = template.slot(f"{{{{ with $.Values.controller.resources }}}}{{{{ toJson . }}}}{{{{ else }}}}{resources}{{{{ end }}}}")
    if spec["replicas"] > 1:
        spec["replicas"] = template.slot(f"{{{{ $.Values.controller.replicas | default {spec['replicas']} }}}}")
    pod[template.lines('include "drift-policy.pod" $')] = None


def document(thing):
    """The template of an object of ours."""
    template, (kind, _, name) = Template(), identity(thing)
    if name == "drift-policy" and kind == "ConfigMap":
        thing = {**thing, "data": {"policy.yaml": template.slot('{{ include "drift-policy.policyText" $ | toJson }}')}}
    thing = with_hooks_namespace(thing)
    if kind == "Namespace":
        thing["metadata"]["name"] = "zz-hooks-zz"
    if kind == "Namespace" or name == KEPT:
        thing["metadata"]["annotations"] = {"helm.sh/resource-policy": "keep"}
    thing["metadata"].setdefault("labels", {})[template.lines('include "drift-policy.labels" $')] = None
    if len(thing.get("subjects", [])) > 1:
        thing["subjects"] = template.slot(subjects(thing["subjects"]))
    if kind == "NetworkPolicy":
        set_ports(template, thing)
    if name == "drift-policy-accounts" and kind == "ConfigMap":
        set_accounts(template, thing["data"])
    if kind == "Deployment":
        set_deployment(template, thing["spec"])
    return "---\n" + template.text(thing)


def hook_accounts(things):
    """One template for the accounts of all hooks and severities."""
    matches = [HOOK_ACCOUNT.fullmatch(thing["metadata"]["name"]) for thing in things]
    hooks = [hook for hook in ("gate", "audit", "alert") if hook in {match[1] for match in matches}]
    severities = {match[2] for match in matches}
    one, *others = ({**thing, "metadata": {**thing["metadata"], "name": "zz-name-zz"}} for thing in things)
    assert all(other == one for other in others) and len(things) == len(hooks) * len(severities) and len(hooks) == 3, things
    text = document(one).replace("zz-name-zz", '{{ printf "drift-policy-%s-%s" $hook $severity | quote }}')
    return (f'{{{{- range $hook := list {quoted(hooks)} }}}}\n'
            '{{- range $severity := include "drift-policy.severities" $ | fromJsonArray }}\n' + text + "{{- end }}\n{{- end }}\n")


def file_of(things, condition=None):
    accounts = [thing for thing in things if thing["kind"] == "ServiceAccount" and HOOK_ACCOUNT.fullmatch(thing["metadata"]["name"])]
    text = "".join(document(thing) for thing in things if thing not in accounts)
    text += hook_accounts(accounts) if accounts else ""
    return HEADER + (f"{{{{- if {condition} }}}}\n{text}{{{{- end }}}}\n" if condition else text)


def variants(things):
    """One object that further parts change, the one with most of them first."""
    text = ""
    for condition, thing in things:
        text += f"{{{{- {'else if' if text else 'if'} {condition} }}}}\n" + document(thing)
    return text + "{{- end }}\n"
