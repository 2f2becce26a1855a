"""The compact tagger's arithmetic, with numpy alone: tables of bytes, what a token is by itself, a gate, a window around it.

`loaded` reads the weights that `guardrails/training` packed. Most tokens of most texts are nobody's name: the gate says so from
a token and two neighbours on each side, and the window is looked at only where it does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from guardrails.detectors.names.compact.lexicon import Array

#: What a token may be: outside, or the beginning or the inside of a span (BIO).
TYPES = ("PERSON", "LOCATION", "ORGANIZATION", "ADDRESS")
TAGS = ("O", *(f"{part}-{kind}" for kind in TYPES for part in "BI"))
#: Tokens on each side on which the tag of one depends.
SIGHT = 6
#: Tokens on each side on which the gate depends, and its units.
GATED, GATES = 2, 8
#: Empty rows between pieces, so that nothing is read across.
PAD = SIGHT
#: Tables in the order in which they are read, with the columns of `features.COLUMNS` that they serve; the first is a sum.
TABLES = (
    ("word", (0, 1)), ("end_p", (2,)), ("end_s", (3,)), ("stem", (4, 5)), ("shape", (6,)), ("kind", (7,)), ("band", (8,)),
    ("cluster", (9,)),
)  # fmt: skip
_SMALL = np.float32(1e-5)
_NEVER = np.float32(-1e9)


class Norm(NamedTuple):
    """Layer normalisation (Ba et al. 2016)."""

    weight: Array
    bias: Array

    def __call__(self, x: Array) -> Array:
        width = np.float32(x.shape[1])
        x = x - np.add.reduce(x, 1, keepdims=True) / width
        x /= np.sqrt(np.einsum("ij,ij->i", x, x)[:, None] / width + _SMALL)
        x *= self.weight
        x += self.bias
        return x


class Table(NamedTuple):
    """Rows of bytes and what one is worth."""

    rows: Array  # int8 [rows, width]
    scale: Array  # float32 [rows, 1]

    def __call__(self, at: Array) -> Array:
        return np.multiply(self.rows.take(at, 0), self.scale.take(at, 0), dtype=np.float32)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Network:
    tables: tuple[Table, ...]
    dense: tuple[Array, Array]
    norm: Norm
    window: tuple[Array, Array]  # [(2 * SIGHT + 1) * hidden, wide]: the states of a token and its neighbours, from the left on
    inner: tuple[Array, Array]
    out: tuple[Array, Array]
    gate: Array  # [hidden, (2 * GATED + 1) * GATES]: what a token adds to the gate's units of each neighbour, from the left on
    gate_bias: Array  # [GATES]
    gate_out: tuple[Array, float]  # [GATES]
    quiet: tuple[Array, float]  # [hidden]: a token with a score at or below 0 is nobody's name, whatever stands around it
    moves: Array  # [to, from]: how likely tags follow one another; those that never do have a very low score

    @property
    def hidden(self) -> int:
        return int(self.gate.shape[0])

    def is_quiet(self, states: Array) -> Array:
        """bool [tokens]: which are never part of a name."""
        weight, bias = self.quiet
        return np.asarray(states @ weight + bias <= 0)

    def gates(self, added: Array, at: Array) -> Array:
        """float32: what the gate says of the tokens `at`. `added`: `states @ gate` for all, with rows beyond both ends."""
        near = added.reshape(len(added), -1, GATES)[at[:, None] + _NEAR, _NEAR + GATED]
        weight, bias = self.gate_out
        return np.asarray(np.maximum(near.sum(1) + self.gate_bias, 0) @ weight + bias)

    def states(self, rows: Array) -> Array:
        """float32 [tokens, hidden]: what each token is by itself. `rows`: as `features.Features` gives them."""
        wide: list[Array] = []
        for (name, columns), table in zip(TABLES, self.tables, strict=True):
            found = [table(rows[:, c]) for c in columns]
            wide += [found[0] + found[1]] if name == "word" else found
        weight, bias = self.dense
        return self.norm(np.maximum(np.concatenate(wide, 1) @ weight + bias, 0))

    def scores(self, states: Array, wanted: Array) -> Array:
        """float32 [wanted, tags]: log probabilities for the tokens at `wanted`; `states` has rows of zeros beyond both ends."""
        shown = states.take(wanted[:, None] + _SEEN, 0).reshape(len(wanted), -1)
        for weight, bias in (self.window, self.inner):
            shown = shown @ weight
            shown += bias
            np.maximum(shown, 0, out=shown)
        weight, bias = self.out
        scores = shown @ weight + bias
        scores -= scores.max(1, keepdims=True)
        scores -= np.log(np.exp(scores).sum(1, keepdims=True))
        return np.asarray(scores)

    def decode(self, scores: Array, runs: Sequence[tuple[int, int]], bias: float = 0.0) -> list[list[int]]:
        """The likeliest tags (Viterbi 1967) of each run `begin:end` of rows of `scores`, all runs at once.

        `bias` is added to the score of "outside": below 0 more is found.
        """
        count, longest = len(runs), max(end - begin for begin, end in runs)
        step = self.moves
        shown = np.zeros((count, longest, len(TAGS)), np.float32)
        shown[:, :, 1:] = _NEVER  # behind its end a run is outside
        for k, (begin, end) in enumerate(runs):
            shown[k, : end - begin] = scores[begin:end]
        shown[:, :, 0] += bias
        total = shown[:, 0] + step[:, 0]
        back = np.zeros((count, longest, len(TAGS)), np.int8)
        for t in range(1, longest):
            grown = total[:, None, :] + step[None]
            back[:, t] = grown.argmax(2)
            total = grown.max(2) + shown[:, t]
        total = total + step[0]  # every run ends outside
        tags = np.zeros((count, longest), np.int64)
        tags[:, -1] = total.argmax(1)
        every = np.arange(count)
        for t in range(longest - 1, 0, -1):
            tags[:, t - 1] = back[every, t, tags[:, t]]
        return [tags[k, : end - begin].tolist() for k, (begin, end) in enumerate(runs)]


_NEAR, _SEEN = np.arange(-GATED, GATED + 1), np.arange(-SIGHT, SIGHT + 1)
FORBIDDEN = np.array([[_NEVER if a[0] == "I" and b[1:] != a[1:] else 0 for b in TAGS] for a in TAGS], np.float32)


def loaded(arrays: Mapping[str, Array]) -> Network:
    """The network from the arrays of a packed file."""

    def whole(name: str) -> Array:
        if f"{name}.q" in arrays:
            return (arrays[f"{name}.q"].astype(np.float32) * arrays[f"{name}.s"].astype(np.float32)).astype(np.float32)
        return arrays[name].astype(np.float32)

    def dense(name: str) -> tuple[Array, Array]:
        return np.ascontiguousarray(whole(f"{name}.weight").T), whole(f"{name}.bias")

    hidden = len(arrays["norm.weight"])
    return Network(
        tables=tuple(
            Table(arrays[f"tables.{n}.weight.q"], arrays[f"tables.{n}.weight.s"].astype(np.float32)) for n, _ in TABLES
        ),
        dense=dense("dense"),
        norm=Norm(whole("norm.weight"), whole("norm.bias")),
        window=dense("window"),
        inner=dense("inner"),
        out=dense("out"),
        gate=np.ascontiguousarray(
            whole("gate.weight").reshape(GATES, 2 * GATED + 1, hidden).transpose(2, 1, 0).reshape(hidden, -1)
        ),
        gate_bias=whole("gate.bias"),
        gate_out=(whole("gate_out.weight")[0], float(arrays["gate_out.bias"][0])),
        quiet=(whole("quiet.weight")[0], float(arrays["quiet.bias"][0])),
        moves=whole("moves") + FORBIDDEN,
    )
