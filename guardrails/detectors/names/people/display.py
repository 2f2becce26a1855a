"""Names beside an e-mail address (`Jane Cooper <jane@contoso.com>`, `"Cooper, Jane" <…>`), before a degree (`Budi, S.H.`), and
of who speaks in a transcript (`[10:24] Mette: hej`). RFC 5322 §3.4: display-name, then the address in angle brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.names.people.common import PARTICLES, SURNAMES_TOO
from guardrails.detectors.names.people.given import AMBIGUOUS
from guardrails.detectors.names.people.shapes import (
    CERTAIN,
    LETTER,
    LIKELY,
    LONGEST,
    WEAK,
    is_capital,
    is_common,
    is_given,
    scan,
    score,
)
from guardrails.detectors.names.people.signs import Cued, Led, Reading, Sign
from guardrails.detectors.names.people.titles import TITLES
from guardrails.detectors.names.public import is_public

_LOCAL = 64  # RFC 5321 §4.5.3.1.1
_ADDRESS = re.compile(rf"[ \t]{{0,2}}[<(](?:mailto:)?[A-Za-z0-9._%+'-]{{1,{_LOCAL}}}@")
_CELL = re.compile(rf"[,;\t](?=[A-Za-z0-9._%+-]{{1,{_LOCAL}}}@)")
_DEGREES = (
    r"S\.?H|S\.?E|S\.?T|S\.?Kom|S\.?Pd|S\.?Sos|S\.?Psi|S\.?Ked|S\.?Farm|S\.?Ag|S\.?IP|S\.?Si|M\.?H|M\.?M|M\.?Si|M\.?Pd|M\.?Kom|M\.?Sc|M\.?T"
    r"|M\.?B\.?A|M\.?P\.?H|Sp\.?[A-Z]{1,3}|Ph\.?D|M\.?D|D\.?D\.?S|J\.?D|LL\.?M|Esq|RN|CPA|CFA|Jr|Sr|SH|ST|DVM|M\.?A|B\.?A|MPA"
)
_DEGREE = re.compile(rf"(?:, ?|(?<=[a-z]) (?=Ph|M\.?D|Jr|Esq))(?:{_DEGREES})(?![A-Za-z]| \d)")
_WORD = rf"(?:[A-Z\u00c0-\u00d6\u00d8-\u00de][{LETTER}]{{0,20}}(?:['\u2019-][{LETTER}]{{1,20}}){{0,2}}|[A-Z]\.)"
_PARTICLES = """
van von der den de da do dos das du del la le al bin binti af av
"""
_PARTS = frozenset(_PARTICLES.split())
_JOIN = rf"(?: (?:{'|'.join(sorted(_PARTS))})){{0,2}} "
_BEFORE = re.compile(rf"(?<![{LETTER}\d_@.'\u2019/-]){_WORD}(?:{_JOIN}{_WORD}){{0,4}}\Z")
_QUOTED = re.compile(rf"[\"'](?P<name>{_WORD}(?:,? {_WORD}){{1,4}})[\"']\Z")
_ENDS = ".!?:;)>"  # what a word ends in that a name does not go on behind
_ALLOWED = SURNAMES_TOO | PARTICLES  # of everyday words behind the first
_CAPITAL = re.compile("[A-Z\u00c0-\u00d6\u00d8-\u00de]")
_WINDOW = LONGEST + 4
_STAMP = re.compile(
    r"(?m)^\[?(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4},? (?:- )?)?(?:at |kl\.? )?\d{1,2}[:.]\d\d(?:[:.]\d\d)?"
    r"(?: ?[AaPp]\.?[Mm]\.?)?\]?[ \t]{0,2}(?:[-\u2013\u2014] )?[<*]{0,2}"
)
_LINE = re.compile(r"(?m)^[ \t>*]{0,4}(?=[A-Z\u00c0-\u00de])")
_SPEAKS = re.compile(r"\*{0,2}:[ \n\r*]|:\Z")


def _back(text: str, end: int, fewest: int) -> Reading | None:
    """The name that ends at `end`: capitalised words, of which the last ones are taken that nothing speaks against."""
    m = _BEFORE.search(text, max(0, end - _WINDOW), end)
    if m is None:
        return None
    start, words = m.start(), m[0].split(" ")
    while words and (is_common(words[0]) or words[0].lower() in TITLES or (not is_capital(words[0]) and words[0][0].isupper())):
        start += len(words.pop(0)) + 1
    while words and words[0].islower():
        start += len(words.pop(0)) + 1
    if len(words) < fewest or any(is_common(w) and w.lower() not in _ALLOWED for w in words[1:]) or is_public(" ".join(words)):
        return None
    if len(words) == 1 and not is_given(words[0]):
        return None
    return Reading(start, end, score(words) or LIKELY, going=False)


def _addressed(text: str, begin: int) -> Iterator[Reading]:
    for m in _ADDRESS.finditer(text, begin):
        end = m.start()
        quoted = _QUOTED.search(text, max(0, end - _WINDOW - 2), end) if end and text[end - 1] in "\"'" else None
        if quoted is not None:
            if not is_public(quoted["name"]) and not any(is_common(w) for w in re.split(",? ", quoted["name"])):
                yield Reading(quoted.start("name"), quoted.end("name"), CERTAIN, going=False)
        elif (found := _back(text, end, 1)) is not None:
            yield found._replace(score=max(found.score, LIKELY))


def _listed(text: str, begin: int) -> Iterator[Reading]:
    """A row of a table: `Jane Cooper,jane@contoso.com`."""
    for m in _CELL.finditer(text, begin):
        found = _back(text, m.start(), 2)
        if found is not None and found.score >= LIKELY:
            yield found


def _graduated(text: str, begin: int) -> Iterator[Reading]:
    for m in _DEGREE.finditer(text, begin):
        found = _back(text, m.start(), 2)
        if found is not None:
            yield found


def _begins(text: str, begin: int) -> int:
    """Back from the end, over words that a name may go on with: where the first of them has its first capital."""
    if not _CAPITAL.search(text, begin):
        return len(text)
    near = max(0, len(text) - _LOCAL - 16)
    sign = max(text.rfind("<", near), text.rfind("(", near))
    size = _WINDOW + (_LOCAL + 24 if sign >= 0 else 12)
    at = found = len(text)
    for number, word in enumerate(reversed(text[max(begin, at - size) :].split(" "))):
        at -= len(word) + (number > 0)
        line = word.rfind("\n") + 1
        m = _CAPITAL.search(word, line)
        if number and len(word) > 2 and word[-1] in _ENDS:
            break
        if m is not None:
            found = at + m.start()
        if line or not _goes_on(word, m, last=not number):
            break
    return found


def _goes_on(word: str, capital: re.Match[str] | None, *, last: bool) -> bool:
    """Whether a name may stand before this word and its own end behind it. `last`: it may not be whole yet."""
    if capital is not None:
        return capital.start() == 0 or not word[0].isalnum()
    if last:
        return not word or (word[0] in "<(\"'," and "@" not in word) or any(p.startswith(word) for p in _PARTS)
    return not word or word in _PARTS or word[0] in "<("


def _stamped(text: str, begin: int) -> Iterator[Reading]:
    for m in _STAMP.finditer(text, begin):
        run = scan(text, m.end(), lower=True, most=4)
        words = run.words(text)
        named = bool(words) and _SPEAKS.match(text, run.stop) is not None and not is_public(" ".join(words))
        sure = score(words) or (WEAK if words[0][0].isupper() and len(words[0]) > 2 else 0.0) if named else 0.0
        yield Reading(run.begin, run.stop, sure, run.going)


def _spoken(text: str, begin: int) -> Iterator[Reading]:
    for m in _LINE.finditer(text, begin):
        run = scan(text, m.end(), most=3)
        words = run.words(text)
        named = (
            bool(words) and _SPEAKS.match(text, run.stop) is not None and is_given(words[0]) and not is_public(" ".join(words))
        )
        named = named and (len(words) > 1 or words[0].lower() not in AMBIGUOUS)
        yield Reading(run.begin, run.stop, score(words) if named else 0.0, run.going)


SIGNS: tuple[Sign, ...] = (
    Cued("Speaker", (r"(?m)^\[?[\d./, -]*(?:at |kl\.? )?\d[:.]\d\d",), _stamped, back=64),
    Cued("Speaker", (r"(?m)^[ \t>*]*[A-Z\x{c0}-\x{de}][^\n:]+:(?:[* \n\r]|$)",), _spoken, back=16),
    Led("MailDisplayName", (r"[<(][A-Za-z0-9._%+':-]+@",), _addressed, _begins),
    Led("MailDisplayName", (r"[,;\t][A-Za-z0-9._%+-]+@",), _listed, _begins),
    Led("Degree", (rf"(?:, ?|[a-z] )(?:{_DEGREES})(?:[^A-Za-z]|$)",), _graduated, _begins),
)
