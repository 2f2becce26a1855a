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
    found = jsontext.document(source, 0).leaves
    assert [leaf.text for leaf in found] == list(strings(value))
    assert len({leaf.steps for leaf in found}) == len(found)


@given(DOCUMENTS, st.sampled_from([None, 2]))
def test_no_edits_change_nothing(value, indent):
    source = json.dumps(value, indent=indent)
    assert jsontext.document(source).rewritten({}) == source


@given(DOCUMENTS, st.text(min_size=1))
def test_an_edit_says_exactly_what_it_should(value, new):
    source = json.dumps(value)
    found = jsontext.document(source, 0)
    keys = {leaf.text for leaf in found.leaves if leaf.kind is Kind.KEY}
    for leaf in found.leaves:
        edits = {leaf.steps: [Edit(leaf.steps, 0, len(leaf.text), new)]}
        changed = jsontext.document(found.rewritten(edits), 0).leaves
        said = [x.text for x in changed]
        wanted = [new if x.steps == leaf.steps else x.text for x in found.leaves]
        assert said == wanted or new in keys  # a key that is taken gets a number


def test_repeated_keys_are_all_seen():
    assert [leaf.text for leaf in jsontext.document('{"a": "x", "a": "y"}').leaves] == ["a", "x", "a", "y"]


def test_a_number_given_back_is_a_number_again():
    source = '{"card": "<CREDIT_CARD_00000000>"}'
    edit = Edit("/~0", 0, 22, "4111111111111111", number=True)
    assert jsontext.document(source).rewritten({"/~0": [edit]}) == '{"card": 4111111111111111}'


@pytest.mark.parametrize("text", ["", "plain", "{", '{"a":', '{"a": 1} x', "3", '"s', "[1,]", '{"a": 1}\nx'])
def test_what_is_no_document_has_no_leaves(text):
    assert jsontext.document(text) is None


def test_kinds_and_steps():
    found = jsontext.document('{"to": ["a@b.c"], "n": {"card": 4111111111111111, "small": 12}}').leaves
    assert [(leaf.steps, leaf.kind) for leaf in found] == [
        ("/~0/~key", Kind.KEY),
        ("/~0/0", Kind.TEXT),
        ("/~1/~key", Kind.KEY),
        ("/~1/~0/~key", Kind.KEY),
        ("/~1/~0", Kind.NUMBER),
        ("/~1/~1/~key", Kind.KEY),
    ]


def test_documents_in_strings_of_documents_are_opened():
    inner = json.dumps({"mail": "line\njane.cooper@contoso.com"})
    source = json.dumps({"a": json.dumps([inner])})
    found = jsontext.document(source)
    (steps,) = [steps for steps, leaf in found.texts() if "jane" in leaf.text]
    changed = found.rewritten({steps: [Edit(steps, 5, 28, "X")]})
    assert json.loads(json.loads(json.loads(changed)["a"])[0]) == {"mail": "line\nX"}


def test_json_lines():
    found = jsontext.document('{"a": "x"}\n\n{"a": "y"}\n')
    assert [steps for steps, leaf in found.texts() if leaf.kind is Kind.TEXT] == ["/0/~0", "/2/~0"]
    assert found.rewritten({"/2/~0": [Edit("", 0, 1, "z")]}) == '{"a": "x"}\n\n{"a": "z"}\n'


def test_two_keys_that_would_become_one_stay_two():
    found = jsontext.document('{"aa": 1, "ab": 2, "•": 3}')
    edits = {steps: [Edit("", 0, 2, "•")] for steps, leaf in found.texts() if leaf.text in ("aa", "ab")}
    assert json.loads(found.rewritten(edits)) == {"•_2": 1, "•_3": 2, "•": 3}


def test_very_many_edits_of_one_document_are_made_in_one_pass():
    """Keys that would become one, and documents inside its strings."""
    keys = {f"person{n}@contoso.com": json.dumps({"to": f"person{n}@contoso.com"}) for n in range(20_000)}
    found = jsontext.document(json.dumps(keys))
    edits = {steps: [Edit(steps, 0, len(leaf.text), "•")] for steps, leaf in found.texts() if "@" in leaf.text}
    assert len(edits) == 40_000
    made = json.loads(found.rewritten(edits))
    assert len(made) == 20_000
    assert set(made.values()) == {json.dumps({"to": "•"}, ensure_ascii=False)}
