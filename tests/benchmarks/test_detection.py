"""The benchmarks of detection count what they say they count: small runs, no judgement of time."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import benign, detection, engines, linearity, marked
from benchmarks.marked import Row, Tallies, scores
from guardrails.model import Segment
from tests.planted import PLANTED

ROOT = Path(__file__).parents[2]


# --- how findings are compared with marks ------------------------------------------------------------------------------------

MAIL, CARD = (3, 10, "EMAIL_ADDRESS"), (20, 36, "CREDIT_CARD")


def counted(found: list[marked.Span], **more: object) -> Counter[str]:
    row = Row("s", "en", "x" * 60, [MAIL, CARD], [], None)._replace(**more)
    tally: Counter[str] = Counter()
    marked.score(row, found, tally)
    return tally


@pytest.mark.parametrize(
    ("found", "more", "expected"),
    [
        ([MAIL, CARD], {}, (1.0, 1.0, 1.0, 1.0, 1.0)),
        ([MAIL], {}, (1.0, 0.5, 2 / 3, 2 / 3, 7 / 23)),
        ([(4, 10, "EMAIL_ADDRESS"), CARD], {}, (0.5, 0.5, 0.5, 1.0, 22 / 23)),
        ([(3, 10, "URL"), CARD], {}, (0.5, 0.5, 0.5, 0.5, 1.0)),  # another entity: covered, and wrong
        ([MAIL, CARD, (40, 50, "URL")], {}, (2 / 3, 1.0, 0.8, 0.8, 1.0)),
        ([MAIL, CARD, (40, 50, "URL")], {"optional": [(39, 51, "URL")]}, (1.0, 1.0, 1.0, 1.0, 1.0)),
        ([MAIL, CARD, (40, 50, "URL")], {"labels": {"EMAIL_ADDRESS", "CREDIT_CARD"}}, (1.0, 1.0, 1.0, 1.0, 1.0)),
    ],
)
def test_scores(found: list[marked.Span], more: dict[str, object], expected: tuple[float, ...]) -> None:
    assert tuple(scores(counted(found, **more))) == pytest.approx(expected)


def test_hits_are_counted_in_texts_that_hold_nothing() -> None:
    tally = Tallies()
    tally.add(Row(marked.HARD_NEGATIVES, "en", "x" * 30, [], [], None), [(0, 3, "URL"), (5, 9, "URL")])
    tally.add(Row(marked.HARD_NEGATIVES, "en", "x" * 30, [], [], None), [])
    assert (tally.hits, tally.hit_texts) == (2, 1)


def test_what_needs_a_model_or_says_something_about_a_value_is_not_counted() -> None:
    found = [engines_finding(e) for e in ("PERSON", "OBFUSCATION", "US_PASSPORT", "EMAIL_ADDRESS")]
    assert [s[2] for s in marked.spans(found)] == ["PASSPORT", "EMAIL_ADDRESS"]


def engines_finding(entity: str) -> object:
    return type("Found", (), {"start": 0, "end": 3, "entity": entity})()


# --- the engines -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", engines.TABLE)
def test_every_engine_finds_what_is_planted(name: str) -> None:
    find = engines.TABLE[name]()("en")
    for entity in ("EMAIL_ADDRESS", "CREDIT_CARD", "US_SSN"):
        text = f"Here it is: {PLANTED[entity]} and no more."
        assert entity in {f.entity for f in find(Segment("", text))}


def test_presidios_context_words_count() -> None:
    """Without lemmas they never would, and we should measure against less than Presidio."""
    find = engines.presidio_default()("en")
    assert "US_PASSPORT" in {f.entity for f in find(Segment("", "my passport A54104022"))}


# --- the whole, small --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two marked texts, one that holds nothing, and three that are harmless."""
    folder = tmp_path_factory.mktemp("data")
    for name in ("pii", "text"):
        (folder / name).mkdir()
    mail = {"start": 9, "end": 32, "type": "EMAIL_ADDRESS"}
    rows = [
        {"id": "1", "lang": "en", "text": "write to jane.cooper@contoso.com now", "labels": None, "spans": [mail]},
        {"id": "2", "lang": "da", "text": "intet at se her i dag", "labels": None, "spans": []},
    ]
    (folder / "pii" / "made.jsonl").write_text("\n".join(map(json.dumps, rows)))
    with gzip.open(folder / "pii" / "own_hardneg.jsonl.gz", "wt") as file:
        file.write(json.dumps(rows[1]))
    said = ["It rains again, and we stay at home.", "Ask ann@contoso.com about it.", "The lamp is on the table."]
    texts = [{"text": t, "lang": "en", "label": 0, "source": "made", "task": "toxicity"} for t in said]
    (folder / "text" / "made.jsonl").write_text("\n".join(map(json.dumps, texts)))
    return folder


def run(data: Path | str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.detection", *arguments]
    env = os.environ | {"GUARDRAILS_BENCH_DATA": str(data)}
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=110, check=False)


def test_one_run_tells_accuracy_and_what_was_changed_needlessly(data: Path, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = run(data, "--engine", "ours", "--part", "accuracy", "--part", "benign", "--json", str(file))
    assert done.returncode in (0, 1), done.stderr
    told = {f["name"]: f for f in json.loads(file.read_text())["figures"]}
    assert told["ours: strict F1"]["value"] == 1.0
    assert told["ours: hits in hard negatives"]["verdict"] == "good"
    assert told["harmless texts changed, chat"]["value"] == 0
    assert re.search(r"leaves out \d+ with an e-mail address", done.stdout)


def test_without_data_it_says_so_and_measures_the_rest(tmp_path: Path) -> None:
    done = run(tmp_path, "--engine", "ours", "--part", "accuracy")
    assert done.returncode == 0
    assert "GUARDRAILS_BENCH_DATA" in done.stdout


def test_chat_is_a_kilobyte() -> None:
    made = {detection.chat(n, with_data=data) for n in range(20) for data in (False, True)}
    assert len(made) == 40
    assert {len(text) for text in made} == {1024}


def test_harmless_texts_are_drawn_from_every_source(data: Path) -> None:
    texts = benign.texts(data)
    drawn = benign.drawn(texts, each=50)
    assert {t.kind for t in drawn} == {"chat", "document", "code"} - ({"document"} - {t.kind for t in texts})
    assert max(Counter(t.kind for t in drawn).values()) <= 50
    assert {t.source for t in drawn} >= {"the standard library", "this project"}
    assert benign.held("call 415-555-0132") == "a telephone number"
    assert benign.held("to a@b.co") == "an e-mail address"
    assert benign.held("version 3.11.4 of 2024-05-17") is None


# --- time and memory ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", linearity.TEXTS)
def test_every_text_is_searched_to_its_end(name: str) -> None:
    """16 KB of each; nothing is timed but that it ends."""
    text = linearity.TEXTS[name](16 * 1024)
    assert len(text) == 16 * 1024
    assert linearity.TEXTS[name](8 * 1024) == text[: 8 * 1024] or "end" in name or "nested" in name or "line" in name
    find = found_by()
    began = time.monotonic()
    found = list(find(Segment("/t", text)))
    assert time.monotonic() - began < 30
    assert all(0 <= f.start < f.end <= len(text) for f in found)


_FINDS: list[engines.Find] = []


def found_by() -> engines.Find:
    if not _FINDS:
        _FINDS.append(engines.ours()("en"))
    return _FINDS[0]


def test_there_are_enough_of_them() -> None:
    assert len(linearity.TEXTS) >= 50


def test_a_step_that_costs_more_than_it_should_is_seen() -> None:
    sizes = {16: 0.01, 32: 0.02, 64: 0.05}
    assert linearity.steps(sizes) == {32: 2.0, 64: 2.5}
    assert linearity.grown({16: 0.01, 1024: 1.0}) == 100.0
    assert linearity.steps({16: 0.0001, 32: 0.01}) == {}
