"""E-mail addresses as people write them for people: `jane (at) contoso (dot) com`, `jane [at] contoso.com`, `jane at contoso dot com`.

Around brackets nothing else can be meant. The bare words `at` and `dot` are English too ("meet me at google dot com"), so there the
part before them must look like one of an address, or a word such as "mail" must stand before it.

An address is looked for around each `at`: as much as it can have to either side, so the same whoever looks from where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.hits import Hit

#: What must stand in a text, in RE2's words.
TRIGGERS = (
    r"(?i)[\[({<] ?(?:at|@|ät|snabel-?a|arroba) ?[\])}>]",
    r"(?i)[a-z0-9_-]\s?[\[({<] ?(?:dot|\.|punkt|punto|titik|point|点) ?[\])}>]",
    r"(?i)[a-z0-9] (?:at|snabel-a|arroba) [a-z0-9-]{1,63}(?:\.| (?:dot|punkt|punto|titik|point) )[a-z]",
)
REACH = 448

_AT = r"(?:at|@|ät|snabel-?a|arroba)"
_WORDS = ("dot", "punkt", "punto", "titik", "point")
_DOTS = "|".join(_WORDS)
_DOT = rf"(?:\.|\s?[\[({{<] ?(?:{_DOTS}|\.|点) ?[\])}}>]\s?| (?:{_DOTS}) )"
_SPELLED = rf"(?:\s?[\[({{<] ?(?:{_DOTS}|点|\.) ?[\])}}>]| (?:{_DOTS}) )"
_MARK = re.compile(
    rf"\s?[\[({{<] ?{_AT} ?[\])}}>]\s?|(?<=[A-Za-z0-9]) (?P<bare>at|snabel-a|arroba) (?=[A-Za-z0-9])|@(?=[\w-]{{1,63}}{_SPELLED})",
    re.IGNORECASE,
)
_LABEL = r"[A-Za-z0-9][\w-]{0,62}"
_DOMAIN = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}(?P<top>[A-Za-z]{{2,24}})(?![\w-])", re.IGNORECASE)
#: A local part, read backwards from its end.
_BACKWARDS = "|".join(word[::-1] for word in _WORDS)
_LOCAL = re.compile(
    rf"[\w%+-]{{1,40}}(?:(?:\.|\s?[\])}}>] ?(?:{_BACKWARDS}|\.|点) ?[\[({{<]\s?| (?:{_BACKWARDS}) )[\w%+-]{{1,32}}){{0,3}}", re.IGNORECASE
)
_LOCAL_SPAN = 40 + 3 * (32 + 10)
_MAIL = re.compile(
    r"(?:e-?mail(?:adresse)?|mail|contact|write to|reach (?:me|us|her|him)|surel|kontak|hubungi|skriv til|kontakt|correo"
    r"|邮箱|邮件|电邮|郵箱)[^\n.]{0,24}\Z",
    re.IGNORECASE,
)
_WORD_OF_ADDRESS = re.compile(rf"[._+0-9%-]|\b(?:{_DOTS})\b", re.IGNORECASE)
#: At the end of a text, behind what may be a local part: a mark, as far as it has come.
_MARK_OPEN = re.compile(r"\s?[\[({<]? ?(?:@|ä|ät|at?|s(?:nabel-?a?|nabe|nab|na|n)?|ar(?:roba|rob|ro|r)?)? ?[\])}>]?\s?\Z", re.IGNORECASE)
#: A mark that is there, and a domain as far as it has come.
_MARKED = re.compile(rf"\s?[\[({{<] ?{_AT} ?[\])}}>]\s?| (?:at|snabel-a|arroba) |@", re.IGNORECASE)
_DOT_OPEN = rf"\s?[\[({{<]? ?(?:{'|'.join(word[:n] for word in _WORDS for n in range(len(word), 0, -1))}|点|\.)? ?[\])}}>]?\s?"
_DOMAIN_OPEN = re.compile(rf"(?:{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}(?:{_DOT_OPEN})?)?", re.IGNORECASE)
SCORE = 0.85


class Spelled:
    """`domains`: the top-level domains that exist."""

    def __init__(self, domains: frozenset[str]) -> None:
        self._domains = domains

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for mark in _MARK.finditer(text, start):
            domain = _DOMAIN.match(text, mark.end())
            if domain is None or domain["top"].lower() not in self._domains:
                continue
            local = _local(text, mark.start(), start)
            if local == mark.start() or (local and text[local - 1].isalnum()):
                continue
            if mark["bare"] is None or _is_meant(text, local, mark.start(), domain[0]):
                yield Hit(local, domain.end(), "EMAIL_ADDRESS", SCORE, "SpelledEmail")

    def settled(self, text: str, start: int = 0) -> int:
        opening = _MARK_OPEN.search(text, max(start, len(text) - 16))
        edge = _local(text, opening.start() if opening else len(text), start)
        for mark in _MARKED.finditer(text, max(start, len(text) - REACH + _LOCAL_SPAN)):
            if _DOMAIN_OPEN.fullmatch(text, mark.end()):
                edge = min(edge, _local(text, mark.start(), start))
        return edge


def _local(text: str, end: int, floor: int) -> int:
    """Where the local part begins that ends at `end`; `end` where there is none."""
    m = _LOCAL.match(text[max(floor, end - _LOCAL_SPAN) : end][::-1])
    return end - m.end() if m else end


def _is_meant(text: str, start: int, end: int, domain: str) -> bool:
    """Whether bare words spell an address: the domain's dot is spelled too, or what stands before says so."""
    if "." not in domain and _WORD_OF_ADDRESS.search(text, start, end):
        return True
    return _MAIL.search(text, max(0, start - 48), start) is not None
