"""How much is found, how much wrongly, at what cost: our engine, Presidio's default and all its recognizers, in one run.

    python -m benchmarks.detection [--quick] [--part cost|accuracy|benign|evasion]... [--engine ours]... [--sources 'own_*']
                                   [--missed [ENTITY]] [--show] [--json FILE]

Accuracy is measured on marked texts (marked.py), what is changed needlessly on harmless ones (benign.py); both need data that
is not part of the project: GUARDRAILS_BENCH_DATA. Cost is CPU, the least of five, for chat of 1 KB from this project's own
generator (texts.py); the evasion table is that of tests/detectors/evasion.py. One finding for each region, score 0.4 or more,
for every engine. `--show` prints the texts that were changed needlessly, `--missed` what of an entity was missed or invented.
"""

from __future__ import annotations

import gc
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from math import isnan

from benchmarks import benign, engines, marked, texts
from benchmarks.engines import ALL, DEFAULT, OURS, Engine, Find
from benchmarks.marked import HARD_NEGATIVES, Row, Span, Tallies, scores
from benchmarks.report import Report, options
from guardrails.model import Segment
from tests.detectors import evasion

PARTS = ("cost", "accuracy", "benign", "evasion")
#: (what, the bound, more is better): of the project's engine.
STRICT, OVERLAP, COVERED, HITS, SECRETS, PHONES = 0.90, 0.95, 0.95, 3, 0.85, 0.85
CHAT_MS, TIMES, TIMES_ALL = 0.3, 20, 30
CHANGED = 0.3  # per hundred texts
EVADED = 0.95


# --- cost --------------------------------------------------------------------------------------------------------------------


def chat(seed: int, *, with_data: bool) -> str:
    """1 KB as a user writes it."""
    own = texts.personal(seed) + " " if with_data else ""
    return (own + texts.prose(seed, 1100))[:1024]


def cost(report: Report, made: dict[str, Engine], *, quick: bool) -> None:
    """Milliseconds for a text, the least of five rounds over the same texts; the engines take turns in every round."""
    count, rounds = (10, 2) if quick else (40, 5)
    kinds = {
        "1 KB of chat with values": [chat(n, with_data=True) for n in range(count)],
        "1 KB of chat without": [chat(n, with_data=False) for n in range(count)],
        "10 KB of chat with values": [" ".join(chat(n + m, with_data=True) for m in range(10)) for n in range(0, count, 10)],
    }
    for kind, given in kinds.items():
        least = dict.fromkeys(made, float("inf"))
        for turn in range(rounds + 1):
            for name, engine in made.items():
                spent = _cpu(engine("en"), given)
                least[name] = min(least[name], spent) if turn else least[name]  # what is built on first use does not count
        ours = least.get(OURS)
        for name, value in least.items():
            judged = name == OURS and kind.startswith("1 KB")
            report.add(f"{kind}: {name}", value, "ms CPU", bound=CHAT_MS if judged else None)
        for name, times in ((DEFAULT, TIMES), (ALL, TIMES_ALL)):
            if ours and name in least:
                bound = times if kind.startswith("1 KB") else None
                report.add(f"{kind}: {name} : {OURS}", least[name] / ours, "x", bound=bound, more=True)


def _cpu(find: Find, given: list[str]) -> float:
    """As `timeit` measures: without the garbage collector, whose work would be that of whoever made the most objects before. A
    few texts come first, since what the engine before has pushed out of the processor's caches is not this one's cost."""
    segments = [Segment("", text) for text in given]
    for segment in segments[: len(segments) // 4]:
        list(find(segment))
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        for segment in segments:
            for _ in find(segment):
                pass
        return 1000 * (time.process_time() - began) / len(given)
    finally:
        gc.enable()


# --- accuracy ----------------------------------------------------------------------------------------------------------------


def accuracy(report: Report, made: dict[str, Engine], data: list[Row], missed: str | None) -> None:
    size = sum(len(row.text) for row in data) / 1024
    tallies: dict[str, Tallies] = {}
    for name, engine in made.items():
        tallies[name] = Tallies()
        began = time.process_time()
        everything = [marked.spans(engine(row.language)(Segment("", row.text))) for row in data]
        cpu = time.process_time() - began
        for row, found in zip(data, everything, strict=True):
            tallies[name].add(row, found)
        print(f"\n== {name}: {len(data)} texts, {cpu:.1f} s CPU, {1000 * cpu / size:.2f} ms per KB", flush=True)
        print("\n".join(_tables(tallies[name])), flush=True)
        if name == OURS and missed is not None:
            print("\n".join(_missed(data, everything, missed)))
        _told(report, name, tallies[name], whole=bool({r.source for r in data} - {HARD_NEGATIVES}))
    if len(tallies) > 1:
        print("\n".join(_beside(tallies)), flush=True)
    report.raw["accuracy"] = {
        name: {group: {key: scores(t)._asdict() for key, t in rows.items()} for group, rows in tally.groups.items()}
        for name, tally in tallies.items()
    }


def _told(report: Report, name: str, tally: Tallies, *, whole: bool) -> None:
    """The figures of one engine; ours are judged."""
    judged = name == OURS
    total = scores(tally.total)
    if whole:
        for what, value, bound in (
            ("strict F1", total.strict, STRICT),
            ("overlap F1", total.overlap, OVERLAP),
            ("characters covered", total.covered, COVERED),
        ):
            report.add(f"{name}: {what}", value, bound=bound if judged else None, more=True)
        for entity, what, bound in (("SECRET", "recall", SECRETS), ("PHONE_NUMBER", "strict", PHONES)):
            if tally.groups["entity"].get(entity, Counter())["marked"]:
                value = getattr(_entity(tally, entity), what)
                report.add(f"{name}: {entity}, {what}", value, bound=bound if judged else None, more=True)
    if HARD_NEGATIVES in tally.groups["source"]:
        report.add(f"{name}: hits in hard negatives", tally.hits, bound=HITS if judged else None)


def _entity(tally: Tallies, entity: str) -> marked.Scores:
    return scores(tally.groups["entity"].get(entity, Counter()))


def _tables(tally: Tallies) -> Iterator[str]:
    for group, rows in tally.groups.items():
        yield f"\n{group:28s} marked  found  strict P      R     F1  overl. covered"
        yield from (_line(key, t) for key, t in sorted(rows.items()) if t["marked"] or t["found"])
    yield _line("ALL", tally.total)


def _line(name: str, t: Counter[str]) -> str:
    return f"{name:28s}{t['marked']:7d}{t['found']:7d}  " + "".join(map(_cell, scores(t)))


def _cell(value: float) -> str:
    return "   -   " if isnan(value) else f"{value:7.3f}"


def _beside(tallies: dict[str, Tallies]) -> Iterator[str]:
    """Strict F1 by entity, engine beside engine."""
    first = next(iter(tallies.values()))
    yield "\nstrict F1".ljust(29) + " marked" + "".join(f"{name:>16s}" for name in tallies)
    for entity, t in sorted(first.groups["entity"].items(), key=lambda row: -row[1]["marked"]):
        if t["marked"]:
            yield f"{entity:28s}{t['marked']:7d}" + "".join(
                f"{_cell(_entity(y, entity).strict):>16s}" for y in tallies.values()
            )


def _missed(data: list[Row], everything: list[list[Span]], entity: str) -> Iterator[str]:
    """What was marked and not found just so, and what was found and not marked."""
    for row, found in zip(data, everything, strict=True):
        for sign, these, those in (("missed", row.marked, found), ("invented", found, row.marked)):
            for s, e, kind in these:
                known = row.labels is None or kind in row.labels
                if (s, e, kind) not in those and known and entity in ("", kind):
                    before = row.text[max(0, s - 24) : s]
                    yield f"{sign:9s}{row.source:24s}{row.language:4s}{kind:20s}{before!r} > {row.text[s:e]!r}"


# --- what is changed needlessly, and what is hidden --------------------------------------------------------------------------


def needless(report: Report, *, quick: bool, show: bool) -> None:
    every = benign.texts(marked.folder())
    looked = [(benign.held(t.text), t) for t in every]
    left_out = Counter(why for why, _ in looked if why)
    clean = [t for why, t in looked if why is None]
    given, pipeline = benign.drawn(clean) if quick else clean, benign.guard()
    result = benign.run(pipeline, given)
    others = benign.run(pipeline, [t for why, t in looked if why])
    told = ", ".join(f"{n} with {why}" for why, n in left_out.most_common())
    print(f"\n== harmless texts: {len(given)} of {len(every)}; a strict look leaves out {told or 'none'}")
    for (kind, entity), n in result.entities.most_common():
        print(f"{kind:10s}{entity:28s}{n:6d}")
    if show:
        for one, entity, value in result.shown:
            print(f"{one.kind:10s}{one.source:22s}{one.language:4s}{entity:20s}{value!r} in {one.text[:160]!r}")
    for kind in sorted(result.texts):
        note = f"{result.changed[kind]} of {result.texts[kind]}"
        report.add(f"harmless texts changed, {kind}", result.share(kind), "%", note=note)
    note = f"{others.changed.total()} of {others.texts.total()}"
    report.add("texts that a strict look left out, changed", others.share(), "%", note=note)
    note = f"{result.changed.total()} of {result.texts.total()}"
    report.add("harmless texts changed", result.share(), "%", bound=CHANGED, note=note)


def hidden(report: Report, engine: Engine) -> None:
    """The evasion table, as shares found."""
    right = all_of_them = 0
    print(f"\n{'found in disguise':32s}" + "".join(f"{kind:>22s}" for kind in evasion.KINDS))
    for way, row in evasion.DISGUISES.items():
        cells = []
        for kind in evasion.KINDS:
            cases = evasion.cases(way, kind) if kind in row.kinds else []
            found = sum(_is_found(engine, one) for one in cases)
            right, all_of_them = right + found, all_of_them + len(cases)
            cells.append(f"{found / len(cases):22.2f}" if cases else f"{'':22s}")
        print(f"{way:32s}" + "".join(cells), flush=True)
    report.add("evasion table: found", right / all_of_them, bound=EVADED, more=True, note=f"{right} of {all_of_them}")


def _is_found(engine: Engine, one: evasion.Case) -> bool:
    return any(one.is_met_by(f.start, f.end, f.entity) for f in engine(one.language)(Segment("", one.text)))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--part", action="append", choices=PARTS, help="may be repeated; default: all")
    parser.add_argument("--engine", action="append", choices=list(engines.TABLE), help="may be repeated; default: all")
    parser.add_argument("--sources", default="*", help="of the marked texts, such as 'own_*'")
    parser.add_argument("--missed", nargs="?", const="", metavar="ENTITY", help="print what was missed and invented")
    parser.add_argument("--show", action="store_true", help="print the harmless texts that were changed")
    chosen = parser.parse_args(arguments)
    parts = chosen.part or PARTS
    made = {name: engines.TABLE[name]() for name in chosen.engine or engines.TABLE}
    report = Report("Detection")
    if "cost" in parts:
        cost(report, made, quick=chosen.quick)
    if "evasion" in parts and OURS in made:
        hidden(report, made[OURS])
    where = marked.folder()
    data = list(marked.rows(where / "pii", chosen.sources)) if {"accuracy", "benign"} & set(parts) else []
    if "accuracy" in parts and data:
        accuracy(report, made, data[:: 5 if chosen.quick else 1], chosen.missed)
    if "benign" in parts and data:
        needless(report, quick=chosen.quick, show=chosen.show)
    if not data and {"accuracy", "benign"} & set(parts):
        print("\nNo accuracy: there is no data. GUARDRAILS_BENCH_DATA must name a folder that holds pii/*.jsonl[.gz].\n")
    return report.end(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
