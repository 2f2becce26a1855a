"""Our conversations as a provider would get them: for a person to read and to judge as their readers would.

What is hidden stands in brackets with its kind, `[PERSON Jane Cooper]`; what was missed stands between `!!` marks, and `?`
behind a kind says that nothing is marked there. Each conversation is one call: a name that is known in one turn is known in
all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.names_gate import called, same
from benchmarks.names_marks import Marked, Span, Spans, conversations, meet


def shown(name: str, spans: Spans, folder: Path, languages: Sequence[str]) -> None:
    for language in languages:
        for number, one in enumerate(conversations(folder / f"{language}.yaml"), start=1):
            print(f"\n== {language} {number}: {one.about} ({name})")
            for (who, turn), (_, found) in zip(one.turns, called(one, spans), strict=True):
                print(f"{who + ':':12s}{drawn(turn, found)}".replace("\n", "\n" + " " * 12))
    print(flush=True)


def drawn(one: Marked, found: Sequence[Span]) -> str:
    """The text with what is hidden in brackets; of findings that overlap the longest is drawn."""
    pieces = sorted([*_hidden(one, found), *_missed(one, found)])
    text, at = "", 0
    for start, end, instead in pieces:
        text += one.text[at:start] + instead
        at = end
    return text + one.text[at:]


def _hidden(one: Marked, found: Sequence[Span]) -> Iterator[tuple[int, int, str]]:
    kept: list[Span] = []
    for s in sorted(found, key=lambda s: (s[0] - s[1], -s[3], s)):
        if any(meet(s, k) for k in kept):
            continue
        kept.append(s)
        right = any(meet(s, m) and same(s[2], m[2]) for m in one.marks)
        doubt = "" if right or any(meet(s, m) for m in one.optional) else "?"
        yield s[0], s[1], f"[{s[2]}{doubt} {one.text[s[0] : s[1]]}]"


def _missed(one: Marked, found: Sequence[Span]) -> Iterator[tuple[int, int, str]]:
    for m in one.marks:
        if not any(meet(s, m) for s in found):
            yield m[0], m[1], f"!!{one.text[m[0] : m[1]]}!!"
