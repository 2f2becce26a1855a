"""Where Presidio is right, we find the same span and the same entity; where we differ on purpose, a table says why.

Every recognizer of the installed package has a place here, so a new one fails a test until it has been given one.
"""

from __future__ import annotations

import inspect
import random
from functools import cache
from typing import Any, NamedTuple

import pytest
from presidio_analyzer import AnalyzerEngine, EntityRecognizer, PatternRecognizer, RecognizerRegistry, predefined_recognizers

from guardrails.detectors.personal import OBFUSCATION, Personal
from guardrails.detectors.presidio import tokenizer
from guardrails.detectors.table import Table
from guardrails.model import Segment
from tests.detectors.presidio_examples import EXAMPLES

THRESHOLD = 0.4
EACH = 6
FRAMES = ("{label}: {value}", "{label} {value}", "Hello, here is my {label}: {value}. Thanks!", "({label}: {value})")

#: Recognizers that do not work by form: they ask a model or a service, which is another part of this project's work.
BY_MODEL = frozenset(
    {
        *("AzureAILanguageRecognizer", "AzureHealthDeidRecognizer", "AzureOpenAILangExtractRecognizer"),
        *("BasicLangExtractRecognizer", "LangExtractRecognizer", "GLiNERRecognizer", "HuggingFaceNerRecognizer"),
        *("MedicalNERRecognizer", "SpacyRecognizer", "StanzaRecognizer", "TransformersRecognizer"),
    }
)
#: Recognizers whose values another one finds, and under which entity.
COVERED: dict[str, str] = {
    "ZaMobileNumberRecognizer": "PHONE_NUMBER",
    "ZaTelephoneNumberRecognizer": "PHONE_NUMBER",
}
_PASSPORT = (frozenset({"PASSPORT"}), "behind the word passport it is one, whichever state gave it")
_LICENCE = (frozenset({"DRIVER_LICENSE"}), "behind its name it is one, whichever state gave it")
#: What we may call otherwise, at the same place, and why.
OTHERWISE: dict[str, tuple[frozenset[str], str]] = {
    "EsPassportRecognizer": _PASSPORT,
    "InPassportRecognizer": _PASSPORT,
    "ItPassportRecognizer": _PASSPORT,
    "KrPassportRecognizer": (frozenset({"PASSPORT", "US_PASSPORT"}), "likewise; the United States' is looked for everywhere"),
    "PhPassportRecognizer": _PASSPORT,
    "UkPassportRecognizer": _PASSPORT,
    "ItDriverLicenseRecognizer": _LICENCE,
    "UsHealthInsuranceMemberIdRecognizer": (frozenset({"HEALTH_INSURANCE_ID"}), "one name for all countries"),
    "UsProviderTaxIdRecognizer": (frozenset({"US_EIN"}), "it is an employer's number, whoever the employer is"),
}
#: In what share of the examples that Presidio finds we must agree where it is not all of them, and why.
LESS: dict[str, tuple[float, str]] = {
    "DeKfzRecognizer": (0.3, "two words of letters before a number are no group: HH-XY 77 (islands.py)"),
    "ZaIdNumberRecognizer": (0.5, "thirteen digits that begin as a card does are taken for a card: Luhn holds for both"),
}
#: What we find inside a longer word as Presidio does: the pattern has no edge at its beginning.
EDGELESS = frozenset({"ItFiscalCodeRecognizer"})


class Text(NamedTuple):
    text: str
    start: int
    end: int


def placed(value: str, label: str, frame: str) -> Text:
    text = frame.format(label=label, value=value)
    start = text.index(value, text.index(label) + len(label))
    return Text(text, start, start + len(value))


@cache
def texts(name: str) -> tuple[Text, ...]:
    """The examples of a recognizer in sentences, the same every time."""
    example, dice = EXAMPLES[name], random.Random(name)
    values = [example.make(dice) for _ in range(EACH)]
    return tuple(
        placed(value, example.labels[(n + k) % len(example.labels)], frame)
        for n, value in enumerate(values)
        for k, frame in enumerate(FRAMES)
    )


def near_misses(name: str) -> list[str]:
    """The examples with their last digit another and no word to say what they are: a check digit does not hold any more."""
    values = {t.text[t.start : t.end] for t in texts(name)}
    changed = [v[:-1] + str((int(v[-1]) + 1) % 10) for v in sorted(values) if v[-1].isdecimal()]
    return [f"The list has {value} in it." for value in changed]


class Presidio:
    """One recognizer at a time, as its engine runs it: with context words, a blank tokenizer and no model."""

    def __init__(self) -> None:
        self._tokens = tokenizer()
        self._engines: dict[str, AnalyzerEngine] = {}

    def found(self, name: str, text: str) -> set[tuple[int, int, str]]:
        if name not in self._engines:
            one: Any = vars(predefined_recognizers)[name]()
            one.supported_language = "en"
            registry = RecognizerRegistry(supported_languages=["en"])
            registry.add_recognizer(one)
            self._engines[name] = AnalyzerEngine(registry=registry, nlp_engine=self._tokens, supported_languages=["en"])
        results = self._engines[name].analyze(text, "en")
        return {(r.start, r.end, r.entity_type) for r in results if r.score >= THRESHOLD}


@pytest.fixture(scope="module")
def presidio() -> Presidio:
    return Presidio()


class Ours:
    def __init__(self, table: Table) -> None:
        self._engine = Personal(table, public=True)
        self.rows = {r.name: r for r in table.recognizers}

    def found(self, name: str, text: str) -> set[tuple[int, int, str]]:
        row = self.rows[name]
        countries = frozenset({row.country} if row.country else ())
        detector = self._engine.for_context(countries, "en", frozenset({row.entity}))
        return {(f.start, f.end, f.entity) for f in detector.find(Segment("/t", text)) if f.entity != OBFUSCATION}


@pytest.fixture(scope="module")
def ours(table: Table) -> Ours:
    return Ours(table)


def installed() -> set[str]:
    kinds = {name: kind for name, kind in vars(predefined_recognizers).items() if inspect.isclass(kind)}
    return {name for name, kind in kinds.items() if issubclass(kind, EntityRecognizer)}


def test_every_recognizer_of_the_installed_presidio_has_its_place() -> None:
    assert installed() == set(EXAMPLES) | BY_MODEL | set(COVERED)
    assert set(OTHERWISE) | set(LESS) | EDGELESS <= set(EXAMPLES)


def test_those_by_form_are_in_our_table(table: Table) -> None:
    assert {r.name for r in table.recognizers} == set(EXAMPLES)
    patterned = {n for n in installed() if issubclass(vars(predefined_recognizers)[n], PatternRecognizer)}
    assert not patterned & BY_MODEL


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_where_presidio_is_right_we_find_the_same(presidio: Presidio, ours: Ours, name: str) -> None:
    entity = ours.rows[name].entity
    names = {entity} | OTHERWISE.get(name, (frozenset(), ""))[0]
    right = [t for t in texts(name) if (t.start, t.end, entity) in presidio.found(name, t.text)]
    assert len(right) >= len(texts(name)) / 4, "the examples do not suit Presidio's recognizer"
    missed = []
    for t in right:
        found = ours.found(name, t.text)
        if not any((s, e) == (t.start, t.end) and n in names for s, e, n in found):
            missed.append((t.text, found))
    assert 1 - len(missed) / len(right) >= LESS.get(name, (1.0, ""))[0], missed[:4]


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_where_presidio_sees_that_it_is_none_so_do_we(presidio: Presidio, ours: Ours, name: str) -> None:
    entity = ours.rows[name].entity
    if not ours.rows[name].checks:
        return  # every value of its form is as good as the next
    wrong = [
        text
        for text in near_misses(name)
        if not presidio.found(name, text) and entity in {e for *_, e in ours.found(name, text)}
    ]
    assert not wrong


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - EDGELESS))
def test_inside_a_longer_word_it_is_none(ours: Ours, name: str) -> None:
    """Presidio's patterns without an edge find some of these all the same."""
    entity = ours.rows[name].entity
    for t in texts(name)[:: len(FRAMES)]:
        value = t.text[t.start : t.end]
        if value.isalnum():
            found = ours.found(name, f"as in Q7{value}q7, they say")
            assert entity not in {e for *_, e in found}
