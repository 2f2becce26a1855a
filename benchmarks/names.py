"""Names and addresses: how many are found, how many are invented, at what cost; beside what else can be installed offline.

    python -m benchmarks.names [--part accuracy|code|cost|origins|peers|read]... [--language xx]... [--engine ours]... [--quick]
                               [--names WORD] [--show N] [--json FILE]

    accuracy  marked sets (names_sets.py; GUARDRAILS_BENCH_DATA) against their floors, and our own sentences
    code      false findings in source code and in technical prose (names_code.py)
    cost      CPU for each KB, whole and streamed, loading, memory, what a stream holds back (names_cost.py)
    origins   are names of every origin and gender found alike? (names_origins.py)
    peers     accuracy of all other engines (names_engines.py, names_peers.py)
    read      our conversations, with what is hidden in brackets: for a person to read; only where it is named

One KB is 1,024 bytes of UTF-8. ORGANIZATION is off by default and scored by itself.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence

from benchmarks import marked, names_cost, names_engines, names_found, names_gate, names_origins, names_read
from benchmarks.names_engines import OURS
from benchmarks.names_marks import HARMLESS, LANGUAGES, Conversation, Marked, Spans, conversations, sentences
from benchmarks.names_peers import Absent
from benchmarks.report import Report, options
from benchmarks.targets import ROOT
from guardrails.settings import Settings

PARTS = ("accuracy", "code", "cost", "origins", "peers")
READ = "read"
FOLDER = ROOT / "tests" / "detectors" / "names"
SENTENCES = FOLDER / "sentences.yaml"


def made(names: Sequence[str], settings: Settings) -> Iterator[tuple[str, Spans]]:
    """The engines that are here; of the others, why they are not."""
    for name in names:
        try:
            yield name, names_engines.TABLE[name](settings)
        except Absent as error:
            print(f"\n{name} is left out: {error}.", flush=True)


def own(languages: Sequence[str]) -> tuple[list[Marked], list[Conversation]]:
    """Our sentences, and our conversations."""
    files = [FOLDER / "conversations" / f"{language}.yaml" for language in LANGUAGES if language in languages]
    return [one for one in sentences(SENTENCES) if one.language in languages], [c for f in files for c in conversations(f)]


def chat(language: str) -> list[Marked]:
    """Turns and sentences in which somebody is named."""
    texts, calls = own([language])
    return [*(turn for one in calls for _, turn in one.turns), *(one for one in texts if one.kind != HARMLESS)]


def measured(report: Report, names: Sequence[str], parts: Sequence[str], languages: Sequence[str], chosen: Namespace) -> None:
    quick, show = chosen.quick, chosen.show
    where = marked.folder()
    for name, spans in made(names, chosen.settings):
        spoken = [language for language in languages if names_engines.speaks(name, language)]
        if not spoken:
            continue
        if "accuracy" in parts:
            names_found.accuracy(report, (name, spans), where, spoken, 5 if quick else 1)
            texts, calls = own(spoken)
            gates = names_gate.gated(texts, spans), names_gate.weighed(p for c in calls for p in names_gate.called(c, spans))
            names_gate.told(report, name, *gates)
            if show:
                print("\n".join(line for one in gates for line in [*names_gate.listed(one)][:show]))
        if "code" in parts and "en" in spoken:
            names_found.code(report, name, spans, 100 if quick else 600, show)
        if "origins" in parts:
            names_origins.told(report, name, spans, spoken, quick=quick)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--part", action="append", choices=[*PARTS, READ], help="may be repeated; default: all but read")
    parser.add_argument("--language", action="append", help="BCP 47, may be repeated; default: all")
    parser.add_argument("--engine", action="append", choices=list(names_engines.TABLE), help="may be repeated; default: ours")
    parser.add_argument(
        "--names", metavar="WORD", help="the setting `names`: compact, spacy:PACKAGE, onnx:FOLDER; default: its own"
    )
    parser.add_argument("--show", type=int, default=0, metavar="N", help="print N of what is missed and invented")
    chosen = parser.parse_args(arguments)
    chosen.settings = Settings(names=(chosen.names,)) if chosen.names else Settings()
    parts, languages = chosen.part or PARTS, chosen.language or [*LANGUAGES, "sv", "pt", "de"]
    engines = chosen.engine or [OURS]
    report = Report("Names")
    if READ in parts:
        for name, spans in made(engines, chosen.settings):
            names_read.shown(name, spans, FOLDER / "conversations", [x for x in languages if x in LANGUAGES])
    if not (marked.folder() / "pii").is_dir() and {"accuracy", "peers"} & set(parts):
        print("\nNo sets: there is no data. GUARDRAILS_BENCH_DATA must name a folder that holds pii/ and ner/dev/.\n")
    if {"accuracy", "code", "origins"} & set(parts):
        measured(report, engines, parts, languages, chosen)
    if "peers" in parts:
        measured(report, [n for n in names_engines.TABLE if n not in engines], ["accuracy"], languages, chosen)
    if "cost" in parts:
        names_cost.told(report, chosen.settings, {x: chat(x) for x in languages if x in LANGUAGES}, quick=chosen.quick)
    return report.end(chosen.json) if report.figures else 0


if __name__ == "__main__":
    sys.exit(main())
