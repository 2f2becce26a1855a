"""What a rule's author asks for in words of their own: phrases and patterns. Both are linear in the text.

Phrases are whole words in alphabetic scripts and plain parts of the text in scripts without spaces. Patterns are RE2's: it has
no look-around and no back-references, and no pattern makes it slow. Where the longest match is known, a stream waits for that
many characters; where it is not (`.*`), it must hold the whole answer, and `reach` says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import re2

from guardrails.detectors.widths import width
from guardrails.model import Finding, Segment, Watch

SCORE = 1.0  # an author's own words are what the author meant
GAP = 8  # white space between two words of a phrase: a line break and its indentation

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7ff\uf900-\ufaff\uff00-\uffef"
_LETTER = rf"[^\W{_SPACELESS}]"
_IS_LETTER = re.compile(_LETTER)

Search = Callable[[str, int], Iterator[tuple[int, int]]]


@dataclass(frozen=True, slots=True, eq=False)
class Watcher:
    """A detector of one watch's terms (`model.Detector`)."""

    watch: Watch
    width: int | None  # of the longest match
    searches: tuple[Search, ...]

    @property
    def name(self) -> str:
        return self.watch.name

    @property
    def reach(self) -> int | None:
        """The longest match and one character on either side, which a word's boundary looks at."""
        return None if self.width is None else self.width + 2

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        watch = self.watch
        for begin, end in self.spans(segment.text, start):
            yield Finding(segment.path, begin, end, watch.entity, SCORE, watch.name, segment.stage, segment.origin)

    def settled(self, text: str, start: int = 0) -> int:
        """All but the last `width` characters, and not inside a match: what starts earlier ends before the last of them."""
        if self.width is None:
            return start
        edge = max(start, len(text) - self.width)
        for begin, end in reversed(self.spans(text, start)):
            if begin < edge < end:
                edge = begin
        return edge

    def spans(self, text: str, start: int) -> list[tuple[int, int]]:
        """Where a term stands, in order; they may overlap."""
        return sorted({span for search in self.searches for span in search(text, start)})


def phrases(watch: Watch) -> Watcher:
    """Raises ValueError where a phrase is empty."""
    terms = [term.split() for term in watch.terms]
    if not terms or not all(terms):
        raise ValueError("a phrase needs at least one word")
    parts = sorted({_guarded(words, watch.ignore_case) for words in terms})
    compiled = re.compile("|".join(_joined(parts)), re.IGNORECASE if watch.ignore_case else 0)
    longest = max(sum(GAP if unit == " " else 1 for unit in units) for _, _, units in parts)
    return Watcher(watch, longest, (_searching(compiled),))


def regex(watch: Watch) -> Watcher:
    """Raises ValueError where RE2 refuses a pattern, with its reason."""
    options = re2.Options()
    options.log_errors = False
    options.case_sensitive = not watch.ignore_case
    searches, widths = [], []
    for pattern in watch.terms:
        try:
            compiled = re2.compile(pattern, options)
        except re2.error as e:
            reason = e.args[0] if e.args else ""
            raise ValueError(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from e
        searches.append(_searching(compiled))
        widths.append(width(pattern))
    known = [w for w in widths if w is not None]
    return Watcher(watch, max(known, default=0) if len(known) == len(widths) else None, tuple(searches))


def _searching(compiled: Any) -> Search:
    """A compiled pattern of `re` or `re2`: both look at what stands before `start` and match nothing there."""

    def search(text: str, start: int) -> Iterator[tuple[int, int]]:
        return (m.span() for m in compiled.finditer(text, start) if m.end() > m.start())

    return search


def _guarded(words: list[str], ignore_case: bool) -> tuple[bool, bool, tuple[str, ...]]:
    """A phrase as single characters and gaps, and whether its ends must be the ends of words."""
    plain = [w.lower() if ignore_case else w for w in words]
    units: list[str] = []
    for number, word in enumerate(plain):
        units += ([" "] if number else []) + list(word)
    return bool(_IS_LETTER.match(units[0])), bool(_IS_LETTER.match(units[-1])), tuple(units)


def _joined(parts: Iterable[tuple[bool, bool, tuple[str, ...]]]) -> Iterator[str]:
    """For each way of being guarded one pattern that branches as a tree: its cost does not grow with the number of phrases."""
    groups: dict[tuple[bool, bool], dict[str, Any]] = {}
    for before, after, units in parts:
        node = groups.setdefault((before, after), {})
        for unit in units:
            node = node.setdefault(unit, {})
        node[""] = {}
    for (before, after), tree in groups.items():
        yield (f"(?<!{_LETTER})" if before else "") + _branches(tree) + (f"(?!{_LETTER})" if after else "")


def _branches(tree: dict[str, Any]) -> str:
    """Longer phrases first; a long run without branches is written in one piece."""
    options = []
    for unit, rest in tree.items():
        if unit:
            options.append((rf"\s{{1,{GAP}}}" if unit == " " else re.escape(unit)) + _branches(rest))
    if not options:
        return ""
    whole = options[0] if len(options) == 1 and "" not in tree else f"(?:{'|'.join(options)})"
    return f"{whole}?" if "" in tree else whole
