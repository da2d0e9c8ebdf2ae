"""`drift-policy controller` beside the real Argo CD, killed again and again while applications drift: before and after each kind of write,
and at any moment. No drift is lost, none has two incidents, and no sync is started twice or without an incident.
DRIFT_KILLS: how often (12). DRIFT_SEED: to have the same points again."""
import itertools
import os
import random
import uuid

import pytest
from controllers import ACCOUNT, STALE, stored_incidents
from gates import CREATE, Gate, records
from manifests import config_map
from mortal import ANY, Door, Mortal
from testbed.application import sync_all
from testbed.argocd import NAMESPACE
from testbed.process import until

KILLS = int(os.environ.get("DRIFT_KILLS", "12"))
SEED = int(os.environ.get("DRIFT_SEED", str(random.SystemRandom().randrange(10**6))))
# Of one round of drift, and the most rounds: an object drifts once, since what drifts again soon is the same incident.
KILLS_OF_ROUND = min(20, -(-KILLS // 2))
ROUNDS = max(2, KILLS // 5)
DRIFTS = ("low", "high", "asked") + (("low", "high") if KILLS >= 50 else ())  # the severity of what drifts in each application

POLICY = """apiVersion: drift-policy.dev/v1alpha1
kind: DriftPolicy
metadata: {name: killed}
spec:
  severities:
  - {name: low, remediation: {action: autoSync}}
  - {name: asked, remediation: {action: approve}, approval: {required: 1, groups: [platform], timeout: 1h}}
  - {name: high, remediation: {action: restore}}
  rules:
  - {name: all, match: {any: [{resources: {kinds: ['*']}}]}, severity: low}
  - {name: asked, match: {any: [{resources: {kinds: [/v1/ConfigMap], names: ['asked-*']}}]}, severity: asked}
  - {name: high, match: {any: [{resources: {kinds: [/v1/ConfigMap], names: ['high-*']}}]}, severity: high}
  hooks: {when: {severityAtLeast: low}}
"""


class Drifting:
    """An application, of whose objects one drifts in each round."""

    def __init__(self, app, severity):
        self.app, self.severity, self.api, self.namespace = app, severity, app.api, app.namespace
        self.gate = Gate(app.bed.cluster, app.namespace)
        self.asked = None  # the drift that was approved last

    def drift(self, number):
        if self.severity == "high":
            self.api.delete("ConfigMap", self.namespace, f"high-{number}")
        else:
            self.api.patch("ConfigMap", self.namespace, f"{self.severity}-{number}", {"data": {"value": "by hand"}})

    def answer(self):
        """Approves, once for each drift, what the gate asks about."""
        notes = self.gate.notes() if self.severity == "asked" else {}
        if notes.get("state") == "waiting" and notes["drift"] != self.asked:
            self.gate.answer("approve", "alice", drift=notes["drift"])
            self.asked = notes["drift"]

    def incidents(self, number):
        wanted = f"ConfigMap {self.namespace}/{self.severity}-{number}"
        return [one for one in stored_incidents(self.api) if one["application"] == self.app.name and [o["object"] for o in one["objects"]] == [wanted]]

    def is_over(self, number):
        return any(one["state"] == "resolved" for one in self.incidents(number))

    def put_back(self, number):
        """Asserts that what drifted in this round, and no more, was put back once; the attempt."""
        one, = self.incidents(number)
        assert (one["state"], one["reason"], one["attempts"]) == ("resolved", "in sync after sync 1", 1), one
        status = self.app.status()
        attempt = one["id"] + "/1"
        assert {"name": "drift-policy.dev/incident", "value": attempt} in status["operationState"]["operation"]["info"]
        assert (status["sync"]["status"], status["operationState"]["phase"]) == ("Synced", "Succeeded")
        last = status["history"][-1]
        assert (last["id"], last["initiatedBy"].get("username")) == (number + 1, ACCOUNT), status["history"]
        assert self.api.get("ConfigMap", self.namespace, f"{self.severity}-{number}")["data"]["value"] == "1"
        return attempt


@pytest.fixture
def mortal(bed, account, asks, tmp_path):
    door = Door(account, bed.cluster.ca_file, bed.cluster.folder / "server.key")
    label = uuid.uuid4().hex[:6]
    controller = Mortal(door, tmp_path, ["-n", NAMESPACE, "-l", f"e2e={label}", *STALE, "--settle", "0s", "--storm-percent", "100",
                                         *asks("drift-policy")])
    controller.label = label
    yield controller
    controller.kill("at the end")
    door.close()


@pytest.fixture
def drifting(bed, mortal, application, tmp_path):
    """An application for each of DRIFTS and one that never drifts, all in sync."""
    policy = tmp_path / "policy.yaml"
    policy.write_text(POLICY)
    bed.argocd.cmp_server("drift-policy-killed", DRIFT_POLICY_PATH=str(policy))
    made = []
    for place, severity in enumerate((*DRIFTS, "low")):
        repository = bed.repository()
        for number in range(ROUNDS):
            repository.write(f"app/{number}.yaml", config_map(f"{severity}-{number}"))
        repository.commit()
        app = application(repository, "app", namespace=f"killed-{mortal.label}-{place}", plugin="drift-policy-killed", sync_policy=CREATE,
                          labels={"drift-policy.dev/gated": "true", "e2e": mortal.label})
        made.append(Drifting(app, severity))
    sync_all([one.app for one in made], 300)
    for one in made:
        one.app.wait_synced()
    yield made
    bed.argocd.stop_cmp_server("drift-policy-killed")


def audited(bed, one):
    """How the application's syncs ended, by its records."""
    return [entry["record"]["outcome"] for entry in records(bed.cluster, one.namespace)]


def test_killed_at_random_points_nothing_is_lost_doubled_or_synced_without_an_incident(bed, mortal, drifting):
    print(f"DRIFT_SEED={SEED}")
    chance = random.Random(SEED)
    *drifters, quiet = drifting
    attempts, number = [], 0

    def look():
        for one in drifters:
            one.answer()

    def all_over():
        look()
        assert mortal.lives()
        return all(one.is_over(number) for one in drifters)

    for number in range(ROUNDS):
        for one in chance.sample(drifters, len(drifters)):
            one.drift(number)
        before = mortal.kills()
        # What a round begins with, then whatever it writes next, and any moment.
        aims = itertools.chain(("a new incident", "a sync"), itertools.cycle((ANY, None, ANY)))
        while mortal.kills() < min(KILLS, before + KILLS_OF_ROUND):
            what = next(aims)
            mortal.life(chance.uniform(0, 2) if what is None else 8, look, chance.choice(("before", "after")), what)
        mortal.start()
        try:
            until(f"all of round {number} is over", 240, all_over)
        except (AssertionError, TimeoutError):
            print(mortal.process.tail(), *(one.incidents(number) for one in drifters), sep="\n")
            raise
        attempts += [one.put_back(number) for one in drifters]
        mortal.kill("when all was over")
        if number and mortal.kills() >= KILLS:
            break

    print(f"{len(attempts)} incidents, {mortal.kills()} kills: {dict(mortal.killed)}")
    ours = [one for one in stored_incidents(bed.cluster.admin) if one["application"] in {one.app.name for one in drifting}]
    assert sorted(one["id"] + "/1" for one in ours) == sorted(attempts)
    assert sorted(mortal.door.syncs) == sorted(attempts)
    for one in drifters:
        assert audited(bed, one) == ["synced"] * (number + 2)
    assert [entry["id"] for entry in quiet.app.status()["history"]] == [0] and audited(bed, quiet) == ["synced"]
