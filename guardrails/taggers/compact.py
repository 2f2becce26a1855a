"""What ships with the package for names: a tagger whose weights take 5 MB (`weights/README.md`), and the rules beside it.

No download, no GPU, one thread; a few milliseconds a text, so it is asked where the call is.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np

from guardrails.detectors.names.addresses import reader as addresses
from guardrails.detectors.names.compact import lexicon, network
from guardrails.detectors.names.compact.tagger import Cuts, Tagger
from guardrails.detectors.names.detector import ENTITIES, Names, Rule
from guardrails.detectors.names.people import rules

FOLDER = Path(__file__).parent / "weights"
#: Added to the score of "outside", by language: below 0 more is found, and more that is none (docs/decisions/0015-names.md).
BIAS, BIASES = -0.7, {"id": -1.1, "zh": -0.5}
#: Found only where a rule asks for it: a network of this size is wrong about firms as often as not.
ASKED = frozenset({"ORGANIZATION"})


def names(
    language: str = "en", asked: frozenset[str] = frozenset(), is_allowed: Callable[[str], bool] = lambda _: False
) -> Names:
    """The detector for calls of a language (BCP 47), which finds names of the others as well. `asked`: entities that rules
    name; `is_allowed`: is this value public here?"""
    beside = (
        Rule(rules.rules(), rules.REACH),  # it looks for its triggers itself
        Rule(addresses.Addresses(), addresses.REACH, tuple(addresses.TRIGGERS)),
    )
    return Names(tagger().leaning(BIASES.get(language.partition("-")[0], BIAS)), beside, ENTITIES - (ASKED - asked), is_allowed)


@cache
def tagger() -> Tagger:
    """Once for a process."""
    packed = (FOLDER / "compact.npz").read_bytes()
    with np.load(io.BytesIO(packed), allow_pickle=False) as file:
        arrays = dict(file)
    low, high = arrays["gates"].tolist()
    return Tagger(network.loaded(arrays), lexicon.loaded(arrays), Cuts(low, high, BIAS), frozenset(network.TYPES))
