"""A value that its own name stands before: "BSN: 111222333", "my PESEL is ...", "身份证号...". The name beats the country gate.

Where a number begins behind words, the last of them are looked up in one table of all names of all kinds; what stands between
may only say "number", "is", ":" and the like. Only the kinds so named are tried, at this place alone, so the ids of all
countries cost hardly more than those of one. The nearest name wins, and a name reaches no further than its own clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from guardrails.detectors.hits import Hit
from guardrails.detectors.ids import KINDS
from guardrails.detectors.ids.kind import Kind
from guardrails.detectors.ids.papers import GLUED
from guardrails.detectors.islands import Island
from guardrails.detectors.labels import SPACELESS, Left, is_other

PROVEN, PROVEN_ABROAD = 1.0, 0.95  # the check holds; of a country that is looked for, or of another
FITS, FITS_ABROAD, FITS_ANY = 0.85, 0.7, 0.6  # nothing to check; the last for kinds of no country
GLUED_ON = 0.9  # no name is nearer
DOUBTED = 0.45  # the check fails, and decides nothing
#: What must stand where a value of some kind could be, in RE2's words: five digits with little between them; three or four
#: alone that are no year; a few letters and digits, as on a plate; capitals among digits.
TRIGGERS = (
    r"\d(?:[A-Za-z ./-]{0,2}\d){4}",
    r"\b(?:\d{3}|[03-9]\d{3}|1[0-8]\d\d|2[1-9]\d\d)\b",
    r"\b[A-Z]{1,3}[- ]?\d{2,4}(?:\b|[A-Z])",
    r"\b[A-Z]{0,3}\d[A-Z0-9]{5}",
)

_LONGEST = 40  # letters of a name's last word
_STEPS = 6  # words that are looked at, fillers and all
_ABBREVIATED = 5  # letters of a word that may end in a point: "no.", "nr.", "nopol."
_FILLER = """
number numbers no nr num nummer nomor is was as be being equals value code kode ref issued registered listed recorded new old
current reads says namely my your his her their of for patient customer holder owner on file
pemilik pasien saya anda dia nya adalah ialah yaitu er var mit hans hendes lautet ist sind meine ihre nummern
número numero numéro nº n es son est é è são fue será del de mi su numer jest to číslo je numara numarası
số là của номер мой равен het van mijn
"""
#: Words that may stand between a name and its value, in the languages of the table.
_FILLERS = frozenset(_FILLER.split())
_SIGNS = (
    "号码",
    "號碼",
    "番号",
    "번호",
    "是",
    "为",
    "為",
    "の",
    "は",
    "が",
    "는",
    "은",
    "이",
    "가",
    "คือ",
    "号",
    "號",
    "码",
    "碼",
)
#: What may stand between a name and its value; so many characters of it.
_BETWEEN = " \t\r\n\u00a0:=#.-\u2013\u2014()[]{}\"'\u201c\u201d\u2018\u2019\u300c\u300d\uff08\uff09\uff1a\uff1d*_|>/\\"
_GAP = 24
#: Where a value may begin: at the beginning of what is seen, or behind a word and a sign or two.
_START = re.compile(r"(?:\A[\W_]{0,3}|(?<=[^\W\d_][\W_])|(?<=[^\W\d_][\W_]{2})|(?<=[^\W\d_][\W_]{3}))(?P<at>[A-Za-z0-9])")
_ENDS = re.compile(r"[!?;,\u3002]|\*{3}|\.\s|\n\s*\n")
_WORD = re.compile(r"[^\W_]+")
_ASCII_END = re.compile(r"[a-z0-9]{2,20}\Z")
_GLUED = re.compile(
    rf"(?<![A-Za-z0-9-])(?P<name>{'|'.join(sorted(GLUED))})-(?=(?:[A-Z-]{{0,3}}\d){{5}})"
    r"[A-Z0-9]+(?:-[A-Z0-9]+){0,3}(?![A-Za-z0-9-])",
    re.IGNORECASE | re.ASCII,
)


@cache
def _form(form: str) -> re.Pattern[str]:
    """Compiled when its name is first read; where a value goes on, it is another value."""
    return re.compile(rf"(?:{form})(?![A-Za-z0-9]|[-/@][A-Za-z0-9]|[.,]\d)", re.ASCII | re.IGNORECASE)


def _score(kind: Kind, value: str, countries: frozenset[str]) -> float:
    """How sure a value of this form is behind its name; 0 where it cannot be one."""
    proven = kind.check(value) if kind.check else None
    here = kind.country in countries
    if proven is False:
        return 0.0 if kind.decisive else DOUBTED
    if proven:
        return PROVEN if here or kind.country is None else PROVEN_ABROAD
    return FITS if here else FITS_ANY if kind.country is None else FITS_ABROAD


class Names:
    """All names of all kinds: phrases by their last word, and what is written without spaces."""

    def __init__(self, kinds: Iterable[Kind] = KINDS) -> None:
        phrases: dict[str, dict[tuple[str, ...], list[Kind]]] = {}
        self._signs: dict[str, list[Kind]] = {}
        for kind in kinds:
            for name in kind.labels:
                if SPACELESS.search(name):
                    self._signs.setdefault(name.lower(), []).append(kind)
                elif words := tuple(_WORD.findall(name.lower())):
                    phrases.setdefault(words[-1], {}).setdefault(words, []).append(kind)
        # The longest first: of two that are as sure, "medical license" wins over "license".
        self._phrases = {
            last: (sorted({len(w) for w in found}, reverse=True), {w: tuple(k) for w, k in found.items()})
            for last, found in phrases.items()
        }
        self._longest = max(map(len, self._signs), default=0)
        self._last = _FILLERS | self._phrases.keys()

    def may_end(self, word: str) -> bool:
        """Whether a value may stand behind this word: cheap, and asked first."""
        return word.lower() in self._last or SPACELESS.search(word[-1:]) is not None

    def before(self, left: Left) -> Iterator[Kind]:
        """The kinds whose names stand right before a value, the nearest name's alone."""
        return self._by_sign(left.text) if left.spaceless and self._in_signs(left.text) else self._by_words(left)

    def _by_words(self, left: Left) -> Iterator[Kind]:
        follows = len(left.text)
        for i in range(len(left.words) - 1, max(-1, len(left.words) - 1 - _STEPS), -1):
            word, end = left.words[i]
            if _is_end(left.text[end:follows], word):
                return
            if (phrases := self._phrases.get(word)) is not None:
                sizes, named = phrases
                for size in sizes:
                    if (kinds := named.get(tuple(w for w, _ in left.words[max(0, i + 1 - size) : i + 1]))) is not None:
                        yield from kinds
            if word not in _FILLERS:
                return
            follows = end - len(word)

    @staticmethod
    def _in_signs(text: str) -> bool:
        rest = text.rstrip(_BETWEEN)
        return SPACELESS.search(rest[-1:]) is not None or SPACELESS.search(rest[-24:]) is not None

    def _by_sign(self, text: str) -> Iterator[Kind]:
        for _ in range(_STEPS):
            text = text.rstrip(_BETWEEN)
            if (m := _ASCII_END.search(text)) is not None:
                if (phrases := self._phrases.get(m[0])) is not None:
                    yield from phrases[1].get((m[0],), ())
                return
            for size in range(min(self._longest, len(text)), 0, -1):
                if (named := self._signs.get(text[-size:])) is not None:
                    yield from named
                    return
            sign = next((s for s in _SIGNS if text.endswith(s)), None)
            if sign is None:
                return
            text = text[: -len(sign)]


def _is_end(between: str, word: str) -> bool:
    """Whether a clause ends here, so that no name before it reaches what follows."""
    m = _ENDS.search(between)
    return m is not None and not (m[0][0] == "." and len(word) <= _ABBREVIATED)


NAMES = Names()


def is_named(whole: str, start: int) -> bool:
    """Whether the last word before `start` may name what begins there: cheap, and seldom so."""
    near = whole[max(0, start - _GAP - _LONGEST) : start].rstrip(_BETWEEN)
    if not near or not (near[-1].isalpha() or near[-1] in "12") or len(near) + _GAP < min(start, _GAP + _LONGEST):
        return False
    word = _WORD.match(near[::-1])
    return word is not None and NAMES.may_end(word[0][::-1])


def find(island: Island, countries: frozenset[str]) -> Iterator[Hit]:
    """The values in view whose names stand before them. `countries`: those that are looked for; theirs are the surer."""
    text, begin = island.text, island.begin
    for m in _START.finditer(text, island.skip):
        start = m.start("at") + begin
        if not is_named(island.whole, start):
            continue
        best: Hit | None = None
        for kind in NAMES.before(island.left(start)):
            value = _form(kind.form).match(text, start - begin)
            if value is not None and (score := _score(kind, value[0], countries)):
                hit = Hit(start, value.end() + begin, kind.entity, score, kind.entity)
                if best is None or (hit.score, hit.end) > (best.score, best.end):
                    best = hit
        if best is not None:
            yield best
    for m in _GLUED.finditer(text, island.skip) if "-" in text else ():
        if not is_other(island.left(m.start() + begin), -1):
            entity = GLUED[m["name"].lower()]
            yield Hit(m.start() + begin, m.end() + begin, entity, GLUED_ON, entity)
