"""The evasion table: what is disguised is found where it stands in the original; no disguise makes a value of what is none."""

from __future__ import annotations

import random

import pytest

from guardrails.detectors.personal import OBFUSCATION, Personal
from guardrails.model import Finding, Segment
from tests.detectors.clean import CLEAN
from tests.detectors.evasion import CELLS, DISGUISES, EVERY, FRAMES, KINDS, Case, case, cases

#: What must be found of all, and of each cell.
WHOLE, CELL = 0.95, 0.85


def found(personal: Personal, language: str, text: str) -> list[Finding]:
    return [f for f in personal.for_context(language=language).find(Segment("/t", text)) if f.entity != OBFUSCATION]


def is_found(personal: Personal, one: Case) -> bool:
    return any(one.is_met_by(f.start, f.end, f.entity) for f in found(personal, one.language, one.text))


@pytest.fixture(scope="module")
def met(personal: Personal) -> dict[tuple[str, str], list[bool]]:
    return {cell: [is_found(personal, one) for one in cases(*cell)] for cell in CELLS}


@pytest.mark.parametrize("cell", CELLS, ids=" / ".join)
def test_what_is_disguised_is_found(met: dict[tuple[str, str], list[bool]], personal: Personal, cell: tuple[str, str]) -> None:
    missed = [ascii(one.text) for one, ok in zip(cases(*cell), met[cell], strict=True) if not ok]
    assert sum(met[cell]) / len(met[cell]) >= CELL, "\n".join(missed[:5])


def test_of_the_whole_table_nearly_all_is_found(met: dict[tuple[str, str], list[bool]]) -> None:
    all_of_them = [ok for row in met.values() for ok in row]
    assert len(all_of_them) > 1000
    assert sum(all_of_them) / len(all_of_them) >= WHOLE


@pytest.mark.parametrize("kind", KINDS)
def test_undisguised_they_are_found_too(personal: Personal, kind: str) -> None:
    """What the table says is about the disguise, not about the value or the sentence."""
    plain = _plain(kind)
    missed = [ascii(one.text) for one in plain if not is_found(personal, one)]
    assert len(missed) <= len(plain) / 16, "\n".join(missed)  # a number may be another one by chance


def _plain(kind: str) -> list[Case]:
    dice = random.Random(kind)
    return [
        case(("none", kind), str, KINDS[kind].make(dice), language, frame)
        for language in KINDS[kind].languages
        for frame in FRAMES[language]
    ]


def test_a_disguise_is_a_finding_of_its_own(personal: Personal) -> None:
    one = next(c for c in cases("zero-width characters", "card") if is_found(personal, c))
    detector = personal.for_context(language=one.language)
    assert {f.entity for f in detector.find(Segment("/t", one.text))} == {"CREDIT_CARD", OBFUSCATION}


@pytest.mark.parametrize("way", DISGUISES)
def test_no_disguise_makes_a_value_of_what_is_none(personal: Personal, way: str) -> None:
    wrong = []
    for language, texts in CLEAN.items():
        for text in texts:
            allowed = {f.entity for f in found(personal, language, text)}
            for disguise in DISGUISES[way].forms:
                hidden = disguise(text)
                new = [f for f in found(personal, language, hidden) if f.entity not in allowed]
                wrong += [(f.entity, hidden[f.start : f.end], text) for f in new]
    assert not wrong


def test_clean_texts_are_clean(personal: Personal) -> None:
    texts = [(language, text) for language, rows in CLEAN.items() for text in rows]
    assert len(texts) >= 100
    assert not [(f.entity, text) for language, text in texts for f in found(personal, language, text)]


def test_the_table_is_as_wide_as_it_claims() -> None:
    assert len(DISGUISES) >= 12
    assert {kind for _, kind in CELLS} == EVERY == set(KINDS)
