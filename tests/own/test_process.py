"""A worker that raises, hangs, lies, dies or talks: the text is never silently passed over, and the next one is looked at."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from guardrails.aside import Turn
from guardrails.errors import SettingsError
from guardrails.model import Segment
from guardrails.own.process import (
    Apart,
    RecognizerAnswer,
    RecognizerDied,
    RecognizerFault,
    RecognizerRaised,
    RecognizerRefused,
    RecognizerTimeout,
    Worker,
    environment,
    recognizers,
)
from tests.own.alive import lives, sleepers, workers
from tests.processes import eventually

MEMORY = 2_000_000_000
HERE = os.getpid()


def made(*names: str, seconds: float = 10.0, turn: Turn | None = None) -> tuple[Apart, ...]:
    return recognizers(Worker(names, seconds, MEMORY, lambda: turn))


@pytest.fixture(scope="module")
def odd() -> Iterator[Apart]:
    [one] = made("tests.own.odd:ODD")
    yield one
    ended(one)


def ended(one: Apart) -> None:
    pid = one.worker.pid
    one.worker.close()
    assert pid is None or not lives(pid)
    assert one.worker.pid is None


def found(detector: Apart, text: str) -> list[tuple[str, str]]:
    return [(f.entity, text[f.start : f.end]) for f in detector.find(Segment("/t", text))]


def test_a_worker_finds_what_its_recognizers_find() -> None:
    first, second = made("tests.own.odd:BOTH")
    assert (first.name, second.name) == ("pii/odd", "pii/tame")
    assert (first.entities, second.entities) == (("ODD",), ("TAME",))
    text = "ODD \ud83d\ude00 and tame, ODD \U0001f600"
    [one, other] = first.find(Segment("/t", text))
    assert (one.path, one.start, one.score, one.detector) == ("/t", 0, 0.5, "pii/odd")
    assert text[other.start : other.end] == "ODD"
    assert found(second, text) == [("TAME", "tame")]
    assert list(first.find(Segment("/t", text), 1)) == [other]
    assert (first.reach, first.settled("abc", 1)) == (None, 1)
    first.worker.close()


def test_what_is_public_here_is_no_finding() -> None:
    [one] = recognizers(Worker(("tests.own.odd:ODD",)), frozenset({"Odd"}))
    assert found(one, "an ODD text") == []
    ended(one)


def test_to_ask_what_there_is_leaves_no_process() -> None:
    before = workers(HERE)
    assert made("tests.own.odd:BOTH")[0].worker.pid is None
    assert workers(HERE) == before


@pytest.mark.parametrize(
    "word", ["raise", "exit", "deep", "much", "half", "words", "no score", "no result", "a text", "a number"]
)
def test_one_that_raises_costs_its_text_alone(odd: Apart, word: str) -> None:
    found(odd, "warm")
    before = odd.worker.pid
    with pytest.raises(RecognizerRaised) as error:
        found(odd, f"do {word}")
    assert str(error.value) == "odd", "its message may hold text"
    assert error.value.__cause__ is None
    assert found(odd, "an ODD text") == [("ODD", "ODD")]
    assert odd.worker.pid == before


@pytest.mark.parametrize(
    "word", ["beyond", "before", "backwards", "empty", "unnamed", "no entity", "nan", "endless score", "sure", "endless"]
)
def test_answers_that_cannot_be_are_errors(odd: Apart, word: str) -> None:
    with pytest.raises(RecognizerAnswer):
        found(odd, f"do {word}")
    assert found(odd, "an ODD text") == [("ODD", "ODD")]


@pytest.mark.parametrize("word", ["spin", "sleep", "regex"])
def test_one_that_hangs_is_killed_and_the_next_text_is_looked_at(word: str) -> None:
    [one] = made("tests.own.odd:ODD", seconds=0.3)
    found(one, "warm")
    before, began = one.worker.pid, time.monotonic()
    with pytest.raises(RecognizerTimeout):
        found(one, f"do {word}")
    assert 0.3 <= time.monotonic() - began < 20
    assert found(one, "an ODD text") == [("ODD", "ODD")]
    assert before
    assert one.worker.pid != before
    assert not lives(before)
    ended(one)


def test_one_that_dies_is_replaced(odd: Apart) -> None:
    for _ in range(3):
        with pytest.raises(RecognizerDied):
            found(odd, "do die")
        assert found(odd, "an ODD text") == [("ODD", "ODD")]


def test_one_that_is_killed_between_texts_is_replaced(odd: Apart) -> None:
    found(odd, "warm")
    before = odd.worker.pid or 0
    os.kill(before, 9)
    eventually(lambda: not lives(before), "it was not killed")
    assert found(odd, "an ODD text") == [("ODD", "ODD")], "no text was lost, so none fails"
    assert odd.worker.pid != before


def test_what_it_prints_goes_nowhere(odd: Apart, capfd: pytest.CaptureFixture[str]) -> None:
    assert found(odd, "do noise") == [("ODD", "do ")]
    assert found(odd, "an ODD text") == [("ODD", "ODD")]
    assert capfd.readouterr() == ("", "")


def test_the_log_says_who_failed_and_where_and_nothing_else(odd: Apart, caplog: pytest.LogCaptureFixture) -> None:
    odd.worker._told_at = -60.0
    for _ in range(3):
        with pytest.raises(RecognizerRaised):
            found(odd, "do raise")
    [record] = caplog.records
    facts = vars(record)["facts"]
    assert facts.pop("at").startswith("own/odd.py:")
    assert facts == {"recognizer": "odd", "fault": "RecognizerRaised", "raised": "ValueError"}
    assert record.getMessage() == "a recognizer has not looked at a text"


def test_what_it_starts_ends_with_it() -> None:
    [one] = made("tests.own.odd:ODD")
    assert found(one, "do threads") == [("ODD", "do ")]
    assert found(one, "do children") == [("ODD", "do ")]
    eventually(lambda: sleepers(HERE), "it has started nothing")
    ended(one)
    eventually(lambda: not sleepers(HERE), "a process that it started outlived it")


def test_it_sees_no_secrets_of_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GUARDRAILS_UPSTREAM_KEY", "OPENAI_API_KEY", "AWS_SECRET_ACCESS_KEY", "DATABASE_URL"):
        monkeypatch.setenv(name, "SECRET")
    [one] = made("tests.own.odd:ODD")
    assert found(one, "do environment") == []
    one.worker.close()
    monkeypatch.setenv("RECOGNIZER_MODEL", "/models/SECRET")  # what is meant for it, it gets
    [one] = made("tests.own.odd:ODD")
    assert found(one, "do environment") == [("ODD", "do ")]
    one.worker.close()
    seen = set(environment({"PATH": "/bin", "LC_ALL": "C", "SECRET_KEY": "x", "PYTHONSTARTUP": "x"}))
    assert seen - {"PYTHONPATH"} == {"PATH", "LC_ALL", "TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS"}


def test_threads_take_turns_and_nobody_fails_for_another(odd: Apart) -> None:
    said: list[object] = []

    def ask(text: str) -> None:
        try:
            said.append(found(odd, text))
        except RecognizerFault as fault:
            said.append(type(fault))

    texts = ["ODD", "do raise", "do die", "ODD", "tame", "do nan"] * 3
    asking = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for one in asking:
        one.start()
    for one in asking:
        one.join(60)
    assert said.count([("ODD", "ODD")]) == 6
    assert said.count([]) == 3
    assert said.count(RecognizerRaised) == said.count(RecognizerDied) == said.count(RecognizerAnswer) == 3


def test_waiting_for_a_turn_is_not_counted() -> None:
    """One text holds the worker until its deadline; the one behind it has a deadline of its own."""
    [one] = made("tests.own.odd:ODD", seconds=0.5)
    found(one, "warm")
    said: list[object] = []

    def hang() -> None:
        with pytest.raises(RecognizerTimeout):
            found(one, "do sleep")
        said.append("late")

    first = threading.Thread(target=hang)
    first.start()
    time.sleep(0.1)
    assert found(one, "an ODD text") == [("ODD", "ODD")]
    first.join(60)
    assert said == ["late"]
    one.worker.close()


@pytest.mark.parametrize(("word", "fault"), [("sleep", RecognizerTimeout), ("die", RecognizerDied)])
def test_a_judgement_costs_one_process_at_most(word: str, fault: type[RecognizerFault]) -> None:
    turn = Turn()
    [one] = made("tests.own.odd:ODD", seconds=0.3, turn=turn)
    with pytest.raises(RecognizerRaised):
        found(one, "do raise")
    with pytest.raises(fault):
        found(one, f"do {word}")
    pid = one.worker.pid
    assert pid
    for text in (f"do {word}", "an ODD text"):
        with pytest.raises(RecognizerRefused):
            found(one, text)
    assert one.worker.pid == pid
    turn.spent = False
    assert found(one, "an ODD text") == [("ODD", "ODD")]
    turn.wanted = False
    with pytest.raises(RecognizerRefused):
        found(one, "an ODD text")
    ended(one)


def test_a_worker_that_nobody_needs_any_more_ends() -> None:
    [one] = made("tests.own.odd:ODD")
    found(one, "warm")
    pid = one.worker.pid
    assert pid
    assert lives(pid)
    del one
    assert not lives(pid)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nowhere:X", 'there is no "nowhere:X": Python finds no module nowhere. Write package.module:NAME'),
        ("tests.own.nowhere:X", "finds no module tests.own.nowhere"),
        ("tests.own.odd:NOBODY", "the module tests.own.odd has no NOBODY"),
        ("tests.own.odd", "write package.module:NAME"),
        (":", "write package.module:NAME"),
        ("", "write package.module:NAME"),
        ("tests.own.odd:NOTHING", 'object ("tests.own.odd:NOTHING") has no analyze or supported_entities'),
        ("tests.own.odd:UNSAID", "does not say what it finds"),
        ("tests.own.odd:LOWER", 'finds "lower", which cannot be named in a rule; write it like CUSTOMER_NUMBER'),
        ("tests.own.odd:Broken", 'making a recognizer of the class "tests.own.odd:Broken" raises OSError at own/odd.py:'),
        ("tests.own.raises:X", "importing tests.own.raises raises KeyError at own/raises.py:3 ('model'). Run python -c"),
        ("tests.own.needs:X", "needs the module a_package_that_nobody_has, which is not installed here"),
        ("tests.own.leaves:X", "the process that imports tests.own.leaves:X ended without a word. Run python -c"),
    ],
)
def test_what_cannot_be_had_is_told_with_what_to_do(name: str, words: str) -> None:
    before = workers(HERE)
    with pytest.raises(SettingsError) as error:
        made(name)
    assert str(error.value).startswith("recognizers: ")
    assert words in str(error.value)
    assert workers(HERE) == before


def test_a_recognizer_without_a_name_is_called_after_its_class() -> None:
    assert made("tests.own.odd:NAMELESS")[0].name == "pii/SimpleNamespace"


def test_it_is_not_for_people() -> None:
    done = subprocess.run([sys.executable, "-m", "guardrails.own"], input=b"", capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.startswith(b"guardrails starts this itself")


FORKED = """
import os
from guardrails.model import Segment
from guardrails.own.process import Worker, recognizers
[one] = recognizers(Worker(("tests.own.odd:ODD",)))
segment = Segment("", "an ODD text")
assert len(list(one.find(segment))) == 1
first = one.worker.pid
child = os.fork()
assert len(list(one.find(segment))) == 1
assert (one.worker.pid == first) is bool(child)
if child:
    assert os.waitpid(child, 0)[1] == 0
    assert len(list(one.find(segment))) == 1
one.worker.close()
if not child:
    os._exit(0)
"""


def test_a_process_that_was_forked_off_has_a_worker_of_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", FORKED], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
