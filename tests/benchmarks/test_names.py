"""The benchmark of names counts what it says it counts, by both definitions; small runs, no judgement of time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from math import isnan
from pathlib import Path

import pytest

from benchmarks import names, names_code, names_cost, names_found, names_origins, names_sets
from benchmarks.names_engines import OURS
from benchmarks.names_marks import LANGUAGES, NAMES, Span
from benchmarks.names_peers import Absent, Process
from benchmarks.names_scores import Result, Row, Tally
from benchmarks.names_sets import Floor, Set
from benchmarks.report import Report
from benchmarks.servers import names_jiagu, names_thulac
from guardrails.model import Finding, Segment

ROOT = Path(__file__).parents[2]
TEXT = "Jane Cooper of Contoso lives in Leeds."
JANE, CONTOSO, LEEDS = (0, 11, "PERSON"), (15, 22, "ORGANIZATION"), (32, 37, "LOCATION")
ROW = Row("s", "en", TEXT, (JANE, CONTOSO, LEEDS), (), None)


def result(
    found: Iterable[tuple[int, int, str]], row: Row = ROW, types: frozenset[str] = NAMES, *, addresses: bool = False
) -> Result:
    tally = Tally(types, addresses=addresses)
    tally.add(row, found)
    return tally.result()


# --- both definitions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "strict", "overlap", "hidden", "covered"),
    [
        ([JANE, CONTOSO, LEEDS], 1.0, 1.0, (1.0, 1.0), 1.0),
        ([(0, 4, "PERSON")], 0.0, 0.5, (1.0, 4 / 22), 4 / 23),
        ([(0, 11, "LOCATION"), LEEDS], 0.4, 0.4, (1.0, 15 / 22), 16 / 23),  # another type hides, and is wrong
        ([JANE, (12, 14, "PERSON")], 0.4, 0.4, (10 / 12, 10 / 22), 11 / 23),  # a blank is no character that is hidden
        ([JANE, JANE, (0, 11, "EMAIL_ADDRESS")], 0.5, 0.5, (1.0, 10 / 22), 11 / 23),  # once, and no other kinds
        ([(32, 37, "ADDRESS")], 0.5, 0.5, (1.0, 5 / 22), 5 / 23),  # nothing here is marked as an address
    ],
)
def test_what_is_found_is_scored(
    found: list[tuple[int, int, str]], strict: float, overlap: float, hidden: tuple[float, float], covered: float
) -> None:
    scored = result(found)
    assert (scored.types["ALL"].f1, scored.types["ALL"].overlap_f1) == pytest.approx((strict, overlap))
    assert (scored.hidden_precision, scored.hidden_recall) == pytest.approx(hidden)
    assert scored.covered == pytest.approx(covered)
    assert scored.pii["ALL"].f1 == pytest.approx(strict)


def test_an_address_is_one_where_addresses_are_marked() -> None:
    assert result([(32, 37, "ADDRESS")], addresses=True).types["ALL"].overlap_f1 == 0


def test_the_definitions_differ_in_what_is_passed_over() -> None:
    free = result([JANE, (23, 28, "PERSON")], ROW._replace(optional=((22, 30, "TITLE"),)))
    assert (free.types["ALL"].precision, free.pii["ALL"].precision) == (0.5, 1.0)


def test_a_set_marks_its_labels_alone() -> None:
    scored = result([JANE, CONTOSO], ROW._replace(marked=(JANE,), labels=frozenset({"PERSON"})))
    assert (scored.types["ALL"].f1, scored.hidden_precision) == (1.0, 1.0)


def test_without_organisations_to_hide_one_is_neither_right_nor_wrong() -> None:
    scored = result([JANE, LEEDS, (15, 22, "PERSON")], types=NAMES - {"ORGANIZATION"})
    assert (scored.types["ALL"].recall, scored.hidden_precision, scored.hidden_recall) == (1.0, 1.0, 1.0)
    assert scored.types["ALL"].precision == pytest.approx(2 / 3)
    assert scored.pii["ALL"].precision == 1.0


def test_nothing_found_is_no_precision() -> None:
    scored = result([])
    assert isnan(scored.hidden_precision)
    assert scored.types["ALL"].f1 == 0


# --- sets and floors ---------------------------------------------------------------------------------------------------------


def written(folder: Path, name: str, *rows: tuple[str, list[tuple[int, int, str]]]) -> None:
    file = folder / f"{name}.jsonl"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        {"lang": "en", "text": text, "labels": None, "spans": [{"start": s, "end": e, "type": t} for s, e, t in spans]}
        for text, spans in rows
    ]
    file.write_text("\n".join(map(json.dumps, lines)))


def test_a_set_of_two_files_is_one(tmp_path: Path) -> None:
    written(tmp_path, "pii/a", ("Jane", [(0, 4, "PER"), (0, 4, "TITLE")]))
    written(tmp_path, "pii/b", ("Leeds", [(0, 5, "GPE")]))
    found = names_sets.rows(tmp_path, Set("both", ("pii/a", "pii/b", "pii/missing"), "en"))
    assert [(r.source, r.marked) for r in found] == [("both", ((0, 4, "PERSON"),)), ("both", ((0, 5, "LOCATION"),))]
    assert found[0].optional == ((0, 4, "TITLE"),)


def test_addresses_are_places_with_a_number_and_a_word() -> None:
    texts = ("12 High Street, Leeds", "97205", "Leeds", "Delta 116")
    assert [names_sets.is_address(t) for t in texts] == [True, False, False, True]
    rows = [Row("s", "en", t, ((0, len(t), "LOCATION"),), (), None) for t in texts]
    found: list[list[Span]] = [[(3, 8, "ADDRESS", 1.0)], [(0, 5, "ADDRESS", 1.0)], [], [(0, 5, "LOCATION", 1.0)]]
    assert names_sets.addresses(rows, found) == (2, 0.5, 1.0)


def test_the_floors_are_those_that_were_set() -> None:
    """Strict F1, overlap F1, recall of persons: a floor that falls unseen would be none."""
    floors = {s.name: tuple(s.floor[:3]) for s in names_sets.SETS if s.floor != Floor()}
    assert floors == {
        "uner_en": (0.62, 0.69, 0.84),
        "presidio_research": (0.49, 0.72, 0.83),
        "nergrit_id": (0.72, 0.80, 0.88),
        "dev/idner_news_2k": (0.84, 0.91, 0.98),
        "uner_zh": (0.61, 0.73, 0.70),
        "dev/aishell_ner": (0.66, 0.82, 0.92),
        "uner_da": (0.68, 0.73, 0.85),
    }


def test_ours_is_judged_and_others_are_told(tmp_path: Path) -> None:
    written(tmp_path, "pii/uner_en", (TEXT, [JANE, LEEDS]))
    for name, verdicts in ((OURS, ["good", "good", "good", "good"]), ("peer", ["", "", "", ""])):
        report = Report("x")
        names_found.accuracy(report, (name, lambda _, __: [(*JANE, 0.9), (*LEEDS, 0.9)]), tmp_path, ["en"], 1)
        assert [f.verdict for f in report.figures] == verdicts
    report = Report("x")
    names_found.accuracy(report, (OURS, lambda _, __: []), tmp_path, ["en"], 1)
    assert {f.verdict for f in report.figures} == {"MISSED"}


def run(data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "benchmarks.names", *options]
    environment = {**os.environ, "GUARDRAILS_BENCH_DATA": str(data)}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=100, check=False)


def test_a_missed_floor_is_the_ends_status(tmp_path: Path) -> None:
    written(tmp_path, "pii/uner_en", ("it is what it is", [(0, 2, "PERSON")]))
    ended = run(tmp_path, "--part", "accuracy", "--language", "en")
    assert ended.returncode == 1, ended.stderr
    assert "Missed: ours: uner_en: strict F1" in ended.stdout


def test_without_data_it_says_so_and_measures_our_sentences(tmp_path: Path) -> None:
    ended = run(tmp_path, "--part", "accuracy", "--part", "read", "--language", "da")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "GUARDRAILS_BENCH_DATA" in ended.stdout
    assert "own sentences: da PERSON found" in ended.stdout
    assert "== da 10: " in ended.stdout


# --- where nobody is named ---------------------------------------------------------------------------------------------------


def test_code_and_prose_are_drawn_the_same_each_time_and_name_no_author() -> None:
    pieces = names_code.pieces(20)
    assert pieces == names_code.pieces(20)
    assert {"Python", names_code.PROSE} <= {p.kind for p in pieces}
    assert all(len(p.text) <= names_code.PIECE for p in pieces)
    assert not [p.path for p in pieces if "@" in p.text or "copyright" in p.text.lower()]


def test_false_findings_are_counted_for_each_kb() -> None:
    report = Report("x")
    names_found.code(report, OURS, lambda text, _: [(0, 4, "PERSON", 1.0), (5, 9, "ORGANIZATION", 1.0)], 8, 0)
    code, prose = report.figures
    pieces = [p for p in names_code.pieces(8) if p.kind != names_code.PROSE]
    assert code.value == pytest.approx(len(pieces) / sum(p.kb for p in pieces), rel=0.01)
    assert (code.bound, prose.bound) == (0.5, None)


# --- origins -----------------------------------------------------------------------------------------------------------------


def test_there_are_enough_groups_and_sentences() -> None:
    assert len(names_origins.GROUPS) >= 12
    assert sum(map(len, names_origins.SENTENCES.values())) >= 40
    assert set(names_origins.SENTENCES) == set(LANGUAGES)
    people = [n for g in names_origins.GROUPS.values() for n in (*g.women, *g.men)]
    assert [n for n, times in Counter(people).items() if times > 1] == []
    assert {(len(g.women), len(g.men)) for g in names_origins.GROUPS.values()} == {(6, 6)}


def test_a_case_holds_its_name() -> None:
    cases = list(names_origins.cases(LANGUAGES, quick=True))
    assert all(c.text.count(c.text[c.start : c.end]) >= 1 and "{" + "}" not in c.text for c in cases)
    people = {n for g in names_origins.GROUPS.values() for n in (*g.women, *g.men)}
    assert {c.text[c.start : c.end] for c in cases} <= people


def test_the_gap_is_told() -> None:
    def only_one_group(text: str, _: str) -> list[Span]:
        at = text.find("Priya Venkataraman")
        return [(at, at + 18, "PERSON", 1.0)] if at >= 0 else []

    report = Report("x")
    names_origins.told(report, "e", only_one_group, ["en"], quick=True)
    found = {f.name: f for f in report.figures}
    assert found["e: names by origin, found: gap"].value == 0.25  # one of the four that a short run tries
    assert found["e: names by origin, found: gap"].note == "to Indian"
    assert found["e: names by gender, found: gap"].value == pytest.approx(1 / 2 / (len(names_origins.GROUPS) - 1))


# --- cost --------------------------------------------------------------------------------------------------------------------


class Words:
    """A detector that has made up its mind about all words but the last."""

    name, reach = "words", 100

    def find(self, segment: Segment, start: int = 0) -> list[Finding]:
        return []

    def settled(self, text: str, start: int = 0) -> int:
        return max(start, text.rfind(" ") + 1)


def test_what_is_held_back() -> None:
    assert list(names_cost.held([Words()], "to be or not")) == [1, 2]  # "to b", "to be or"
    assert list(names_cost.held([], "to be or not")) == [0, 0]


def test_texts_are_packed_into_pieces_of_a_kb() -> None:
    packed = list(names_cost.packed(["x" * 300] * 9))
    assert [len(p) for p in packed] == [1204, 1204]


# --- programs of others ------------------------------------------------------------------------------------------------------


def test_a_process_is_asked_line_by_line(tmp_path: Path) -> None:
    script = tmp_path / "peer.py"
    script.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    at = json.loads(line)['text'].find('Jane')\n"
        "    print(json.dumps({'spans': [[at, at + 4, 'PERSON']], 'cpu_s': 0.5}), flush=True)\n"
    )
    peer = Process("peer", [sys.executable, str(script)])
    assert peer.spans("Hej Jane\nøl", "da") == [(4, 8, "PERSON", 1.0)]
    peer.end()
    with pytest.raises(Absent, match="peer has ended"):
        peer.spans("x", "en")


@pytest.mark.parametrize("command", [["no-such-program"], [sys.executable, "-c", "pass"]])
def test_what_does_not_start_is_absent(command: list[str]) -> None:
    with pytest.raises(Absent):
        Process("peer", command)


class Tagged:
    """What a segmenter answers."""

    def seg(self, text: str) -> list[str]:
        return ["请", "联系", "李", "娜", "，", "上海", "浦东"]

    def ner(self, words: list[str]) -> list[str]:
        return ["O", "O", "B-PER", "I-PER", "O", "B-LOC", "B-LOC"]


def test_tags_of_words_become_spans() -> None:
    text = "请 联系李娜，上海浦东"
    assert names_jiagu.spans(Tagged(), text) == [[4, 6, "PERSON"], [7, 9, "LOCATION"], [9, 11, "LOCATION"]]
    words = [["联系", "v"], ["李娜", "np"], ["上海", "ns"], ["没有", "v"]]
    assert names_thulac.spans(words, text) == [[4, 6, "PERSON"], [7, 9, "LOCATION"]]


def test_every_part_can_be_asked_for() -> None:
    with pytest.raises(SystemExit):
        names.main(["--part", "nothing"])
