"""E-mail addresses as people write them for people: `jane (at) contoso (dot) com`, `jane at contoso dot com`.

Around brackets nothing else can be meant. The bare words are English too ("meet me at google dot com"), so there the part
before them must look like one of an address, or a word such as "mail" must stand before it. An address is looked for around
each `at`: as much as it can have to either side, so it is the same whoever looks from where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from guardrails.detectors.hits import Hit
from guardrails.detectors.linear import BLANK, WORD

#: What must stand in a text, in RE2's words.
TRIGGERS = (
    r"(?i)[\[({<] ?(?:at|@|ät|snabel-?a|arroba) ?[\])}>]",
    rf"(?i)[{WORD}-][{BLANK}]?[\[({{<] ?(?:dot|\.|punkt|punto|titik|point|点) ?[\])}}>]",
    rf"(?i)[a-z0-9] (?:at|snabel-a|arroba) [{WORD}-]{{1,63}}(?:\.| (?:dot|punkt|punto|titik|point) )[a-z]",
)
LONGEST = 160  # characters of one
REACH = 2 * LONGEST

_AT = r"(?:at|@|ät|snabel-?a|arroba)"
DOTS = ("dot", "punkt", "punto", "titik", "point")
_DOTS = "|".join(DOTS)
#: A mark or a dot in words.
SIGN = rf"(?:at|ät|snabel-?a|arroba|点|{_DOTS})"
#: What a word at the end of a text may be the beginning of.
BEGUN = sorted(
    {word[:n] for word in ("at", "ät", "snabel-a", "snabela", "arroba", *DOTS) for n in range(1, len(word) + 1)}, reverse=True
)
_DOT = rf"(?:\.|\s?[\[({{<] ?(?:{_DOTS}|\.|点) ?[\])}}>]\s?| (?:{_DOTS}) )"
_SPELLED = rf"(?:\s?[\[({{<] ?(?:{_DOTS}|点|\.) ?[\])}}>]| (?:{_DOTS}) )"
_ANY_DOT = re.compile(_DOT, re.IGNORECASE)
_WORD = re.compile("[A-Za-z0-9]")
_BRACKETED = rf"\s?[\[({{<] ?{_AT} ?[\])}}>]\s?"
_BARE = r"(?:at|snabel-a|arroba)"
_MARK = re.compile(
    rf"{_BRACKETED}|(?<=[A-Za-z0-9]) (?P<bare>{_BARE}) (?=[A-Za-z0-9])|@(?=[\w-]{{1,63}}{_SPELLED})",
    re.IGNORECASE,
)
_LABEL = r"[A-Za-z0-9][\w-]{0,62}"
_DOMAIN = re.compile(rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,3}}{_DOT}(?P<top>[A-Za-z]{{2,24}})(?![\w-])", re.IGNORECASE)
#: A local part, read backwards from its end.
_BACKWARDS = "|".join(word[::-1] for word in DOTS)
_DOT_BACKWARDS = rf"(?:\.|\s?[\])}}>] ?(?:{_BACKWARDS}|\.|点) ?[\[({{<]\s?| (?:{_BACKWARDS}) )"
_LOCAL = re.compile(rf"[A-Za-z0-9_%+-]{{1,40}}(?:{_DOT_BACKWARDS}[A-Za-z0-9_%+-]{{1,32}}){{0,3}}", re.IGNORECASE)
_LOCAL_SPAN = 40 + 3 * (32 + 10)
_MAIL = re.compile(
    r"(?:e-?mail(?:adresse)?|mail|contact|write to|reach (?:me|us|her|him)|surel|kontak|hubungi|skriv til|kontakt|correo"
    r"|邮箱|邮件|电邮|郵箱)[^\n.]{0,24}\Z",
    re.IGNORECASE,
)
_WORD_OF_ADDRESS = re.compile(rf"[._+0-9%-]|\b(?:{_DOTS})\b", re.IGNORECASE)
#: At the end of a text, behind what may be a local part: a mark, as far as it has come.
_MARK_OPEN = re.compile(rf"\s?[\[({{<]? ?(?:@|{'|'.join(BEGUN)})? ?[\])}}>]?\s?\Z", re.IGNORECASE)
#: A mark that is there, and a domain as far as it has come.
_MARKED = re.compile(rf"{_BRACKETED}| {_BARE} |@", re.IGNORECASE)
_DOT_OPEN = rf"\s?[\[({{<]? ?(?:{'|'.join(BEGUN)}|点|\.)? ?[\])}}>]?\s?"
_DOMAIN_OPEN = re.compile(rf"(?:{_LABEL}(?:{_DOT}{_LABEL}){{0,4}}(?:{_DOT_OPEN})?)?", re.IGNORECASE)
ENTITY, SCORE = "EMAIL_ADDRESS", 0.85


class Spelled:
    """`domains`: the top-level domains that exist. `is_nobodys`: whether an address, as usually written, is to be passed by."""

    def __init__(self, domains: frozenset[str], is_nobodys: Callable[[str, str], bool]) -> None:
        self._domains, self._is_nobodys = domains, is_nobodys

    def find(self, text: str, start: int = 0) -> Iterator[Hit]:
        for mark in _MARK.finditer(text, start):
            domain = _DOMAIN.match(text, mark.end())
            if domain is None or domain["top"].lower() not in self._domains:
                continue
            local = _local(text, mark.start(), start)
            if local == mark.start() or domain.end() - local > LONGEST or _WORD.match(text, local - 1, local):
                continue
            usual = "@".join(_ANY_DOT.sub(".", part) for part in (text[local : mark.start()], domain[0]))
            if (mark["bare"] is None or _is_meant(text, local, mark.start(), domain[0])) and not self._is_nobodys(
                ENTITY, usual
            ):
                yield Hit(local, domain.end(), ENTITY, SCORE, "SpelledEmail")

    def settled(self, text: str, start: int = 0) -> int:
        opening = _MARK_OPEN.search(text, max(start, len(text) - 16))
        edge = _local(text, opening.start() if opening else len(text), start)
        for mark in _MARKED.finditer(text, max(start, len(text) - REACH + _LOCAL_SPAN)):
            local = _local(text, mark.start(), start)
            if len(text) - local <= LONGEST and _DOMAIN_OPEN.fullmatch(text, mark.end()):
                edge = min(edge, local)
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
