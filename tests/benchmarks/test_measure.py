"""The benchmarks measure what they say: over real processes, in seconds.

What they find is not judged here: where tests run it is not quiet.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from benchmarks import load, measure, proxy, report, settle, soak, targets, texts
from benchmarks.servers import upstream

ROOT = Path(__file__).parents[2]


# --- the ruler ---------------------------------------------------------------------------------------------------------------


def test_cpu_is_counted_for_the_whole_tree_even_for_children_that_have_ended():
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    parent = (
        f"import subprocess, sys, time\nsubprocess.run([sys.executable, '-c', {burn!r}])\nprint(flush=True)\ntime.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        ended = measure.cpu_s(process.pid)
        process.kill()
    assert 0.25 < ended < 5


def test_cpu_of_a_child_that_still_runs_counts_too():
    burn = "import time\nwhile time.process_time() < 0.3: pass\nprint(flush=True)\ntime.sleep(60)"
    parent = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])"
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        running, pids = measure.cpu_s(process.pid), measure.tree(process.pid)
        assert measure.rss_kb(process.pid) > measure.rss_kb(pids[-1]) > 0
        assert len(pids) == 2
        for pid in pids:
            subprocess.run(["kill", str(pid)], check=True)
    assert 0.25 < running < 5


@pytest.mark.parametrize(
    ("values", "share", "found"), [([3, 1, 2], 0.5, 2), ([1], 0.99, 1), (list(range(100)), 0.99, 99), ([1, 2], 0.5, 2)]
)
def test_percentiles(values, share, found):
    assert measure.percentile(values, share) == found


@pytest.mark.parametrize(
    ("figure", "verdict"),
    [
        (report.Figure("x", 2.0), ""),
        (report.Figure("x", 2.0, bound=2.0), "good"),
        (report.Figure("x", 2.1, bound=2.0), "MISSED"),
        (report.Figure("x", 2.0, bound=2.5, aim=1.5), "ok, aim missed"),
        (report.Figure("x", 59, bound=60, more=True), "MISSED"),
        (report.Figure("x", 61, bound=60, more=True), "good"),
        (report.Figure("x", float("nan"), bound=60), "MISSED"),
    ],
)
def test_a_missed_bound_is_missed(figure, verdict, capsys):
    made = report.Report("a title", [figure])
    assert figure.verdict == verdict
    assert made.end(None) == (verdict == "MISSED")
    assert ("Missed: x" in capsys.readouterr().out) == (verdict == "MISSED")


# --- texts -------------------------------------------------------------------------------------------------------------------


def test_a_body_is_about_a_kilobyte_and_its_own():
    bodies = [texts.request(n) for n in range(200)]
    assert len(set(bodies)) == 200
    assert all(700 < len(body) < 1400 for body in bodies)
    assert b"contoso" not in b"".join(bodies)
    assert all(b"@contoso.com" in texts.request(n, with_data=True) for n in range(20))


def test_a_stream_has_as_many_pieces_as_asked_for_and_says_the_answer():
    for seed in range(50):
        assert len(texts.streamed(seed, 200)) == 200
        assert texts.answer(seed, 1440).startswith("".join(texts.streamed(seed, 200)))


def test_a_conversation_grows_and_keeps_what_was_said():
    calls = [orjson.loads(body)["messages"] for body in texts.growing(3, 4, notice="N. ")]
    assert [len(messages) for messages in calls] == [2, 4, 6, 8]
    assert all(later[: len(earlier)] == earlier for earlier, later in pairwise(calls))
    assert calls[1][2]["content"].startswith("N. ")


def test_stamps_are_read_as_they_were_written_and_hold_no_digits():
    now = time.monotonic_ns()
    assert upstream.stamp(upstream.stamped(17, now)) == (17, now)
    assert not any(c.isdigit() for c in upstream.stamped(1234567890, now))


def test_a_delay_is_counted_from_the_event_that_settles_the_chunk():
    heard = settle.Heard(last=3, began=0, written={0: 0, 1: 10_000_000, 2: 20_000_000, 3: 30_000_000, 4: 40_000_000})
    heard.arrived = {1: 21_000_000, 2: 32_000_000, 3: 33_000_000}
    heard.first = 21_000_000
    assert heard.settlers() == {1: 2, 2: 3, 3: 3}
    assert heard.delays_ms(heard.settlers()) == [1.0, 2.0, 3.0]
    assert heard.delays_ms(None) == [11.0, 12.0, 3.0]
    assert heard.first_ms(heard.settlers()) == 11.0


# --- the whole, small --------------------------------------------------------------------------------------------------------


def test_a_run_of_the_guard_beside_the_pass_through_ends_with_a_table_and_json(tmp_path):
    file = tmp_path / "figures.json"
    small = ["--rounds", "1", "--share", "0.01", "--parts", "rounds,latency", "--only", "16 at once", "--json", str(file)]
    command = [sys.executable, "-m", "benchmarks.proxy", *small]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert "x bare" in done.stdout
    told = {f["name"]: f for f in json.loads(file.read_text())["figures"]}
    assert told["request, 16 at once: CPU"]["value"] > 0
    assert told["stream, 16 at once: CPU"]["value"] > 0
    assert told["calls that failed"]["value"] == 0
    assert 20 < told["RSS after the load"]["value"] < 1000


def test_streams_are_heard_chunk_by_chunk_through_the_guard(tmp_path):
    with targets.upstream() as below, targets.ours(below, tmp_path) as ours:

        async def heard() -> dict[int, dict[int, int]]:
            return await settle.learn(ours.port, below.port, [5], 20, passes=1)

        known = asyncio.run(heard())[5]
    assert sorted(known) == list(range(1, 21))  # every chunk arrived, none twice
    assert all(event >= chunk for chunk, event in known.items())


def test_a_soak_of_seconds_meets_no_wrong_end_and_leaves_a_log_that_verifies():
    made = report.Report("a soak")
    asyncio.run(soak.run(3, made))
    told = {f.name: f for f in made.figures}
    assert told["calls"].value > 20
    assert not told["calls with a wrong end"].value, told["calls with a wrong end"].note
    assert told["guardrails audit verify ended with"].value == 0


def test_a_target_that_guards_nothing_is_told_from_one_that_changes_answers(tmp_path):
    """The check before every benchmark: the model's words must arrive, whole."""
    with targets.upstream() as below, targets.bare(below) as bare, targets.ours(below, tmp_path) as ours:

        async def before() -> tuple[str, str, load.Answered]:
            cut = await load.once(bare.port, texts.request(41, chunks=10, stream=True))
            return await proxy.check(bare), await proxy.check(ours), cut

        nothing, notice, cut = asyncio.run(before())
    assert nothing == ""
    assert "AI" in notice
    assert load.said(cut) == "".join(texts.streamed(41, 10))
