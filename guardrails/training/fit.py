"""Fits the network of `detectors/names/compact/network.py` with torch (the extra `training`), on one core in half an hour.

Embedded columns → a dense layer → a window of tokens → two layers → BIO tags with transitions (Collobert et al. 2011,
"Natural Language Processing (Almost) from Scratch"; Lafferty et al. 2001, conditional random fields).
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from guardrails.detectors.names.compact.features import COLUMNS, Features
from guardrails.detectors.names.compact.network import GATED, GATES, SIGHT, TABLES, TAGS
from guardrails.detectors.names.compact.tokens import tokens
from guardrails.training.corpus import Row

STATE, HIDDEN, INNER = 64, 224, 96  # what a token is by itself, and two layers above its window
#: How wide the rows of each of `TABLES` are.
WIDTHS = {"word": 64, "end_p": 24, "end_s": 24, "stem": 32, "shape": 16, "kind": 16, "band": 16, "cluster": 24}
LONGEST = 96  # tokens of a sentence, or of several behind one another
RATE = 3e-3
NEVER = -1e4


@dataclass(frozen=True, slots=True)
class Sentence:
    rows: Any  # int32 [tokens, columns]
    tags: Any  # int64 [tokens]


def sentence(row: Row, features: Features) -> Sentence | None:
    found = tokens(row.text).spans[:LONGEST]
    if not found:
        return None
    tags = np.zeros(len(found), np.int64)
    for start, end, kind in row.spans:
        begun = False
        for i, (first, last) in enumerate(found):
            if first < end and last > start:
                tags[i] = TAGS.index(("I-" if begun else "B-") + kind)
                begun = True
    return Sentence(features.rows([row.text[a:b] for a, b in found]), tags)


class Net(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.tables = nn.ModuleDict(
            {name: nn.Embedding(COLUMNS[columns[0]], WIDTHS[name], sparse=True) for name, columns in TABLES}
        )
        for table in self.tables.values():
            nn.init.normal_(table.weight, std=0.3)
        wide = sum(WIDTHS[name] * (1 if name == "word" else len(columns)) for name, columns in TABLES)
        self.dense, self.norm = nn.Linear(wide, STATE), nn.LayerNorm(STATE)
        self.window, self.inner = nn.Linear((2 * SIGHT + 1) * STATE, HIDDEN), nn.Linear(HIDDEN, INNER)
        self.out = nn.Linear(INNER, len(TAGS))
        self.gate = nn.Linear((2 * GATED + 1) * STATE, GATES)
        self.gate_out = nn.Linear(GATES, 1)
        self.quiet = nn.Linear(STATE, 1)
        self.moves = nn.Parameter(torch.zeros(len(TAGS), len(TAGS)))  # [to, from]

    def forward(self, rows: Any, mask: Any) -> Any:
        return self.later(self.first(self._dropped(rows) if self.training else rows, mask))

    def first(self, rows: Any, mask: Any) -> Any:
        """What each token is by itself: [batch, tokens, hidden]."""
        embedded = []
        for name, columns in TABLES:
            found = [self.tables[name](rows[..., c]) for c in columns]
            embedded += [found[0] + found[1]] if name == "word" else found
        wide = functional.dropout(torch.cat(embedded, -1), 0.2, self.training)
        return self.norm(functional.relu(self.dense(wide))) * mask.unsqueeze(-1).float()

    def later(self, state: Any) -> Any:
        """The scores of each tag: [batch, tokens, tags]."""
        shown = functional.dropout(state, 0.1, self.training)
        near = torch.cat([moved(shown, offset) for offset in range(-SIGHT, SIGHT + 1)], -1)
        hidden = functional.dropout(functional.relu(self.window(near)), 0.15, self.training)
        return self.out(functional.dropout(functional.relu(self.inner(hidden)), 0.1, self.training))

    def _dropped(self, rows: Any) -> Any:
        """Sometimes the word itself, its ends or what the lexicon knows is hidden, so that no column is relied on alone."""
        chance = torch.rand((*rows.shape[:2], 4))
        kept = torch.ones_like(rows)
        for columns, which, share in (((0, 1), 0, 0.12), ((2, 3, 4, 5), 1, 0.08), ((7,), 2, 0.2), ((8, 9), 3, 0.15)):
            for column in columns:
                kept[..., column] = chance[..., which] >= share
        return rows * kept


def moved(state: Any, offset: int) -> Any:
    """`state` of the token `offset` further on; zeros beyond the ends."""
    if not offset:
        return state
    if abs(offset) >= state.shape[1]:
        return torch.zeros_like(state)
    if offset < 0:
        return functional.pad(state, (0, 0, -offset, 0))[:, :offset]
    return functional.pad(state, (0, 0, 0, offset))[:, offset:]


FORBIDDEN = torch.tensor([[NEVER if a[0] == "I" and b[1:] != a[1:] else 0.0 for b in TAGS] for a in TAGS])
BEGIN = torch.tensor([NEVER if tag[0] == "I" else 0.0 for tag in TAGS])


def loss_of(scores: Any, tags: Any, mask: Any, moves: Any) -> Any:
    """The negative log likelihood of the tags as a chain, per token."""
    step = moves + FORBIDDEN
    grown = torch.exp(step).t()
    every = torch.arange(len(tags))
    total = scores[:, 0] + BEGIN
    told = total[every, tags[:, 0]]
    later, going = tags[:, 1:], mask[:, 1:]
    told = told + ((step[later, tags[:, :-1]] + scores[:, 1:].gather(2, later.unsqueeze(-1)).squeeze(-1)) * going).sum(1)
    for t in range(1, tags.shape[1]):
        top = total.max(1, keepdim=True).values.detach()
        after = torch.log(torch.exp(total - top) @ grown + 1e-30) + top + scores[:, t]
        total = torch.where(mask[:, t : t + 1], after, total)
    return (torch.logsumexp(total, -1) - told).sum() / mask.sum()


def fit(
    sentences: Sequence[Sentence],
    steps: int,
    *,
    seed: int = 0,
    tell: Any = lambda _: None,
) -> Net:
    """The network after so many batches; the rate of learning falls to nothing by then. The same seed gives the same weights on
    the same machine and version of torch."""
    torch.manual_seed(seed)
    draw = random.Random(seed)  # noqa: S311 no secret
    net = Net()
    tables = list(net.tables.parameters())
    rest = [p for n, p in net.named_parameters() if n.split(".")[0] not in ("tables", "gate", "gate_out", "quiet")]
    optimizers = [
        torch.optim.SparseAdam(tables, lr=RATE, betas=(0.9, 0.98)),
        torch.optim.AdamW(rest, lr=RATE * 0.6, weight_decay=0.01, betas=(0.9, 0.98)),
    ]
    groups = [(g, g["lr"]) for o in optimizers for g in o.param_groups]
    began, step, total = time.monotonic(), 0, 0.0
    mean = [p.detach().clone() for p in net.parameters()]
    while True:
        for batch in _batches(sentences, draw):
            if step == steps:
                return _of_means(net, mean)
            for group, lr in groups:
                group["lr"] = lr * min(1, step / 200) * max(0.02, 1 - step / steps)
            total += _learn(net, batch, optimizers, rest)
            step += 1
            if step % EVERY == 0:
                keep = 0.0 if step < steps // 2 else 0.9
                for old, new in zip(mean, net.parameters(), strict=True):
                    old.mul_(keep).add_(new.detach(), alpha=1 - keep)
            if step % 500 == 0:
                tell(f"{time.monotonic() - began:6.0f} s  step {step} of {steps}  loss {total / 500:.4f}")
                total = 0.0


#: Weights are averaged over the second half of the steps, every so many (Polyak and Juditsky 1992).
EVERY = 50


def _of_means(net: Net, mean: Sequence[Any]) -> Net:
    with torch.no_grad():
        for parameter, value in zip(net.parameters(), mean, strict=True):
            parameter.copy_(value)
    net.eval()
    return net


def _learn(net: Net, batch: Sequence[Sentence], optimizers: Sequence[Any], rest: Any) -> float:
    longest = max(len(s.tags) for s in batch)
    rows = np.zeros((len(batch), longest, len(COLUMNS)), np.int64)
    tags = np.full((len(batch), longest), -100)
    for k, one in enumerate(batch):
        rows[k, : len(one.tags)], tags[k, : len(one.tags)] = one.rows, one.tags
    shown, wanted = torch.from_numpy(rows), torch.from_numpy(tags)
    mask = wanted >= 0
    with torch.autocast("cpu", torch.bfloat16):
        scores = net(shown, mask)
    scores = scores.float()
    each = functional.cross_entropy(scores.reshape(-1, len(TAGS)), wanted.reshape(-1), ignore_index=-100)
    loss = loss_of(scores, wanted.clamp(min=0), mask, net.moves) + 0.2 * each
    for optimizer in optimizers:
        optimizer.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(rest, 1.0)
    for optimizer in optimizers:
        optimizer.step()
    return float(loss.detach())


def _batches(sentences: Sequence[Sentence], draw: random.Random, most: int = 2400) -> list[list[Sentence]]:
    """All sentences once, some behind one another as in a text, in batches of about as many tokens."""
    order = list(range(len(sentences)))
    draw.shuffle(order)
    joined: list[Sentence] = []
    at = 0
    while at < len(order):
        count = draw.choice((1, 1, 1, 2, 3))
        group = [sentences[i] for i in order[at : at + count]]
        at += count
        if count > 1 and sum(len(g.tags) for g in group) <= LONGEST:
            joined.append(Sentence(np.concatenate([g.rows for g in group]), np.concatenate([g.tags for g in group])))
        else:
            joined += group
    batches: list[list[Sentence]] = []
    for low in range(0, len(joined), 4000):
        batch: list[Sentence] = []
        for one in sorted(joined[low : low + 4000], key=lambda s: len(s.tags)):
            batch.append(one)
            if len(batch) * len(one.tags) >= most:
                batches.append(batch)
                batch = []
        if batch:
            batches.append(batch)
    draw.shuffle(batches)
    return batches
