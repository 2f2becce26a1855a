"""What every reader of names owes: the contract of streams, its triggers, and an end on any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.names import display, greetings, labels, rules, signatures, titles
from guardrails.detectors.names.signs import REACH, Signed
from tests.detectors.names.contract import TEXTS, assert_contract

PARTS = {"titles": titles, "labels": labels, "greetings": greetings, "signatures": signatures, "display": display}
READERS = {name: Signed(part.SIGNS) for name, part in PARTS.items()} | {"all": rules.rules()}


@pytest.mark.parametrize("name", READERS)
@given(TEXTS, st.integers(0, 200))
@settings(max_examples=120, deadline=None)
def test_what_is_settled_stays_settled(name, text, cut):
    assert_contract(READERS[name], REACH, text, min(cut, len(text)))


@pytest.mark.parametrize("name", PARTS)
@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_whoever_finds_something_is_asked(name, text):
    signs, reader = PARTS[name].SIGNS, READERS[name]
    unasked = [r for sign in signs for r in sign.read(text, 0) if r.score]
    assert len(list(reader.find(text))) == len(unasked)
