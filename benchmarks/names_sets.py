"""The sets of texts in which people have marked names, and the floor under each.

They are not part of the project: GUARDRAILS_BENCH_DATA names the folder (default: ../shared/data beside the checkout) that
holds pii/*.jsonl[.gz] and ner/dev/*.jsonl[.gz]. A set is a file, or several that are scored as one. Nothing is trained on
pii/; ner/dev are the held-out parts of sets whose other parts the tagger learns from.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import marked
from benchmarks.names_marks import NAMES, Mark, Span, meet
from benchmarks.names_scores import Row, ratio


class Floor(NamedTuple):
    """What a set must not fall below: strict F1, overlap F1, recall of persons (overlap), precision of hidden characters."""

    strict: float | None = None
    overlap: float | None = None
    persons: float | None = None
    persons_aim: float | None = None
    hidden: float | None = None


class Set(NamedTuple):
    name: str
    files: tuple[str, ...]  # below the data's folder, without what they end in
    language: str
    floor: Floor = Floor()
    addresses: bool = False  # it marks ADDRESS


def _dev(name: str, language: str, *, floor: Floor = Floor(), addresses: bool = False) -> Set:  # noqa: B008 a named tuple is frozen
    return Set(f"dev/{name}", (f"ner/dev/{name}",), language, floor, addresses)


def _pii(name: str, language: str, *, floor: Floor = Floor()) -> Set:  # noqa: B008 likewise
    return Set(name, (f"pii/{name}",), language, floor)


PRESIDIO = "presidio_research"
SETS = (
    _pii("uner_en", "en", floor=Floor(0.62, 0.69, 0.84, 0.88, 0.75)),
    Set(
        PRESIDIO, ("pii/presidio_research_large", "pii/presidio_research_v2"), "en", Floor(0.49, 0.72, 0.83)
    ),
    _pii("btc_en", "en"),
    _pii("wnut17_en", "en"),
    _pii("own_chat", "en"),
    _pii("own_hardneg", "en"),
    _dev("uner_en_ewt", "en"),
    _dev("btc", "en"),
    _dev("wnut17", "en"),
    _dev("synth_en", "en", addresses=True),
    _pii("nergrit_id", "id", floor=Floor(0.72, 0.80, 0.88, 0.92, 0.75)),
    _pii("nerp_id", "id"),
    _dev("nergrit", "id"),
    _dev("nerp", "id"),
    _dev("idner_news_2k", "id", floor=Floor(0.84, 0.91, 0.98)),
    _dev("synth_id", "id", addresses=True),
    _pii("uner_zh", "zh", floor=Floor(0.61, 0.73, 0.70, 0.80, 0.75)),
    _dev("uner_zh_gsdsimp", "zh"),
    _dev("aishell_ner", "zh", floor=Floor(0.66, 0.82, 0.92)),
    _dev("synth_zh", "zh", addresses=True),
    _pii("uner_da", "da", floor=Floor(0.68, 0.73, 0.85, 0.88, 0.75)),
    _dev("uner_da_ddt", "da"),
    _dev("synth_da", "da", addresses=True),
    _pii("uner_sv", "sv"),
    _dev("uner_sv_talbanken", "sv"),
    _pii("uner_pt", "pt"),
    _dev("uner_pt_bosque", "pt"),
    _pii("uner_de", "de"),
)  # fmt: skip
#: Of the addresses in presidio-research, the share that an ADDRESS must touch.
ADDRESSES = 0.80


def rows(where: Path, one: Set) -> list[Row]:
    """Its texts; none where the data has not got it."""
    found = []
    for name in one.files:
        path = next((p for p in (where / f"{name}.jsonl", where / f"{name}.jsonl.gz") if p.exists()), None)
        found += [_row(one, data) for data in marked.lines(path)] if path else []
    return found


def _row(one: Set, data: dict[str, Any]) -> Row:
    marks: list[Mark] = []
    optional: list[Mark] = []
    for s in data["spans"]:
        mark = (s["start"], s["end"], marked.FAMILY.get(s["type"], s["type"]))
        (optional if s.get("optional") or mark[2] not in NAMES else marks).append(mark)
    labels = data.get("labels")
    only = None if labels is None else frozenset(marked.FAMILY.get(x, x) for x in labels)
    return Row(one.name, data["lang"], data["text"], tuple(sorted(set(marks))), tuple(optional), only)


def is_address(text: str) -> bool:
    """presidio-research calls places, postcodes and addresses LOCATION: an address has a number and a word beside it."""
    return bool(re.search(r"\d", text)) and bool(re.search(r"[^\W\d_]{3}", text))


def addresses(data: Sequence[Row], found: Sequence[Sequence[Span]]) -> tuple[int, float, float]:
    """How many addresses presidio-research has, the shares of them that an ADDRESS touches, and that any place touches."""
    count = as_address = as_place = 0
    for row, spans in zip(data, found, strict=True):
        for mark in row.marked:
            if mark[2] in {"LOCATION", "ADDRESS"} and is_address(row.text[mark[0] : mark[1]]):
                kinds = {s[2] for s in spans if meet(s, mark)}
                count += 1
                as_address += "ADDRESS" in kinds
                as_place += bool(kinds & {"ADDRESS", "LOCATION"})
    return count, ratio(as_address, count), ratio(as_place, count)
