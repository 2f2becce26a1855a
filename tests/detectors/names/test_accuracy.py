"""The gate: what is found in sentences and conversations written for it never falls below the floors of this table.

The floors lie a little below what is measured (`python -m benchmarks.names --part accuracy --show 99` prints what is missed and
invented); whoever makes detection better raises them. No sentence of a data set stands here.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from benchmarks import names_engines, names_origins
from benchmarks.names_gate import Gates, called, gated, weighed
from benchmarks.names_marks import HARMLESS, LANGUAGES, Conversation, Marked, Span, Spans, conversations, read, sentences
from benchmarks.names_read import drawn
from guardrails.settings import Settings

HERE = Path(__file__).parent
SENTENCES = sentences(HERE / "sentences.yaml")
CONVERSATIONS = {language: conversations(HERE / "conversations" / f"{language}.yaml") for language in LANGUAGES}
TURNS = [turn for every in CONVERSATIONS.values() for one in every for _, turn in one.turns]


class Floor(NamedTuple):
    """Of a language: shares that must be found, by type (a finding of that type meets the mark; an address is a place), of the
    persons in conversations, each one call; and how many false findings there may be: in harmless texts, in all others."""

    person: float
    address: float
    location: float
    called: float
    harmless: int
    others: int


FLOORS = {
    "en": Floor(person=0.96, address=0.9, location=0.8, called=0.92, harmless=9, others=4),
    "id": Floor(person=0.92, address=0.9, location=0.8, called=0.95, harmless=10, others=9),
    "zh": Floor(person=0.87, address=0.9, location=0.8, called=0.79, harmless=9, others=7),
    "da": Floor(person=0.9, address=0.9, location=0.8, called=0.89, harmless=12, others=8),
}
#: Of names by the origin of who bears them: what the worst group must reach, and how far it may lie behind the best.
WORST_ORIGIN, WIDEST_GAP = 0.92, 0.08


@pytest.fixture(scope="module")
def ours() -> Spans:
    return names_engines.ours(Settings())


@pytest.fixture(scope="module")
def gates(ours: Spans) -> Gates:
    return gated(SENTENCES, ours)


@pytest.fixture(scope="module")
def calls(ours: Spans) -> Gates:
    return weighed(pair for every in CONVERSATIONS.values() for one in every for pair in called(one, ours))


@pytest.mark.parametrize("entity", ["PERSON", "ADDRESS", "LOCATION"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_recall_keeps_its_floor(language: str, entity: str, gates: Gates) -> None:
    missed = [one.text[m[0] : m[1]] for one, m in gates.missed if one.language == language and m[2] == entity]
    assert gates.recall[language, entity].share >= getattr(FLOORS[language], entity.lower()), missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_recall_in_calls_keeps_its_floor(language: str, calls: Gates) -> None:
    missed = [one.text[m[0] : m[1]] for one, m in calls.missed if one.language == language]
    assert calls.recall[language, "PERSON"].share >= FLOORS[language].called, missed


@pytest.mark.parametrize("language", LANGUAGES)
def test_little_is_invented(language: str, gates: Gates, calls: Gates) -> None:
    wrong = [*gates.wrong, *calls.wrong]
    false = [(one.kind, one.text[s[0] : s[1]], s[2]) for one, s in wrong if one.language == language]
    harmless = [f for f in false if f[0] == HARMLESS]
    assert len(harmless) <= FLOORS[language].harmless, harmless
    assert len(false) - len(harmless) <= FLOORS[language].others, [f for f in false if f[0] != HARMLESS]


def test_names_of_every_origin_are_found_alike(ours: Spans) -> None:
    shares = names_origins.shares(names_origins.counted(ours, LANGUAGES, quick=True))
    assert min(shares.values()) >= WORST_ORIGIN, shares
    assert max(shares.values()) - min(shares.values()) <= WIDEST_GAP, shares


# --- the sentences and conversations themselves ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_enough_sentences(language: str) -> None:
    kinds = Counter(one.kind for one in SENTENCES if one.language == language)
    assert kinds[HARMLESS] >= 30
    assert kinds.total() - kinds[HARMLESS] >= 60
    assert {"chat", "nicknames", "json", "signatures", "mail", "addresses", "tool results", "foreign"} < set(kinds)


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_ten_conversations_of_four_to_eight_turns(language: str) -> None:
    assert len(CONVERSATIONS[language]) == 10
    assert {len(one.turns) for one in CONVERSATIONS[language]} <= set(range(4, 9))
    assert {who for one in CONVERSATIONS[language] for who, _ in one.turns} <= {"user", "assistant", "tool"}


def test_every_sentence_names_somebody_or_nobody() -> None:
    assert not [one.text for one in SENTENCES if bool(one.marks or one.optional) == (one.kind == HARMLESS)]


def test_no_sentence_stands_twice_and_no_mark_is_broken() -> None:
    texts = Counter(one.text for one in SENTENCES)
    assert [text for text, n in texts.items() if n > 1] == []
    assert not [one.text for one in (*SENTENCES, *TURNS) if "PERSON" in one.text or "ADDRESS:" in one.text or "~" in one.text]


# --- how it is counted -------------------------------------------------------------------------------------------------------

JANE = read("Tell [PERSON:Jane Cooper] at [ADDRESS:12 High Street] in [~LOCATION:Leeds]", kind="chat")
NOBODY = read("Nothing stands here", kind=HARMLESS)


def test_marks_are_taken_out_of_a_text() -> None:
    assert JANE.text == "Tell Jane Cooper at 12 High Street in Leeds"
    assert JANE.marks == ((5, 16, "PERSON"), (20, 34, "ADDRESS"))
    assert JANE.optional == ((38, 43, "LOCATION"),)
    assert read('[{"a": "[PERSON:A]"}]↵[x]').text == '[{"a": "A"}]\n[x]'
    with pytest.raises(ValueError, match="EMAIL"):
        read("[EMAIL:x]")


def perfect(text: str, language: str) -> list[Span]:
    return [(*m, 1.0) for one in (*SENTENCES, *TURNS, JANE) if one.text == text for m in one.marks]


def found(*spans: tuple[int, int, str]) -> Spans:
    return lambda text, _: [(*s, 0.9) for s in spans if text == JANE.text]


def test_who_finds_every_mark_finds_all_and_invents_nothing() -> None:
    result = gated(SENTENCES, perfect)
    assert {gate.found == gate.marks for gate in result.recall.values()} == {True}
    assert not result.false
    assert not result.missed


@pytest.mark.parametrize(
    ("spans", "person", "address", "false"),
    [
        ([(5, 16, "PERSON"), (20, 34, "ADDRESS")], 1, 1, 0),
        ([(5, 9, "PERSON"), (20, 34, "LOCATION")], 1, 1, 0),  # a part; an address is a place
        ([(5, 16, "LOCATION")], 0, 0, 1),  # another type
        ([(38, 43, "LOCATION")], 0, 0, 0),  # optional
        ([(0, 4, "PERSON")], 0, 0, 1),
        ([(5, 16, "EMAIL_ADDRESS"), (0, 4, "ORGANIZATION")], 0, 0, 0),  # no names
    ],
)
def test_what_counts(spans: list[tuple[int, int, str]], person: int, address: int, false: int) -> None:
    result = gated([JANE, NOBODY], found(*spans))
    assert (result.recall["en", "PERSON"].found, result.recall["en", "ADDRESS"].found) == (person, address)
    assert result.false.total() == false


def test_in_a_call_a_name_is_known_in_every_turn() -> None:
    turns = (("user", read("I am [PERSON:Ottilie Brandt].")), ("user", read("[PERSON:Ottilie] here, hello")))
    only_whole = found_in("Ottilie Brandt")
    result = weighed(called(Conversation("a call", turns), only_whole))
    assert (result.recall["en", "PERSON"].found, result.missed, result.wrong) == (2, [], [])
    assert weighed((turn, only_whole(turn.text, "en")) for _, turn in turns).recall["en", "PERSON"].found == 1


def found_in(name: str) -> Spans:
    return lambda text, _: [(text.index(name), text.index(name) + len(name), "PERSON", 0.9)] if name in text else []


def test_a_conversation_is_drawn_for_a_reader() -> None:
    shown = drawn(JANE, [(5, 9, "PERSON", 1.0), (5, 16, "PERSON", 0.5), (0, 4, "PERSON", 0.9)])
    assert shown == "[PERSON? Tell] [PERSON Jane Cooper] at !!12 High Street!! in Leeds"


def test_a_turn_that_is_no_sentence_is_marked_as_one() -> None:
    assert {one.language for one in TURNS} == set(LANGUAGES)
    assert all(isinstance(one, Marked) and one.kind == "conversations" for one in TURNS)
