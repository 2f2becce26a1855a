"""What an engine finds that it should, in whole sets; and what it finds where nobody is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import isnan
from pathlib import Path

from benchmarks import marked, names_code, names_peers, names_sets
from benchmarks.names_engines import NETWORK, OURS
from benchmarks.names_marks import NAMES, Span, Spans
from benchmarks.names_scores import Result, Row, Tally, ratio
from benchmarks.names_sets import PRESIDIO, SETS, Set
from benchmarks.report import Report

ORGANIZATION = "ORGANIZATION"
#: False findings for each KB of source code.
FALSE_IN_CODE = 0.5
JUDGED = frozenset({OURS})

_HEAD = (
    f"{'set':24s} {'marked':>6s} | strict P     R    F1 | overl. P     R    F1 |"
    f" {'PER':>5s} {'LOC':>5s} {'ORG':>5s} {'ADDR':>5s} | hidden P    R | pii: F1 overl. covered"
)


def accuracy(report: Report, engine: tuple[str, Spans], where: Path, languages: Sequence[str], every: int) -> None:
    """Every set of these languages, each `every`-th text of it; without ORGANIZATION, which is off by default, and with it."""
    name, spans = engine
    size = cpu = 0.0
    tables: dict[str, list[str]] = {"without ORGANIZATION": [], "with ORGANIZATION": []}
    for one in SETS:
        data = names_sets.rows(where, one)[::every] if one.language in languages else []
        if not data:
            continue
        began = names_peers.cpu_s(spans)
        found = [spans(row.text, row.language) for row in data]
        spent = names_peers.cpu_s(spans) - began
        kb = sum(len(row.text.encode()) for row in data) / 1024
        size, cpu = size + kb, cpu + spent
        without = scored(one, data, found, NAMES - {ORGANIZATION})
        tables["without ORGANIZATION"].append(_line(one, without))
        tables["with ORGANIZATION"].append(_line(one, scored(one, data, found, NAMES)))
        report.raw.setdefault("accuracy", {}).setdefault(name, {})[one.name] = _raw(without, 1000 * spent / kb)
        _told(report, name, one, without)
        if one.name == marked.HARD_NEGATIVES:
            false = sum(s[2] in NAMES - {ORGANIZATION} for every in found for s in every)
            report.add(f"{name}: {one.name}: found where nothing is", false, note=f"in {len(data)} texts")
        if one.name == PRESIDIO:
            count, as_address, as_place = names_sets.addresses(data, found)
            note = f"of {count}; touched by ADDRESS or LOCATION: {as_place:.3f}"
            bound = names_sets.ADDRESSES if name in JUDGED else None
            report.add(f"{name}: {one.name}: addresses touched by ADDRESS", as_address, bound=bound, more=True, note=note)
    for title, lines in tables.items():
        print("\n".join([f"\n== {name}, {title}; {1000 * cpu / (size or 1):.2f} ms CPU per KB", _HEAD, *lines]), flush=True)


def scored(one: Set, data: Sequence[Row], found: Sequence[Sequence[Span]], types: frozenset[str]) -> Result:
    tally = Tally(types, addresses=one.addresses)
    for row, spans in zip(data, found, strict=True):
        tally.add(row, spans)
    return tally.result()


def _told(report: Report, name: str, one: Set, result: Result) -> None:
    """Sets without a floor stand in the table alone."""
    if one.floor == names_sets.Floor() or not result.types["ALL"].marked:
        return
    floor = one.floor if name in JUDGED else names_sets.Floor()
    whole, persons = result.types["ALL"], result.types.get("PERSON")
    figures = [
        ("strict F1", whole.f1, floor.strict, None),
        ("overlap F1", whole.overlap_f1, floor.overlap, None),
        ("persons found (overlap)", persons.overlap_recall if persons else 0.0, floor.persons, floor.persons_aim),
        ("characters hidden, precision", result.hidden_precision, floor.hidden, None),
    ]
    for what, value, bound, aim in figures:
        report.add(f"{name}: {one.name}: {what}", value, bound=bound, aim=aim, more=True)


def _line(one: Set, result: Result) -> str:
    types = result.types
    a, b = types["ALL"], result.pii["ALL"]
    recalls = " ".join(
        _cell(types[t].overlap_recall) if t in types else "  -  " for t in ("PERSON", "LOCATION", ORGANIZATION, "ADDRESS")
    )
    hidden, pii = [result.hidden_precision, result.hidden_recall], [b.f1, b.overlap_f1, result.covered]
    return (
        f"{one.name:24s} {a.marked:6d} |    {_cells(a[:3])} |    {_cells(a[3:6])} | {recalls} |"
        f"  {_cells(hidden)} |   {_cells(pii)}"
    )


def _raw(result: Result, ms: float) -> dict[str, object]:
    return {
        "types": {t: s._asdict() for t, s in result.types.items()},
        "pii": {t: s._asdict() for t, s in result.pii.items()},
        "hidden": [result.hidden_precision, result.hidden_recall],
        "covered": result.covered,
        "ms per KB": ms,
    }


def _cells(values: Iterable[float]) -> str:
    return " ".join(map(_cell, values))


def _cell(value: float) -> str:
    return "  -  " if isnan(value) else f"{value:5.3f}"


# --- where nobody is named ---------------------------------------------------------------------------------------------------


def code(report: Report, name: str, spans: Spans, kb: int, show: int) -> None:
    """False findings for each KB; code is judged as one, prose is told."""
    false: Counter[str] = Counter()
    size: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    kinds: Counter[tuple[str, str]] = Counter()
    shown: Counter[tuple[str, str, str]] = Counter()
    for piece in names_code.pieces(kb):
        size[piece.kind] += round(piece.kb * 1024)
        characters[piece.kind] += len(piece.text)
        for start, end, entity, _ in spans(piece.text, "en"):
            if entity in NAMES - {ORGANIZATION}:
                false[piece.kind] += 1
                kinds[piece.kind, entity] += 1
                shown[piece.kind, entity, piece.text[start:end][:40]] += 1
    print(f"\n== {name}: false findings where nobody is named")
    print(f"{'':20s}      KB  false  per KB  per 1,024 characters   PERSON  ADDRESS  LOCATION")
    for kind in size:
        per = [1024 * false[kind] / size[kind], 1024 * false[kind] / characters[kind]]
        cells = "".join(f"{kinds[kind, e]:9d}" for e in ("PERSON", "ADDRESS", "LOCATION"))
        print(f"{kind:20s}{size[kind] / 1024:8.0f}{false[kind]:7d}{per[0]:8.3f}{per[1]:14.3f}        {cells}", flush=True)
    for (kind, entity, text), n in shown.most_common(show):
        print(f"   {n:5d} {kind:18s}{entity:10s}{text!r}")
    source = [k for k in size if k != names_code.PROSE]
    bytes_, found = sum(size[k] for k in source), sum(false[k] for k in source)
    judged = FALSE_IN_CODE if name in JUDGED | {NETWORK} else None
    report.add(f"{name}: false findings in source code", 1024 * ratio(found, bytes_), "per KB", bound=judged)
    prose = names_code.PROSE
    report.add(f"{name}: false findings in technical prose", 1024 * ratio(false[prose], size[prose]), "per KB")
