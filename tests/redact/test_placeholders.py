"""Words that need no state: the same for the same value, never the same for another tenant, and no way back without the key."""

import re

from hypothesis import given
from hypothesis import strategies as st

from guardrails.redact.placeholders import LONGEST, OPEN, SHAPE, Words

MASTER = b"k" * 32
ENTITY = st.from_regex(r"[A-Z][A-Z0-9_]{0,30}", fullmatch=True)


@given(ENTITY, st.text())
def test_a_word_is_recognised_whole_and_at_every_cut(entity, text):
    word = Words.of(MASTER, "t", None).placeholder(entity, text)
    assert SHAPE.fullmatch(word)
    assert len(word) <= LONGEST
    for cut in range(1, len(word)):
        assert OPEN.search(f"x {word[:cut]}"), "every beginning of a word is held back"


@given(st.text(), st.text())
def test_same_value_same_word(a, b):
    words = Words.of(MASTER, "t", "c")
    same = words.placeholder("X", a) == Words.of(MASTER, "t", "c").placeholder("X", b)
    assert same == (a == b)


def test_what_a_word_depends_on():
    base = Words.of(MASTER, "t", None)
    value = "jane.cooper@contoso.com"
    words = {
        base.placeholder("EMAIL_ADDRESS", value),
        base.placeholder("URL", value),
        base.placeholder("EMAIL_ADDRESS", value, number=True),
        base.placeholder("EMAIL_ADDRESS", value, long=True),
        Words.of(MASTER, "u", None).placeholder("EMAIL_ADDRESS", value),
        Words.of(MASTER, "t", "c").placeholder("EMAIL_ADDRESS", value),
        Words.of(b"x" * 32, "t", None).placeholder("EMAIL_ADDRESS", value),
    }
    assert len(words) == 7


def test_a_word_holds_forty_bits_and_no_letter_that_is_read_for_another():
    code = Words.of(MASTER, "t", None).placeholder("X", "y").removeprefix("<X_").removesuffix(">")
    assert len(code) * 5 >= 40
    assert not set(code) & set("ILOU")


def test_identifiers_fit_where_providers_want_them_and_are_the_same_in_every_conversation():
    one = Words.of(MASTER, "t", "a").identifier("jane.cooper@contoso.com")
    assert one == Words.of(MASTER, "t", "b").identifier("jane.cooper@contoso.com")
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", one)
    assert SHAPE.fullmatch(one)


def test_keys_do_not_show():
    assert "k" * 8 not in repr(Words.of(MASTER, "t", None))
