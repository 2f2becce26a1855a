"""Stronger models for names, by configuration: `names: spacy:PACKAGE` and `names: onnx:FOLDER`.

Each is loaded from this machine when the guard is made and never fetched from anywhere. What is loaded here is a function from
text to what a model marks in it; `detectors/windows.py` makes a detector of it. They take milliseconds a sentence, so no event
loop waits for them.
"""

from __future__ import annotations

from collections.abc import Callable

from guardrails.detectors.windows import Windowed
from guardrails.taggers import onnx_model, spacy_model

#: Kind of a model → what loads it from the rest of its word. A new kind is a row here and a row in the tests' table.
TABLE: dict[str, Callable[[str], Windowed]] = {"spacy": spacy_model.load, "onnx": onnx_model.load}
