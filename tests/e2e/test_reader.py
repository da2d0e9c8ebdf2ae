"""Mutated documents through Argo CD's own reader (tools/current/reader) and ours: the same objects, before and after the policy."""
import concurrent.futures
import json
import os
import pathlib
import random
import re
import subprocess
import typing

import pytest
from comparison import HOOK, MANAGED_BY, OURS
from testbed.programs import ROOT, Programs

NUMBER = int(os.environ.get("DRIFT_E2E_MUTATIONS", "1500"))
SEEDS = [ROOT / "tests" / "fuzz" / "corpus" / "edits", ROOT / "tests" / "fuzz" / "corpus" / "reader",
         ROOT.parent / "shared" / "conformance" / "yaml"]
# What Argo CD reads and we refuse, on purpose: our message says so. docs/manifests.md lists the reasons.
STRICTER = re.compile("|".join([
    "expected a blank between them", "byte order mark", "control character", "expected a string, so put quotes", "more than once by way of an alias",
    "which Argo CD would drop", "expected plainer YAML", "CR CR LF", "without a kind", "number that is too large", "found unexpected ':'", "ing a tag",
    "invalid Unicode character escape", "unknown escape character", "expected ',' or '}'", "a key without a value", "expected a mapping", "expected apiVersion, kind and metadata",
    "takes whatever has items for a list", "expected each object in the outer list",
]))
# `1` and "1" as keys of one mapping: which of them Go takes is random.
UNDECIDED = "duplicate-across-types"
POLICY_KEYS = ("argocd.argoproj.io/sync-wave", "argocd.argoproj.io/sync-options")


def words():
    """The tokens of the fuzzer's dictionary."""
    text = (ROOT / "tests" / "fuzz" / "yaml.dict").read_text()
    found = re.findall(r'^"(.*)"$', text, re.MULTILINE)
    return [word.encode().decode("unicode_escape").encode("latin-1") for word in found]


def mutations(number):
    """`number` documents, always the same."""
    source = random.Random(20261124)
    seeds = [file.read_bytes() for folder in SEEDS if folder.exists() for file in sorted(folder.iterdir())
             if file.suffix in (".yaml", ".json") and file.stat().st_size < 4096 and not re.search(UNDECIDED, file.name)]
    tokens = words()
    for _ in range(number):
        text = bytearray(source.choice(seeds))
        for _ in range(source.randint(1, 4)):
            at = source.randint(0, len(text))
            kind = source.randrange(5)
            if kind == 0:
                text[at:at] = source.choice(tokens)
            elif kind == 1:
                del text[at:at + source.randint(1, 8)]
            elif kind == 2:
                start = source.randint(0, len(text))
                text[at:at] = text[start:start + source.randint(1, 40)]
            elif kind == 3 and text:
                text[min(at, len(text) - 1)] = source.randrange(256) if source.random() < 0.2 else source.choice(b" \n\r\t:-#,{}[]&*!|>'\"%?~<0a")
            else:
                other = source.choice(seeds)
                text[at:] = other[source.randint(0, len(other)):]
        yield bytes(text)


def ours(program, file, *options, **environment):
    env = {"PATH": os.environ["PATH"], **environment}
    return subprocess.run([program, "render", *options, str(file)], env=env, capture_output=True, check=False)


def bare(thing):
    """An object without what the policy may have added."""
    thing = json.loads(json.dumps(thing))
    metadata = thing.get("metadata")
    if isinstance(metadata, dict):
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict):
            for key in [key for key in annotations if key.startswith(OURS) or key in POLICY_KEYS]:
                del annotations[key]
        if not annotations:
            metadata.pop("annotations", None)
        if not metadata.get("labels"):
            metadata.pop("labels", None)
    if not metadata:
        thing.pop("metadata", None)
    return thing


def injected(thing):
    metadata = thing.get("metadata") or {}
    return (metadata.get("labels") or {}).get(MANAGED_BY) == "drift-policy" and HOOK in (metadata.get("annotations") or {})


class Read(typing.NamedTuple):
    """A mutated document."""
    file: pathlib.Path
    argocd: dict  # what Argo CD reads in it
    kubectl: dict  # what kubectl reads in it
    plain: subprocess.CompletedProcess  # what we read in it, a line each
    output: subprocess.CompletedProcess  # our rendering of it
    after: dict  # what Argo CD reads in that

    def native(self):
        """Argo CD reads JSON as YAML, a second time; what it can't read so, kubectl may."""
        return self.kubectl if "error" in self.argocd else self.argocd

    def readings(self):
        """The objects that each of the two reads; in JSON, Argo CD takes NEL for a line break and kubectl does not."""
        return [[bare(one) for one in reading["objects"]] for reading in (self.argocd, self.kubectl) if "error" not in reading]


@pytest.fixture(scope="module")
def programs():
    return Programs()


@pytest.fixture(scope="module")
def documents(programs, tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    files = []
    for number, text in enumerate(mutations(NUMBER)):
        files.append(folder / f"{number}.yaml")
        files[-1].write_bytes(text)
    reader = pathlib.Path(programs.argocd).parent / "reader"

    def read(how, paths):
        listed = "".join(f"{path}\n" for path in paths)
        lines = subprocess.run([reader, how], input=listed, capture_output=True, text=True, check=True).stdout.split("\n")[:-1]
        assert len(lines) == len(paths)
        return [json.loads(line) for line in lines]

    def render(file):
        plain = ours(programs.drift_policy, file, "--policy", "none", "-o", "jsonl")
        output = ours(programs.drift_policy, file, DRIFT_POLICY_PATH=str(ROOT / "policies" / "baseline.yaml"),
                      DRIFT_POLICY_IMAGE="image", ARGOCD_APP_NAME="app", ARGOCD_APP_NAMESPACE="there")
        file.with_suffix(".out").write_bytes(output.stdout)
        return plain, output
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        rendered = list(pool.map(render, files))
    return [Read(*row) for row in zip(files, read("argocd", files), read("kubectl", files), *zip(*rendered),
                                      read("argocd", [file.with_suffix(".out") for file in files]))]


def show(row):
    return f"{row.file.name}: {row.file.read_bytes()!r}"


def more_lenient_in_harmless_ways(row):
    """JSON and then YAML or a comment: the result is the obvious one (shared/conformance/README.md)."""
    return "unmarshal manifest: json: offset" in row.native()["error"]


def test_what_we_read_is_what_argo_cd_reads(documents):
    wrong, read = [], 0
    for row in documents:
        if row.plain.returncode != 0:
            continue
        mine = [json.loads(line) for line in row.plain.stdout.decode().split("\n")[:-1]]
        native = row.native()
        if "error" in native:
            if not more_lenient_in_harmless_ways(row):
                wrong.append(f"{show(row)}: Argo CD says {native['error']}, we read {mine}")
        elif [bare(one) for one in mine] not in row.readings():
            wrong.append(f"{show(row)}: Argo CD reads {native['objects']}, we {mine}")
        else:
            read += bool(mine)
    assert not wrong, "\n".join(wrong)
    assert read > NUMBER / 20, "too few documents are valid for this to say anything"


def test_what_we_refuse_and_argo_cd_reads_is_refused_on_purpose(documents):
    wrong = []
    for row in documents:
        if row.plain.returncode == 0 or "error" in row.native() or not row.native()["objects"]:
            continue
        message = row.plain.stderr.decode()
        if not STRICTER.search(message):
            wrong.append(f"{show(row)}: {message}")
    assert not wrong, "\n".join(wrong)


def test_argo_cd_reads_the_same_objects_in_our_output(documents):
    wrong = []
    for row in documents:
        if row.output.returncode != 0 or "error" in row.argocd:
            continue
        if "error" in row.after:
            wrong.append(f"{show(row)}: Argo CD can't read our output: {row.after['error']}")
            continue
        objects = [thing for thing in row.after["objects"] if not injected(thing)]
        if [bare(one) for one in objects] not in row.readings():
            wrong.append(f"{show(row)}: before {row.argocd['objects']}, after {objects}")
    assert not wrong, "\n".join(wrong)
