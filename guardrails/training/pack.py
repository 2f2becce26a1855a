"""Weights and lexicon as one file of bytes that numpy reads: matrices as int8 with a scale for each row."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from guardrails.detectors.names.compact.lexicon import Array, Lexicon


def packed(weights: Mapping[str, Array], lexicon: Lexicon, low: float, high: float) -> dict[str, Array]:
    """`weights`: by their names in `fit.Net`. `low`, `high`: where the gate draws its lines."""
    arrays: dict[str, Array] = {}
    for name, weight in weights.items():
        if weight.ndim == 2 and (name.startswith("tables.") or weight.size > 2000):
            scale = np.abs(weight).max(1, keepdims=True) / 127 + 1e-9
            scale = scale.astype(np.float16).astype(np.float32)
            arrays[f"{name}.q"] = np.clip(np.round(weight / scale), -127, 127).astype(np.int8)
            arrays[f"{name}.s"] = scale.astype(np.float16)
        else:
            arrays[name] = weight.astype(np.float32)
    return arrays | {
        "gates": np.array([low, high], np.float32),
        "lexicon.words": _steps(lexicon.words),
        "lexicon.kinds": lexicon.kinds,
        "lexicon.bands": lexicon.bands,
        "lexicon.clusters": lexicon.clusters,
        "lexicon.chinese": _steps(lexicon.chinese),
        "lexicon.chinese_kinds": lexicon.chinese_kinds,
        "lexicon.surnames": np.array(sorted(lexicon.surnames), np.uint32),
        "lexicon.given": np.array(sorted(lexicon.given), np.uint32),
    }


def _steps(ordered: Array) -> Array:
    """Ascending numbers as their differences, which pack better."""
    return np.diff(ordered, prepend=np.uint32(0))
