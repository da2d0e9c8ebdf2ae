"""`drift-policy controller` beside the real Argo CD, from a person's act to the end: what goes by itself is put back by a sync through
its gate, what people are asked about starts the sync that asks, what stops everything starts nothing. As the accounts of
deploy/remediation, with their rights and under its admission policy. By order and state."""
import json
import signal
import subprocess
import uuid

import pytest
from gates import CREATE, Gate, let_answer
from manifests import secret, service
from test_controller import PROGRAM, STALE, asks, replicas  # noqa: F401 - a fixture
from testbed.argocd import NAMESPACE
from testbed.kubernetes import ApiError
from testbed.process import Process, until

PLATFORM = "drift-policy"
ACCOUNT = "drift-policy-controller"


@pytest.fixture(scope="module")
def installed(bed, deployed):
    """deploy/remediation, as kubectl applies it."""
    return deployed("remediation")
