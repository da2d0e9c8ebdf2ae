#!/usr/bin/env python3
"""bench.py [BUILD] [--rounds N]: how fast `drift-policy render` is beside what people use instead.

Whole processes are measured, from start to end, output thrown away, taking turns (A B C A B C ...) so that a noisy
moment hits all alike; the figures are medians. Targets stand beside the figures. A missed target is printed and no
failure: the machine decides about time. A command that does not work is one.
"""
import argparse
import contextlib
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

PROJECT = pathlib.Path(__file__).resolve().parent.parent
CORPUS = PROJECT.parent / "shared" / "corpus"
INSTALL = CORPUS / "argo-cd" / "ha-install.yaml"
MB = 1e6


class Broken(Exception):
    """A command failed, so there is nothing to measure."""


class Command:
    """An argument list with, if need be, a file as standard input."""

    def __init__(self, *arguments, stdin=os.devnull):
        self.arguments = [str(argument) for argument in arguments]
        self.stdin = str(stdin)


class Samples:
    """Seconds of each run of one command, and its peak in bytes."""

    def __init__(self):
        self.seconds = []
        self.peak = 0

    @property
    def median(self):
        return statistics.median(self.seconds)


def run(command, environment, errors):
    """Runs it once; the seconds that it took."""
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, command.stdin, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, errors, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
    ]
    start = time.perf_counter()
    child = os.posix_spawnp(command.arguments[0], command.arguments, environment, file_actions=actions)
    _, status = os.waitpid(child, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        said = pathlib.Path(errors).read_text(errors="replace").strip().splitlines()
        raise Broken(f"{' '.join(command.arguments)}: exit {os.waitstatus_to_exitcode(status)}: {' / '.join(said[-3:])}")
    return seconds


def peak_memory(command, environment):
    """Of one more run, in bytes."""
    with open(command.stdin, "rb") as stdin:
        printed = subprocess.run([sys.executable, "-S", PROJECT / "bench" / "peak.py", *command.arguments], stdin=stdin,
                                 env=environment, stdout=subprocess.PIPE, check=True).stdout
    return int(printed) * 1024


def measure(commands, bench, rounds):
    """commands: name -> Command; each runs once unmeasured, then `rounds` times in turn, and once for its memory."""
    samples = {name: Samples() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            seconds = run(command, bench.environment, bench.errors)
            if number > 0:
                samples[name].seconds.append(seconds)
    for name, command in commands.items():
        samples[name].peak = peak_memory(command, bench.environment)
    return samples


def table(title, header, rows):
    """Prints rows of cells with aligned columns; the first column to the left, the others to the right."""
    lines = [header, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    print(f"\n{title}\n")
    for number, line in enumerate(lines):
        cells = [line[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(line[1:], widths[1:])]
        print("  ".join(cells).rstrip())
        if number == 0:
            print("  ".join("-" * width for width in widths))
    sys.stdout.flush()


def milliseconds(seconds):
    return f"{seconds * 1e3:,.1f} ms"


def verdict(met):
    return "met" if met else "MISSED"


class Bench:
    """The programs under test and a folder for what is made for them."""

    def __init__(self, build, rounds, scratch):
        self.drift = build / "drift-policy"
        self.floor = build / "bench" / "drift-floor"
        self.rounds = rounds
        self.scratch = scratch
        self.errors = str(scratch / "stderr")
        # Nobody's configuration, and the same for all.
        self.environment = {"PATH": os.environ["PATH"], "HOME": str(scratch), "KUBECONFIG": os.devnull,
                            "LC_ALL": "C.UTF-8"}

    def render(self, *arguments, stdin=os.devnull):
        return Command(self.drift, "render", *arguments, stdin=stdin)


def against_others(bench):
    """The baseline policy, hooks on, against Kustomize, kubectl annotate, and the floor."""
    overlay = bench.scratch / "overlay"
    overlay.mkdir()
    shutil.copy(INSTALL, overlay / "install.yaml")
    (overlay / "kustomization.yaml").write_text(
        "resources: [install.yaml]\ncommonAnnotations: {drift-policy.dev/severity: low}\n")
    ours = "drift-policy render"
    kustomize = "kubectl kustomize, commonAnnotations"
    annotate = "kubectl annotate --local"
    floor = "floor (read and parse with libyaml)"
    samples = measure({
        ours: bench.render(INSTALL),
        kustomize: Command("kubectl", "kustomize", overlay),
        annotate: Command("kubectl", "annotate", "--local", "--overwrite", "-o", "yaml", "-f", INSTALL,
                          "drift-policy.dev/severity=low"),
        floor: Command(bench.floor, INSTALL),
    }, bench, bench.rounds)
    base = samples[ours].median

    def row(name, ratio="", target="", met=""):
        return [name, milliseconds(samples[name].median), f"{samples[name].peak / MB:,.0f} MB", ratio, target, met]

    def faster(name, least, aim):
        ratio = samples[name].median / base
        return row(name, f"{ratio:.1f} x ours", f">= {least}, aim {aim}", verdict(ratio >= least))

    over_floor = base / samples[floor].median
    table(f"Argo CD's ha-install.yaml ({INSTALL.stat().st_size / MB:.1f} MB), baseline policy, hooks on",
          ["", "median", "peak", "ratio", "target", ""],
          [row(ours), faster(kustomize, 40, 60), faster(annotate, 20, 30),
           row(floor, f"ours {over_floor:.2f} x it", "<= 1.6", verdict(over_floor <= 1.6))])


def growth(bench):
    """2, 8 and 32 MB of the same objects under new names, from standard input, hooks off."""
    text = INSTALL.read_text()
    rows = []
    commands = {}
    sizes = {}
    for copies in (1, 4, 16):
        path = bench.scratch / f"{copies}.yaml"
        with path.open("w") as out:
            for number in range(copies):
                out.write(re.sub(r"(?m)^  name: (\S+)$", rf"  name: \g<1>-{number}", text))
                out.write("\n---\n")
        commands[copies] = bench.render("--no-hooks", "-", stdin=path)
        sizes[copies] = path.stat().st_size
    samples = measure(commands, bench, bench.rounds)
    speed = {copies: sizes[copies] / MB / samples[copies].median for copies in commands}
    for copies, size in sizes.items():
        change = speed[copies] / speed[1] - 1
        limit = 3 * size + 32 * 2**20
        peak = samples[copies].peak
        rows.append([f"{size / MB:.1f} MB", milliseconds(samples[copies].median), f"{speed[copies]:.0f} MB/s",
                     f"{change:+.0%}", "within 20 %", verdict(abs(change) <= 0.2), f"{peak / MB:.0f} MB",
                     f"<= {limit / MB:.0f} MB", verdict(peak <= limit)])
    table("Growth, hooks off", ["input", "median", "speed", "change", "target", "", "peak", "target", ""], rows)


def many_files(bench):
    folder = bench.scratch / "files"
    folder.mkdir()
    for number in range(10_000):
        (folder / f"{number:05}.yaml").write_text(
            f"apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings-{number}\n  namespace: bench\n"
            f"data:\n  number: \"{number}\"\n")
    samples = measure({"": bench.render("--no-hooks", folder)}, bench, bench.rounds)[""]
    table("10,000 small files in a directory, hooks off", ["", "median", "a file", "peak"],
          [["drift-policy render", milliseconds(samples.median), f"{samples.median * 1e6 / 10_000:.0f} us",
            f"{samples.peak / MB:.0f} MB"]])


def many_rules(bench):
    policy = bench.scratch / "rules.yaml"
    with policy.open("w") as out:
        out.write("apiVersion: drift-policy.dev/v1alpha1\nkind: DriftPolicy\nmetadata: {name: bench}\nspec:\n  rules:\n")
        for number in range(1_000):
            kind = ("apps/*/Deployment", "Service", "ConfigMap", "*/*/Role*", "apiextensions.k8s.io/*/*")[number % 5]
            out.write(f"  - name: rule-{number}\n"
                      f"    match: {{any: [{{resources: {{kinds: ['{kind}'], names: ['*-{number}-*']}}}}]}}\n"
                      f"    severity: {('low', 'medium', 'high')[number % 3]}\n")
    commands = {"no policy": bench.render("--no-hooks", "--policy", "none", INSTALL),
                "baseline": bench.render("--no-hooks", INSTALL),
                "1,000 rules": bench.render("--no-hooks", "--policy", policy, INSTALL)}
    samples = measure(commands, bench, bench.rounds)
    table("A policy of 1,000 rules on ha-install.yaml, hooks off", ["policy", "median", "ratio", "peak"],
          [[name, milliseconds(sample.median), f"{sample.median / samples['no policy'].median:.2f} x none",
            f"{sample.peak / MB:.0f} MB"] for name, sample in samples.items()])


def start(bench):
    guestbook = CORPUS / "argocd-example-apps" / "guestbook"
    if not guestbook.is_dir():
        guestbook = PROJECT / "sample-apps" / "low"
    samples = measure({"ours": bench.render(guestbook), "helm": Command("helm", "version")}, bench, 3 * bench.rounds)
    ratio = samples["ours"].median / samples["helm"].median
    table("Start", ["", "median", "ratio", "target", ""],
          [[f"drift-policy render {guestbook.name}", milliseconds(samples["ours"].median), f"{ratio:.3f} x helm",
            "<= 0.1", verdict(ratio <= 0.1)],
           ["helm version", milliseconds(samples["helm"].median), "", "", ""]])


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("build", nargs="?", type=pathlib.Path, default=PROJECT / "build", help="the built preset")
    options.add_argument("--rounds", type=int, default=11, help="runs of each command, 11 by default")
    given = options.parse_args()

    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} at the start, {given.rounds} rounds")
    broken = False
    parts = {against_others: INSTALL, growth: INSTALL, many_files: None, many_rules: INSTALL, start: None}
    with tempfile.TemporaryDirectory(prefix="drift-bench-") as scratch:
        for number, (part, needs) in enumerate(parts.items()):
            if needs and not needs.exists():
                print(f"\n*** SKIPPED {part.__name__}: {needs} is not there ***")
                continue
            folder = pathlib.Path(scratch) / str(number)
            folder.mkdir()
            try:
                part(Bench(given.build.resolve(), given.rounds, folder))
            except (Broken, OSError, subprocess.SubprocessError) as error:
                print(f"\n*** FAILED {part.__name__}: {error} ***")
                broken = True
            with contextlib.suppress(OSError):
                shutil.rmtree(folder)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
