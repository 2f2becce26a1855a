"""What is counted is exact, added up over processes, and can take no word from outside."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import parser
from prometheus_client.openmetrics import parser as openmetrics

from guardrails.metrics import Family, Kind, Metrics

BOUNDS = (0.001, 0.1, 1.0)
FAMILIES = (
    Family("calls_total", "Calls.", labels={"route": ("/a", "other"), "ending": ("allowed", "blocked")}),
    Family("open", "Open now.", Kind.GAUGE),
    Family("ready", "Ready.", Kind.GAUGE, apart=True),
    Family("seconds", "Time.", Kind.HISTOGRAM, {"phase": ("log", "total")}, BOUNDS),
)
LINE = re.compile(r'[a-z_]+(\{[a-z_]+="([^"\\\n]|\\.)*"(,[a-z_]+="([^"\\\n]|\\.)*")*\})? (\+Inf|-?[0-9.e+-]+)')


def series(metrics: Metrics) -> dict[str, float]:
    """The exposition, parsed."""
    lines = metrics.text()[0].decode().splitlines()
    told = [line for line in lines if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in told), told
    return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in told}


def test_counters_gauges_and_histograms():
    metrics = Metrics(FAMILIES)
    meter = metrics.worker(0)
    assert series(metrics)["open"] == 0
    assert not [name for name in series(metrics) if name.startswith("calls_total")], "nothing was counted yet"
    meter.add(meter.place("calls_total", "/a", "blocked"))
    meter.add(meter.place("calls_total", "/a", "blocked"), 2)
    meter.put(meter.place("open"), 7)
    place = meter.place("seconds", "log")
    for value in (0.001, 0.0011, 5.0):
        meter.observe(place, BOUNDS, value)
    told = series(metrics)
    assert told['calls_total{ending="blocked",route="/a"}'] == 3
    assert told["open"] == 7
    buckets = {bound: told[f'seconds_bucket{{le="{bound}",phase="log"}}'] for bound in ("0.001", "0.1", "1.0", "+Inf")}
    assert buckets == {"0.001": 1, "0.1": 2, "1.0": 2, "+Inf": 3}
    assert (told['seconds_count{phase="log"}'], told['seconds_sum{phase="log"}']) == (3, pytest.approx(5.0021))
    assert told['seconds_count{phase="total"}'] == 0


@given(st.text())
def test_no_word_from_outside_becomes_a_label(word):
    metrics = Metrics(FAMILIES)
    meter = metrics.worker(0)
    meter.add(meter.place("calls_total", word, "allowed"))
    route = "/a" if word == "/a" else "other"
    assert series(metrics)[f'calls_total{{ending="allowed",route="{route}"}}'] == 1


def test_a_family_without_other_refuses_a_strange_value():
    with pytest.raises(KeyError):
        Metrics(FAMILIES).worker(0).place("calls_total", "/a", "exploded")


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["allowed", "blocked"])), max_size=60))
def test_workers_are_added_up(events):
    metrics = Metrics(FAMILIES, workers=3)
    for worker, ending in events:
        meter = metrics.worker(worker)
        meter.add(meter.place("calls_total", "/a", ending))
    told = series(metrics)
    for ending in ("allowed", "blocked"):
        name = f'calls_total{{ending="{ending}",route="/a"}}'
        assert told.get(name, 0) == sum(1 for _, e in events if e == ending)


FORKS = """
import os
from tests.test_metrics import FAMILIES, Metrics, series

metrics = Metrics(FAMILIES, workers=2)
for number in range(2):
    if os.fork() == 0:
        meter = metrics.worker(number)
        meter.add(meter.place("calls_total", "/a", "allowed"), 10)
        meter.put(meter.place("ready"), 1)
        meter.put(meter.place("open"), 3)
        os._exit(0)
    os.wait()
told = series(metrics)
assert told['calls_total{ending="allowed",route="/a"}'] == 20
assert (told["open"], told['ready{worker="1"}']) == (6, 1)
metrics.forget(1)
told = series(metrics)
assert told['calls_total{ending="allowed",route="/a"}'] == 20, "what a dead worker counted stays counted"
assert (told["open"], told['ready{worker="0"}'], told.get('ready{worker="1"}', 0)) == (3, 1, 0)
"""


def test_other_processes_count_into_the_same_memory_and_may_die():
    """In a process of its own: Python warns of forks where there are threads, as there may be here."""
    subprocess.run([sys.executable, "-c", FORKS], cwd=Path(__file__).parents[1], check=True, timeout=60)


def test_constants_are_quoted():
    metrics = Metrics(FAMILIES)
    metrics.told("build_info", "What runs.", version='1"\\\n')
    assert 'build_info{version="1\\"\\\\\\n"} 1' in metrics.text()[0].decode()
    assert series(metrics)


def test_every_family_is_explained():
    lines = Metrics(FAMILIES).text()[0].decode().splitlines()
    for family in FAMILIES:
        assert f"# HELP {family.name} {family.help}" in lines
        assert f"# TYPE {family.name} {family.kind}" in lines


TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPEN = "application/openmetrics-text; version=1.0.0; charset=utf-8"
#: What comes as `Accept`, and which format goes out.
ACCEPTED = {
    "": TEXT,
    "*/*": TEXT,
    "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5": OPEN,  # as Prometheus asks
    "application/openmetrics-text;version=x.y": OPEN,
    "text/plain;version=x.y": TEXT,
}


@pytest.mark.parametrize("accept", ACCEPTED)
def test_the_format_is_what_was_asked_for_and_says_the_same(accept):
    metrics = Metrics(FAMILIES, workers=2)
    metrics.told("build_info", "What runs.", version="1")
    for worker in range(2):
        meter = metrics.worker(worker)
        meter.add(meter.place("calls_total", "/a", "blocked"))
        meter.observe(meter.place("seconds", "log"), BOUNDS, 0.05)
    body, kind = metrics.text(accept)
    assert kind == ACCEPTED[accept]
    read = (openmetrics if kind == OPEN else parser).text_string_to_metric_families
    told = {(s.name, *sorted(s.labels.values())): s.value for family in read(body.decode()) for s in family.samples}
    assert told["calls_total", "/a", "blocked"] == 2
    assert told["seconds_bucket", "0.1", "log"] == 2
    assert told["seconds_sum", "log"] == pytest.approx(0.1)
    assert told["build_info", "1"] == 1
