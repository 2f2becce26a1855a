"""What is found, what is not, and that a stream finds the same."""

from dataclasses import replace
from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.hits import Hit, strongest
from guardrails.detectors.personal import OBFUSCATION, Personal, PersonalDetector, known_entities
from guardrails.detectors.presidio import engine
from guardrails.detectors.table import Table
from guardrails.model import Kind, Origin, Segment, Stage
from tests.detectors.streams import cuts_of, streamed, values, whole
from tests.planted import PLANTED


@pytest.mark.parametrize("entity", sorted(PLANTED))
@pytest.mark.parametrize("language", ["en", "id", "zh", "da", "de", "fr", "xx"])
@pytest.mark.parametrize(
    "frame",
    [
        "{}",
        "It is {}.",
        "nilainya {}, terima kasih",
        "我的资料是{}，谢谢",
        "det er ({}) og ikke andet",
        '{{"value":"{}"}}',
        "<v>{}</v>",
        "a\t{}\n",
        "x={}&y=z",
        "| {} |",
        "“{}”",
    ],
)
def test_planted_values(personal: Personal, entity: str, language: str, frame: str) -> None:
    value = PLANTED[entity]
    assert values(personal.for_context(language=language), frame.format(value)) == [(entity, value)]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Call (415) 555-0132 ext. 12 please", [("PHONE_NUMBER", "(415) 555-0132 ext. 12")]),
        ("en", "reach me at 415.555.0132", [("PHONE_NUMBER", "415.555.0132")]),
        ("en", "phone 020 7946 0018", [("PHONE_NUMBER", "020 7946 0018")]),
        ("id", "nomor HP saya 0812-3456-7890", [("PHONE_NUMBER", "0812-3456-7890")]),
        ("id", "WA 081234567890 ya", [("PHONE_NUMBER", "081234567890")]),
        ("id", "hubungi +62 812-3456-7890", [("PHONE_NUMBER", "+62 812-3456-7890")]),
        ("zh", "手机13812345678，谢谢", [("PHONE_NUMBER", "13812345678")]),
        ("zh", "电话：010-62781234。", [("PHONE_NUMBER", "010-62781234")]),
        ("zh", "请打+86 138 1234 5678", [("PHONE_NUMBER", "+86 138 1234 5678")]),
        ("da", "ring på 20 12 34 56 i morgen", [("PHONE_NUMBER", "20 12 34 56")]),
        ("da", "mobil: 20123456", [("PHONE_NUMBER", "20123456")]),
        ("da", "+45 20 12 34 56", [("PHONE_NUMBER", "+45 20 12 34 56")]),
        ("en", "IBAN GB29 NWBK 6016 1331 9268 19 please", [("IBAN_CODE", "GB29 NWBK 6016 1331 9268 19")]),
        ("en", "deposit in DE89370400440532013000 2 days from today", [("IBAN_CODE", "DE89370400440532013000")]),
        ("en", "see https://contoso.com/a/b.", [("URL", "https://contoso.com/a/b")]),
        ("en", "GET /u?email=jane%40contoso.com", [("EMAIL_ADDRESS", "jane%40contoso.com")]),
        ("en", "MAC 3c:22:fb:a1:00:9e", [("MAC_ADDRESS", "3c:22:fb:a1:00:9e")]),
        ("en", "the IP address 8.8.4.4", [("IP_ADDRESS", "8.8.4.4")]),
        ("en", "2a02:6b8::feed:0ff", [("IP_ADDRESS", "2a02:6b8::feed:0ff")]),
        ("en", "wallet 1BoatSLRHtKNngkdXEeobR76b53LETtpyT", [("CRYPTO", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT")]),
        ("en", "our account 123456789", [("US_BANK_NUMBER", "123456789")]),
        ("es", "mi NIF es 12345678Z", [("ES_NIF", "12345678Z")]),
        ("en", "SSN 536904399", [("US_SSN", "536904399")]),
    ],
)  # fmt: skip
def test_forms(personal: Personal, language: str, text: str, expected: list[tuple[str, str]]) -> None:
    assert values(personal.for_context(language=language), text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Order number 4111111111111111 has left.",
        "Build 5550132415 failed, ticket INC415555013",
        "version 81.2.69.142 is out",
        "订单号4111111111111111已发货",
        "faktura 20123456",
        "pesanan 081234567890",
        "ISBN 978-81-7533-073-3, see p. 46",
        "the heading h1 of driver",
        "client.chat.completions.create() in main.py, e.g. os.path",
        "pi is 3.14159265358979, row 123456789, col 12",
        "a@b, @decorator, user@localhost",
        "1,234,567,890 rows of 1234567890",
        "sha1-356a192b7913b04c54574d18c28d46e6395428ab",
        "public holidays 123456789",  # "lic" is Presidio's word for a licence
        "The SSN rules of 2024",
        "12-34-56 over three runs, 10-12 March, 2532x1170",
        "1234 5678 9012 345",
        "see 3.1.1.6 and 3.4.2.4 of the manual, x = y[2::], ::A question",
        "DE89370400440532013001",
        "4111 1111 1111 1112",
    ],
)
def test_what_is_nobodys(english: PersonalDetector, text: str) -> None:
    assert values(english, text) == []


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1", "10.1.2.3", "192.168.1.1", "192.0.2.7", "169.254.0.1", "::1", "fe80::1", "2001:db8::1",
        "jane@example.com", "jane@mail.example.org", "root@db.test", "https://example.com/a", "http://192.168.0.1.example.net/",
    ],
)  # fmt: skip
def test_public_values_are_no_findings_unless_asked_for(table: Table, english: PersonalDetector, value: str) -> None:
    assert values(english, f"see {value} there") == []
    assert [v for _, v in values(Personal(table, public=True).for_context(), f"see {value} there")] == [value]


@pytest.mark.parametrize(
    ("allow", "text", "left"),
    [
        ("contoso.com", "jane.cooper@contoso.com", []),
        ("Contoso.com", "jane.cooper@mail.contoso.com", []),
        ("contoso.com", "jane.cooper@notcontoso.com", [("EMAIL_ADDRESS", "jane.cooper@notcontoso.com")]),
        ("+1 415-555-0132", "call +1 415-555-0132 or +1 415-555-0133", [("PHONE_NUMBER", "+1 415-555-0133")]),
        ("contoso.com", "https://help.contoso.com/x", []),
        ("contoso.com", "https://contoso.com.evil.org/x", [("URL", "https://contoso.com.evil.org/x")]),
    ],
)
def test_the_operators_own(table: Table, allow: str, text: str, left: list[tuple[str, str]]) -> None:
    assert values(Personal(table, allow=frozenset({allow})).for_context(), text) == left


def test_the_country_gate(personal: Personal) -> None:
    text = "PESEL, as it stands on the card of the house: 44051401359"
    assert values(personal.for_context(language="en"), text) == []
    near = "her PESEL, on paper: 44051401359"
    assert values(personal.for_context(language="en"), near) == []
    assert values(personal.for_context(language="pl"), near) == [("PL_PESEL", "44051401359")]
    assert values(personal.for_context(frozenset({"PL"}), "en"), near) == [("PL_PESEL", "44051401359")]


def test_a_name_right_before_a_value_beats_the_gate(personal: Personal) -> None:
    for text in ("PESEL 44051401359", "PESEL: 44051401359", "my PESEL number is 44051401359", "**PESEL** | 44051401359"):
        assert values(personal.for_context(language="en"), text) == [("PL_PESEL", "44051401359")]


def test_unproven_recognizers_wait_until_their_country_is_named(personal: Personal) -> None:
    text = "postcode SW1A 1AA"
    assert values(personal.for_context(language="en"), text) == []
    assert values(personal.for_context(frozenset({"GB"}), "en"), text) == [("UK_POSTCODE", "SW1A 1AA")]


def test_identifiers_are_found_on_request(personal: Personal) -> None:
    text = "id 123e4567-e89b-42d3-a456-426614174000"
    assert values(personal.for_context(), text) == []
    assert values(personal.for_context(asked=frozenset({"UUID"})), text) == [("UUID", text[3:])]


def test_a_placeholder_is_opaque(english: PersonalDetector) -> None:
    assert values(english, "\ufffc\ufffc@contoso.com 4111 1111 \ufffc 1111 1111") == []


def test_findings_carry_where_they_stood(english: PersonalDetector) -> None:
    segment = Segment("/a/1", "4111111111111111", Kind.NUMBER, Origin.TOOL_RESULT, Stage.TOOL_RESULT)
    [f] = english.find(segment)
    assert (f.path, f.start, f.end, f.entity, f.score) == ("/a/1", 0, 16, "CREDIT_CARD", 1.0)
    assert (f.detector, f.stage, f.origin) == ("pii/CreditCardRecognizer", Stage.TOOL_RESULT, Origin.TOOL_RESULT)


def test_known_entities_are_what_can_be_found(table: Table, personal: Personal) -> None:
    assert set(PLANTED) | {"URL", "UUID", "US_PASSPORT"} <= known_entities(table) == personal.entities


ESCAPED = [r"\n", r"\\t", r"\r\n", r"\0", r"\/", r"\x1b", r"\u00a0", "%3A", "%20"]


@pytest.mark.parametrize("entity", sorted(PLANTED))
@pytest.mark.parametrize("escape", ESCAPED)
def test_an_escape_is_no_letter_of_a_value(english: PersonalDetector, entity: str, escape: str) -> None:
    value = PLANTED[entity]
    assert values(english, f"Value:{escape}{value}{escape}and more") == [(entity, value)]


@pytest.mark.parametrize("at", ["%40", r"\u0040", r"\x40", r"\\u0040"])
def test_an_escaped_sign_is_part_of_the_address(english: PersonalDetector, at: str) -> None:
    assert values(english, f'"{{to:jane.cooper{at}contoso.com}}"') == [("EMAIL_ADDRESS", f"jane.cooper{at}contoso.com")]


def test_a_label_after_an_escape(english: PersonalDetector) -> None:
    assert values(english, r"Yes.\nSSN:\t536904399") == [("US_SSN", "536904399")]


@pytest.mark.parametrize(
    "text",
    [
        r"C:\new\table\f536904399",
        r"C:\backup\2024\nov\0815.txt",
        r"\\server\users\tom",
        r"D:\x86\u2028",
        r"re: \b\d{3}-\d{2}\b",
    ],
)
def test_paths_hold_no_values(english: PersonalDetector, text: str) -> None:
    assert values(english, text) == []


def cards(count: int) -> list[str]:
    """Distinct numbers with a right check digit, in groups."""
    found = []
    for n in range(count):
        body = f"4{n * 987_654_321 + 10**13:014d}"
        odd = sum(sum(divmod(2 * int(c), 10)) for c in body[::2])
        number = body + str(-(odd + sum(map(int, body[1::2]))) % 10)
        found.append(" ".join(number[i : i + 4] for i in range(0, 16, 4)))
    return found


@pytest.mark.parametrize("before", ["", "12 ", "no 7 ", "(1) ", "jane@contoso.com/"])
def test_no_value_is_lost_in_a_long_row(english: PersonalDetector, before: str) -> None:
    text = before + " ".join(cards(60))
    assert [v for e, v in values(english, text) if e == "CREDIT_CARD"] == cards(60)
    assert streamed(english, text, range(0, len(text), 7)) == whole(english, text)


@pytest.mark.parametrize("length", range(240, 620, 17))
@pytest.mark.parametrize("unit", ["a", "a.", "ab-", "7", "Zz9+", "a@"])
@pytest.mark.parametrize(
    ("value", "entity"),
    [("81.2.69.142", "IP_ADDRESS"), ("4111111111111111", "CREDIT_CARD"), ("jane.cooper@contoso.com", "EMAIL_ADDRESS")],
)
def test_no_value_is_lost_in_a_long_word(english: PersonalDetector, length: int, unit: str, value: str, entity: str) -> None:
    filler = (unit * length)[:length]
    text = f"{filler}a+{value}+{filler}"
    inside = range(text.index(value), text.index(value) + len(value))
    covered = {i for f in whole(english, text) if f.entity == entity for i in range(f.start, f.end)}
    assert covered.issuperset(inside)
    assert streamed(english, text, range(0, len(text), 13)) == whole(english, text)


def test_an_address_needs_no_edge_in_a_long_word(english: PersonalDetector) -> None:
    for length in range(200, 500, 7):
        text = "a" * length + "jane@contoso.com"
        found = whole(english, text)
        assert found[-1].start <= length
        assert found[-1].end == len(text)


@pytest.mark.parametrize("glue", ["(", ")", "/", ":", "|", " ", "#", ";", " - ", ", ", "-"])
def test_glued_values(english: PersonalDetector, glue: str) -> None:
    mail, card, iban = "jane.cooper@contoso.com", "4111 1111 1111 1111", "GB29 NWBK 6016 1331 9268 19"
    assert [e for e, _ in values(english, f"{mail}{glue}{card}")] == ["EMAIL_ADDRESS", "CREDIT_CARD"]
    if glue not in ("/", "-", "#"):  # these stand in the local part of an address
        assert values(english, f"{iban}{glue}{mail}") == [("IBAN_CODE", iban), ("EMAIL_ADDRESS", mail)]


@pytest.mark.parametrize("path", ["", "/a" * 40, "/a" * 105, "/a" * 112, "/a" * 119, "/a" * 126])
@pytest.mark.parametrize("after", ["", " and more", " 1111 1111 1111 ok", " 1111 jane@contoso.com"])
def test_the_last_piece_of_a_word_waits_for_the_next(english: PersonalDetector, path: str, after: str) -> None:
    text = f"see https://contoso.com/some/pages{path}/4111{after}"
    assert streamed(english, text, range(len(text))) == whole(english, text)


@pytest.mark.parametrize("unit", ["7", "a", "1 ", "4111 ", "a.b", "a@", "é", "(", "12\u00a0", r"\n", "%4", "a@b.co-", "a@b(1 "])
def test_the_hold_back_is_bounded(english: PersonalDetector, unit: str) -> None:
    text = unit * 1000
    assert len(text) - english.settled(text) <= 304


PIECES = [
    *PLANTED.values(),
    *[
        "(",
        ")",
        "/",
        ":",
        "|",
        "+",
        "a@b(1 ",
        "1111 19(",
        "4111 1111 1111 1111 " * 15,
        "jane@contoso.com-",
        "a" * 300,
        "(1) " * 70,
    ],
    *["\\", "\\n", "\\t", "\\u", "\\u00", "\\x4", "0", "%", "%4", "%3A", r"jane.cooper\u0040contoso.com", r"C:\new\table"],
    *["(415) 555-0132", "DE89 3704 0044 0532 0130 00", "https://contoso.com/a?b=1", "13812345678", "081234567890"],
    *["call", "SSN", "order", "passport", "card", "telepon", "手机", "订单", "mobil", "account", "my", "the", "I", "AB", "x"],
    *["Vi ses i morgen", "terima kasih", "谢谢，再见", "12", "123456789", "2019-04-05", "x" * 60, "9" * 270, "1 " * 130],
    *["a.b-" * 70, "%40", " ", " ", " ", " ", "\n", "\n\n", ", ", ". ", ": ", '"', "'", "(", ")", "-"],
    *["\u00a0", "\ufffc", "\u200d", "e\u0301", "\U0001f600"],
]
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=16).map("".join)


@settings(max_examples=300, deadline=None)
@given(text=texts, cuts=st.lists(st.integers(0, 1500), max_size=10))
def test_a_stream_finds_what_the_whole_text_holds(english: PersonalDetector, text: str, cuts: list[int]) -> None:
    assert streamed(english, text, cuts_of(text, cuts)) == whole(english, text)


@settings(max_examples=40, deadline=None)
@given(text=texts)
def test_likewise_byte_by_byte(english: PersonalDetector, text: str) -> None:
    assert streamed(english, text[:700], range(len(text[:700]))) == whole(english, text[:700])


def test_words_before_a_number_are_seen_in_a_stream_too(english: PersonalDetector) -> None:
    text = ("x" * 90 + " ") * 8 + "SSN which the customer gave us yesterday: 536904399 and more"
    assert [f.entity for f in whole(english, text)] == ["US_SSN"]
    assert streamed(english, text, range(len(text))) == whole(english, text)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_surest_wins_then_the_longest_then_by_name(order: tuple[int, ...]) -> None:
    hits = [Hit(0, 5, "A", 0.5, "a"), Hit(0, 6, "B", 0.5, "b"), Hit(0, 6, "A", 0.5, "c"), Hit(6, 9, "C", 0.4, "d")]
    assert strongest([hits[i] for i in order]) == [hits[2], hits[3]]
    assert strongest([*hits, Hit(4, 7, "Z", 0.9, "z")]) == [Hit(4, 7, "Z", 0.9, "z")]


@settings(max_examples=100, deadline=None)
@given(text=texts)
def test_one_finding_for_each_region_whatever_the_order(table: Table, english: PersonalDetector, text: str) -> None:
    found = whole(english, text)
    assert all(a.end <= b.start for a, b in pairwise(f for f in found if f.entity != OBFUSCATION))
    turned = Personal(replace(table, recognizers=table.recognizers[::-1])).for_context()
    assert whole(turned, text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Mail jane.cooper@contoso.com now", "card 4111 1111 1111 1111 ok", "from 81.2.69.142 today", "it is 536-90-4399 here",
        "IBAN DE89370400440532013000 here", "on 5/17/2019 at noon", "mac 3c:22:fb:a1:00:9e", "NHS 943 476 5919",
        "btc 1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "call +1 415-555-0132 now", "http://www.contoso.com/", "ITIN 912-70-1234",
    ],
)  # fmt: skip
def test_where_presidio_is_right_we_agree(english: PersonalDetector, text: str) -> None:
    assert values(english, text) == values(engine(), text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pesanan saya, kartunya 4111 1111 1111 1111 ya.", True),
        ("Pesanan, kartu 4111 1111 1111 1111", True),
        ("Order: paid with 4111 1111 1111 1111", True),
        ("Min ordre: betalt med 4111 1111 1111 1111", True),
        ("订单用银行卡 4111 1111 1111 1111 支付", True),
        ("Order number 4111111111111111", False),
        ("order no. 4111111111111111 shipped", False),
        ("Pesanan nomor 4111111111111111", False),
    ],
)
def test_a_card_in_a_sentence_about_an_order(english: PersonalDetector, text: str, found: bool) -> None:
    assert ("CREDIT_CARD" in {f.entity for f in english.find(Segment("/a", text))}) is found
