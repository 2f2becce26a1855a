"""A team's own recognizers that were written down: what they find, how sure, for whom, and that a stream finds the same."""

import re
import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.custom import Custom, CustomDetector, Recognizer
from guardrails.model import Segment
from tests.detectors.streams import cuts_of, streamed, values, whole


def detector(*recognizers: Recognizer, **options: frozenset[str]) -> CustomDetector:
    return Custom(recognizers, **options).everywhere()


def staff(**fields: object) -> Recognizer:
    return Recognizer("Staff", "STAFF", **{"patterns": (r"\bEMP-\d{5}\b",), **fields})  # type: ignore[arg-type]  # any of its fields


NAMED = Recognizer(
    "Customer", "CUSTOMER", patterns=(r"\b\d{6}\b",), context=("customer", "client no", "客户"), score=0.0, named=0.9
)


@pytest.mark.parametrize(
    ("recognizer", "text", "found"),
    [
        (Recognizer("W", "W", words=("Zaphod", "new hope")), "ZAPHOD, zaphods and a New\n  Hope", ["ZAPHOD", "New\n  Hope"]),
        (Recognizer("W", "W", words=("王小明",)), "我是王小明吗", ["王小明"]),
        (Recognizer("W", "W", words=("C++", "a.b")), "c++ a.b axb", ["c++", "a.b"]),
        (Recognizer("W", "W", words=("Acme",), ignore_case=(False, False)), "Acme acme", ["Acme"]),
        (staff(), "EMP-12345 emp-12345 EMP-123456", ["EMP-12345"]),
        (staff(ignore_case=(True, True)), "emp-12345", ["emp-12345"]),
        (staff(check=lambda value: value.endswith("1")), "EMP-12345 EMP-00001", ["EMP-00001"]),
        (Recognizer("W", "W", words=("Acme",), check=lambda _: False), "Acme", ["Acme"]),  # a checksum is for patterns
        (NAMED, "customer 123456, 654321", ["123456", "654321"]),
        (NAMED, "customer one two three four five six seven 123456", []),  # too many words away
        (NAMED, "Our CLIENT NO. is 123456", ["123456"]),
        (NAMED, "123456 is the customer", []),  # what stands behind has not arrived yet
        (NAMED, "customers 123456, client 123456", []),  # whole words and phrases
        (NAMED, "客户123456", ["123456"]),  # \b: RE2's words are ASCII
        (NAMED, "customer " + "x " * 40 + "123456", []),  # too far away
        (NAMED, "customer\n\n123456", []),  # another paragraph
        (staff(), "ＥＭＰ-１２３４５ and E\u200bMP-12345", ["ＥＭＰ-１２３４５", "E\u200bMP-12345"]),
        (staff(), "EMP-12\ufffc45 \ud800 EMP-12345 \U0001f600 EMP-54321", ["EMP-12345", "EMP-54321"]),
        (Recognizer("W", "W", words=("ｆｕｌｌ",)), "full ＦＵＬＬ", ["full", "ＦＵＬＬ"]),
        (Recognizer("E", "E", patterns=("x.*y",)), "a x b y c", ["x b y"]),
    ],
)  # fmt: skip
def test_what_is_found(recognizer: Recognizer, text: str, found: list[str]) -> None:
    assert values(detector(recognizer), text) == [(recognizer.entity, value) for value in found]


def test_how_sure_and_by_whom() -> None:
    one = Recognizer("Customer", "CUSTOMER", patterns=(r"\b\d{6}\b",), context=("customer",), score=0.5, named=0.9)
    text = "123456, customer 123456"
    first, second = whole(detector(one), text)
    assert (first.start, first.score, first.detector, first.path) == (0, 0.5, "pii/Customer", "/t")
    assert (second.start, second.score) == (17, 0.9)
    assert detector(one).name == "pii/own"


@pytest.mark.parametrize(
    ("languages", "countries", "language", "asked", "speaks"),
    [
        ((), (), "da", (), True),
        (("da",), (), "da-DK", (), True),
        (("da",), (), "DA", (), True),
        (("da",), (), "en", ("DK",), False),
        ((), ("DK",), "da", (), True),  # the countries of a language
        ((), ("DK",), "en", (), False),
        ((), ("DK",), "en", ("DK", "US"), True),
        (("en",), ("DK",), "en", ("DK",), True),
    ],
)
def test_for_whom(
    languages: Sequence[str], countries: Sequence[str], language: str, asked: Sequence[str], speaks: bool
) -> None:
    one = staff(languages=frozenset(languages), countries=frozenset(countries))
    made = Custom([one]).for_context(frozenset(asked), language)
    assert (made is not None) is speaks
    assert Custom([one, NAMED]).for_context(frozenset(asked), language) is not None


def test_values_that_are_public_here() -> None:
    one = detector(
        Recognizer("Mail", "EMAIL_ADDRESS", patterns=(r"\w+@\w+\.com",), words=("Acme",)), allow=frozenset({"acme", "acme.com"})
    )
    assert values(one, "Acme, ann@acme.com, ann@fabrikam.com") == [("EMAIL_ADDRESS", "ann@fabrikam.com")]


def test_its_repr_shows_no_names() -> None:
    one = Recognizer("Staff", "PERSON", words=("Jane Cooper",), context=("Jane",), patterns=("J.C.",))
    assert "J" not in repr(one).replace("PERSON", "")
    assert "Jane" not in repr(Custom([one]).everywhere())


def test_a_pattern_without_a_bound_holds_the_stream() -> None:
    endless = detector(staff(), Recognizer("E", "E", patterns=("a.*b",)))
    assert endless.reach is None
    assert endless.settled("aaaa", 2) == 2
    assert detector(staff()).reach is not None


# --- streams ----------------------------------------------------------------------------------------------------------------


def even(value: str) -> bool:
    return sum(map(int, re.findall(r"\d", value))) % 2 == 0


SEVERAL = (
    Recognizer("A", "A", words=("new york", "york city hall", "王小明", "acme"), context=("at", "in"), score=0.5, named=0.9),
    Recognizer("B", "B", patterns=(r"\bINV-\d{2,6}\b", r"\d{4}"), check=even),
    Recognizer("C", "C", patterns=(r"\b\d{2} \d{2}\b",), context=("customer no", "客户"), score=0.0, named=0.8),
)  # fmt: skip
PIECES = [
    *(
        "new",
        "york",
        "city hall",
        "acme",
        "王小",
        "明",
        "INV-",
        "12",
        "34",
        "5678",
        "customer",
        "no",
        "客户",
        "at",
        "in",
        " ",
        " ",
    ),
    *(
        "\n",
        "\n\n",
        "é",
        "\u200b",
        "\u00ad",
        "１",
        "Ｎ",
        "е",
        "%20",
        "\\n",
        "\\u0031",
        "&#49;",
        "-",
        ".",
        "x" * 40,
        "\ufffc",
        "\ud800",
    ),
    *(
        "in new york ",
        "at acme, ",
        "INV-1100 ",
        "INV-\\u0031\\u0031&#48;0 ",
        "customer no",
        " far far 12 34 ",
        "客户 12 34, ",
        " 1111 ",
        "ＩＮＶ-１１",
    ),
]
texts = st.lists(st.sampled_from(PIECES), max_size=50).map("".join)


NARROW = (Recognizer("D", "D", patterns=(r"\b\d{2}\b",)), Recognizer("E", "E", words=("é", "in")))


@pytest.mark.parametrize("recognizers", [SEVERAL, NARROW])
@settings(max_examples=200, deadline=None)
@given(text=texts, cuts=st.lists(st.integers(0, 200), max_size=10))
def test_a_stream_finds_what_the_whole_text_holds(recognizers: Sequence[Recognizer], text: str, cuts: list[int]) -> None:
    one = detector(*recognizers)
    expected = sorted(whole(one, text))
    assert sorted(streamed(one, text, cuts_of(text, cuts))) == expected
    assert sorted(streamed(one, text, range(len(text)))) == expected


@pytest.mark.parametrize(
    "text",
    [
        r"ab 12\u0031 cd",
        r"\u0031\u0031",
        "&#49;&#49;",
        "ab 12%31 c",
        "ab 12\u200b3 c",
        "12&#49;",
        "in&#49;",
        "inо in",
        "éа é\u0301 é",
    ],
)
def test_a_value_that_goes_on_in_disguise(text: str) -> None:
    one = detector(*NARROW)
    assert streamed(one, text, range(len(text))) == whole(one, text)


@settings(max_examples=100, deadline=None)
@given(text=texts, order=st.permutations(SEVERAL))
def test_the_order_of_recognizers_means_nothing(text: str, order: list[Recognizer]) -> None:
    assert whole(detector(*order), text) == whole(detector(*SEVERAL), text)
    apart = sorted(f for one in SEVERAL for f in whole(detector(one), text))
    assert sorted(whole(detector(*SEVERAL), text)) == apart, "none takes a value away from another"


def test_a_stream_waits_for_the_longest_value_only() -> None:
    one = detector(staff(), Recognizer("W", "W", words=("Zaphod",)))
    text = "the quick brown fox jumps over the lazy dog"
    assert one.settled(text) == len(text) - len("EMP-12345")
    assert one.settled("an EMP-12345 here") == len("an ")
    assert one.settled("an EMP-12345 here, " + text) == len("an EMP-12345 here, " + text) - len("EMP-12345")


@pytest.mark.parametrize("piece", ["EMP-1234", "a", "customer ", "1", "\u200b", "é1"])
def test_the_cost_grows_with_the_text_and_no_faster(piece: str) -> None:
    """Generous: what is quadratic takes minutes here."""
    began = time.monotonic()
    list(detector(*SEVERAL, staff(), NAMED).find(Segment("", piece * (80_000 // len(piece)))))
    assert time.monotonic() - began < 20
