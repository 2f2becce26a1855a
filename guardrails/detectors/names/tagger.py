"""The compact tagger: names of people, places and firms, and addresses, by a small network. English, Indonesian, Chinese, Danish.

Most words are nobody's name whatever stands around them ("quiet"), of the others a gate lets some through, and only these are tagged,
in runs. What is said of a token depends on a known number of tokens around it, never on how a text was cut. So a growing text is
settled up to the first run that could still change.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise
from threading import Lock

import numpy as np

from guardrails.detectors.hits import Hit
from guardrails.detectors.names.features import Features
from guardrails.detectors.names.lexicon import LONGEST_ZH, Array, Lexicon
from guardrails.detectors.names.network import GATED, PAD, SIGHT, TAGS, Network
from guardrails.detectors.names.tokens import LONG, WIDEST, Tokens, has_cjk, is_cjk, tokens, words

RECOGNIZER = "CompactNames"
#: Tokens that a run has at most; a longer one is cut, counted from its beginning.
RUN = 48
#: Chinese characters behind one on which depends what it is by itself, and as many before it.
AHEAD = LONGEST_ZH - 1
#: Tokens before one on which depends what is said of it.
BEHIND = SIGHT + GATED + AHEAD
#: Characters in which so many tokens stand in most texts, and in all.
NEAR, BACK = 160, (BEHIND + 1) * WIDEST
#: Characters that one finding and its context can span.
REACH = 2 * BACK + RUN * WIDEST
#: In a stream nothing but quiet words is looked at before so many characters have come, as each look costs about the same; fewer of
#: those that are written without blanks.
STRIDE, STRIDE_CJK = 88, 40
#: Tokens that are worked on at a time.
BLOCK = 384
_REMEMBERED = 8192  # words of which is kept what they are by themselves: 4 MB
_PADS = [""] * PAD
Run = tuple[int, int]


class Tagger:
    """A reader (`detectors/names/detector.py`) for one set of weights."""

    def __init__(
        self, network: Network, lexicon: Lexicon, *, low: float, high: float, bias: float, kinds: frozenset[str]
    ) -> None:
        """A run is made of tokens whose gate is above `low`, and one of them must be above `high`. `bias`: see `Network.decode`.
        `kinds`: the types to report."""
        self.network, self.features, self.kinds = network, Features(lexicon), kinds
        self.low, self.high, self.bias = low, high, bias
        self._words = _Words(self)

    def __repr__(self) -> str:
        return "Tagger()"

    def find(self, text: str, start: int = 0, stop: int | None = None) -> Iterable[Hit]:
        """`stop`: runs that begin there or later are not wanted."""
        loud = self._loud(text, start)
        if loud is None or (stop is not None and loud >= stop):
            return []
        found, first = _around(text, loud)
        last = len(found.spans) if stop is None else next((k for k, (b, _) in enumerate(found.spans) if b >= stop), len(found.spans))
        runs = self._runs(text, found, first, last)
        return [hit for block in _blocks(runs) for hit in self._hits(text, found, block)]

    def settled(self, text: str, start: int = 0) -> int:
        loud = self._loud(text, start)
        if loud is None:
            return _last_word(text, start)
        if len(text) - loud < (STRIDE_CJK if has_cjk(text, loud) else STRIDE):
            return loud
        found, first = _around(text, loud)
        sure = _sure(text, found)  # tokens of which it is certain what they are by themselves
        gated = _before(found, sure, GATED)  # … what their gates say
        tagged = _before(found, sure, SIGHT)  # … what they are among others
        spans = found.spans
        if gated <= first:
            return loud
        for begin, end in self._runs(text, found, first, gated, weak=True):
            if end > tagged or (end == gated and end - begin < RUN and gated not in found.breaks):
                return max(loud, spans[begin][0])
        return max(loud, spans[gated][0] if gated < len(spans) else spans[-1][1])

    def beginning(self, text: str, start: int, edge: int) -> int:
        """Where the run begins that `edge` cuts, if it cuts one; `edge` if not. A text may be cut only where none is cut."""
        loud = self._loud(text, start)
        if loud is None or loud >= edge:
            return edge
        found, first = _around(text, loud)
        last = next((k for k, (_, end) in enumerate(found.spans) if end >= edge), len(found.spans) - 1) + 1
        last = min(len(found.spans), last + 1)
        if first >= last:
            return edge
        for begin, end in self._runs(text, found, first, last, weak=True):
            if found.spans[begin][0] < edge < found.spans[min(end, len(found.spans)) - 1][1] + (end == last):
                return max(start, found.spans[begin][0])
        return edge

    def _loud(self, text: str, start: int) -> int | None:
        """Where the first token that is not quiet begins, at or behind `start`."""
        rest = words(text, start)
        while some := list(islice(rest, 32)):
            quiet = self._words.known([word for _, word in some]).quiet
            for begin, word in some:
                if word not in quiet:
                    return begin
        return None

    def _runs(self, text: str, found: Tokens, first: int, last: int, *, weak: bool = False) -> list[Run]:
        """Runs of tokens among `first:last` that the gate lets through; `weak`: also those in which no gate is `high`."""
        low: list[bool] = []
        high: list[bool] = []
        for begin in range(first, last, BLOCK):
            laid = _Laid(text, found, max(0, begin - GATED - AHEAD), min(len(found.spans), begin + BLOCK + GATED + AHEAD))
            at = laid.at[begin - laid.first : min(last, begin + BLOCK) - laid.first]
            gates = self._gates(laid, at)
            low += (gates > self.low).tolist()
            high += (gates > self.high).tolist()
        runs = _runs(low, found.breaks, first)
        return runs if weak else [(begin, end) for begin, end in runs if any(high[begin - first : end - first])]

    def _gates(self, laid: _Laid, at: Array) -> Array:
        """What the gate says of each of the tokens `at`; nothing above `low` of those that are quiet."""
        states = None
        if laid.chinese:
            states = self._states(laid)
            added, quiet = states @ self.network.gate, self.network.is_quiet(states[at])
        else:
            memory, rows = self._words.rows(laid.words)
            added = memory.gates[rows]
            quiet = memory.still[rows[at]]
        gates = self.network.gates(added, at)
        gates[quiet] = -math.inf
        return gates

    def _states(self, laid: _Laid) -> Array:
        """What each word is by itself, or among its Chinese neighbours."""
        if not laid.chinese:
            memory, rows = self._words.rows(laid.words)
            return np.asarray(memory.states[rows])
        states = self.network.states(self.features.rows(laid.words))
        states[[k for k, word in enumerate(laid.words) if not word]] = 0
        return states

    def _hits(self, text: str, found: Tokens, runs: Sequence[Run]) -> Iterator[Hit]:
        """What stands in these runs, which lie close together."""
        spans = found.spans
        low, high = max(0, runs[0][0] - SIGHT - AHEAD), min(len(spans), runs[-1][1] + SIGHT + AHEAD)
        laid = _Laid(text, found, low, high)
        wanted = np.concatenate([laid.at[b - low : e - low] for b, e in runs])
        real = np.zeros(len(laid.words), bool)
        real[laid.at] = True
        scores = self.network.scores(self._states(laid), real, wanted)
        ends = np.cumsum([e - b for b, e in runs]).tolist()
        places = list(pairwise([0, *ends]))
        for (begin, _), (row, _), tags in zip(runs, places, self.network.decode(scores, places, self.bias), strict=True):
            for at, after, kind in _tagged(tags):
                if kind in self.kinds:
                    both = scores[row + at : row + after, _PAIRS[kind]]
                    surely = float(np.exp(both).sum(1).min())
                    yield Hit(spans[begin + at][0], spans[begin + after - 1][1], kind, _score(surely), RECOGNIZER)


#: The columns of the two tags of each type.
_PAIRS = {kind: [TAGS.index(f"B-{kind}"), TAGS.index(f"I-{kind}")] for kind in {tag[2:] for tag in TAGS[1:]}}


def _score(surely: float) -> float:
    """A probability as a score; what the decoder took is never below .4, and a network is never sure."""
    return round(0.4 + 0.5 * surely, 2)


class _Memory:
    """What words are by themselves, row by row. Row 0 is "nothing", which stands between pieces."""

    def __init__(self, network: Network) -> None:
        self.rows: dict[str, int] = {"": 0}
        self.quiet: set[str] = {""}
        self.states = np.zeros((_REMEMBERED, network.hidden), np.float32)
        self.gates = np.zeros((_REMEMBERED, network.gate.shape[1]), np.float32)
        self.still = np.ones(_REMEMBERED, bool)


class _Words:
    """The memory of words that a tagger has seen. When it is full, it begins anew."""

    def __init__(self, tagger: Tagger) -> None:
        self._tagger, self._lock = tagger, Lock()
        self._memory = _Memory(tagger.network)

    def known(self, wanted: Sequence[str]) -> _Memory:
        """A memory in which all of these words are known."""
        memory = self._memory
        if memory.rows.keys() >= set(wanted):
            return memory
        with self._lock:
            return self._learnt(list(dict.fromkeys(wanted)))

    def rows(self, wanted: Sequence[str]) -> tuple[_Memory, Array]:
        memory = self.known(wanted)
        rows = memory.rows
        return memory, np.array([rows[w] for w in wanted])

    def _learnt(self, wanted: Sequence[str]) -> _Memory:
        memory, network = self._memory, self._tagger.network
        new = [w for w in wanted if w not in memory.rows]
        if len(memory.rows) + len(new) > _REMEMBERED:
            memory, new = _Memory(network), [w for w in wanted if w]
        at = len(memory.rows)
        states = network.states(self._tagger.features.rows(new)) if new else memory.states[:0]
        memory.states[at : at + len(new)] = states
        memory.gates[at : at + len(new)] = states @ network.gate
        memory.still[at : at + len(new)] = still = network.is_quiet(states)
        memory.quiet |= {w for w, is_still in zip(new, still.tolist(), strict=True) if is_still and not is_cjk(w)}
        memory.rows.update((w, at + k) for k, w in enumerate(new))  # last: who finds a word here finds its row filled
        self._memory = memory
        return memory


class _Laid:
    """The words of the tokens `first:last` with empty ones between pieces and at both ends; `at`: the place of each."""

    def __init__(self, text: str, found: Tokens, first: int, last: int) -> None:
        self.first = first
        shown = [text[a:b] for a, b in found.spans[first:last]]
        self.chinese = has_cjk(text, found.spans[first][0], found.spans[last - 1][1]) if shown else False
        breaks = [k - first for k in found.breaks if first < k < last]
        self.at = np.arange(PAD, PAD + len(shown))
        for k in reversed(breaks):
            shown[k:k] = _PADS
            self.at[k:] += PAD
        self.words = [*_PADS, *shown, *_PADS]


def _around(text: str, start: int) -> tuple[Tokens, int]:
    """The tokens from some way before `start` on, as many as are needed there, and the number of the first behind it."""
    for back in (NEAR, BACK):
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
    """The runs in groups that are worked on together."""
    block: list[Run] = []
    for run in runs:
        if block and run[1] - block[0][0] > BLOCK:
            yield block
            block = []
        block.append(run)
    if block:
        yield block


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
