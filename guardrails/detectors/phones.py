"""Phone numbers: one pass for what could be one, then `phonenumbers` (libphonenumber's data) on those alone.

A number with its country's prefix says so itself. A national one counts where its country is looked for and it is valid
there, written in groups or after a word such as "call". After such a word any plausible number counts: people are given
invented numbers, and hiding one that rings nowhere harms no one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from phonenumbers import (
    COUNTRY_CODE_TO_REGION_CODE,
    NumberParseException,
    PhoneMetadata,
    PhoneNumber,
    is_possible_number,
    is_valid_number,
    parse,
)

#: A number in groups, its prefix, and an extension (ITU-T E.123).
_CANDIDATE = re.compile(
    r"(?<![\w@.])(?<![\w.][-/])(?P<plus>\+|00(?=[1-9]))?(?P<body>\(?\d[\d ().\u00a0\u2013/-]{4,28}\d)"
    r"(?P<ext> ?(?:x|ext\.?|extension|#) ?\d{1,6})?(?!\w)(?![-.:/@]\w*\d)",
    re.IGNORECASE,
)
_NANP = re.compile(r"(?:1[-. ]?)?(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4}")
# Dates, and the form of a US social security number.
_NOT_PHONE = re.compile(
    r"\d{3}-\d{2}-\d{4}|(?:19|20)\d\d(?P<a>[-/. ])\d{1,2}(?P=a)\d{1,2}(?:[ T].*)?|\d{4}-\d{4}"
    r"|\d{1,2}(?P<b>[-/.])\d{1,2}(?P=b)(?:\d{4}|\d{2})(?: .*)?"
)
_PARTS = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}|\d+\.\d+|\d{1,4}(?: ?[-\u2013] ?\d{1,4})?")  # addresses, decimals, ranges
_AFTER_DIGIT = re.compile(r"\d[ \u00a0]")
_JOIN = re.compile(r"[ \u00a0]")

POSSIBLE, VALID, LABELLED, SHAPE = 0.7, 0.85, 0.6, 0.5

Phone = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Around:
    """What is known about a number before it is read."""

    regions: tuple[str, ...]  # where a national number may be from, the likeliest first
    labelled: bool  # the words before it speak of phones
    other: bool  # they say that it is something else


def phones(text: str, around: Callable[[int], Around], at: int = 0) -> Iterator[Phone]:
    """The `(start, end, score)` of an island's phone numbers from `at` on. `around`: what is known at an index of `text`."""
    while (m := _CANDIDATE.search(text, at)) is not None:
        if m.group("plus") and (sure := _says_so_itself(m)) is not None:
            yield sure
            at = sure[1]
            continue
        known = around(m.start())
        found = _surest(_judge(text, m, end, known) for end in _ends(text, m, known))
        if found:
            yield found
            at = found[1]
        else:
            group = _JOIN.search(text, m.start() + 1, m.end())
            at = group.end() if group else m.end()


def _says_so_itself(m: re.Match[str]) -> Phone | None:
    """A number with its country's prefix that is given out there, as it stands: no word before it says otherwise."""
    body = m.group("body")
    digits = "".join(c for c in body.replace("(0)", "") if c.isdigit())
    if _balanced(body) and 7 <= len(digits) <= 15 and _is_assigned(digits):
        return m.start(), m.end(), VALID
    return None


def _surest(hits: Iterable[Phone | None]) -> Phone | None:
    """The first of the best; after a valid number no other end is tried."""
    best: Phone | None = None
    for hit in hits:
        if hit and (best is None or hit[2] > best[2]):
            best = hit
            if hit[2] == VALID:
                break
    return best


def _ends(text: str, m: re.Match[str], known: Around) -> Iterator[int]:
    """Where the number may end: the whole match, or without its last groups if something says where a number begins."""
    yield m.end()
    end = m.end("body")
    if m.group("ext"):
        yield end
    for _ in range(6 if m.group("plus") or known.labelled else 0):
        end = max(text.rfind(c, m.start(), end) for c in " \u00a0")
        if end <= m.start("body"):
            return
        yield end


def _judge(text: str, m: re.Match[str], end: int, known: Around) -> Phone | None:
    start, body = m.start(), text[m.start("body") : min(end, m.end("body"))]
    if m.group("plus"):
        score = _international(body, known.labelled) if _balanced(body) else None
        return (start, end, score) if score else None
    if not known.labelled and _AFTER_DIGIT.match(text, max(0, start - 2), start):
        return None  # the second half of a longer number
    if body[0] == "(" and body.count("(") > body.count(")"):  # "(call us: 415-555-0132"
        start, body = start + 1, body[1:]
    score = _national(body, known) if _balanced(body) else None
    return (start, end, score) if score else None


def _balanced(body: str) -> bool:
    return body[-1].isdigit() and body.count("(") == body.count(")")


def _national(body: str, known: Around) -> float | None:
    digits = "".join(c for c in body if c.isdigit())
    if (
        known.other
        or not 7 <= len(digits) <= 15
        or _NOT_PHONE.fullmatch(body)
        or (_PARTS.fullmatch(body) and not known.labelled)
    ):
        return None
    grouped = len(digits) < len(body)
    if not (grouped or known.labelled or _is_mobile(body, known.regions)):
        return None
    if any(_valid(body, digits, region) for region in known.regions if known.labelled or _is_complete(digits, region)):
        return VALID if known.labelled else LABELLED
    if grouped and _NANP.fullmatch(body) and (known.labelled or not {"US", "CA"}.isdisjoint(known.regions)):
        return LABELLED if known.labelled else SHAPE
    return SHAPE if known.labelled else None


def _international(body: str, labelled: bool) -> float | None:
    digits = "".join(c for c in body.replace("(0)", "") if c.isdigit())
    if not 7 <= len(digits) <= 15:
        return None
    if _is_assigned(digits):
        return VALID
    number = _parsed(f"+{digits}", None)
    if number is not None and is_possible_number(number):
        return VALID if is_valid_number(number) else POSSIBLE
    return SHAPE if labelled else None


def _is_assigned(digits: str) -> bool:
    """Whether a number with its country's code, no national prefix in it, is of a kind that is given out there: what
    `is_valid_number` says of most, from the same metadata, at a twentieth of the cost. False: ask the library."""
    for size in (1, 2, 3):
        regions = COUNTRY_CODE_TO_REGION_CODE.get(int(digits[:size]))
        if regions:
            return any((form := _kinds(region)) and form.fullmatch(digits, size) for region in regions)
    return False


@cache
def _kinds(region: str) -> re.Pattern[str] | None:
    """All kinds of national numbers of a country: fixed, mobile, toll-free, ..."""
    data = PhoneMetadata.metadata_for_region(region, None)
    if data is None:
        return None  # a code of no country, such as 800
    descs = (data.fixed_line, data.mobile, data.toll_free, data.premium_rate, data.shared_cost, data.voip, data.personal_number)
    forms = [
        d.national_number_pattern for d in (*descs, data.uan, data.pager, data.voicemail) if d and d.national_number_pattern
    ]
    return re.compile("|".join(forms)) if forms else None


def _is_mobile(body: str, regions: tuple[str, ...]) -> bool:
    """China: eleven digits from 13 to 19. Indonesia: 08 and eight to eleven more. People write these in one run."""
    return ("CN" in regions and len(body) == 11 and body[0] == "1" and body[1] in "3456789") or (
        "ID" in regions and 10 <= len(body) <= 13 and body.startswith("08")
    )


@cache
def _form(region: str) -> re.Pattern[str] | None:
    """What a country's numbers look like in digits, from the same metadata that `parse` uses, which costs fifty times more."""
    data = PhoneMetadata.metadata_for_region(region, None)
    if data is None or data.general_desc is None or data.national_prefix_transform_rule:
        return None
    prefix = data.national_prefix_for_parsing or data.national_prefix or ""
    return re.compile(f"(?:{data.country_code})?(?:{prefix})?(?:{data.general_desc.national_number_pattern})")


def _is_complete(digits: str, region: str) -> bool:
    """Whether a number is written with its area: after the prefix 0 where the country has one, or ten digits long."""
    data = PhoneMetadata.metadata_for_region(region, None)
    return len(digits) >= 10 or digits[0] == "0" or data is None or data.national_prefix != "0"


def _valid(body: str, digits: str, region: str) -> bool:
    form = _form(region)
    if form is not None and not form.fullmatch(digits):
        return False
    data = PhoneMetadata.metadata_for_region(region, None)
    if data is not None and data.country_code and not digits.startswith(str(data.country_code)):
        prefix = data.national_prefix or ""
        if not data.national_prefix_transform_rule and _is_assigned(f"{data.country_code}{digits.removeprefix(prefix)}"):
            return True
    number = _parsed(body, region)
    return number is not None and is_valid_number(number)


def _parsed(number: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(number, region)
    except NumberParseException:
        return None
