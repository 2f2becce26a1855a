"""A text in pieces gives what the whole text gives: the same findings at the same offsets, lines and columns."""

import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails import assembly
from guardrails.cli.scan_text import AROUND, Failed, NotText, Search, in_text, pieces
from guardrails.model import Detector, Finding, Segment
from guardrails.settings import Settings
from tests.detecting import Broken

MAIL = "jane.cooper@contoso.com"
WORDS = (
    *(
        MAIL,
        "4111 1111 1111 1111",
        "+1 415-555-0132",
        "81.2.69.142",
        "DE89370400440532013000",
        "jane dot cooper at contoso dot com",
    ),
    *("hello", "\n", "\r\n", "我的邮箱", "😀", "y" * 50, "card 4111 1111\n1111 1111 yes", "\u200b", "x"),
)


@pytest.fixture(scope="module")
def detectors() -> tuple[Detector, ...]:
    return tuple(assembly.Parts.of(Settings()).personal()(frozenset(), "en"))


class Whole:
    """Must see the whole text: it finds the last word."""

    name, reach = "whole/1", None

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        at = segment.text.rfind(" ") + 1
        if at >= start and at < len(segment.text):
            yield Finding("", at, len(segment.text), "LAST", 1.0, self.name)

    def settled(self, text: str, start: int = 0) -> int:
        return start


def cut(text: str, cuts: list[int]) -> list[str]:
    at = sorted({c % (len(text) + 1) for c in cuts})
    return [text[a:b] for a, b in zip([0, *at], [*at, len(text)], strict=True)]


@settings(deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=60), st.lists(st.integers(0, 5000), max_size=20), st.booleans())
def test_pieces_give_what_the_whole_gives(detectors, words, cuts, held):
    text, asked = " ".join(words), (*detectors, *([Whole()] if held else []))
    hits = list(Search(asked).hits(cut(text, cuts)))
    assert [h.finding for h in hits] == in_text(asked, text)
    for hit in hits:
        f = hit.finding
        begin, end = text.rfind("\n", 0, f.start) + 1, text.rfind("\n", 0, f.end - 1) + 1
        assert (hit.line, hit.column) == (text.count("\n", 0, f.start) + 1, f.start - begin + 1)
        assert (hit.last_line, hit.last_column) == (text.count("\n", 0, f.end - 1) + 1, f.end - end)
        assert text.startswith(hit.shown, hit.begin)
        assert begin <= hit.begin <= f.start
        assert hit.cut[0] == (hit.begin > begin)
        if not hit.cut[1]:
            line = text[begin:].split("\n", 1)[0].rstrip("\r")
            assert hit.begin + len(hit.shown) == begin + len(line)


class Signs:
    """Finds each of one sign, where another stands in the characters before it; makes up its mind `late` characters later."""

    def __init__(self, sign: str, context: str = "", reach: int = 1, late: int = 0) -> None:
        self.name, self.sign, self.context, self.late = f"signs/{sign}", sign, context, late
        self.reach = reach + late

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        text = segment.text
        for at in (n for n in range(start, len(text)) if text[n] == self.sign):
            if self.context in text[max(0, at - self.reach + self.late) : at]:
                yield Finding("", at, at + 1, self.sign, 1.0, self.name)

    def settled(self, text: str, start: int = 0) -> int:
        return max(start, len(text) - self.late)


SIGNS = (Signs("a"), Signs("b", late=10), Signs("c", context="k", reach=25))


@given(st.text(alphabet="abck\n.-", min_size=100, max_size=400), st.integers(1, 5), st.integers(1, 60))
def test_what_is_forgotten_is_not_missed(text, times, size):
    """Texts many times as long as what any detector looks back to, so that most of each is gone when its end is read."""
    text *= times
    hits = list(Search(SIGNS, around=5).hits(text[n : n + size] for n in range(0, len(text), size)))
    assert [h.finding for h in hits] == in_text(SIGNS, text)
    for hit in hits:
        begin = text.rfind("\n", 0, hit.finding.start) + 1
        assert (hit.line, hit.column) == (text.count("\n", 0, hit.finding.start) + 1, hit.finding.start - begin + 1)
        assert text.startswith(hit.shown, hit.begin)


def test_what_goes_over_a_line_ends_in_the_next() -> None:
    text = "a\ncard 4111 1111\n1111 1111 yes"
    (hit,) = Search((Span(text.index("4111"), text.index(" yes")),)).hits([text])
    assert (hit.line, hit.column, hit.last_line, hit.last_column, hit.shown) == (2, 6, 3, 9, "card 4111 1111")
    (hit,) = Search((Span(7, 17),)).hits([text])
    assert (hit.last_line, hit.last_column) == (2, 15)  # the line's own end


class Span:
    """Finds this span."""

    name, reach = "span/1", 40

    def __init__(self, start: int, end: int) -> None:
        self.span = (start, end)

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        yield Finding("", *self.span, "SPAN", 1.0, self.name)

    def settled(self, text: str, start: int = 0) -> int:
        return max(start, len(text) - 40)


def test_a_long_line_is_shown_in_part() -> None:
    text = "a" * 1000 + " " + MAIL + " " + "b" * 1000
    (hit,) = Search((Span(1001, 1001 + len(MAIL)),)).hits([text])
    assert hit.cut == (True, True)
    assert hit.shown == "a" * (AROUND - 1) + f" {MAIL} " + "b" * (AROUND - 1)
    assert (hit.line, hit.column) == (1, 1002)


def test_a_mark_is_no_column() -> None:
    (hit,) = Search((Span(1, 5),)).hits(["\ufefftext"])
    assert (hit.finding.start, hit.column, hit.shown) == (1, 1, "text")


def test_memory_does_not_grow_with_the_text() -> None:
    piece = "kc" * 10 + "." * 10_000 + "\n"

    def peak(times: int) -> int:
        tracemalloc.start()
        found = sum(1 for _ in Search(SIGNS).hits(piece for _ in range(times)))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert found == 10 * times
        return most

    assert peak(8) < 1.5 * peak(2)


def test_a_detector_that_fails_is_named_and_not_silent() -> None:
    with pytest.raises(Failed, match=r"the detector .* failed \(\w+Error\)"):
        list(Search((Broken(),)).hits(["boom"]))
    with pytest.raises(Failed):
        in_text((Broken(),), "boom")


def read(data: bytes, encoding: str | None = None) -> str:
    return "".join(pieces(io.BytesIO(data), encoding, lambda _: None))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32", "utf-8-sig"])
@pytest.mark.parametrize("text", ["", "é 我\r\n😀 x", "a" * 300_000 + "é" * 300_000])
def test_a_byte_order_mark_is_believed(encoding: str, text: str) -> None:
    assert read(text.encode(encoding)).removeprefix("\ufeff") == text


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "utf-16-le", "utf-16-be", "gb18030"])
def test_an_encoding_that_is_named_is_used(encoding: str) -> None:
    text = "Zoë" if encoding != "gb18030" else "你好"
    assert read(text.encode(encoding), encoding) == text


@pytest.mark.parametrize(
    ("data", "binary", "said"),
    [
        ("one\ntwo Zoë".encode("latin-1"), False, r"not UTF-8 text \(line 2\); if it is Latin-1, try --encoding latin-1"),
        (b"\n" * 400_000 + b"\xff", False, r"\(line 400001\)"),
        (b"half a sign \xc3", False, r"line 1"),
        (f"To {MAIL}".encode("utf-16-le"), False, "try --encoding utf-16-le"),
        (f"To {MAIL} é".encode("utf-16-be"), False, "try --encoding utf-16-be"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\xff", True, "not UTF-8 text"),
        (b"\xff\xfe\0", True, "not UTF-8 text"),
    ],
)
def test_what_is_no_text_says_what_to_do(data: bytes, binary: bool, said: str) -> None:
    with pytest.raises(NotText, match=said) as caught:
        read(data)
    assert caught.value.binary is binary


def test_what_is_not_in_the_named_encoding() -> None:
    with pytest.raises(NotText, match=r"is not ascii text \(line 2\)"):
        read("a\né".encode(), "ascii")
