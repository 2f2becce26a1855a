"""Every row of the table is found wherever it stands, is bounded as streams need it, and is asked for by its sign."""

import re
from collections.abc import Iterator
from importlib import import_module
from random import Random
from string import ascii_letters, digits
from typing import Any

import pytest
import re2

from guardrails.detectors.secret_forms import sign_of
from guardrails.detectors.secret_kinds import FORMS, LONGEST, OTHERS, Form
from guardrails.detectors.secret_values import LOOK
from guardrails.detectors.secrets import Secrets
from guardrails.detectors.widths import width

SECRETS = Secrets()
ALPHABET = ascii_letters + digits + "+/=_-.~@%"
parser: Any = import_module("re._parser")  # Python's own reading of a pattern
NAMES = [f"{n}-{f.name}" for n, f in enumerate(FORMS)]


def shape(form: Form) -> str:
    if not form.least:
        return form.prefix + form.body
    return f"{form.prefix}{form.body}{{{form.least},{form.most or LONGEST}}}"


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_a_form_is_decided_within_what_a_stream_holds_back(form: Form) -> None:
    longest = width(form.prefix + form.body if not form.least else f"{form.prefix}{form.body}{{{form.most or form.least}}}")
    assert longest is not None
    assert longest < LOOK < LONGEST


def drawn(pattern: str, lot: Random) -> str:
    """A text that the pattern matches, drawn by lot: what a real token looks like."""
    return "".join(_drawn(parser.parse(pattern, re.ASCII), lot))


def _drawn(parts: Any, lot: Random) -> Iterator[str]:
    for kind, what in parts:
        match str(kind):
            case "LITERAL":
                yield chr(what)
            case "IN":
                yield lot.choice([c for c in ALPHABET if any(_holds(c, *member) for member in what)])
            case "MAX_REPEAT":
                for _ in range(what[0]):
                    yield from _drawn(what[2], lot)
            case "SUBPATTERN":
                yield from _drawn(what[3], lot)
            case "BRANCH":
                yield from _drawn(lot.choice(what[1]), lot)


def _holds(c: str, kind: object, what: Any) -> bool:
    match str(kind):
        case "LITERAL":
            return ord(c) == what
        case "RANGE":
            return bool(what[0] <= ord(c) <= what[1])
    return c.isdigit() if str(what) == "CATEGORY_DIGIT" else c.isalnum()


FRAMES = ["{}", "use {} now", 'k = "{}"', "({})", "x?t={}&y", r"one\n{}\ntwo", "令{}。", "<v>{}</v>", "a:\n  {}\n", "%3D{}"]


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_a_form_is_found_wherever_it_stands(form: Form) -> None:
    lot = Random(form.name)
    for frame in FRAMES:
        value = drawn(shape(form), lot)
        while form.mixed and not re.search(r"\d.*[A-Za-z]|[A-Za-z].*\d", re.sub(form.prefix, "", value, count=1)):
            value = drawn(shape(form), lot)
        hidden = re.sub(form.prefix, "", value, count=1) if form.after else value
        text = frame.format(value)
        assert re2.search(sign_of(form), text)
        begin = text.index(value) + len(value) - len(hidden)
        end = begin + len(hidden.rstrip("."))
        found = list(SECRETS.find(text))
        assert any(h.start <= begin and h.end >= end for h in found), (text, found)
        assert sum(h.end - h.start for h in found) <= len(value) + 20
        if form.prefix and form.prefix[0].isalpha():
            assert not any(h.start == begin + 2 for h in SECRETS.find(frame.format(f"a1{value}")))


def test_the_words_are_words() -> None:
    assert all(re.fullmatch(r"[a-z]+", word) for word in OTHERS)
