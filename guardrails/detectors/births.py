"""Dates of birth in words: `born in Leeds on 12 March 1992`, `lahir di Jakarta, 12 Maret 1992`, `出生于1992年3月12日`,
`생년월일 1990년 5월 3일`.

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
    r"born|birth(?:day|date)?|d\.?o\.?b\.?|lahir|ttl\.?|ulang tahun|født|fødselsdato|fødselsdag|geboren|geburtsdatum|geb\.?"
    r"|née?|naissance|nacid[oa]|nació|nacimiento|nascid[oa]|nascimento|nat[oa] il|nascita|född|födelsedatum|syntynyt"
    r"|geboortedatum"
)
_SIGNS = "出生|生于|生日|生年月日|생년월일|출생|생일|태어난"
_MONTHS = (
    "jan(?:uary|uari|uar|vier|eiro)?|enero|gennaio|feb(?:ruary|ruari|ruar|braio)?|febrero|fevereiro|février"
    "|mar(?:ch|et|ts|zo|s|ço)?|märz|mrt|apr(?:il|ile)?|abril|avril|may|mei|maj|mai|maio|mayo|maggio|jun(?:e|i|ho|io)?|juin|giugno"
    "|jul(?:y|i|ho|io)?|juillet|luglio|aug(?:ust|ustus)?|agu(?:stus)?|agosto|août|sept?(?:ember|tember|tembre|iembre)?|setembro"
    "|settembre|oct(?:ober|obre|ubre)?|okt(?:ober)?|outubro|ottobre|nov(?:ember|embro|embre|iembre)?|dec(?:ember|embre)?"
    "|des(?:ember)?|dez(?:ember|embro)?|diciembre|dicembre|déc(?:embre)?"
)
_DAY_NUMBER, _MONTH_NUMBER = r"(?:3[01]|[12]\d|0?[1-9])", "(?:1[0-2]|0?[1-9])"
_DAY, _YEAR, _OF = rf"{_DAY_NUMBER}(?:st|nd|rd|th|er|\.|º)?", r"(?:18|19|20)\d\d", r"(?:of |de |di )?"
_FORM = (
    rf"{_DAY} {_OF}(?:{_MONTHS})\.?,?(?: de| del)? {_YEAR}|(?:{_MONTHS})\.? {_DAY},? {_YEAR}"
    rf"|{_YEAR} ?[年년] ?{_MONTH_NUMBER} ?[月월] ?{_DAY_NUMBER} ?[日号일]"
)
_DATE = re.compile(rf"(?<!\d)(?:{_FORM})(?!\d)", re.IGNORECASE)
#: What may stand between a word for it and the date. A sentence ends at a point, but not in "St. Louis" and "Washington, D.C.".
_BETWEEN = r"(?:[^\d\n.;!?。；！？]|\.(?!\s)|(?-i:(?<=[A-Z])|(?<=\b[A-Z][a-z])|(?<=\b[A-Z][a-z]{2}))\.(?=\s)){0,40}"
_LABEL = re.compile(rf"(?:(?<![^\W_])(?:{_WORDS})(?![A-Za-z\u00c0-\u024f])|{_SIGNS}){_BETWEEN}\Z", re.IGNORECASE)
#: A date as far as it has come.
_OPEN = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}(?:[a-z]{{0,2}}|[.º])(?: {_OF}[^\W\d_]{{0,12}}\.?,?(?: d(?:el?)?)? ?\d{{0,4}})?"
    rf"|(?:{_MONTHS})\.?(?: \d{{0,2}}\w{{0,2}}\.?,? ?\d{{0,4}})?"
    r"|\d{1,4} ?(?:[年년] ?\d{0,2} ?[月월]? ?\d{0,2} ?)?) ?\Z",
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
