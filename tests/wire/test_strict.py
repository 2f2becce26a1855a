"""Bodies that two readers could understand differently are refused, and the refusal quotes nothing of them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import MalformedRequest
from guardrails.wire import strict

SECRET = "jane.cooper@contoso.com"

REFUSED = {
    "not JSON": (b'{"a": ' + SECRET.encode(), "line 1"),
    "a key twice": (b'{"a": "%s", "a": 2}' % SECRET.encode(), "twice"),
    "a key twice, deep": (b'{"m": [{"x": {"a": 1, "a": 2}}]}', "twice"),
    "a key twice, once escaped": (b'{"a": 1, "\\u0061": 2}', "twice"),
    "NaN": (b'{"a": NaN}', "NaN"),
    "Infinity": (b'{"a": -Infinity}', "Infinity"),
    "30 digits": (b'{"a": 123456789012345678901234567890}', "64 bits"),
    "too large a double": (b'{"a": 1e400}', "double"),
    "half a surrogate pair": (b'{"a": "\\ud83d"}', "surrogate"),
    "not UTF-8": (b'{"a": "\xff"}', "UTF-8"),
    "an array": (b"[1]", "object"),
    "empty": (b"", "line 1"),
    "something after it": (b'{"a": 1} {"b": 2}', "column"),
    "nested a little too deeply": (b'{"a":' * 250 + b"1" + b"}" * 250, "200 levels"),
    "nested too deeply": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    body, words = REFUSED[name]
    with pytest.raises(MalformedRequest) as error:
        strict.parse(body)
    assert words in str(error.value)
    assert SECRET not in str(error.value)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), VALUES, max_size=6))
def test_what_comes_in_goes_out_value_for_value_and_in_key_order(value):
    assert list(json.loads(strict.dump(strict.parse(json.dumps(value).encode()))).items()) == list(value.items())


def test_lone_surrogates_of_an_upstream_survive():
    assert json.loads(strict.dump({"a": "\ud83d"})) == {"a": "\ud83d"}


def test_what_a_provider_sends_is_read_as_far_as_it_can_be_walked():
    assert strict.read(b'{"a": -Infinity}') == {"a": float("-inf")}
    assert strict.read(b'{"a":' * 150 + b"1" + b"}" * 150) is not None
    assert strict.read(b'{"a":' * 250 + b"1" + b"}" * 250) is None
    assert strict.read(b"nonsense") is None
