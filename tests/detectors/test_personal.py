"""Everything together: what is found in disguise and at which offsets, and that a stream finds the same."""

import base64
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.personal import OBFUSCATION, Personal, PersonalDetector, Triggers
from guardrails.detectors.prefilter import Prefilter
from guardrails.detectors.table import Table
from guardrails.model import Segment
from tests.detectors.streams import cuts_of, streamed, values, whole
from tests.planted import PLANTED

MAIL, CARD = PLANTED["EMAIL_ADDRESS"], "4111 1111 1111 1111"


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


DISGUISED = [
    ("EMAIL_ADDRESS", "j\u200ba\u200bn\u200be.cooper@contoso.com"),
    ("EMAIL_ADDRESS", "jane.cooper@cont\u00adoso.com"),
    ("EMAIL_ADDRESS", "ｊａｎｅ．ｃｏｏｐｅｒ＠ｃｏｎｔｏｓｏ．ｃｏｍ"),
    ("EMAIL_ADDRESS", "jаne.соoper@соntoso.com"),
    ("EMAIL_ADDRESS", "jane.cooper%40contoso.com"),
    ("EMAIL_ADDRESS", "%6A%61%6E%65@contoso.com"),
    ("EMAIL_ADDRESS", "jane.cooper&#64;contoso.com"),
    ("EMAIL_ADDRESS", r"jane.cooper\u0040contoso.com"),
    ("EMAIL_ADDRESS", "jane.cooper (at) contoso (dot) com"),
    ("EMAIL_ADDRESS", "jane.cooper[at]contoso.com"),
    ("EMAIL_ADDRESS", "jane dot cooper at contoso dot com"),
    ("EMAIL_ADDRESS", "j a n e . c o o p e r @ c o n t o s o . c o m"),
    ("EMAIL_ADDRESS", "jane.cooper@\ncontoso.com"),
    ("EMAIL_ADDRESS", "jane.cooper@contoso\n.com"),
    ("EMAIL_ADDRESS", "jane.cooper@\nøresund.com"),
    ("EMAIL_ADDRESS", "jane.cooper@køge\n.com"),
    ("EMAIL_ADDRESS", "jane.cooper@køge[dot]com"),
    ("EMAIL_ADDRESS", "jane dot cooper at bjørn dot com"),
    ("EMAIL_ADDRESS", coded(MAIL)),
    ("CREDIT_CARD", "٤١١١ ١١١١ ١١١١ ١١١١"),
    ("CREDIT_CARD", "４１１１　１１１１　１１１１　１１１１"),
    ("CREDIT_CARD", "𝟒𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏𝟏"),
    ("CREDIT_CARD", "4̶1̶1̶1̶ 1̶1̶1̶1̶ 1̶1̶1̶1̶ 1̶1̶1̶1̶"),
    ("CREDIT_CARD", "4 1 1 1   1 1 1 1   1 1 1 1   1 1 1 1"),
    ("CREDIT_CARD", "4111%201111%201111%201111"),
    ("CREDIT_CARD", "4111 1111\n1111 1111"),
    ("CREDIT_CARD", "41111111\n> 11111111"),
    ("CREDIT_CARD", coded(CARD)),
    ("PHONE_NUMBER", "+\u20601\u2060 415-555-0132"),
    ("PHONE_NUMBER", "%2B1%20415-555-0132"),
    ("PHONE_NUMBER", "+ 1 4 1 5 - 5 5 5 - 0 1 3 2"),
    ("PHONE_NUMBER", "+1 415-\n555-0132"),
    ("PHONE_NUMBER", coded("+1 415-555-0132")),
    ("US_SSN", "536\u201190\u20114399"),
    ("US_SSN", "५३६-९०-४३९९"),
    ("US_SSN", "536-90-\n4399"),
    ("US_SSN", coded("536-90-4399")),
]


@pytest.mark.parametrize(("entity", "value"), DISGUISED)
@pytest.mark.parametrize(
    "frame", ["{}", "It is {}, thanks.", "My card: {} and more text", '{{"v": "{}"}}', "这是{}，谢谢", "det er ({})"]
)
def test_values_in_disguise(english: PersonalDetector, entity: str, value: str, frame: str) -> None:
    text = frame.format(value)
    found = [(e, v) for e, v in values(english, text) if e != OBFUSCATION]
    assert found == [(entity, value)]
    assert streamed(english, text, range(len(text))) == whole(english, text)


@pytest.mark.parametrize(
    ("text", "disguised"),
    [
        ("j\u200bane.cooper@contoso.com", True),
        ("jаne.cooper@contoso.com", True),
        ("jane.cooper (at) contoso (dot) com", True),
        (coded(MAIL), True),
        ("%6Aane.cooper@contoso.com", True),
        (MAIL, False),
        ("jane.cooper%40contoso.com", False),
        ("４１１１１１１１１１１１１１１１", False),
        ("٤١١١ ١١١١ ١١١١ ١١١١", False),
        ("jane.cooper@\ncontoso.com", False),
        ("call 4 1 5 5 5 5 0 1 3 2", False),  # read as it is written too
    ],
)
def test_a_disguise_is_a_finding_of_its_own(english: PersonalDetector, text: str, disguised: bool) -> None:
    [first, *rest] = whole(english, text)
    assert [f.entity for f in rest] == [OBFUSCATION] * disguised
    assert all((f.start, f.end) == (first.start, first.end) for f in rest)


@pytest.mark.parametrize(
    "text",
    [
        "Look at google dot com for more.",
        "Meet me at noon. Dot the i.",
        "we are at home now",
        "The matrix is 1 0 1 1 0 1 0 1 1 0 1 0 0 1",
        "a b c d e f g h i j",
        "41111111\n52222222\n63333333",
        "total 4111 1111\n\n1111 1111 next",
        "See you in 2024\n12 people came",
        "ends here.\ncom is a domain",
        "internationalization of counterrevolutionaries",
        coded("just some words, nothing else in here"),
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ",
        "100% of 20%30 and C:\\new\\x41",
        "привет, мир; пароль не дам",
        "价格：１２３元，时间：１２：３０",
        "x² + y² = 5¹",
        "e\u0301te\u0301 \U0001f468\u200d\U0001f469\u200d\U0001f467",
    ],
)
def test_what_hides_nothing(english: PersonalDetector, text: str) -> None:
    assert values(english, text) == []


@pytest.mark.parametrize("half", [chr(0xD800), chr(0xDC80)])
def test_half_characters_hide_nothing(english: PersonalDetector, half: str) -> None:
    text = f"{half} {MAIL} {half}password={half}t7#Kq29!vLx{half}"
    assert [e for e, _ in values(english, text) if e != OBFUSCATION] == ["EMAIL_ADDRESS", "SECRET"]
    assert streamed(english, text, range(len(text))) == whole(english, text)


@pytest.mark.parametrize("sign", ["²", "¹", "⁾", "½", "†"])
def test_a_footnote_is_no_part_of_a_value(english: PersonalDetector, sign: str) -> None:
    assert values(english, f"SSN 536-90-4399{sign} and {MAIL}{sign}") == [("US_SSN", "536-90-4399"), ("EMAIL_ADDRESS", MAIL)]


def test_the_operators_own_in_disguise(table: Table) -> None:
    own = Personal(table, allow=frozenset({"contoso.com"})).for_context()
    assert values(own, "jane (at) contoso (dot) com, j\u200bane@contoso.com") == []


PIECES = [
    *PLANTED.values(),
    *[
        "j\u200ba\u200bne@contoso.com",
        "ｊａｎｅ＠contoso．com",
        "jаne@соntoso.com",
        "%6A%61ne%40contoso.com",
        "jane (at) contoso (dot) com",
    ],
    *[
        "jane dot c at contoso dot com",
        "mail jane at contoso dot com",
        "j a n e @ c o n t o s o . c o m",
        "4 1 1 1   1 1 1 1   1 1 1 1   1 1 1 1",
    ],
    *[
        "4111 1111",
        "1111 1111",
        "jane.cooper@",
        "contoso",
        ".com",
        "41111111",
        "11111111",
        "536-90-",
        "-4399",
        "\n",
        "\n",
        "\r\n",
        "\n> ",
    ],
    *[
        coded(MAIL),
        coded(CARD + " or " + MAIL),
        coded("text " * 90 + MAIL),
        "1 " * 70,
        "a b c d e f ",
        "٤١١١",
        "𝟒𝟏",
        "4̶1̶1̶",
        "\u200b" * 300,
    ],
    *[
        "%",
        "%4",
        "0",
        "%20",
        "\\",
        "\\u00",
        "40",
        "&#",
        "64;",
        "&comm",
        "at;",
        "–",
        "о",
        "оооо",
        "о" * 40,
        "@",
        " at ",
        "(at",
        ")",
        " dot ",
        "[",
        "]",
    ],
    *[
        "SSN",
        "call",
        "order",
        "手机",
        "，",
        "word",
        "another",
        "x",
        "I",
        " ",
        " ",
        " ",
        ". ",
        ", ",
        ": ",
        "=",
        '"',
        "\ufffc",
        "\U0001f600",
        "é",
    ],
]


#: Words without end, of which each could be a token, and groups without end.
ENDLESS = [
    "7",
    "a",
    "a.b",
    "a@",
    "é",
    "(",
    "%4",
    "%20",
    "a@b.co-",
    "ab-",
    "4+",
    "\u200b",
    "о",
    "://a:b@",
    "--",
    "eyJ",
    "AKIA",
    "１",
    "e\u0301",
]
ENDLESS += ["a:b", "/a", "$a", "sk-", "1 ", "4111 ", "12\u00a0", "a@b(1 "]
PROSE = [
    "a at b dot ",
    "a (at) b [dot] ",
    "1\n",
    "@\n",
    "1 a ",
    "born May 1 ",
    "password: ",
    "password: '",
    "a b ",
    "SSN 1, ",
    "card 4, ",
]
PROSE += [
    "12 March ",
    'x="',
    "{'a': ",
    "call ",
    "Bearer ",
    "&# ",
    "词",
    "= ",
    "see https://contoso.com/a ",
    r"said\n",
    "key=value&",
    "привет ",
]


@pytest.mark.parametrize(("unit", "most"), [*((u, 260) for u in ENDLESS), *((u, 200) for u in PROSE)])
def test_what_is_held_back_is_bounded(english: PersonalDetector, unit: str, most: int) -> None:
    """But for what is swallowed to its end: base64 that is text, private keys."""
    text = unit * (1200 // len(unit))
    assert max(cut - english.settled(text[:cut]) for cut in range(900, len(text), 7)) <= most


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for writing to us. Your order has left the house, and it should be with you by Friday; please call if not.",
        "Terima kasih sudah menghubungi kami. Pesanan Anda sudah dikirim, dan akan tiba hari Jumat (sebelum pukul 17.00).",
        "Tak for din besked. Din ordre er på vej, og du kan følge den på https://contoso.com/ordre eller ringe til os.",
        "def total(rows):\n    return sum(row['price'] * row.get('count', 1) for row in rows if row)\n\nprint(total([]))\n",
    ],
)
def test_what_is_held_back_is_little(english: PersonalDetector, text: str) -> None:
    held, start = [], 0
    for cut in range(1, len(text) + 1):
        start = english.settled(text[:cut], start)
        held.append(cut - start)
    assert sorted(held)[len(held) // 2] <= 8
    assert max(held) <= 80


texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(text=texts, cuts=st.lists(st.integers(0, 1500), max_size=10))
def test_a_stream_finds_what_the_whole_text_holds(english: PersonalDetector, text: str, cuts: list[int]) -> None:
    assert streamed(english, text, cuts_of(text, cuts)) == whole(english, text)


@settings(max_examples=60, deadline=None)
@given(text=texts)
def test_likewise_character_by_character(english: PersonalDetector, text: str) -> None:
    assert streamed(english, text[:700], range(len(text[:700]))) == whole(english, text[:700])


class Unfiltered(Prefilter):
    """Every pattern could match in every text."""

    def __init__(self, rules: int) -> None:
        super().__init__(())
        self._all = list(range(rules))

    def nothing_in(self, text: str) -> bool:
        return False

    def maybe(self, text: str) -> list[int]:
        return self._all


both = st.lists(st.sampled_from(PIECES) | st.sampled_from([v for _, v in DISGUISED]) | st.text(max_size=3), max_size=8)


@settings(max_examples=500, deadline=None)
@given(text=both.map("".join) | both.map(" ".join), start=st.integers(0, 200))
def test_whoever_finds_something_is_asked(english: PersonalDetector, text: str, start: int) -> None:
    """The set matches that say whom to ask promise that nobody else finds anything."""
    everyone = replace(
        english,
        patterns=replace(english.patterns, prefilter=Unfiltered(len(english.patterns.rules))),
        triggers=Triggers([[""]] * len(english.parts)),
        secret=Triggers([[""]]),
    )
    segment, start = Segment("/t", text), english.settled(text[:start])  # from an index where a stream goes on
    assert list(everyone.find(segment, start)) == list(english.find(segment, start))


@pytest.mark.parametrize("cut", [27, 38])
def test_the_head_of_a_wrapped_address_may_be_settled(english: PersonalDetector, cut: int) -> None:
    text = "jane@contoso.comjane.cooper@contoso\n.comjane.cooper@contoso.com+1 415-555-0132"
    assert streamed(english, text, range(cut, len(text))) == whole(english, text)


apart = st.lists(st.sampled_from([p for p in PIECES if len(p) > 8]), max_size=8).map(", ".join)


@settings(max_examples=200, deadline=None)
@given(text=apart)
def test_what_is_hidden_stays_hidden(english: PersonalDetector, text: str) -> None:
    """Hidden text is a fixed point, where a separator stands between values: nothing new comes to light in what is left."""
    for f in reversed(whole(english, text)):
        text = text[: f.start] + "\ufffc" * (f.end - f.start) + text[f.end :]
    assert whole(english, text) == []
