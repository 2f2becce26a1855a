"""The compact tagger: people, places, firms and addresses, by a small network, in English, Indonesian, Chinese and Danish.

Most words are nobody's name whatever stands around them ("quiet"), of the others a gate lets some through, and these alone are
tagged, in runs. What is said of a token depends on a known number of tokens around it, never on how a text was cut. So a
growing text is settled up to the first run that could still change.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from itertools import count, groupby, islice, pairwise
from typing import NamedTuple

import numpy as np

from guardrails.detectors.hits import Hit
from guardrails.detectors.names.compact.features import Features
from guardrails.detectors.names.compact.lexicon import LONGEST_ZH, Array, Lexicon
from guardrails.detectors.names.compact.network import GATED, PAD, SIGHT, TAGS, TYPES, Network
from guardrails.detectors.names.compact.tokens import LONG, WIDEST, Tokens, has_cjk, is_cjk, tokens, words

RECOGNIZER = "CompactNames"
#: Tokens that a run has at most; a longer one is cut, counted from its beginning.
RUN = 48
#: Chinese characters behind one on which depends what it is by itself, and as many before it.
AHEAD = LONGEST_ZH - 1
#: Tokens before one on which depends what is said of it.
BEHIND = SIGHT + GATED + AHEAD
#: Characters in which so many tokens stand in Chinese, in most texts, and in all.
DENSE, NEAR, BACK = BEHIND + 2, 96, (BEHIND + 1) * WIDEST
#: Characters that one finding and its context can span.
REACH = 2 * BACK + RUN * WIDEST
#: In a stream nothing but quiet words is looked at before so many characters have come, as each look costs about the same;
#: fewer of those that are written without blanks.
STRIDE, STRIDE_CJK = 60, 40
#: Tokens that are worked on at a time, and blocks of them that are kept.
BLOCK, KEPT = 512, 8
_REMEMBERED = 8192  # words of which is kept what they are by themselves: 4 MB
_PADS = [""] * PAD
Run = tuple[int, int]


class Cuts(NamedTuple):
    """Where a line is drawn."""

    low: float  # a run is made of tokens whose gate is above this
    high: float  # and one of them must be above this
    bias: float  # added to the score of "outside" (`Network.decode`)


class Tagger:
    """A reader (`detectors/names/detector.py`) for one set of weights."""

    def __init__(self, network: Network, lexicon: Lexicon, cuts: Cuts, kinds: frozenset[str]) -> None:
        """`kinds`: the types to report."""
        self.network, self.features, self.cuts, self.kinds = network, Features(lexicon), cuts, kinds
        self.words = Words(network, self.features)

    def __repr__(self) -> str:
        return "Tagger()"

    def leaning(self, bias: float) -> Tagger:
        """The same tagger, which knows the same words, with another bias."""
        other = copy(self)
        other.cuts = self.cuts._replace(bias=bias)
        return other

    def find(self, text: str, start: int = 0) -> Iterable[Hit]:
        loud = self._loud(text, start)
        if loud is None:
            return []
        found, first = _around(text, loud)
        return self._named(_View(self, text, found), first, len(found.spans))

    def settled(self, text: str, start: int = 0) -> int:
        return self.read(text, start)[0]

    def read(self, text: str, start: int = 0) -> tuple[int, list[Hit]]:
        """What is settled, and what stands in it: one look for both."""
        loud = self._loud(text, start)
        if loud is None:
            return _last_word(text, start), []
        if len(text) - loud < (STRIDE_CJK if has_cjk(text, loud) else STRIDE):
            return loud, []
        found, first = _around(text, loud)
        sure = _sure(text, found)  # tokens of which it is certain what they are by themselves
        gated = _before(found, sure, GATED)  # … what their gates say
        tagged = _before(found, sure, SIGHT)  # … what they are among others
        spans = found.spans
        if gated <= first:
            return loud, []
        view = _View(self, text, found)
        last, edge = gated, spans[gated][0] if gated < len(spans) else spans[-1][1]
        for begin, end in view.runs(first, gated):
            if end > tagged or (end == gated and end - begin < RUN and gated not in found.breaks):
                last, edge = begin, spans[begin][0]
                break
        return max(loud, edge), self._named(view, first, last) if last > first else []

    def beginning(self, text: str, start: int, edge: int) -> int:
        """Where the run begins that `edge` cuts, if it cuts one; `edge` if not. A text may be cut only where none is cut."""
        loud = self._loud(text, start)
        if loud is None or loud >= edge:
            return edge
        found, first = _around(text, loud)
        spans = found.spans
        last = min(len(spans), 2 + next((k for k, (_, end) in enumerate(spans) if end >= edge), len(spans)))
        if first >= last:
            return edge
        for begin, end in _View(self, text, found).runs(first, last):
            if spans[begin][0] < edge < spans[end - 1][1] + (end == last):
                return max(start, spans[begin][0])
        return edge

    def _loud(self, text: str, start: int) -> int | None:
        """Where the first token that is not quiet begins, at or behind `start`."""
        memory = self.words.memory
        for begin, word in words(text, start):
            if word not in memory.quiet:
                if word in memory.rows or is_cjk(word):
                    return begin
                memory = self.words.known([w for _, w in islice(words(text, begin), 32) if not is_cjk(w)])
                if word not in memory.quiet:
                    return begin
        return None

    def _named(self, view: _View, first: int, last: int) -> list[Hit]:
        """What stands in the tokens `first:last`."""
        return [hit for block in _blocks(view.runs(first, last, strong=True)) for hit in self._hits(view, block)]

    def _hits(self, view: _View, runs: Sequence[Run]) -> Iterator[Hit]:
        """What stands in these runs, which begin in one block."""
        scores = self.network.scores(*view.windows(runs))
        ends = np.cumsum([end - begin for begin, end in runs]).tolist()
        outside: list[float] = scores[:, 0].tolist()
        every = zip(pairwise([0, *ends]), runs, strict=True)
        places = [(place, run) for place, run in every if min(outside[slice(*place)]) < _SURELY_NOT]
        if not places:
            return
        spans = view.found.spans
        each = np.exp(scores)
        surely = dict(zip(TYPES, (each[:, 1::2] + each[:, 2::2]).T.tolist(), strict=True))  # by type, whichever tag
        decoded = self.network.decode(scores, [place for place, _ in places], self.cuts.bias)
        for ((row, _), (begin, _)), tags in zip(places, decoded, strict=True):
            for at, after, kind in _tagged(tags):
                if kind in self.kinds:
                    least = min(surely[kind][row + at : row + after])
                    yield Hit(spans[begin + at][0], spans[begin + after - 1][1], kind, _score(least), RECOGNIZER)


#: A run in which every token is outside with this probability (its logarithm) is not decoded.
_SURELY_NOT = math.log(0.97)


def _score(surely: float) -> float:
    """A probability as a score; what the decoder took is never below .4, and a network is never sure."""
    return round(0.4 + 0.5 * surely, 2)


class _Memory:
    """What words are by themselves, row by row. Row 0 is nothing, which stands between pieces."""

    def __init__(self, network: Network) -> None:
        self.rows: dict[str, int] = {"": 0}
        self.quiet: set[str] = {""}
        self.states = np.zeros((_REMEMBERED, network.hidden), np.float32)
        self.gates = np.zeros((_REMEMBERED, network.gate.shape[1]), np.float32)
        self.still = np.ones(_REMEMBERED, bool)
        self.free = count(1)


class Words:
    """The memory of words that a tagger has seen. When it is full, it begins anew. Several threads may use it: each fills rows
    of its own, and who finds a word finds its row filled."""

    def __init__(self, network: Network, features: Features) -> None:
        self._network, self._features = network, features
        self.memory = _Memory(network)

    def known(self, wanted: Sequence[str]) -> _Memory:
        """A memory in which all of these words are known."""
        memory = self.memory
        if memory.rows.keys() >= set(wanted):
            return memory
        new = [w for w in dict.fromkeys(wanted) if w not in memory.rows]
        if not new:
            return memory  # another thread was quicker
        at = list(islice(memory.free, len(new)))
        if at[-1] >= _REMEMBERED:
            self.memory = memory = _Memory(self._network)
            new = [w for w in dict.fromkeys(wanted) if w]
            at = list(islice(memory.free, len(new)))
        states = self._network.states(self._features.rows(new))
        memory.states[at], memory.gates[at] = states, states @ self._network.gate
        memory.still[at] = still = self._network.is_quiet(states)
        memory.quiet.update(w for w, is_still in zip(new, still.tolist(), strict=True) if is_still)
        memory.rows.update(zip(new, at, strict=True))
        return memory


class _View:
    """The tokens of a text as the network sees them, a block at a time. Of a text of few blocks all are kept."""

    def __init__(self, tagger: Tagger, text: str, found: Tokens) -> None:
        self._tagger, self._text, self.found = tagger, text, found
        self._blocks: dict[int, _Block] = {}

    def runs(self, first: int, last: int, *, strong: bool = False) -> list[Run]:
        """Runs of tokens among `first:last` that the gate lets through; `strong`: with at least one that is worth it."""
        cuts = self._tagger.cuts
        gates: list[float] = []
        for number in range(first // BLOCK, (last - 1) // BLOCK + 1):
            begin, end = max(first, number * BLOCK), min(last, (number + 1) * BLOCK)
            gates += self._block(number).gates(begin, end).tolist()
        runs = _runs([gate > cuts.low for gate in gates], self.found.breaks, first)
        return [(b, e) for b, e in runs if max(gates[b - first : e - first]) > cuts.high] if strong else runs

    def windows(self, runs: Sequence[Run]) -> tuple[Array, Array]:
        """States with empty rows between pieces, and the places of the tokens of these runs in them. All begin in one block."""
        block = self._block(runs[0][0] // BLOCK)
        return block.states(), np.concatenate([block.at[b - block.first : e - block.first] for b, e in runs])

    def _block(self, number: int) -> _Block:
        """The tokens of which that is the number of the block, and what is needed for those of runs that begin there."""
        found = self._blocks.get(number)
        if found is None:
            low = max(0, number * BLOCK - SIGHT - AHEAD)
            high = min(len(self.found.spans), (number + 1) * BLOCK + RUN + SIGHT + AHEAD)
            found = _Block(self._tagger, self._text, self.found, low, high)
            if len(self._blocks) == KEPT:
                self._blocks.clear()
            self._blocks[number] = found
        return found


class _Block:
    """The tokens `first:last`, with empty ones between pieces and at both ends; `at`: the place of each."""

    def __init__(self, tagger: Tagger, text: str, found: Tokens, first: int, last: int) -> None:
        self.first, self.last, self._network = first, last, tagger.network
        shown = [text[a:b] for a, b in found.spans[first:last]]
        self.at = np.arange(PAD, PAD + len(shown))
        for k in reversed([k - first for k in found.breaks if first < k < last]):
            shown[k:k] = _PADS
            self.at[k:] += PAD
        shown = [*_PADS, *shown, *_PADS]
        self._states: Array | None = None
        if has_cjk(text, found.spans[first][0], found.spans[last - 1][1]):
            self._states = tagger.network.states(tagger.features.rows(shown))
            self._states[[k for k, word in enumerate(shown) if not word]] = 0
        else:
            self._memory = tagger.words.known(shown)
            self._rows = np.array([self._memory.rows[word] for word in shown])

    def gates(self, begin: int, end: int) -> Array:
        """What the gate says of the tokens `begin:end`; nothing of those that are quiet."""
        at = self.at[begin - self.first : end - self.first]
        if self._states is None:
            added, quiet = self._memory.gates[self._rows], self._memory.still[self._rows[at]]
        else:
            added, quiet = self._states @ self._network.gate, self._network.is_quiet(self._states[at])
        gates = self._network.gates(added, at)
        gates[quiet] = -math.inf
        return gates

    def states(self) -> Array:
        """What each token is by itself, or among its Chinese neighbours."""
        if self._states is None:
            self._states = self._memory.states[self._rows]
        return self._states


def _around(text: str, start: int) -> tuple[Tokens, int]:
    """The tokens from some way before `start` on, as many as are needed there, and the number of the first behind it."""
    for back in (DENSE, NEAR, BACK)[not has_cjk(text, start, start + 1) :]:
        found = tokens(text, max(0, start - back))
        first = next((k for k, (begin, _) in enumerate(found.spans) if begin >= start), len(found.spans))
        if start <= back or first > BEHIND or any(k <= first for k in found.breaks[:1]):
            break
    return found, first


def _last_word(text: str, start: int) -> int:
    """Where the word begins that may still grow at the end of the text, unless it is too long for a name already."""
    end = len(text)
    while end > start and end > len(text) - LONG - 1 and text[end - 1].isalnum():
        end -= 1
    return end if end > len(text) - LONG - 1 else len(text)


def _runs(wanted: Sequence[bool], breaks: Sequence[int], first: int) -> list[Run]:
    """Where tokens that are wanted stand together in one piece, as numbers of tokens; `first` is that of the first one."""
    runs: list[Run] = []
    begin = -1
    ends = frozenset(breaks)
    for k, is_wanted in enumerate([*wanted, False], first):
        if begin >= 0 and (not is_wanted or k - begin == RUN or k in ends):
            runs.append((begin, k))
            begin = -1
        if is_wanted and begin < 0:
            begin = k
    return runs


def _blocks(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """The runs in groups of which all begin in one block."""
    for _, block in groupby(runs, key=lambda run: run[0] // BLOCK):
        yield list(block)


def _sure(text: str, found: Tokens) -> int:
    """How many tokens are what they are, whatever follows: whole words, and Chinese characters with their neighbours."""
    spans = found.spans
    count = len(spans)
    if count and spans[-1][1] == len(text) and text[-1].isalnum() and not is_cjk(text[-1]):
        count -= 1
    chinese = any(is_cjk(text[begin]) for begin, _ in spans[max(0, count - AHEAD) : count])
    return _before(found, count, AHEAD) if chinese else count


def _before(found: Tokens, known: int, ahead: int) -> int:
    """How many of the first `known` tokens have `ahead` more of their piece behind them, or the end of the piece."""
    count = known
    while count and known - count < ahead and count not in found.breaks:
        count -= 1
    return count


def _tagged(tags: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    """Begin, end and type of what BIO tags tell."""
    begin = -1
    for k, tag in enumerate([*tags, 0]):
        if begin >= 0 and (not tag or TAGS[tag][0] == "B"):
            yield begin, k, TAGS[tags[begin]][2:]
            begin = -1
        if tag and begin < 0:
            begin = k
