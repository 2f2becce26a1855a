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
    "a string": (b'"' + SECRET.encode() + b'"', "object"),
    "null": (b"null", "object"),
    "empty": (b"", "line 1"),
    "cut off": (b'{"messages": [{"role": "user", "content": "' + SECRET.encode(), "line 1"),
    "a comma at the end": (b'{"a": [1,]}', "line 1"),
    "a comment": (b'{"a": 1} // ' + SECRET.encode(), "line 1"),
    "single quotes": (b"{'a': '" + SECRET.encode() + b"'}", "line 1"),
    "a line end in a string": (b'{"a": "\n"}', "line 1"),
    "a byte order mark": (b'\xef\xbb\xbf{"a": 1}', "byte order mark"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "UTF-8"),
    "UTF-16, no mark": ('{"a": 1}'.encode("utf-16-le"), "line 1"),
    "a surrogate as bytes": (b'{"a": "\xed\xa0\xbd"}', "UTF-8"),
    "the second half alone": (b'{"a": "\\ude00\\ud83d"}', "surrogate"),
    "a key twice, one value with a quotation mark": (b'{"a": "\\"", "a": "\\u0022\\u0022\\u0022"}', "twice"),
    "a key twice, without a string": (b'{"": 1, "": 2}', "twice"),
    "an integer just beyond": (b'{"a": 18446744073709551616}', "64 bits"),
    "an integer just below": (b'{"a": -9223372036854775809}', "64 bits"),
    "an integer of 5,000 digits": (b'{"a": ' + b"9" * 5000 + b"}", "64 bits"),
    "less than any double": (b'{"a": -1E+999}', "double"),
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


#: Spellings of the same characters: as they are, escaped, a quotation mark in both its ways.
CHARACTERS = st.sampled_from(
    ["a", "b", r"\u0061", "é", r"\u00e9", r"\"", r"\u0022", r"\\", r"\/", "u0022", "1" * 9, r"\ud83d\ude00", "[", ":"]
)
STRINGS = st.lists(CHARACTERS, max_size=3).map(lambda spelt: '"' + "".join(spelt) + '"')
NUMBERS = st.sampled_from(
    ["1", "-0", "1.10", "1E5", "0.1e-7", "9" * 18, "9" * 19, "9" * 30, str(2**64 - 1), "-" + str(2**63), "1e308"]
)
SPELT = st.recursive(
    STRINGS | NUMBERS | st.sampled_from(["null", "true", " [ ] ", "{}"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: "[" + ", ".join(items) + "]")
        | st.lists(st.tuples(STRINGS, inner), max_size=3).map(lambda pairs: "{" + ",".join(f"{k} :{v}" for k, v in pairs) + "}")
    ),
    max_leaves=8,
)


def ambiguous(spelt):
    """Would two readers differ? Judged pair by pair and digit by digit, the slow way."""
    faults = []

    def pairs(found):
        faults.extend(["twice"] * (len(dict(found)) < len(found)))
        return dict(found)

    def integer(digits):
        faults.extend(["64 bits"] * (not -(2**63) <= int(digits) < 2**64))
        return int(digits)

    return json.loads(spelt, object_pairs_hook=pairs, parse_int=integer), faults


@given(st.lists(st.tuples(STRINGS, SPELT), max_size=4))
def test_however_it_is_spelt_it_is_refused_if_and_only_if_readers_could_differ(pairs):
    spelt = "{" + ",".join(f"{k}:{v}" for k, v in pairs) + "}"
    value, faults = ambiguous(spelt)
    assert strict.repeats(spelt.encode()) == ("twice" in faults)
    assert strict.repeats(spelt.encode(), strict.read(spelt.encode())) == ("twice" in faults)
    assert repr(strict.read(spelt.encode())) == repr(value)
    if faults:
        with pytest.raises(MalformedRequest) as error:
            strict.parse(spelt.encode())
        assert any(fault in str(error.value) for fault in faults)
    else:
        assert repr(strict.parse(spelt.encode())) == repr(value), "numbers keep their type and sign, keys their order"


def test_a_number_may_be_spelt_another_way_and_is_the_same_number():
    body = b'{"a":1.10,"b":1E5,"c":-0.0,"d":0.1e-6,"e":18446744073709551615,"f":1e-7,"g":5e-324,"h":1.0,"i":-0}'
    sent = strict.dump(strict.parse(body))
    assert repr(json.loads(sent)) == repr(json.loads(body)), "repr tells 1 from 1.0 and 0.0 from -0.0"
    assert b'"e":18446744073709551615' in sent


def test_long_digits_of_a_provider_survive_an_edit():
    assert strict.dump(strict.read(b'{"id":123456789012345678901234567890}')) == b'{"id":123456789012345678901234567890}'
    assert strict.read(b'{"id":' + b"9" * 5000 + b"}") is None, "no number that anyone could carry"


@pytest.mark.parametrize("shift", range(12))
def test_nineteen_digits_are_seen_wherever_they_begin(shift):
    with pytest.raises(MalformedRequest):
        strict.parse(b'{"' + b"k" * shift + b'":-9999999999999999999}')


def test_lone_surrogates_of_an_upstream_survive():
    assert json.loads(strict.dump({"a": "\ud83d"})) == {"a": "\ud83d"}


def test_what_a_provider_sends_is_read_as_far_as_it_can_be_walked():
    assert strict.read(b'{"a": -Infinity}') == {"a": float("-inf")}
    assert strict.read(b'{"a":' * 150 + b"1" + b"}" * 150) is not None
    assert strict.read(b'{"a":' * 250 + b"1" + b"}" * 250) is None
    assert strict.read(b"nonsense") is None
