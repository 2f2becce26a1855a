"""Dates of birth in words: `born in Leeds on 12 March 1992`, `lahir di Jakarta, 12 Maret 1992`, `出生于1992年3月12日`.

A date is one of birth where a word for it stands before it in the same sentence; dates in digits alone are values that a label
names (`labelled.py`). The words are looked for at most `BEFORE` characters back, so a text that still arrives reads like the
whole one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.hits import Hit

ENTITY, SCORE = "DATE_OF_BIRTH", 0.85
BEFORE, LONGEST = 72, 32  # characters of what may stand between, and of a date
REACH = BEFORE + LONGEST + 32

_WORDS = (
    r"born|birth(?:day|date)?|d\.?o\.?b|lahir|ttl|ulang tahun|født|fødselsdato|fødselsdag|geboren|geburtsdatum|geb|née?"
    r"|naissance|nacid[oa]|nació|nacimiento|nascid[oa]|nascimento|nat[oa] il|nascita|född|födelsedatum|syntynyt|geboortedatum"
)
_SIGNS = "出生|生于|生日|生年月日"
_MONTHS = (
    "jan(?:uary|uari|uar|vier|eiro)?|enero|gennaio|feb(?:ruary|ruari|ruar|braio)?|febrero|fevereiro|février"
    "|mar(?:ch|et|ts|zo|s|ço)?|märz|mrt|apr(?:il|ile)?|abril|avril|may|mei|maj|mai|maio|mayo|maggio|jun(?:e|i|ho|io)?|juin|giugno"
    "|jul(?:y|i|ho|io)?|juillet|luglio|aug(?:ust|ustus)?|agu(?:stus)?|agosto|août|sept?(?:ember|tember|tembre|iembre)?|setembro"
    "|settembre|oct(?:ober|obre|ubre)?|okt(?:ober)?|outubro|ottobre|nov(?:ember|embro|embre|iembre)?|dec(?:ember|embre)?"
    "|des(?:ember)?|dez(?:ember|embro)?|diciembre|dicembre|déc(?:embre)?"
)
_DAY, _YEAR, _OF = r"\d{1,2}(?:st|nd|rd|th|er|\.|º)?", r"(?:18|19|20)\d\d", r"(?:of |de |di )?"
_FORM = (
    rf"{_DAY} {_OF}(?:{_MONTHS})\.?,?(?: de| del)? {_YEAR}|(?:{_MONTHS})\.? {_DAY},? {_YEAR}"
    rf"|{_YEAR} ?年 ?\d{{1,2}} ?月 ?\d{{1,2}} ?[日号]"
)
_DATE = re.compile(rf"(?<!\d)(?:{_FORM})(?!\d)", re.IGNORECASE)
_LABEL = re.compile(rf"(?:(?<![^\W_])(?:{_WORDS})(?![A-Za-z\u00c0-\u024f])|{_SIGNS})[^\d\n;!?。]{{0,40}}\Z", re.IGNORECASE)
#: A date as far as it has come.
_OPEN = re.compile(
    rf"(?<!\d)(?:{_DAY}(?: {_OF}[^\W\d_]{{0,12}}\.?,?(?: de| del)? ?\d{{0,4}})?"
    rf"|(?:{_MONTHS})\.?(?: \d{{0,2}}\w{{0,2}}\.?,? ?\d{{0,4}})?"
    r"|\d{1,4} ?(?:年 ?\d{0,2} ?月? ?\d{0,2} ?)?) ?\Z",
    re.IGNORECASE,
)
#: What must stand in a text, in RE2's words.
TRIGGERS = (f"(?i){_FORM}",)


class Births:
    """Stateless."""

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for m in _DATE.finditer(text, start):
            if _LABEL.search(text, max(0, m.start() - BEFORE), m.start()):
                yield Hit(m.start(), m.end(), ENTITY, SCORE, "DateOfBirth")

    def settled(self, text: str, start: int = 0) -> int:
        m = _OPEN.search(text, max(start, len(text) - LONGEST))
        if m is None or not _LABEL.search(text, max(0, m.start() - BEFORE), m.start()):
            return len(text)
        return m.start()
