"""Small taggers with drawn weights: they know nothing, but what they say depends on a text as the real one's does."""

import numpy as np

from guardrails.detectors.names.compact.features import COLUMNS
from guardrails.detectors.names.compact.lexicon import Lexicon, mixed
from guardrails.detectors.names.compact.network import FORBIDDEN, GATED, GATES, SIGHT, TABLES, TAGS, Network, Norm, Table
from guardrails.detectors.names.compact.tagger import Cuts, Tagger

KINDS = frozenset({"PERSON", "LOCATION", "ORGANIZATION", "ADDRESS"})


def lexicon(*chinese: str) -> Lexicon:
    hashes = sorted(int(mixed(*(np.array([ord(c)], np.uint32) for c in word))[0]) for word in chinese)
    none = np.array([0xFFFFFFFF], np.uint32)
    return Lexicon(
        words=none,
        kinds=np.zeros(1, np.uint8),
        bands=np.zeros(1, np.uint8),
        clusters=np.zeros(1, np.uint16),
        chinese=np.array(hashes, np.uint32) if hashes else none,
        chinese_kinds=np.full(max(1, len(hashes)), 3, np.uint8),
        surnames=frozenset(map(ord, "王李")),
        given=frozenset(map(ord, "明娜")),
    )


def drawn(seed: int = 0, hidden: int = 12) -> Network:
    draw = np.random.default_rng(seed)

    def matrix(*shape: int) -> np.ndarray:
        return draw.normal(0, 1 / np.sqrt(shape[0]), shape).astype(np.float32)

    tables = []
    for _, columns in TABLES:
        rows = COLUMNS[columns[0]]
        tables.append(Table(draw.integers(-127, 128, (rows, 4), np.int8), np.full((rows, 1), 0.02, np.float32)))
    wide = 4 * (sum(len(columns) for _, columns in TABLES) - 1)
    norm = Norm(np.ones(hidden, np.float32), np.zeros(hidden, np.float32))
    return Network(
        tables=tuple(tables),
        dense=(matrix(wide, hidden), np.zeros(hidden, np.float32)),
        norm=norm,
        window=(3 * matrix((2 * SIGHT + 1) * hidden, 20), np.zeros(20, np.float32)),
        inner=(2 * matrix(20, 16), np.zeros(16, np.float32)),
        out=(3 * matrix(16, len(TAGS)), np.zeros(len(TAGS), np.float32)),
        gate=matrix(hidden, (2 * GATED + 1) * GATES),
        gate_bias=np.zeros(GATES, np.float32),
        gate_out=(matrix(GATES), 0.1),
        quiet=(matrix(hidden), 0.3),
        moves=matrix(len(TAGS), len(TAGS)) + FORBIDDEN,
    )


def tagger(seed: int = 0, low: float = 0.1) -> Tagger:
    known = lexicon("上海", "王小明", "大学生", "北京大学")
    return Tagger(drawn(seed), known, Cuts(low, low + 0.2, -0.5), KINDS)
