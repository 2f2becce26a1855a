"""The story of a call says what its records say, in words, and never more than can be proven."""

from __future__ import annotations

import json
import sqlite3
import string
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from guardrails.audit.read import Unreadable
from guardrails.audit.show import SENTENCES, stories, tell
from guardrails.audit.sqlite import FILE
from guardrails.model import Action, Failure, Mode, Reason, Result, Stage
from guardrails.record import Ending, Record, outcome_unknown
from guardrails.tlog import leaf_hash
from tests.audit.logs import calls, tamper, write
from tests.test_record import AT, CONTEXT, DECISION, ORIGIN, REASON, an_intent, an_outcome, findings

NOTICE = {"notice_id": "first/1", "lang": "da", "placement": "prefix", "shown": True}


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
            "  EMAIL_ADDRESS in /messages/0/content (text of: user), characters 5 to 28: tokenize, rule hide-mail",
            "Rule hide-mail matched 1 time(s) and asked to tokenize (severity: high).",
            "Not scanned, because it cannot be read: /messages/0/content/1.",
            "Protection was switched off in part: unsafe_allow_unrecorded.",
            "The provider answered with status 200 after 1500 ms; the whole call took 1600 ms.",
            "Given back to the user: 2 value(s). Unknown placeholders left alone: 0. "
            "Kept out of links to foreign hosts: 1.",
            "The user was told that this is an AI: notice first/1 in da, prefix.",
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
CASES: dict[str, tuple[list[Record], str]] = {
    "nothing found": ([an_intent(replace(DECISION, reasons=()))], "Nothing was hidden from the model.\nNo rule had"),
    "on trial": ([an_intent(SHADOW)], "on trial and changed nothing; it would have asked to tokenize (1 match(es))"),
    "an error": ([an_intent(ERROR)], "Rule r could not look (an error) and then asked to block.\nThe detector names/1 failed"),
    "many": ([an_intent(MANY)], "  and 92 more\nRule hide-mail matched 100 time(s)"),
    "still running": ([an_intent()], "it may still be running"),
    "hidden in the answer": ([an_intent(), an_outcome(decision=OUTPUT)], "Hidden in the answer: 1 × EMAIL_ADDRESS."),
    "no answer": (
        [an_intent(), an_outcome(status=None, ending=Ending.UPSTREAM_ERROR, error={"stage": "connect", "class": "Timeout"})],
        "Error in connect: Timeout.\nIt failed at the provider.",
    ),
    "blocked": ([an_intent(), an_outcome(ending=Ending.BLOCKED)], "It was BLOCKED."),
    "no notice": ([an_intent(), an_outcome()], "No notice was shown in this answer."),
    "only an outcome": ([an_outcome()], "What was decided about the request is not in the log."),
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
