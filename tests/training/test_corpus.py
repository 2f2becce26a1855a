"""What the tagger learns from: rows without those of evaluation sets, and copies in which only the names are others."""

import gzip
import json

import pytest

pytest.importorskip("faker", reason="faker (extra `training`) is not installed: nothing to draw names from")

from guardrails.training.corpus import Row, cased, code, read, swapped, texts
from guardrails.training.made import HOME, Made

ROWS = [
    {"text": "Ask Jane Cooper.", "lang": "en", "source": "own", "spans": [{"start": 4, "end": 15, "type": "PERSON"}]},
    {"text": "Nothing here", "lang": "en", "source": "own", "spans": [{"start": 0, "end": 7, "type": "TITLE"}]},
]


@pytest.fixture
def folder(tmp_path):
    lines = "".join(json.dumps(row) + "\n" for row in ROWS)
    (tmp_path / "a.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    return tmp_path


def test_rows_are_read_from_packed_files_too(folder):
    rows = read(folder)
    assert len(rows) == 4
    assert rows[0] == Row("Ask Jane Cooper.", ((4, 15, "PERSON"),), "en", "own")
    assert rows[1].spans == ()  # of a kind that is not learnt


def test_what_is_in_an_evaluation_set_is_not_learnt(folder, tmp_path):
    held = tmp_path / "held"
    held.mkdir()
    (held / "x.jsonl").write_text(json.dumps(ROWS[0] | {"text": "ASK jane cooper."}) + "\n", encoding="utf-8")
    assert {row.text for row in read(folder, texts([held]))} == {"Nothing here"}


@pytest.mark.parametrize("language", [*HOME, "de"])
def test_a_copy_has_other_people_and_the_same_words(language):
    made = Made(1)
    row = Row("¿Jane Cooper? Ask Lars, or JANE.", ((1, 12, "PERSON"), (18, 22, "PERSON"), (27, 31, "PERSON")), language, "own")
    copies = [copy for _ in range(20) if (copy := swapped(row, made))]
    assert len({copy.text for copy in copies}) > 10
    for copy in copies:
        parts = [
            copy.text[: copy.spans[0][0]],
            copy.text[copy.spans[0][1] : copy.spans[1][0]],
            copy.text[copy.spans[1][1] : copy.spans[2][0]],
        ]
        assert [*parts, copy.text[copy.spans[2][1] :]] == ["¿", "? Ask ", ", or ", "."]
        assert all(copy.text[a:b].strip() == copy.text[a:b] != "" for a, b, _ in copy.spans)


def test_the_same_seed_draws_the_same():
    assert [Made(7).name("id") for _ in range(2)] == [Made(7).name("id") for _ in range(2)]


def test_a_text_that_grows_in_small_letters_stays_as_it_is():
    row = Row("İZMİR AND JANE", ((10, 14, "PERSON"),), "en", "own")
    assert cased(row, Made(1)).text in (row.text, row.text.upper())


def test_source_code_names_nobody():
    pieces = code(Made(1), 50)
    assert len(pieces) == 50
    assert all(not piece.spans and "author" not in piece.text.lower() for piece in pieces)
