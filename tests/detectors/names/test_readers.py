"""What every reader of names owes: the contract of streams, its triggers, and an end on any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.names import display, greetings, labels, signatures, titles
from tests.detectors.names.contract import TEXTS, assert_contract, assert_triggered

READERS = {
    "titles": (titles.Titles(), titles),
    "labels": (labels.Labels(), labels),
    "greetings": (greetings.Greetings(), greetings),
    "signatures": (signatures.Signatures(), signatures),
    "display": (display.Display(), display),
}


@pytest.mark.parametrize("name", READERS)
@given(TEXTS, st.integers(0, 200))
@settings(max_examples=150, deadline=None)
def test_what_is_settled_stays_settled(name, text, cut):
    reader, module = READERS[name]
    assert_contract(reader, module.REACH, text, min(cut, len(text)))


@pytest.mark.parametrize("name", READERS)
@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_whoever_finds_something_is_asked(name, text):
    reader, module = READERS[name]
    assert_triggered(reader, module.TRIGGERS, text)
