from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.disclosure.language import READ, SPOKEN, Language, asked_for, chosen, heard, language
from guardrails.disclosure.words import LOANS, WORDS
from tests.disclosure.sentences import MIXED, OTHERS, SENTENCES

ROWS = [(text, tag) for tag, texts in SENTENCES.items() for text in texts]


@pytest.mark.parametrize(("text", "tag"), ROWS)
def test_a_short_turn_in_each_language(text: str, tag: str) -> None:
    assert language([text]) == tag


@pytest.mark.parametrize(("text", "tag"), MIXED)
def test_in_mixed_sentences_the_frame_decides(text: str, tag: str) -> None:
    assert language([text]) == tag


@pytest.mark.parametrize("tag", sorted(OTHERS))
def test_other_languages_fall_back_and_say_so(tag: str) -> None:
    told = [heard([text]) for text in OTHERS[tag]]
    want = Language("zh-Hans" if tag == "zh-Hant" else "en", fallback=True)
    missed = 1 if tag == "ms" else 0  # "pesanan saya dekat mana sekarang?" has no word that Indonesian has not
    assert [t for t in told if t != want] == [Language("id")] * missed


def test_the_latest_turn_weighs_most() -> None:
    assert language(["where is my order?", "pesanan saya di mana ya?"]) == "id"
    assert language(["pesanan saya di mana ya?", "where is my order?"]) == "en"
    assert language(["hvor er min pakke?", "hvornår kommer den?", "我的订单在哪里？"]) == "zh-Hans"


@pytest.mark.parametrize(
    "turn",
    ["4471", "ok", "jane.cooper@contoso.com", "<EMAIL_ADDRESS_7K2M9QX4>", "👍", "", "thanks", "https://the.is/what/where"],
)
def test_a_turn_that_says_nothing_leaves_it_to_the_ones_before(turn: str) -> None:
    assert heard(["kak paket aku udah sampai mana?", turn]) == Language("id")


@pytest.mark.parametrize("turn", ["", "4471", "👍", "\ud800", "jane.cooper@contoso.com"])
def test_no_evidence_is_english_with_the_flag(turn: str) -> None:
    assert heard([turn]) == Language("en", fallback=True)
    assert heard([]) == Language("en", fallback=True)


def test_code_and_quotations_are_not_what_the_person_speaks() -> None:
    assert language(["hvad gør denne her?\n```python\nfor the in is_what: if not this and that or where: return\n```"]) == "da"
    assert language(['what does "pesanan saya belum sampai, tolong bantu" mean?']) == "en"
    assert language(["邮箱是jane.cooper@contoso.com谢谢，订单见https://is.this.the/where好吗"]) == "zh-Hans"
    assert language(['"pesanan saya belum sampai, tolong bantu"']) == "id"  # a quotation alone is all there is


@pytest.mark.parametrize(
    ("asked", "want"),
    [
        ("en", Language("en")),
        ("en-GB", Language("en")),
        ("EN_us", Language("en")),
        ("id", Language("id")),
        ("in", Language("id")),
        ("id-ID", Language("id")),
        ("da-DK", Language("da")),
        ("zh", Language("zh-Hans")),
        ("zh-CN", Language("zh-Hans")),
        ("zh-Hans", Language("zh-Hans")),
        ("zh-Hans-TW", Language("zh-Hans")),
        ("cmn-Hans-CN", Language("zh-Hans")),
        ("zh-Hant", Language("zh-Hans", fallback=True)),
        ("zh-TW", Language("zh-Hans", fallback=True)),
        ("zh-HK", Language("zh-Hans", fallback=True)),
        ("yue", Language("zh-Hans", fallback=True)),
        ("ms-MY", Language("en", fallback=True)),
        ("nb", Language("en", fallback=True)),
        ("fr", Language("en", fallback=True)),
        ("und", None),
        ("*", None),
        ("", None),
        ("danish please", None),
        ("da-\r\nx: y", None),
        ("da;q=0.8", None),
    ],
)
def test_language_tags(asked: str, want: Language | None) -> None:
    assert asked_for(asked) == want
    assert chosen(["hvor er min ordre, jeg kan ikke finde den"], asked) == (want or Language("da"))


@given(st.lists(st.text(max_size=50), max_size=6), st.none() | st.text(max_size=20))
def test_any_text_has_an_answer_and_always_the_same(texts: list[str], asked: str | None) -> None:
    answer = chosen(texts, asked)
    assert answer.tag in SPOKEN
    assert answer == chosen(list(texts), asked)


@given(st.sampled_from(ROWS), st.text(max_size=2000))
def test_only_the_ends_of_a_long_turn_are_read(row: tuple[str, str], middle: str) -> None:
    text, _ = row
    start, end = text.ljust(READ[0]), text.rjust(READ[1])
    assert heard([start + middle + end]) == heard([start + "\n" * (len(middle) or 1) + end])


def test_the_words() -> None:
    assert set(WORDS["en"].split()) >= LOANS
    for row, words in WORDS.items():
        listed = words.split()
        assert listed == sorted(set(listed)), row
        assert all(w == w.lower() for w in listed), row
    assert set(SPOKEN) - {"zh-Hans"} <= set(WORDS)


def test_of_equals_the_first_of_the_table_wins() -> None:
    assert heard(["i"]) == Language("en")  # also a word of Danish, Norwegian and Swedish
    assert heard(["hvor er min ordre?"]) == Language("da")  # every word of it is Norwegian too
    assert heard(["selamat pagi"]) == Language("id")
