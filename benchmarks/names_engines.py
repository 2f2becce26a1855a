"""What is measured: engines by name, each a function `spans(text, language)`.

    ours                  what a server finds
    ours, tagger          the detector of names with its network alone
    ours, rules           the same with all its readers but the network
    ours, organisations   the same with all of it, asked for ORGANIZATION too
    presidio              Presidio's recognizers that need no model
    compromise, jiagu, thulac     programs of others whose weights come in their packages (names_peers.py)

An engine that is not there raises Absent with a sentence that says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from benchmarks import engines, names_peers
from benchmarks.names_marks import LANGUAGES, Span, Spans
from benchmarks.names_peers import Absent, Peer
from guardrails.assembly import Parts, scanner
from guardrails.detectors.names.detector import ENTITIES, Names
from guardrails.model import Detector, Finding, Segment
from guardrails.settings import Settings

OURS, NETWORK, RULES, ALL, PRESIDIO = "ours", "ours, tagger", "ours, rules", "ours, organisations", "presidio"
#: The detector of names is the one whose name begins so.
PREFIX = "pii/names"


def ours(settings: Settings) -> Spans:
    find = scanner(settings)
    return lambda text, language: _spans(find(text, language))


def detectors(settings: Settings) -> Callable[[str], Sequence[Detector]]:
    """All that a server asks, by language (BCP 47)."""
    bound = Parts.of(settings).personal()
    return lambda language: bound(frozenset(), language)


def of_names(settings: Settings) -> Callable[[str], Sequence[Detector]]:
    """Those of them that look for names. Raises Absent where there is none."""
    every = detectors(settings)
    if not [d for d in every("en") if d.name.startswith(PREFIX)]:
        raise Absent("no detector of names is switched on")
    return lambda language: [d for d in every(language) if d.name.startswith(PREFIX)]


def _of_others(peer: Peer) -> Callable[[Settings], Spans]:
    return lambda _: peer.spans()


def by(bound: Callable[[str], Sequence[Detector]]) -> Spans:
    """Detectors as an engine."""

    def spans(text: str, language: str) -> list[Span]:
        segment = Segment("", text)
        return _spans(found for detector in bound(language) for found in detector.find(segment))

    return spans


def _part(settings: Settings, of: Callable[[Names], Names]) -> Spans:
    """What one makes of the detector of names by taking something from it. Raises Absent."""
    bound = of_names(settings)
    made = {language: [of(d) for d in bound(language) if isinstance(d, Names)] for language in LANGUAGES}
    return by(lambda language: made.get(language, made["en"]))


# What is inside a detector is nobody's business but that of whoever weighs its parts.
def tagger(settings: Settings) -> Spans:
    return _part(settings, lambda d: Names(d._tagger))


def rules(settings: Settings) -> Spans:
    return _part(settings, lambda d: Names(None, d._rules))


def organisations(settings: Settings) -> Spans:
    return _part(settings, lambda d: Names(d._tagger, d._rules, ENTITIES))


def presidio(_: Settings) -> Spans:
    engine = engines.TABLE[engines.DEFAULT]()
    return lambda text, language: _spans(engine(language)(Segment("", text)))


def _spans(found: Iterable[Finding]) -> list[Span]:
    return sorted({(f.start, f.end, f.entity, f.score) for f in found})


#: In the order in which they are told. A language's peers find nothing in other languages, and are not asked there.
TABLE: dict[str, Callable[[Settings], Spans]] = {
    OURS: ours,
    NETWORK: tagger,
    RULES: rules,
    ALL: organisations,
    PRESIDIO: presidio,
    **{peer.name: _of_others(peer) for peer in names_peers.PEERS},
}
SPOKEN = {peer.name: frozenset({peer.language}) for peer in names_peers.PEERS}


def speaks(name: str, language: str) -> bool:
    """Is this engine one for that language?"""
    return name not in SPOKEN or language in SPOKEN[name]
