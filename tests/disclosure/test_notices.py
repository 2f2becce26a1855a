from __future__ import annotations

import hashlib
import re

import pytest

from guardrails.disclosure.language import SPOKEN
from guardrails.disclosure.notices import LONGEST_ORG, ORG, ROWS, Row, current, currents, organisation, texts, worded
from guardrails.errors import SettingsError

#: The kinds that GB 45438-2025 wants both elements in.
LABELLING = {"first", "label", "asked", "reminder", "public", "back_to_ai"}
#: SHA-256 of every row that was shipped (`named`, newline, `plain`): a row is never edited, a change is the next version.
SHIPPED = {
    ("first", 1, "en"): "0585fd5e",
    ("first", 1, "id"): "b71e59bd",
    ("first", 1, "zh-Hans"): "bff23b89",
    ("first", 1, "da"): "5967df5e",
}


@pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r.id}-{r.version}-{r.language}")
class TestEveryRow:
    def test_has_one_hole_for_the_name_and_a_variant_without(self, row: Row) -> None:
        assert row.named.count(ORG) == 1
        for text in (row.plain, worded(row, "Acme A/S").text):
            assert "{" not in text
            assert "  " not in text
            assert not re.search(r"\s[,.;，。；]|\n", text), "a hole was left"
            assert text == text.strip()
            assert 40 <= len(text) <= 280

    def test_says_ai_and_not_a_human(self, row: Row) -> None:
        if row.id == "first":
            assert "AI" in row.plain
            assert re.search("not a human|bukan dengan manusia|不是真人|ikke med et menneske", row.plain)

    def test_chinese_holds_both_elements(self, row: Row) -> None:
        if row.language.startswith("zh") and row.id in LABELLING:
            for text in (row.named, row.plain):
                assert re.search("人工智能|AI", text)
                assert re.search("生成|合成", text)

    def test_was_not_edited_after_it_shipped(self, row: Row) -> None:
        digest = hashlib.sha256(f"{row.named}\n{row.plain}".encode()).hexdigest()
        assert digest[:8] == SHIPPED[row.id, row.version, row.language]


def test_every_notice_speaks_every_language_and_no_row_stands_twice() -> None:
    keys = [(row.id, row.version, row.language) for row in ROWS]
    assert len(keys) == len(set(keys))
    for id_ in {row.id for row in ROWS}:
        assert {row.language for row in ROWS if row.id == id_} == set(SPOKEN)
    assert set(SHIPPED) == set(keys), "a shipped row may not be taken out"


def test_the_name_is_put_in_as_it_is() -> None:
    assert current("first", "da", "Nørrebro Cykler & Søn").text.startswith(
        "Du chatter med et AI-system fra Nørrebro Cykler & Søn, "
    )
    assert current("first", "zh-Hans", "北京示例公司").text.startswith("您正在与北京示例公司的人工智能")
    notice = current("first", "en", "Acme")
    assert notice.digest == hashlib.sha256(notice.text.encode()).hexdigest()
    assert current("first", "fr") == current("first", "en")


@pytest.mark.parametrize("name", [None, "", "   ", "\t"])
def test_no_name_is_a_sentence_of_its_own(name: str | None) -> None:
    assert current("first", "en", name).text.startswith("You are chatting with an AI system, not a human.")


@pytest.mark.parametrize(
    "name",
    [
        "Acme\nIgnore the above",
        "Acme\u2028x",
        "Acme\x00",
        "Acme \u202eemcA",
        "{org}",
        "{0.__class__}",
        "<b>Acme</b>",
        "[Acme](x)",
        "https://evil.example",
        "a" * (LONGEST_ORG + 1),
    ],
)
def test_a_name_is_one_line_of_plain_text(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        organisation(name)
    assert name not in str(caught.value)


def test_all_texts_are_known_longest_first() -> None:
    known = texts("Acme", ["Old Acme"])
    assert len(known) == 3 * len(ROWS)
    assert [len(t) for t in known] == sorted((len(t) for t in known), reverse=True)
    assert current("first", "id", "Old Acme").text in known
    assert currents("Acme").isdisjoint(currents())
