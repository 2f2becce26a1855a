"""Presidio's results as findings, and its whole engine as a tested choice (`engine: presidio`).

The only file that imports Presidio in the server's process, and only when it is called. What it cannot tell is how much of a
growing text is settled, so its `reach` is None and streams hold the whole answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from guardrails.detectors.patterns import THRESHOLD
from guardrails.model import Finding, Segment


@dataclass(frozen=True, slots=True)
class Results:
    """A detector around something that gives Presidio's results."""

    name: str
    analyze: Callable[[str], Iterable[Any]] = field(repr=False)
    detector_of: Callable[[Any], str] = field(repr=False)
    threshold: float = THRESHOLD

    @property
    def reach(self) -> None:
        return None

    def settled(self, text: str, start: int = 0) -> int:  # noqa: ARG002 - nothing is, before the end
        return start

    def find(self, segment: Segment, start: int = 0) -> Iterator[Finding]:
        results = [r for r in self.analyze(segment.text) if r.score >= self.threshold and r.start >= start]
        for r in one_per_region(results):
            yield Finding(
                segment.path, r.start, r.end, r.entity_type, r.score, self.detector_of(r), segment.stage, segment.origin
            )


def engine(countries: frozenset[str] = frozenset(), language: str = "en") -> Results:  # noqa: ARG001 - Presidio's own has no gate
    """Presidio's AnalyzerEngine with its default recognizers, a blank tokenizer and no model: nothing is downloaded."""
    analyzer, known = _analyzer()
    spoken = language.partition("-")[0].lower()
    chosen = spoken if spoken in known else "en"

    def analyze(text: str) -> Sequence[Any]:
        found: Sequence[Any] = analyzer.analyze(text, chosen)
        return found

    return Results("pii/presidio", analyze, _recognizer_of)


def one_per_region(results: Iterable[Any]) -> list[Any]:
    """Of results that overlap the surest, then the longest, then by place and name."""
    kept: list[Any] = []
    for r in sorted(results, key=lambda r: (-r.score, r.start - r.end, r.start, r.entity_type)):
        if all(r.end <= k.start or r.start >= k.end for k in kept):
            kept.append(r)
    return sorted(kept, key=lambda r: (r.start, r.end))


def _recognizer_of(result: Any) -> str:
    return f"pii/{(result.recognition_metadata or {}).get('recognizer_name', 'presidio')}"


@lru_cache(maxsize=1)
def _analyzer() -> tuple[Any, frozenset[str]]:
    languages = ["en", "es", "it", "pl"]  # those that it has recognizers on for
    return analyzer(languages, lambda registry: registry.load_predefined_recognizers(languages=languages)), frozenset(languages)


def analyzer(languages: Sequence[str], fill: Callable[[Any], None]) -> Any:
    """An AnalyzerEngine. `fill`: adds recognizers to its registry."""
    from presidio_analyzer import AnalyzerEngine, RecognizerRegistry  # noqa: PLC0415 - 0.8 s and 110 MB, for this engine alone

    tokens, supported = tokenizer(languages), list(languages)
    registry = RecognizerRegistry(supported_languages=supported)
    fill(registry)
    return AnalyzerEngine(registry=registry, nlp_engine=tokens, supported_languages=supported)


def tokenizer(languages: Sequence[str] = ("en",)) -> Any:
    """What Presidio needs of spaCy: words, each its own lemma, so that its context words count. No model, no network."""
    import spacy  # noqa: PLC0415 - with Presidio
    import tldextract  # noqa: PLC0415 - likewise
    from presidio_analyzer.nlp_engine import SpacyNlpEngine  # noqa: PLC0415 - likewise
    from spacy.language import Language  # noqa: PLC0415 - likewise

    # Presidio's e-mail check calls this. As it comes, it would fetch a list from the network; the bundled one serves.
    offline: Any = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)
    tldextract.extract = offline
    if not Language.has_factory("as_written"):
        Language.component("as_written", func=_as_written)
    engine = SpacyNlpEngine(models=[{"lang_code": language, "model_name": "blank"} for language in languages])
    engine.nlp = {language: spacy.blank(language) for language in languages}
    for words in engine.nlp.values():
        words.add_pipe("as_written")
    return engine


def _as_written(doc: Any) -> Any:
    """A blank pipeline gives no lemmas, and Presidio compares its context words with nothing else."""
    for token in doc:
        token.lemma_ = token.text.lower()
    return doc
