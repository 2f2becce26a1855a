"""Makes the weights: `python -m guardrails.training DATA HELD --without EVALUATION… [--steps N] [--out FILE]`.

DATA and HELD are folders of `*.jsonl[.gz]` as `corpus.py` reads them. No text that is also in a folder of EVALUATION is learnt.
Needs the extra `training`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch

from guardrails.detectors.names.compact.features import Features
from guardrails.training import lexicon
from guardrails.training.corpus import corpus, read, texts
from guardrails.training.fit import fit, sentence
from guardrails.training.gates import fit_gates
from guardrails.training.pack import packed

SEED = 7
STEPS = 14_000
OUT = Path(__file__).parent.parent / "taggers" / "weights" / "compact.npz"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m guardrails.training", description=__doc__)
    parser.add_argument("data", type=Path, help="folder of training texts")
    parser.add_argument("held", type=Path, help="folder of texts to choose thresholds on")
    parser.add_argument(
        "--without", type=Path, nargs="+", required=True, help="folders of evaluation texts, which are left out"
    )
    parser.add_argument("--steps", type=int, default=STEPS, help="batches to learn from (default %(default)s)")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    known = lexicon.build()
    features = Features(known)
    dropped = texts(given.without)
    rows = corpus(read(given.data, dropped), SEED)
    sentences = [one for row in rows if (one := sentence(row, features)) is not None]
    _tell(f"{len(sentences)} sentences, {sum(len(s.tags) for s in sentences)} tokens")
    net = fit(sentences, given.steps, seed=SEED, tell=_tell)
    held = [one for row in read(given.held, dropped) if (one := sentence(row, features)) is not None]
    low, high = fit_gates(net, sentences, held)
    _tell(f"gates: {low:.2f}, {high:.2f}")
    weights = {name: value.float().numpy() for name, value in net.state_dict().items()}
    arrays: dict[str, Any] = packed(weights, known, low, high)
    np.savez_compressed(given.out, **arrays)
    _tell(f"{given.out}: {given.out.stat().st_size / 1e6:.2f} MB")


def _tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
