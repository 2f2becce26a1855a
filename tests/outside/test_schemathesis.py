"""`schemathesis` 4.32 (PyPI): requests of its own making, from our OpenAPI description, against the running server.

Every check of the tool runs, and it reports clean. The description is made stricter for it: "any other status is the
provider's" (`default`) is taken out, since the model behind says what statuses it has. One thing JSON Schema cannot say:
integers beyond 64 bits are refused wherever they stand in a body, since readers round them. `carried.py` has the tool make
no such bodies.

`OUTSIDE_LONG=1`: a hundred times as many requests, another seed each time.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import urllib.request

from guardrails.settings import Caller
from tests.outside.environments import ROOT, environment
from tests.running import running

KEY = "a key of this installation"
CALLER = Caller(hashlib.sha256(KEY.encode()).hexdigest(), roles=("metrics",))
LONG = bool(os.environ.get("OUTSIDE_LONG"))


def described(url: str) -> dict:
    with urllib.request.urlopen(f"{url}/openapi.json", timeout=10) as response:
        description = json.load(response)
    for operations in description["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("default", None)
    return description


def examined(description: dict, url: str, folder, *words: str) -> subprocess.CompletedProcess[str]:
    """One run of the tool, over all its phases but those that need several operations."""
    (folder / "openapi.json").write_text(json.dumps(description))
    (folder / "schemathesis.toml").write_text("")
    command = [str(environment("schemathesis") / "bin" / "schemathesis"), "run", str(folder / "openapi.json"), f"--url={url}"]
    command += ["--phases=examples,coverage,fuzzing", "--checks=all", "--no-color", "--continue-on-failure", *words]
    told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.outside.carried"}
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=3000, check=False, env=told)


def test_what_is_described_is_so(tmp_path):
    """No failure, no error, no request that was left out for want of a key."""
    how = [f"--max-examples={2000 if LONG else 20}", f"--seed={random.randrange(10**6) if LONG else 1}"]
    with running(tmp_path / "data", callers=(CALLER,)) as it:
        done = examined(described(it.url), it.url, tmp_path, *how, f"--header=Authorization: Bearer {KEY}")
        answered = len(it.seen)
    assert done.returncode == 0, done.stdout[-6000:]
    assert "5 selected / 5 total" in done.stdout
    assert answered > 20, "most of what the schema allows reaches the model"


def test_the_tool_can_fail(tmp_path):
    """A description that promises too much is found out."""
    with running(tmp_path / "data", callers=(CALLER,)) as it:
        description = described(it.url)
        description["paths"] = {path: description["paths"][path] for path in ("/healthz", "/readyz")}
        alive = description["paths"]["/healthz"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        alive["properties"]["status"] = {"const": "splendid"}
        done = examined(description, it.url, tmp_path, "--max-examples=2")
    assert done.returncode == 1
    assert "splendid" in done.stdout
