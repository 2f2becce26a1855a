"""`pii-leak-benchmark` 0.6.0 (PyPI) against the whole proxy on sockets: what reaches the provider, what comes back.

Its `ci` command plants values in requests and asks for them back (profile "pii-secrets-v1", after a negative control).
Its second profile, `pii-leak-benchmark-v2`, plants values in answers too: cut over events, plain and percent-encoded, in
texts and in unknown fields. Both report clean with `policy.yaml` beside this file. What they expect and our defaults do not do:

| it expects                          | by default                         | here                                    |
|-------------------------------------|------------------------------------|-----------------------------------------|
| addresses at example.com are hidden | nobody's (RFC 2606): no finding    | `policy.yaml`; without it, this and     |
|                                     |                                    | nothing else "leaks", tested as well    |
| keys of AWS, GitHub, Slack, too     | keys are not looked for yet        | `policy.yaml`                           |
| `ci`: the answer equals the echo    | a notice stands before a person's  | its key is a caller's                   |
|                                     | first answer                       | with `channel: api`                     |

Its servers look every half second whether they should stop; `QUICKLY` makes that 20 ms, and changes nothing that is measured.
`OUTSIDE_LONG=1`: every cut in two of every value, instead of one in its middle.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from guardrails import app, assembly
from guardrails.settings import Caller, Settings
from tests.outside.environments import environment, python
from tests.servers import serving

POLICY = Path(__file__).parent / "policy.yaml"
KEY = "conformance-key"  # what the tool sends where it is given none
PROGRAM = Caller(hashlib.sha256(KEY.encode()).hexdigest(), channel="api")
QUICKLY = """
import socketserver, sys
socketserver.BaseServer.serve_forever.__defaults__ = (0.02,)
from pii_leak_benchmark.{module} import main
sys.exit(main())
"""
V1_CHECKS = {
    *("configured_upstream_boundary", "response_fidelity", "sse_validity", "fragmentation_safety", "client_observed_latency")
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def guarded(data: Path, port: int, **settings) -> Iterator[str]:
    """The guard before whatever will listen at `port`."""
    made = Settings(upstream=f"http://127.0.0.1:{port}", data=data, **settings)
    with serving(app.build(made, assembly.assemble)) as url:
        yield url


def run(module: str, *words: str) -> str:
    """What a command of the tool printed. It fetches nothing and tells nobody."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONFORMANCE_", "V2_", "GITHUB_", "BENCHMARK_"))}
    command = [str(python(environment("pii-leak-benchmark"))), "-c", QUICKLY.format(module=module), *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=100, check=False, env=kept).stdout


def operator_check(out: Path, url: str, port: int, profile: str = "pii-secrets-v1") -> dict:
    said = run("cli", "ci", f"--target-base-url={url}/v1", f"--capture-port={port}", f"--profile={profile}", f"--out={out}")
    assert "PII Leak Benchmark" in said
    return json.loads((out / "current.json").read_text())


def test_requests_and_what_comes_back(tmp_path):
    """Verdict CLEAN: every kind contained, every check passed."""
    port = free_port()
    with guarded(tmp_path / "data", port, policy=(POLICY,), callers=(PROGRAM,)) as url:
        told = operator_check(tmp_path / "out", url, port)
    assert told["verdict"] == "CLEAN", told["reason"]
    kinds = {"EMAIL", "SSN", "CREDIT_CARD", "AWS_ACCESS_KEY_ID", "GITHUB_TOKEN", "SLACK_TOKEN"}
    assert told["entities"] == dict.fromkeys(sorted(kinds), "contained")
    assert told["required_checks"] == dict.fromkeys(V1_CHECKS, True)


def test_the_default_policy_alone(tmp_path):
    """Nothing but addresses that are nobody's passes."""
    port = free_port()
    with guarded(tmp_path / "data", port, callers=(PROGRAM,)) as url:
        told = operator_check(tmp_path / "out", url, port, "pii-v1")
    assert told["entities"] == {"CREDIT_CARD": "contained", "EMAIL": "leak", "SSN": "contained"}
    assert told["required_checks"] == {**dict.fromkeys(V1_CHECKS, True), "configured_upstream_boundary": False}


def test_values_in_answers_cut_over_events(tmp_path):
    """Outcome pass: the user's own values come back, the model's do not, cut or whole; not even a part of one leaves."""
    port, out = free_port(), tmp_path / "out"
    cuts = ["--exhaustive-splits"] if os.environ.get("OUTSIDE_LONG") else []
    with guarded(tmp_path / "data", port, policy=(POLICY,)) as url:
        words = [f"--gateway-url={url}/v1/chat/completions", f"--upstream-port={port}", "--only=guard", f"--out={out}"]
        words += ["--seed=a1b2c3d4e5f60001", "--validate", "--partial-emission", f"--json-out={out}/summary.json", *cuts]
        said = run("v2_cli", *words)
    assert "guard" in said
    (row,) = json.loads((out / "summary.json").read_text())["rows"]
    assert row["schema_valid"]
    assert row["outcome"] == "pass", said
    assert (row["fidelity_rate"], row["leak_single_chunk"], row["leak_adversarial"]) == (1.0, 0.0, 0.0)
    assert row["cases_applicable"] == row["cases_attempted"] == row["echo_observable"] >= 32
    checks = json.loads((out / "guard.json").read_text())["checks"]
    assert {name: check["passed"] for name, check in checks.items()} == dict.fromkeys(checks, True)
    parts = json.loads((out / "guard.partial-emission.json").read_text())["metrics"]
    assert (parts["partitions_partial"], parts["cases_partial_emission"], parts["cases_inconclusive"]) == (0, 0, 0)


@pytest.mark.parametrize("profile", ["pii-v1", "pii-secrets-v1"])
def test_the_tool_can_fail(profile, tmp_path):
    """Its own direct connection, with no guard in between, leaks everything."""
    said = run("cli", "selfcheck", "--target-base-url=capture://self", f"--profile={profile}", "--capture-port=0")
    assert "\n  LEAK\n" in said


def test_the_policy_passes_its_own_tests():
    command = [sys.executable, "-m", "guardrails", "policy", "test", str(POLICY)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
