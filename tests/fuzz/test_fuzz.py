"""Every target three ways: on what once broke or stands for a kind of input, on what hypothesis draws, on what atheris finds.

atheris is led by coverage; hypothesis is not, but runs everywhere. Long runs: `python -m tests.fuzz TARGET`.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import TARGETS
from tests.outside.environments import environment

HERE = Path(__file__).parent
CORPUS = sorted((HERE / "corpus").glob("*/*"))
#: Inputs that atheris tries here: as many as take about a second.
RUNS = {"finding": 150, "streams": 500, "documents": 600}


def test_the_table_names_every_target():
    assert sorted(TARGETS) == sorted(p.stem for p in HERE.glob("*.py") if "\ndef check(" in p.read_text("utf-8"))
    assert {p.parent.name for p in CORPUS} == TARGETS.keys()


@pytest.mark.parametrize("path", CORPUS, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_what_once_broke(path):
    TARGETS[path.parent.name](path.read_bytes())


@pytest.mark.parametrize("target", TARGETS)
def test_what_hypothesis_draws(target):
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.binary(max_size=300))
    def tried(data: bytes) -> None:
        TARGETS[target](data)

    tried()


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="there is no atheris for this Python yet")
@pytest.mark.parametrize("target", TARGETS)
def test_what_atheris_finds(target, tmp_path):
    environment("atheris")
    options = [f"-runs={RUNS.get(target, 1500)}", "-seed=1", "-max_len=400", "-len_control=0", f"-artifact_prefix={tmp_path}/"]
    command = [sys.executable, "-m", "tests.fuzz", target, f"--learnt={tmp_path}", "--", *options]
    done = subprocess.run(command, cwd=HERE.parents[1], capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "DONE" in done.stderr
