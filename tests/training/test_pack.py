"""What is packed is what is read: weights as bytes with a scale, ascending hashes as their differences."""

import io

import numpy as np
import pytest

from guardrails.detectors.names.compact import lexicon as words
from guardrails.detectors.names.compact import network
from guardrails.detectors.names.compact.features import COLUMNS
from guardrails.training.pack import packed
from tests.detectors.names.compact import networks

HIDDEN, WIDE, INNER = 12, 20, 16


def drawn() -> dict[str, np.ndarray]:
    """Weights by the names that the network has in training; matrices as torch writes them, [out, in]."""
    draw = np.random.default_rng(3)
    tables = {f"tables.{name}.weight": (COLUMNS[columns[0]], 4) for name, columns in network.TABLES}
    wide = 4 * (sum(len(columns) for _, columns in network.TABLES) - 1)
    window = (2 * network.SIGHT + 1) * HIDDEN
    matrices = tables | {
        "dense.weight": (HIDDEN, wide),
        "window.weight": (WIDE, window),
        "inner.weight": (INNER, WIDE),
        "out.weight": (len(network.TAGS), INNER),
        "gate.weight": (network.GATES, (2 * network.GATED + 1) * HIDDEN),
        "gate_out.weight": (1, network.GATES),
        "quiet.weight": (1, HIDDEN),
        "moves": (len(network.TAGS), len(network.TAGS)),
    }
    found = {name: draw.normal(0, 0.3, shape).astype(np.float32) for name, shape in matrices.items()}
    vectors = {
        **dict.fromkeys(("norm.weight", "norm.bias", "dense.bias"), HIDDEN),
        **{"window.bias": WIDE, "inner.bias": INNER, "out.bias": len(network.TAGS), "gate.bias": network.GATES},
        **dict.fromkeys(("gate_out.bias", "quiet.bias"), 1),
    }
    return found | {name: draw.normal(0, 0.3, size).astype(np.float32) for name, size in vectors.items()}


@pytest.fixture(scope="module")
def read():
    file = io.BytesIO()
    np.savez_compressed(file, **packed(drawn(), networks.lexicon("上海", "王小明"), -1.5, 0.5))
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return dict(arrays)


def test_the_network_says_what_its_weights_say(read):
    made, weights = network.loaded(read), drawn()
    rows = np.array([[5, 9, 3, 4, 1, 2, 7, 8, 6, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]], np.int32)
    shown = [weights["tables.word.weight"][rows[:, 0]] + weights["tables.word.weight"][rows[:, 1]]]
    shown += [weights[f"tables.{name}.weight"][rows[:, c]] for name, columns in network.TABLES[1:] for c in columns]
    state = np.maximum(np.concatenate(shown, 1) @ weights["dense.weight"].T + weights["dense.bias"], 0)
    state = (state - state.mean(1, keepdims=True)) / np.sqrt(state.var(1, keepdims=True) + 1e-5)
    state = state * weights["norm.weight"] + weights["norm.bias"]
    assert np.allclose(made.states(rows), state, atol=0.05)  # a byte each


def test_the_gate_reads_the_neighbours_from_the_left_on(read):
    made, weights = network.loaded(read), drawn()
    states = np.random.default_rng(5).normal(size=(9, HIDDEN)).astype(np.float32)
    near = np.concatenate([states[2:7] for _ in range(1)]).reshape(-1)  # of the token in the middle
    units = np.maximum(weights["gate.weight"] @ near + weights["gate.bias"], 0)
    expected = float(weights["gate_out.weight"][0] @ units + weights["gate_out.bias"][0])
    assert made.gates(states @ made.gate, np.array([4]))[0] == pytest.approx(expected, abs=0.05)


def test_a_window_reads_the_neighbours_from_the_left_on(read):
    made, weights = network.loaded(read), drawn()
    states = np.random.default_rng(6).normal(size=(2 * network.SIGHT + 3, HIDDEN)).astype(np.float32)
    hidden = np.maximum(weights["window.weight"] @ states[1:-1].reshape(-1) + weights["window.bias"], 0)
    hidden = np.maximum(weights["inner.weight"] @ hidden + weights["inner.bias"], 0)
    scores = weights["out.weight"] @ hidden + weights["out.bias"]
    scores -= np.log(np.exp(scores).sum())
    assert np.allclose(made.scores(states, np.array([network.SIGHT + 1]))[0], scores, atol=0.1)


def test_the_lexicon_comes_back(read):
    made, before = words.loaded(read), networks.lexicon("上海", "王小明")
    assert made.words.tolist() == before.words.tolist()
    assert made.chinese.tolist() == before.chinese.tolist()
    assert (made.surnames, made.given) == (before.surnames, before.given)
    assert read["gates"].tolist() == [-1.5, 0.5]


def test_tags_never_go_on_with_what_did_not_begin():
    scores = np.full((4, len(network.TAGS)), -9, np.float32)
    scores[:, network.TAGS.index("I-PERSON")] = 0  # the network would have nothing but insides
    tags = networks.drawn().decode(scores, [(0, 4)])
    assert network.TAGS[tags[0][0]] in ("O", "B-PERSON")
    assert len(tags[0]) == 4
