"""The two gates, fitted when the network is done: which words are nobody's name whatever stands around them, and which of the
other tokens are worth a look at their window. They learn from what the network itself says, and let pass all but a known share.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from guardrails.detectors.names.compact.network import GATED
from guardrails.training.fit import Net, Sentence, moved

#: The share of tokens of names that each gate may lose, and of runs that the higher threshold may.
LOST_QUIET, LOST_LOW, LOST_HIGH = 0.001, 0.006, 0.006
STEPS, BATCH = 1500, 48


def fit_gates(net: Net, sentences: Sequence[Sentence], held: Sequence[Sentence], seed: int = 0) -> tuple[float, float]:
    """Fits `net.gate`, `net.gate_out` and `net.quiet` in place; gives the thresholds `low` and `high`, chosen on `held`."""
    torch.manual_seed(seed)
    heads = [*net.gate.parameters(), *net.gate_out.parameters(), *net.quiet.parameters()]
    optimizer = torch.optim.AdamW(heads, lr=3e-3)
    order = torch.randperm(len(sentences))
    net.eval()
    for step in range(STEPS):
        at = order[torch.arange(step * BATCH, (step + 1) * BATCH) % len(order)].tolist()
        near, state, wanted, mask = _seen(net, [sentences[k] for k in at])
        loss = _loss(net.gate_out(functional.relu(net.gate(near))).squeeze(-1), wanted, mask, 12)
        loss = loss + _loss(net.quiet(state).squeeze(-1), wanted, mask, 60)
        for group in optimizer.param_groups:
            group["lr"] = 3e-3 * (1 - step / STEPS)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return _thresholds(net, held)


def _seen(net: Net, batch: Sequence[Sentence]) -> tuple[Any, Any, Any, Any]:
    """States with their neighbours, states, what the network takes for part of a name, and what is a token."""
    longest = max(len(s.tags) for s in batch)
    rows = np.zeros((len(batch), longest, batch[0].rows.shape[1]), np.int64)
    mask = np.zeros((len(batch), longest), bool)
    for k, one in enumerate(batch):
        rows[k, : len(one.tags)], mask[k, : len(one.tags)] = one.rows, True
    kept = torch.from_numpy(mask)
    with torch.no_grad():
        state = net.first(torch.from_numpy(rows), kept)
        outside = torch.softmax(net.later(state), -1)[..., 0]
    near = torch.cat([moved(state, offset) for offset in range(-GATED, GATED + 1)], -1)
    return near, state, (outside < 0.5).float(), kept


def _loss(scores: Any, wanted: Any, mask: Any, weight: float) -> Any:
    each = functional.binary_cross_entropy_with_logits(
        scores, wanted, weight=(1 + (weight - 1) * wanted) * mask, reduction="sum"
    )
    return each / mask.sum()


def _thresholds(net: Net, held: Sequence[Sentence]) -> tuple[float, float]:
    quiet, gates, best = [], [], []
    for at in range(0, len(held), BATCH):
        near, state, wanted, _ = _seen(net, held[at : at + BATCH])
        gate = net.gate_out(functional.relu(net.gate(near))).squeeze(-1).detach()
        quiet.append(net.quiet(state).squeeze(-1)[wanted > 0].detach())
        gates.append(gate[wanted > 0])
        best += [max(run) for row, marks in zip(gate.tolist(), wanted.tolist(), strict=True) for run in _runs(row, marks)]
    net.quiet.bias.data -= torch.quantile(torch.cat(quiet), LOST_QUIET)
    low = float(torch.quantile(torch.cat(gates), LOST_LOW))
    return low, max(low, float(np.quantile(best, LOST_HIGH)))


def _runs(scores: Sequence[float], marks: Sequence[float]) -> list[list[float]]:
    runs: list[list[float]] = []
    inside = False
    for score, mark in zip(scores, marks, strict=True):
        if mark and inside:
            runs[-1].append(score)
        elif mark:
            runs.append([score])
        inside = bool(mark)
    return runs
