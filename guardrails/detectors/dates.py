"""Dates of birth whose month is a word or a sign: "born 3 May 1990", "lahir 17 Agustus 1990", "出生日期：1990年5月21日".

Such a date spans words, so that no island holds it; dates in digits alone are rows of the table of ids. It counts only behind a
name that says that somebody was born then (`labelled.py`): other dates are nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.labelled import FITS, NAMES
from guardrails.detectors.labels import WINDOW, left_of

ENTITY = "DATE_OF_BIRTH"
LONGEST = 40  # characters of a date
REACH = LONGEST + WINDOW + 1
#: What must stand in a text, in RE2's words.
TRIGGERS = (
    r"\d{1,2}[.a-z]{0,2} (?:de |of )?\pL{3,12}\.?,? (?:de )?\d{4}",
    r"\pL{3,12}\.? \d{1,2}[a-z]{0,2},? \d{4}",
    r"\d{4} ?[年년] ?\d{1,2} ?[月월]",
)

_MONTH = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
januari februari maret mei juni juli agustus oktober nopember desember
januar februar marts maj okt des
januar jänner märz mai dezember mrz
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
janvier février fevrier mars avril juin juillet août aout septembre octobre novembre décembre decembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
maart augustus augusti
stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia
января февраля марта апреля мая июня июля августа сентября октября ноября декабря
ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık
tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta
"""
_MONTHS = frozenset(_MONTH.split())
_DAY, _YEAR = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:1[89]|20)\d{2}"
_DATE = re.compile(
    rf"(?<![\w.-])(?:{_DAY}(?:st|nd|rd|th|\.)? (?:de |of )?(?P<after>[^\W\d_]{{3,12}})\.?,? (?:de )?{_YEAR}"
    rf"|(?P<before>[^\W\d_]{{3,12}})\.? {_DAY}(?:st|nd|rd|th)?,? {_YEAR})(?![\w-])"
    rf"|(?<!\d)(?:{_YEAR} ?年 ?{_DAY} ?月 ?{_DAY} ?[日号號]|{_YEAR}년 ?{_DAY}월 ?{_DAY}일)"
)
#: What may yet become a date, at the end of a text.
_OPEN = re.compile(
    r"(?<!\w)(?:\d{1,2}(?:[a-z]{1,2}|\.)?"
    r"(?: (?:(?:d|de|o|of)\Z|(?:de |of )?[^\W\d_]{0,12}\.?(?:,? ?(?:d\Z|de\Z|(?:de )?\d{0,4}))?))?"
    r"|[^\W\d_]{1,12}\.?(?: \d{0,2}[a-z]{0,2},?(?: \d{0,4})?)?)\Z"
    r"|(?<!\d)\d{1,4}(?: ?[年년] ?\d{0,2}(?: ?[月월] ?\d{0,2} ?)?| )?\Z"
)


class Dates:
    """Reads a folded text (the contract is that of `personal.Reader`)."""

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        """The dates of birth at or after `start`."""
        for m in _DATE.finditer(text, start):
            month = m["after"] or m["before"]
            if month is not None and month.lower() not in _MONTHS:
                continue
            if any(kind.entity == ENTITY for kind in NAMES.before(left_of(text, m.start()))):
                yield Hit(m.start(), m.end(), ENTITY, FITS, ENTITY)

    def settled(self, text: str, start: int = 0) -> int:
        """The first index whose findings could still change if more text came."""
        low = max(start, len(text) - LONGEST)
        opening = _OPEN.search(text, low)
        return max(low, opening.start()) if opening is not None else len(text)
