"""Our own sentences and conversations: what an engine finds of their marks, and what it invents.

In a conversation a name that was found in one turn is known in all of them (`detectors/spread.py`), as in a request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from benchmarks.names_marks import HARMLESS, NAMES, Conversation, Mark, Marked, Span, Spans, meet
from benchmarks.names_scores import ratio
from benchmarks.report import Report
from guardrails.detectors.spread import spread
from guardrails.model import Finding, Segment

#: What is looked at: firms are off by default.
LOOKED_AT = NAMES - {"ORGANIZATION"}
_PLACES = {"ADDRESS", "LOCATION"}

Pair = tuple[Marked, Sequence[Span]]


class Gate(NamedTuple):
    """Marks, marks that a finding of their type touches, and that any finding touches."""

    marks: int = 0
    found: int = 0
    touched: int = 0

    @property
    def share(self) -> float:
        return ratio(self.found, self.marks)


class Gates(NamedTuple):
    """Marks by language and type, and by language and group; false findings and texts by language and group."""

    recall: dict[tuple[str, str], Gate]
    kinds: dict[tuple[str, str], Gate]
    false: Counter[tuple[str, str]]
    texts: Counter[tuple[str, str]]
    wrong: list[tuple[Marked, Span]]
    missed: list[tuple[Marked, Mark]]


def gated(texts: Iterable[Marked], spans: Spans) -> Gates:
    return weighed((one, spans(one.text, one.language)) for one in texts)


def weighed(pairs: Iterable[Pair]) -> Gates:
    """A finding is false where it touches no mark of its type, nor an optional one; findings that are no names do not count."""
    gates = Gates({}, {}, Counter(), Counter(), [], [])
    for one, every in pairs:
        found = [s for s in every if s[2] in LOOKED_AT]
        gates.texts[one.language, one.kind] += 1
        for s in found:
            if not any(meet(s, m) and same(s[2], m[2]) for m in one.marks) and not any(meet(s, m) for m in one.optional):
                gates.false[one.language, one.kind] += 1
                gates.wrong.append((one, s))
        for m in one.marks:
            right, touched = any(meet(s, m) and same(s[2], m[2]) for s in found), any(meet(s, m) for s in found)
            for group, key in ((gates.recall, m[2]), (gates.kinds, one.kind)):
                old = group.get((one.language, key), Gate())
                group[one.language, key] = Gate(old.marks + 1, old.found + right, old.touched + touched)
            if not right:
                gates.missed.append((one, m))
    return gates


def same(found: str, marked: str) -> bool:
    """An address is a place."""
    return found == marked or {found, marked} == _PLACES


def called(one: Conversation, spans: Spans) -> list[Pair]:
    """The turns of one call: what is found in any of them is known in all."""
    turns = [turn for _, turn in one.turns]
    segments = [Segment(f"/{number}", turn.text) for number, turn in enumerate(turns)]
    found = [
        Finding(segment.path, s[0], s[1], s[2], s[3], "names")
        for turn, segment in zip(turns, segments, strict=True)
        for s in spans(turn.text, turn.language)
        if s[2] in LOOKED_AT
    ]
    every = [*found, *spread(found, segments)]
    return [
        (turn, sorted({(f.start, f.end, f.entity, f.score) for f in every if f.path == segment.path}))
        for turn, segment in zip(turns, segments, strict=True)
    ]


def told(report: Report, name: str, sentences: Gates, calls: Gates) -> None:
    """Tables by language and type and by group, and the figures of persons and addresses."""
    for title, gates in (("sentences", sentences), ("conversations, each as one call", calls)):
        if not gates.texts:
            continue
        print(f"\n== {name}: our own {title}\n{'':28s} marks  found (its type) (any type)")
        for (language, key), g in [*sorted(gates.recall.items()), *(gates.kinds.items() if len(gates.kinds) > 4 else ())]:
            print(f"{language:4s}{key:24s}{g.marks:6d}        {g.share:5.3f}      {ratio(g.touched, g.marks):5.3f}")
        for language in dict.fromkeys(key[0] for key in gates.texts):
            harmless, texts = gates.false[language, HARMLESS], gates.texts[language, HARMLESS]
            others = sum(n for (x, _), n in gates.false.items() if x == language) - harmless
            print(f"{language:4s}false: {harmless} in {texts} harmless texts, {others} in others")
        for (language, entity), g in sorted(gates.recall.items()):
            if entity != "LOCATION":
                report.add(f"{name}: own {title.split(',')[0]}: {language} {entity} found", g.share, note=f"of {g.marks}")
        report.raw.setdefault(title, {})[name] = {" ".join(key): g._asdict() for key, g in gates.recall.items()}


def listed(gates: Gates) -> Iterator[str]:
    """What was missed and what is false, for a person to read."""
    for one, (start, end, entity) in gates.missed:
        yield f"missed  {one.language} {one.kind:14s}{entity:10s}{one.text[start:end]!r} in {one.text[:100]!r}"
    for one, (start, end, entity, score) in gates.wrong:
        yield f"false   {one.language} {one.kind:14s}{entity:10s}{one.text[start:end]!r} ({score:.2f}) in {one.text[:100]!r}"
