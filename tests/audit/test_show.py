"""The story of a call says what its records say, in words, and never more than can be proven."""

from __future__ import annotations

import json
import sqlite3
import string
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.audit.file import FILE
from guardrails.audit.read import Unreadable
from guardrails.audit.show import SENTENCES, _path, stories, tell
from guardrails.model import Action, Failure, Finding, Mode, Origin, Reason, Result, Severity, Stage
from guardrails.record import Ending, Record, outcome_unknown
from guardrails.tlog import leaf_hash
from tests.audit.logs import calls, tamper, write
from tests.test_record import AT, CONTEXT, DECISION, ORIGIN, REASON, an_intent, an_outcome, findings

NOTICE = {"notice_id": "first", "version": "1", "lang": "da", "placement": "text", "shown": True}
FIELD = NOTICE | {"placement": "field", "shown": False}
NOWHERE = NOTICE | {"placement": "none", "shown": False}


def told(data: Path, *records: Record, call: str = "c1") -> str:
    write(data, list(records))
    (story,) = stories(data, call=call)
    assert story.proof.verified
    return tell(story)


def test_the_whole_story_of_one_call(tmp_path: Path) -> None:
    text = told(
        tmp_path,
        an_intent(unscanned=["/messages/0/content/1"], unsafe=["unsafe_allow_unrecorded"]),
        an_outcome(restored=2, kept_back=1, disclosure=NOTICE, upstream_us=1_500_000, total_us=1_600_000),
    )
    assert text == "\n".join(
        [
            "Call c1",
            f"{AT}  tenant acme, application shop asked for the model demo-1 of demo, over /v1/chat/completions.",
            "Hidden from the model: 1 × EMAIL_ADDRESS.",
            "  EMAIL_ADDRESS in message 1 (/messages/0/content), text of: user, characters 5 to 28: tokenize, rule hide-mail",
            "On the request: the rule hide-mail matched 1 time and asked to tokenize (severity: high).",
            "Not scanned, because it cannot be read: message 1 (/messages/0/content/1).",
            "Protection was switched off in part: unsafe_allow_unrecorded.",
            "The provider answered with status 200 after 1500 ms; the whole call took 1600 ms.",
            "Given back to the user: 2 values.",
            "Kept out of links to foreign hosts: 1 value.",
            "The user was told that this is an AI, before the answer: notice first in da.",
            "It ended well, with the changes told above.",
            f"Decided by policy default@{'cd' * 32}.",
            *text.splitlines()[-2:],
        ]
    )  # fmt: skip
    assert "entries: 1, 2 (of 3)" in text
    assert "UNANCHORED" in text


SHADOW = replace(DECISION, reasons=(replace(REASON, mode=Mode.SHADOW),))
ERROR = replace(
    DECISION, reasons=(Reason("r", Action.BLOCK, result=Result.ERROR),), errors=(Failure("names/1", "/messages/0", "OSError"),)
)
MANY = replace(DECISION, reasons=(replace(REASON, findings=findings(100)),))
OUTPUT = replace(DECISION, stage=Stage.OUTPUT)
CARD = Finding("/messages/1/content", 3, 22, "CREDIT_CARD", 1.0, "pattern/1", origin=Origin.USER)
NO_CARDS = Reason("no-cards", Action.BLOCK, (CARD,), Severity.HIGH)
BLOCKED = replace(DECISION, reasons=(REASON, NO_CARDS))
CASES: dict[str, tuple[list[Record], str]] = {
    "nothing found": (
        [an_intent(replace(DECISION, reasons=()))],
        "Nothing was hidden from the model.\nOn the request: no rule matched.",
    ),
    "on trial": ([an_intent(SHADOW)], "on trial and changed nothing; it would have asked to tokenize (1 match)"),
    "an error": (
        [an_intent(ERROR)],
        "the rule r could not look (an error) and then asked to block.\nOn the request: the detector names/1 failed",
    ),
    "many": ([an_intent(MANY)], "  and 92 more\nOn the request: the rule hide-mail matched 100 times"),
    "still running": ([an_intent()], "it is still running, or the server died before it ended."),
    "hidden in the answer": ([an_intent(), an_outcome(decision=OUTPUT)], "Hidden in the answer: 1 × EMAIL_ADDRESS."),
    "no answer": (
        [an_intent(), an_outcome(status=None, ending=Ending.UPSTREAM_ERROR, error={"stage": "connect", "class": "Timeout"})],
        "Error in connect: Timeout.\nIt failed at the provider.",
    ),
    "blocked": ([an_intent(), an_outcome(ending=Ending.BLOCKED)], "It was BLOCKED."),
    "a notice that reached nobody": (
        [an_intent(disclosure=NOTICE), an_outcome(disclosure=NOWHERE)],
        "No notice reached the user.",
    ),
    "a notice as a field": (
        [an_intent(disclosure=NOTICE), an_outcome(disclosure=FIELD)],
        "(first in da) was given to the application as a field (JSON mode or a tool call), not as text.",
    ),
    "a planned notice, never told of": ([an_intent(disclosure=NOTICE), an_outcome()], "No notice was shown in this answer."),
    "no model": ([an_intent(model="", provider="127.0.0.1")], "asked for an unnamed model of 127.0.0.1, over"),
    "a hashed model": (
        [an_intent(model="model_0123456789abcdef")],
        "asked for a model whose name is not written down (fingerprint 0123456789abcdef) of demo",
    ),
    "nothing matched in the answer": (
        [an_intent(), an_outcome(decision=replace(OUTPUT, reasons=()))],
        "On the answer: no rule matched.",
    ),
    "no notice": ([an_intent(), an_outcome()], "No notice was shown in this answer."),
    "only an outcome": ([an_outcome()], "What was decided about the request is not in the log."),
    "not written in time": (
        [an_intent(), outcome_unknown(id="u", call="c1", at=AT, intent_index=1, origin=ORIGIN, reason="log_unavailable")],
        "the log could not be written in time, so whoever called was told no more.",
    ),
    "died": (
        [an_intent(), outcome_unknown(id="u", call="c1", at=AT, intent_index=1, origin=ORIGIN)],
        "What became of it is not known: the process that served it died.",
    ),
    "no application": ([an_intent(context=replace(CONTEXT, app=""))], "tenant acme asked for"),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_said(name: str, tmp_path: Path) -> None:
    records, said = CASES[name]
    assert said in told(tmp_path, *records)


def without_frame(text: str) -> list[str]:
    """The story without its first two lines (call, who asked) and its last three (policy, entries, proof)."""
    return text.splitlines()[2:-3]


def test_a_blocked_request_went_nowhere_and_names_its_rule(tmp_path: Path) -> None:
    text = told(tmp_path, an_intent(BLOCKED), an_outcome(ending=Ending.BLOCKED, status=None, total_us=3000, disclosure=NOTICE))
    assert without_frame(text) == [
        "Nothing was sent to the model. Blocked by the rule no-cards.",
        "  CREDIT_CARD in message 2 (/messages/1/content), text of: user, characters 3 to 22: found, rule no-cards",
        "On the request: the rule hide-mail matched 1 time and asked to tokenize (severity: high).",
        "On the request: the rule no-cards matched 1 time and blocked it (severity: high).",
        "The whole call took 3 ms.",
        "The user was told that this is an AI, before the answer: notice first in da.",
        "It was BLOCKED by the rule no-cards.",
    ]


def test_a_blocked_answer_hid_nothing_from_anybody(tmp_path: Path) -> None:
    answer = replace(BLOCKED, stage=Stage.OUTPUT)
    quiet = an_intent(replace(DECISION, reasons=()))
    text = told(tmp_path, quiet, an_outcome(ending=Ending.BLOCKED, decision=answer, restored=2, disclosure=NOWHERE))
    assert without_frame(text) == [
        "Nothing was hidden from the model.",
        "On the request: no rule matched.",
        "The provider answered with status 200 after 0 ms; the whole call took 0 ms.",
        "  CREDIT_CARD in message 2 (/messages/1/content), text of: user, characters 3 to 22: found, rule no-cards",
        "On the answer: the rule hide-mail matched 1 time and asked to tokenize (severity: high).",
        "On the answer: the rule no-cards matched 1 time and blocked it (severity: high).",
        "No notice reached the user.",
        "It was BLOCKED by the rule no-cards.",
    ]


def test_two_rules_that_block_are_both_named(tmp_path: Path) -> None:
    both = replace(
        DECISION, reasons=(NO_CARDS, replace(NO_CARDS, rule="no-money"), replace(NO_CARDS, rule="t", mode=Mode.SHADOW))
    )
    text = told(tmp_path, an_intent(both), an_outcome(ending=Ending.BLOCKED, status=None))
    assert "Blocked by the rules no-cards, no-money." in text
    assert "It was BLOCKED by the rules no-cards, no-money." in text


def test_a_request_that_cannot_be_read_is_said_plainly(tmp_path: Path) -> None:
    unread = {"stage": "call", "class": "MalformedRequest"}
    empty = an_intent(replace(DECISION, reasons=()), model="", provider="127.0.0.1")
    text = told(tmp_path, empty, an_outcome(ending=Ending.BLOCKED, status=None, error=unread, disclosure=NOWHERE))
    assert text.splitlines()[1:-2] == [
        f"{AT}  tenant acme, application shop sent a request over /v1/chat/completions. Nothing was sent to the model.",
        "The request could not be read and was refused (MalformedRequest).",
    ]
    assert "rule" not in text


def test_a_fault_of_ours_is_not_called_the_clients(tmp_path: Path) -> None:
    fault = {"stage": "call", "class": "KeyError"}
    text = told(tmp_path, an_intent(), an_outcome(ending=Ending.ABORTED, status=None, error=fault))
    assert "Error in call: KeyError.\nIt was broken off before the end." in text


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/messages/0/content", "message 1 (/messages/0/content)"),
        ("/choices/2/message/content", "answer 3 (/choices/2/message/content)"),
        ("/messages/9", "message 10 (/messages/9)"),
        ("/tools/0/function", "/tools/0/function"),
        ("/messages/x", "/messages/x"),
        (None, "(not given)"),
    ],
)
def test_a_pointer_is_told_as_people_count(path: str | None, said: str) -> None:
    assert _path(SENTENCES["en"], path) == said


def test_no_sentence_counts_with_brackets() -> None:
    assert not [name for words in SENTENCES.values() for name, text in words.items() if "(s)" in text or "(es)" in text]


@pytest.mark.parametrize("ending", Ending)
def test_every_ending_has_a_sentence(ending: Ending) -> None:
    assert all(f"ending.{ending}" in words for words in SENTENCES.values())


@pytest.mark.parametrize("language", SENTENCES)
def test_every_language_says_the_same_things(language: str) -> None:
    def fields(sentence: str) -> list[str]:
        return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name)

    words, english = SENTENCES[language], SENTENCES["en"]
    assert words.keys() == english.keys()
    assert {name: fields(words[name]) for name in words} == {name: fields(english[name]) for name in english}


def test_the_last_calls_come_newest_first(tmp_path: Path) -> None:
    write(tmp_path, calls(4))
    assert [story.call for story in stories(tmp_path, last=2)] == ["call-3", "call-2"]
    assert len(stories(tmp_path, last=99)) == 4
    assert stories(tmp_path, call="nobody") == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE entries SET leaf = CAST(replace(leaf, 'mask', 'hash') || ' ' AS BLOB) WHERE idx = 1", "entry 1 was changed"),
        ("UPDATE entries SET hash = zeroblob(32) WHERE idx = 3", "does not fit its last signed checkpoint"),
        ("DELETE FROM checkpoints WHERE size > 1", "under no signed checkpoint"),
        ("DELETE FROM checkpoints", "the last checkpoint is damaged"),
        ("UPDATE checkpoints SET note = replace(note, '— guard', '— gu4rd')", "not signed by this log's key"),
        ("UPDATE entries SET call = 'call-0' WHERE idx = 4", "entry 4 belongs to another call"),
    ],
)
def test_what_cannot_be_proven_is_not_called_verified(statement: str, said: str, tmp_path: Path) -> None:
    write(tmp_path, calls(2))
    tamper(tmp_path, statement)
    (story,) = stories(tmp_path, call="call-0")
    assert not story.proof.verified
    assert "NOT VERIFIED" in tell(story)
    assert said in tell(story)


def test_without_a_public_key_the_story_is_told_unverified(tmp_path: Path) -> None:
    write(tmp_path, calls(1))
    (tmp_path / "log.pub").unlink()
    (story,) = stories(tmp_path)
    assert "log.pub is missing" in tell(story)


def test_a_leaf_that_is_no_record_is_a_sentence(tmp_path: Path) -> None:
    write(tmp_path, calls(1))
    tamper(tmp_path, "UPDATE entries SET leaf = x'7b7b' WHERE idx = 1")
    with pytest.raises(Unreadable, match="entry 1 is damaged"):
        stories(tmp_path, call="call-0")


def test_a_log_that_was_tampered_with_cannot_steer_a_terminal_nor_break_the_teller(tmp_path: Path) -> None:
    write(tmp_path, calls(1))
    body = {"type": "decision.intent", "call": "call-0", "tenant": "\x1b[2J", "model": 3, "findings": [3], "rules": "x",
            "hidden": [], "policy": "p", "app": {"a": 1}, "errors": [3], "unscanned": ["\x1b"]}  # fmt: skip
    leaf = json.dumps(body).encode()
    tamper(tmp_path, ("UPDATE entries SET leaf = ?, hash = ? WHERE idx = 1", (leaf, leaf_hash(leaf))))
    (story,) = stories(tmp_path, call="call-0")
    assert "\x1b" not in tell(story, "xx")
    assert "NOT VERIFIED" in tell(story)


def test_reading_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, calls(1))
    before = (tmp_path / FILE).read_bytes()
    stories(tmp_path)
    assert (tmp_path / FILE).read_bytes() == before
    with closing(sqlite3.connect(tmp_path / FILE)) as log:
        assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
