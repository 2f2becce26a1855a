"""JSON inside a string: every literal is seen, edits touch one literal and keep the document valid."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.model import Edit, Kind
from guardrails.wire import jsontext

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
).filter(lambda v: isinstance(v, dict | list))


def strings(value):
    """Every string, key and long number of a document, by walking the parsed value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, child in value.items():
            yield key
            yield from strings(child)
    elif isinstance(value, list):
        for child in value:
            yield from strings(child)
    elif isinstance(value, int | float) and not isinstance(value, bool) and sum(c.isdigit() for c in json.dumps(value)) >= 7:
        yield json.dumps(value)


@given(DOCUMENTS, st.sampled_from([None, 2]), st.booleans())
def test_every_literal_is_a_leaf(value, indent, ascii_only):
    source = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    found = jsontext.leaves(source)
    assert [leaf.text for leaf in found] == list(strings(value))
    assert len({leaf.steps for leaf in found}) == len(found)


@given(DOCUMENTS, st.sampled_from([None, 2]))
def test_no_edits_change_nothing(value, indent):
    source = json.dumps(value, indent=indent)
    assert jsontext.rewritten(source, jsontext.leaves(source), {}) == source


@given(DOCUMENTS, st.text(min_size=1))
def test_an_edit_says_exactly_what_it_should(value, new):
    source = json.dumps(value)
    found = jsontext.leaves(source)
    for leaf in found:
        edits = {leaf.steps: [Edit(leaf.steps, 0, len(leaf.text), new)]}
        changed = jsontext.leaves(jsontext.rewritten(source, found, edits))
        assert [x.text for x in changed] == [new if x.steps == leaf.steps else x.text for x in found]


def test_repeated_keys_are_all_seen():
    assert [leaf.text for leaf in jsontext.leaves('{"a": "x", "a": "y"}')] == ["a", "x", "a", "y"]


def test_a_number_given_back_is_a_number_again():
    source = '{"card": "<CREDIT_CARD_00000000>"}'
    found = jsontext.leaves(source)
    edit = Edit("/~0", 0, 22, "4111111111111111", number=True)
    assert jsontext.rewritten(source, found, {"/~0": [edit]}) == '{"card": 4111111111111111}'


@pytest.mark.parametrize("text", ["", "plain", "{", '{"a":', '{"a": 1} x', "3", '"s"', "[1,]"])
def test_what_is_no_document_has_no_leaves(text):
    assert jsontext.leaves(text) is None


def test_kinds_and_steps():
    found = jsontext.leaves('{"to": ["a@b.c"], "n": {"card": 4111111111111111, "small": 12}}')
    assert [(leaf.steps, leaf.kind) for leaf in found] == [
        ("/~0/~key", Kind.KEY),
        ("/~0/0", Kind.TEXT),
        ("/~1/~key", Kind.KEY),
        ("/~1/~0/~key", Kind.KEY),
        ("/~1/~0", Kind.NUMBER),
        ("/~1/~1/~key", Kind.KEY),
    ]
