"""How people write a value so that a machine should not see it: pure functions from the value to its disguise.

Each row of `DISGUISES` is one way, with several forms of it and the kinds of value that it can be done to. A person and a
language model read through all of them. `FRAMES` has sentences to put a value into, `CLEAN` (clean.py) what must stay clean.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from benchmarks import values

Disguise = Callable[[str], str]

EMAIL, CARD, PHONE, SSN, CPR, RESIDENT = "e-mail", "card", "phone", "US SSN", "Danish CPR", "Chinese resident id"
NUMBERS = frozenset({CARD, PHONE, SSN, CPR, RESIDENT})
EVERY = NUMBERS | {EMAIL}


def between(*signs: str) -> Disguise:
    """One of these signs between any two characters, in turn."""
    return lambda v: "".join(c + (signs[n % len(signs)] if n < len(v) - 1 else "") for n, c in enumerate(v))


def behind(sign: str) -> Disguise:
    """A sign behind every character."""
    return lambda v: "".join(c + sign for c in v)


def mapped(table: dict[int, int]) -> Disguise:
    return lambda v: v.translate(table)


def digits(zero: str) -> Disguise:
    """The digits of another script; they stand in a row."""
    return mapped({ord("0") + n: ord(zero) + n for n in range(10)})


def letters(capital: str, small: str, zero: str = "") -> Disguise:
    """Another alphabet of the same letters (mathematical, circled), and its digits."""
    table = {ord("A") + n: ord(capital) + n for n in range(26)} | {ord("a") + n: ord(small) + n for n in range(26)}
    return mapped(table | ({ord("0") + n: ord(zero) + n for n in range(10)} if zero else {}))


def circled(v: str) -> str:
    """⓪ stands apart from ① to ⑨."""
    return letters("\u24b6", "\u24d0")(v).translate({ord("0"): 0x24EA} | {ord("1") + n: 0x2460 + n for n in range(9)})


def replaced(*pairs: tuple[str, str]) -> Disguise:
    def disguise(v: str) -> str:
        for old, new in pairs:
            v = v.replace(old, new)
        return v

    return disguise


def percent(v: str) -> str:
    return "".join(f"%{byte:02X}" for byte in v.encode())


def broken(v: str, line_end: str = "\n") -> str:
    """A line ends inside, where a mail program would end it: at a gap, after a hyphen or an `@`, else in the middle."""
    gaps = [m.end() for m in re.finditer(r"[ @-]", v)]
    at = min(gaps, key=lambda gap: abs(gap - len(v) // 2)) if gaps else len(v) // 2
    return v[:at].removesuffix(" ") + line_end + v[at:]


#: What may stay visible at a value's edges: blanks and signs, invisible characters, strokes.
_OUTER = re.compile(r"[\s!-/:-@\[-`{-~\u00ad\u0300-\u036f\u200b-\u200f\u202a-\u202e\ufe0f\U000e0000-\U000e01ef]*")
_WIDE = {c: c + 0xFEE0 for c in range(0x21, 0x7F)}
_CYRILLIC = {ord(a): ord(b) for a, b in zip("aceiopsxyABCEHIKMOPTX", "асеіорѕхуАВСЕНІКМОРТХ", strict=True)}
_GREEK = {ord(a): ord(b) for a, b in zip("oivuABEZHIKMNOPTYX", "οινυΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", strict=True)}


@dataclass(frozen=True, slots=True)
class Way:
    """One way to disguise a value, in several forms. `kinds`: what it can be done to."""

    forms: tuple[Disguise, ...]
    kinds: frozenset[str] = EVERY


DISGUISES: dict[str, Way] = {
    "zero-width characters": Way(
        (
            between("\u200b"),
            between("\u200c", "\u200d", "\u2060", "\ufeff"),
            lambda v: v[: len(v) // 2] + "\u200b" + v[len(v) // 2 :],
        )
    ),
    "soft hyphens": Way((between("\u00ad"), lambda v: v[:3] + "\u00ad" + v[3:-3] + "\u00ad" + v[-3:])),
    "full-width characters": Way((mapped(_WIDE), mapped(_WIDE | {0x20: 0x3000}))),
    "look-alike letters": Way(
        (mapped(_CYRILLIC), mapped(_GREEK), lambda v: mapped(_CYRILLIC)(v[:6]) + v[6:]), frozenset({EMAIL})
    ),
    "digits of other scripts": Way(
        (
            *(digits(zero) for zero in "\u0660\u06f0\u0966\u09e6\u0ae6\u0e50\u17e0\u1040"),
            lambda v: digits("\u0660")(v[:6]) + v[6:],
        ),
        NUMBERS,
    ),
    "mathematical letters": Way(
        (letters("\U0001d400", "\U0001d41a", "\U0001d7ce"), letters("\U0001d670", "\U0001d68a", "\U0001d7f6"))
    ),
    "circled letters": Way((circled,)),
    "(at) and (dot)": Way(
        (
            replaced(("@", "(at)"), (".", "(dot)")),
            replaced(("@", " (at) "), (".", " (dot) ")),
            replaced(("@", "[at]"), (".", "[dot]")),
            replaced(("@", " [at] "), (".", " [dot] ")),
            replaced(("@", "{at}")),
            replaced(("@", " (AT) ")),
        ),
        frozenset({EMAIL}),
    ),
    "at and dot": Way((replaced(("@", " at "), (".", " dot ")), replaced(("@", " AT "), (".", " DOT "))), frozenset({EMAIL})),
    "spaced out": Way((" ".join, "\u00a0".join)),
    "a line end inside": Way((broken, lambda v: broken(v, "\r\n"))),
    "percent-encoded": Way((lambda v: quote(v, safe=""), quote_plus, percent)),
    "base64": Way(
        (
            lambda v: base64.b64encode(v.encode()).decode(),
            lambda v: base64.urlsafe_b64encode(v.encode()).decode(),
            lambda v: base64.b64encode(v.encode()).decode().rstrip("="),
        )
    ),
    "HTML entities": Way(
        (
            replaced(("@", "&#64;"), (".", "&#46;"), (" ", "&#32;"), ("-", "&#45;"), ("+", "&#43;"), ("1", "&#49;")),
            replaced(("@", "&commat;"), (".", "&period;"), ("4", "&#x34;"), ("+", "&plus;")),
            lambda v: "".join(f"&#{ord(c)};" for c in v),
        )
    ),
    "JSON escapes": Way(
        (
            lambda v: "".join(f"\\u{ord(c):04x}" for c in v),
            replaced(("@", "\\u0040"), (".", "\\u002e"), ("-", "\\u002d"), (" ", "\\u0020"), ("1", "\\u0031")),
            lambda v: "".join(f"\\x{ord(c):02x}" for c in v),
        )
    ),
    "struck through": Way((behind("\u0336"), behind("\u0332"), behind("\u0338"))),
    "tags and variation selectors": Way((behind("\ufe0f"), between("\U000e0061"), between("\U000e0100"))),
    "marks of direction": Way((between("\u202d"), lambda v: "\u202e" + v + "\u202c", between("\u200e", "\u200f"))),
}

#: Language → sentences. Whoever speaks English, Indonesian, Chinese or Danish writes such things.
FRAMES: dict[str, tuple[str, ...]] = {
    "en": (
        "Please use {} for the booking, thanks.",
        "Hello team,\n\nhere it is: {}\n\nBest wishes",
        "As agreed I send you {} today, and nothing else.",
        'The form says "{}" in the second field.',
    ),
    "id": (
        "Tolong pakai {} untuk pemesanan ini, terima kasih.",
        "Halo, ini datanya: {}\nMohon diproses hari ini.",
        "Kemarin saya sudah kirim {} kepada petugas.",
        'Di formulir tertulis "{}" pada baris kedua.',
    ),
    "zh": (
        "请用 {} 办理预订，谢谢。",
        "您好，资料如下：{}\n请今天处理。",
        "昨天我已经把 {} 发给同事了。",
        "表格第二行写的是“{}”。",
    ),
    "da": (
        "Brug venligst {} til bestillingen, tak.",
        "Hej, her er det: {}\nVenlig hilsen",
        "I går sendte vi {} til kollegaen, som aftalt.",
        'Der står "{}" i den anden linje.',
    ),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value: how one is made, what a finding of it may be called, where it is written, and what stands before it."""

    make: values.Make
    entities: frozenset[str]
    languages: tuple[str, ...] = ("en", "id", "zh", "da")
    label: str = ""


def _phone(dice: random.Random) -> str:
    return values.phone(dice.choice(["US", "GB", "ID", "CN", "DK"]), abroad=True)(dice)


KINDS: dict[str, Kind] = {
    EMAIL: Kind(values.email, frozenset({"EMAIL_ADDRESS"})),
    CARD: Kind(values.card, frozenset({"CREDIT_CARD"})),
    PHONE: Kind(_phone, frozenset({"PHONE_NUMBER"})),
    SSN: Kind(values.MAKERS["US_SSN"], frozenset({"US_SSN"})),
    CPR: Kind(values.MAKERS["DK_CPR"], frozenset({"DK_CPR"}), ("da",), "CPR-nummer: "),
    RESIDENT: Kind(values.MAKERS["CN_RIC"], frozenset({"CN_RIC"}), ("zh",), "身份证号："),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A value in disguise, in a text: it stands at `start:end`; `core` is what must be covered of it."""

    way: str
    kind: str
    language: str
    text: str
    start: int
    end: int
    core: tuple[int, int]

    def is_met_by(self, start: int, end: int, entity: str, room: int = 2) -> bool:
        """Whether a finding covers the value but for its outer delimiters, and nothing else but `room` characters."""
        at, stop = self.core
        return entity in KINDS[self.kind].entities and self.start - room <= start <= at and stop <= end <= self.end + room


def case(cell: tuple[str, str], disguise: Disguise, value: str, language: str, frame: str) -> Case:
    way, kind = cell
    label = KINDS[kind].label
    hidden = disguise(value)
    start = frame.index("{}") + len(label)
    inner = disguise(value.strip("+() "))
    inner = inner if inner in hidden else hidden
    at = start + hidden.index(inner)
    first = _OUTER.match(inner)
    last = _OUTER.match(inner[::-1])
    core = (at + (first.end() if first else 0), at + len(inner) - (last.end() if last else 0))
    return Case(way, kind, language, frame.format(label + hidden), start, start + len(hidden), core)


def cases(way: str, kind: str, each: int = 2) -> list[Case]:
    """The cell of the table: every form of the way, in every language, `each` values and sentences; the same every time."""
    dice = random.Random(f"{way}/{kind}")
    made = [
        (value := KINDS[kind].make(dice), case((way, kind), disguise, value, language, dice.choice(FRAMES[language])))
        for disguise in DISGUISES[way].forms
        for language in KINDS[kind].languages
        for _ in range(each)
    ]
    return [one for value, one in made if value not in one.text]


#: The table: every way and every kind of value it can be done to.
CELLS = [(way, kind) for way, row in DISGUISES.items() for kind in KINDS if kind in row.kinds]
