"""Names behind a title (`Dr. Jane Cooper`, `Pak Budi`, `fru Hansen`) and before one (`王先生`). The title is no part of them.

What follows must look like a name: "Ibu saya", "Sir or Madam", "Mr. Coffee" are none. A title that is a word of its own in some
language, or an initial, asks for a known given name behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.names.people.common import NO_GIVEN, ROLES
from guardrails.detectors.names.people.given import AMBIGUOUS, COMPOUND, DOUBTFUL, INDONESIAN, PLAIN, RARE, SURNAMES, WORDS_TOO
from guardrails.detectors.names.people.shapes import CERTAIN, LETTER, LIKELY, Run, is_given, known, scan
from guardrails.detectors.names.people.signs import Cued, Led, Reading, Sign
from guardrails.detectors.names.public import is_public

_SURE = """
hj mr mrs ms mx dr dra drs dres prof professor sir madam dame lord rev reverend messrs bapak bpk ibu pak mbak kak sdr sdri
saudara saudari ibunda ustadz ustad ustadzah kyai nyonya tuan hr fru frk herr frau fräulein fröken sr sra srta doña dona señor
señora señorita senhor senhora mme mlle monsieur madame mevr dhr
"""
#: Words of their own too: what follows must be a known given name.
_DOUBTED = "miss bu mas bang bung kang teh neng mba om tante don h ir kh m seu maître master hadji gus"
#: Titles that are written in lower case in running text.
_LOWER = (
    "mr mrs ms dr prof pak bapak ibu bu mas mbak mba kak bang bung tante"
    " hr fru frk herr fröken sr sra señor señora monsieur madame"
)
#: What people are to somebody: as with the doubted titles, and in lower case too.
_PARTIES = """
patient patienten pasien beneficiary client customer tenant landlord user passenger employee applicant claimant cardholder
pelanggan nasabah borgeren kunden sagsbehandler colleague kollega
"""
PARTIES = frozenset(_PARTIES.split())
SURE, DOUBTED, LOWER = frozenset(_SURE.split()), frozenset(_DOUBTED.split()) | PARTIES, frozenset(_LOWER.split()) | PARTIES
TITLES = SURE | DOUBTED
#: Titles that people use in chats before a given name in lower case.
_IN_CHATS = """
pak bapak ibu bu mas mbak mba kak bang bung om tante mr mrs ms miss dr
"""
_CHATTY = frozenset(_IN_CHATS.split())
_NORDIC_WORDS = """
fru frk hr herr fröken frau fräulein
"""
_NORDIC = frozenset(_NORDIC_WORDS.split())
_STEP = 12  # letters of a title
_TOKEN = re.compile(rf"[{LETTER}]+")
_GAP = re.compile(r"\.?[ \u00a0]{1,2}|\.")
_BEFORE = re.compile(rf"[{LETTER}\d_@#/\\.'\u2019-]")
_NAMED = re.compile(rf"[A-Z][{LETTER}.]* \Z")
_STREET = re.compile(rf"\d (?:[A-Z][{LETTER}.]* ){{1,3}}\Z")  # "1737 Cheriton Dr"
_MORE = re.compile(rf"([{LETTER}]{{1,12}})\.? (?![A-Z]\.)")
_BETWEEN = ROLES | TITLES

_AFTER_ZH = (
    "先生|女士|小姐|太太|老师|老師|医生|醫生|大夫|教授|律师|律師|经理|經理|主任|同学|同學|师傅|師傅|阿姨|叔叔|护士|護士|总"
)
#: "总" begins many other words: 总是, 总统, 总经理.
_OTHERWISE = "是统統理裁经經部共会會体體监監之算结結数數量能得长長局书書额額而爱"
_AFTER = re.compile(f"{_AFTER_ZH}(?![{_OTHERWISE}])")
_APART = "和给找叫问请与跟同是让被到了联系据"  # words before a name that is one doubtful character
_WIDEST_ZH = 5  # characters of a name and its title that may still come

_words = "|".join(sorted(TITLES, key=len, reverse=True))


def _read(text: str, begin: int) -> Iterator[Reading]:
    for m in _TOKEN.finditer(text, begin):
        title = m[0].lower()
        if title in TITLES and not (m.start() and _BEFORE.match(text, m.start() - 1)):
            gap = _GAP.match(text, m.end())
            if gap is not None and _is_written(text, m[0], m.start()):
                yield _behind(text, m[0], gap)


def _is_written(text: str, title: str, at: int) -> bool:
    """Whether these letters are a title: "hr" is one in Danish, "HR" a department, the "M." of "John M. Smith" an initial."""
    if title.islower():
        return title in LOWER
    if title in ("Dr", "DR"):
        return not _STREET.search(text, max(0, at - 40), at)
    return title != "HR" and not (len(title) == 1 and _NAMED.search(text, max(0, at - 24), at))


def _behind(text: str, written: str, gap: re.Match[str]) -> Reading:
    """What stands behind a title, over the role that may stand between."""
    at = gap.end()
    while (more := _MORE.match(text, at)) is not None and more[1].lower() in _BETWEEN and at - gap.end() < 24:
        at = more.end()
    run = known(text, scan(text, at, lower=written.lower() in _CHATTY))
    return Reading(run.begin, run.stop, _score(text, written, run), run.going)


def _score(text: str, written: str, run: Run) -> float:
    words, title = run.words(text), written.lower()
    if not words or _is_no_name(words, written):
        return 0.0
    first = words[0]
    if not first[0].isupper():
        known_here = (first in INDONESIAN and first not in WORDS_TOO) or (
            first in PLAIN and title not in DOUBTED | {"mas", "bang"}
        )
        return LIKELY if known_here else 0.0
    if title in DOUBTED:
        return LIKELY if (is_given(first) and first.lower() not in AMBIGUOUS) or first.lower() in INDONESIAN else 0.0
    return LIKELY if written == title and title not in _NORDIC else CERTAIN


def _is_no_name(words: list[str], written: str) -> bool:
    """Whether these words behind a title are another title, nobody's name, or letters alone."""
    first = words[0]
    if first.lower() in TITLES or is_public(" ".join(words)) or all(len(w.rstrip(".")) == 1 for w in words):
        return True
    if len(written) > 1 and written.isupper() and not first.isupper():
        return True
    if len(words) == 1:
        return len(first) < 3 and written.lower() not in {"mr", "mrs", "ms", "dr"}
    return is_public(words[-1]) and not is_given(first)


def _read_zh(text: str, begin: int) -> Iterator[Reading]:
    for m in _AFTER.finditer(text, begin):
        start = _family(text, m.start())
        if start is not None:
            sure = (text[start] in SURNAMES and text[start] not in DOUBTFUL) or m.start() - start > 1
            if sure or not "\u4e00" <= text[start - 1 : start] <= "\u9fff" or text[start - 1] in _APART:
                yield Reading(start, m.start(), CERTAIN if sure else LIKELY, going=False)


def _family(text: str, end: int) -> int | None:
    """Where the name begins that ends at `end`: the longest of surname and at most two characters that stand in names."""
    for size in (4, 3, 2, 1):
        start = end - size
        if start < 0 or any(c in NO_GIVEN or not "\u4e00" <= c <= "\u9fff" for c in text[start:end]):
            continue
        if size > 1 and text[start : start + 2] in COMPOUND:
            return start
        if size < 4 and text[start] in (RARE if size == 1 else SURNAMES) and (size == 1 or text[start] not in DOUBTFUL):
            return start
    return None


_FIRST = RARE | {name[0] for name in COMPOUND}


def _begins_zh(text: str, begin: int) -> int:
    """A surname among the last characters, where a title may follow."""
    for at in range(max(begin, len(text) - _WIDEST_ZH), len(text)):
        if text[at] in _FIRST and all("\u4e00" <= c <= "\u9fff" for c in text[at:]):
            return at
    return len(text)


SIGNS: tuple[Sign, ...] = (
    Cued("Title", (rf"(?i)(?:^|[^A-Za-z])(?:{_words})(?:\.?[ \x{{a0}}]|\.[A-Za-z])",), _read, back=64),
    Led("Title", (_AFTER_ZH,), _read_zh, _begins_zh),
)
