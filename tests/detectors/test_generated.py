"""Precision and recall on the project's own generated texts: floors that are only ever raised.

They are set a little below what was measured. Synthetic texts prove no more than that nothing got worse: how good detection is
on texts that people wrote, `benchmarks/detection.py` says.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from guardrails.detectors.personal import OBFUSCATION, Personal
from guardrails.detectors.table import Table
from guardrails.model import Segment
from tests.detectors.generated import NEAR, PLANTED, TEMPLATES, Written, texts, written

#: Entity → (precision, recall): the exact span and the exact entity.
FLOORS: dict[str, tuple[float, float]] = {
    "AU_TFN": (0.97, 0.97),
    "CA_SIN": (0.97, 0.97),
    "CN_RIC": (0.97, 0.97),
    "CN_USCC": (0.97, 0.97),
    "CREDIT_CARD": (0.88, 0.97),
    "CRYPTO": (0.97, 0.97),
    "DE_SOCIAL_SECURITY": (0.97, 0.97),
    "DE_TAX_ID": (0.97, 0.97),
    "DK_CPR": (0.97, 0.97),
    "DK_CVR": (0.97, 0.97),
    "EMAIL_ADDRESS": (0.99, 0.99),
    "IBAN_CODE": (0.97, 0.96),
    "ID_NIK": (0.97, 0.8),
    "ID_NPWP": (0.97, 0.97),
    "IN_AADHAAR": (0.97, 0.97),
    "IN_PAN": (0.97, 0.97),
    "IP_ADDRESS": (0.97, 0.97),
    "MAC_ADDRESS": (0.97, 0.97),
    "PHONE_NUMBER": (0.9, 0.97),
    "SECRET": (0.97, 0.97),
    "UK_NHS": (0.97, 0.97),
    "UK_NINO": (0.97, 0.97),
    "US_ITIN": (0.97, 0.97),
    "US_SSN": (0.97, 0.97),
}
#: Of all entities together: (precision, recall, the share of planted characters that lie in any finding).
TOGETHER = (0.96, 0.98, 0.98)
#: The share of texts without a value in which something is found all the same: a ceiling that is only ever lowered.
EMPTY = 0.09
#: What is not personal by default, or says something about a value rather than being one.
UNCOUNTED = frozenset({OBFUSCATION, "URL", "DATE_TIME"})

Span = tuple[int, int, str]


@pytest.fixture(scope="module")
def rows(table: Table) -> list[tuple[Written, list[Span]]]:
    personal = Personal(table)

    def found(one: Written) -> list[Span]:
        findings = personal.for_context(language=one.language).find(Segment("/t", one.text))
        return [(f.start, f.end, f.entity) for f in findings if f.entity not in UNCOUNTED]

    return [(one, found(one)) for one in texts()]


@pytest.fixture(scope="module")
def counts(rows: list[tuple[Written, list[Span]]]) -> Counter[tuple[str, str]]:
    """How often each entity was planted, found, and found right."""
    total: Counter[tuple[str, str]] = Counter()
    for one, found in rows:
        total.update(("planted", e) for *_, e in one.planted)
        total.update(("found", e) for *_, e in found)
        total.update(("right", e) for *_, e in set(found) & set(one.planted))
    return total


def test_every_kind_has_a_floor() -> None:
    assert set(FLOORS) == set(PLANTED) | {"PHONE_NUMBER"}


@pytest.mark.parametrize("entity", sorted({*PLANTED, "PHONE_NUMBER"}))
def test_precision_and_recall_do_not_fall(
    counts: Counter[tuple[str, str]], rows: list[tuple[Written, list[Span]]], entity: str
) -> None:
    precision, recall = FLOORS[entity]
    right, found, planted = (counts[what, entity] for what in ("right", "found", "planted"))
    assert planted >= 12
    missed = [one.text[s:e] for one, spans in rows for s, e, x in one.planted if x == entity and (s, e, x) not in spans]
    wrong = [one.text[s:e] for one, spans in rows for s, e, x in spans if x == entity and (s, e, x) not in one.planted]
    assert right / planted >= recall, missed[:5]
    assert right >= precision * found, wrong[:5]


def test_together_they_do_not_fall(counts: Counter[tuple[str, str]], rows: list[tuple[Written, list[Span]]]) -> None:
    total = {what: sum(n for (w, _), n in counts.items() if w == what) for what in ("right", "found", "planted")}
    inside = outside = 0
    for one, spans in rows:
        covered = {i for s, e, _ in spans for i in range(s, e)}
        for s, e, _ in one.planted:
            inside += sum(i in covered for i in range(s, e))
            outside += sum(i not in covered for i in range(s, e))
    precision, recall, share = TOGETHER
    assert total["right"] / total["found"] >= precision
    assert total["right"] / total["planted"] >= recall
    assert inside / (inside + outside) >= share


def test_texts_without_a_value_stay_as_they_are(rows: list[tuple[Written, list[Span]]]) -> None:
    empty = [(one.text, [(one.text[s:e], x) for s, e, x in spans]) for one, spans in rows if not one.planted]
    assert len(empty) > 100
    wrong = [row for row in empty if row[1]]
    assert len(wrong) <= EMPTY * len(empty), wrong[:5]


def test_the_same_seed_gives_the_same_texts_and_true_spans() -> None:
    assert texts(1, 2) == texts(1, 2) != texts(2, 2)
    for one in texts(1, 2):
        assert all(0 <= s < e <= len(one.text) for s, e, _ in one.planted)
        assert all("@" in one.text[s:e] for s, e, x in one.planted if x == "EMAIL_ADDRESS")


def test_every_language_and_every_hole_is_used() -> None:
    assert set(TEMPLATES) == {"en", "id", "zh", "da", "de"}
    holes = "".join(t for rows in TEMPLATES.values() for t in rows)
    assert all("{" + name + "}" in holes for name in {*NEAR, *PLANTED, "PHONE_NUMBER"})
    assert written("en", "to {EMAIL_ADDRESS}", random.Random(1)).planted[0][0] == 3
