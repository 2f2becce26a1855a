"""The engines that are measured beside one another: what each finds in a text of a language, as the server would ask it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from guardrails.assembly import ENGINES, Parts
from guardrails.detectors import presidio
from guardrails.model import Detector, Finding, Segment
from guardrails.settings import Settings

OURS, DEFAULT, ALL = "ours", "presidio", "presidio, all"

Find = Callable[[Segment], Iterator[Finding]]
#: An engine, ready: a language's (BCP 47) search.
Engine = Callable[[str], Find]


@dataclass(frozen=True, slots=True)
class _Together:
    """What several detectors find, one after the other."""

    detectors: Sequence[Detector]

    def __call__(self, segment: Segment) -> Iterator[Finding]:
        for detector in self.detectors:
            yield from detector.find(segment)


def ours() -> Engine:
    """The project's engine as `assembly` builds it where nothing is set: no countries but those of the language."""
    parts = Parts.of(Settings())
    bound = ENGINES[parts.settings.engine](parts, frozenset())
    return lambda language: _Together(bound(frozenset(), language))


def presidio_default() -> Engine:
    """Presidio's AnalyzerEngine with the recognizers that it switches on for a language, a blank tokenizer and no model."""
    return lambda language: _Together((presidio.engine(language=language),))


def presidio_all() -> Engine:
    """The same with every recognizer of the installed package that needs neither a model nor a service, for all languages."""
    analyzer = presidio.analyzer(["en"], _all_of_them)

    def analyze(text: str) -> Sequence[Any]:
        found: Sequence[Any] = analyzer.analyze(text, "en")
        return found

    find = _Together((presidio.Results("pii/presidio", analyze, lambda _: "pii/presidio"),))
    return lambda _: find


def _all_of_them(registry: Any) -> None:
    for one in recognizers():
        one.supported_language = "en"
        registry.add_recognizer(one)


def recognizers() -> list[Any]:
    """Presidio's predefined recognizers that work by form, one object of each class."""
    from presidio_analyzer import PatternRecognizer, predefined_recognizers  # noqa: PLC0415 - imports spaCy

    kinds = [k for _, k in sorted(vars(predefined_recognizers).items()) if inspect.isclass(k)]
    return [k() for k in kinds if issubclass(k, PatternRecognizer) or k.__name__ in WITHOUT_PATTERNS]


#: Recognizers by form that are no PatternRecognizer: they ask `phonenumbers`.
WITHOUT_PATTERNS = frozenset({"PhoneRecognizer", "ZaMobileNumberRecognizer", "ZaTelephoneNumberRecognizer"})

#: By name. Each is built when it is asked for: importing Presidio costs 0.8 s and 110 MB.
TABLE: dict[str, Callable[[], Engine]] = {OURS: ours, DEFAULT: presidio_default, ALL: presidio_all}
