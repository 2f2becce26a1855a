"""`names: onnx:FOLDER`: a token classifier in the form that Hugging Face's exporters write, run by ONNX Runtime.

The folder holds `model.onnx`, `tokenizer.json` and `config.json` with `id2label` (B-PER, I-PER, O, …). One thread, one text at
a time: what stands in a batch with a text must not change its numbers. Of a word in several pieces the first decides: most such
models were taught nothing about the others.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from guardrails.detectors.windows import SIGN, Tagged, Windowed
from guardrails.errors import SettingsError

EXTRA = 'pip install "guardrails-proxy[names-onnx]"'
MODELS = ("model.onnx", "onnx/model.onnx")
LONGEST, STRIDE = 512, 64  # pieces that a model reads at once, where its config says nothing; how many two readings share
_SCHEMES = frozenset("BILUES")  # letters that stand before a label and a hyphen
_BEGIN = frozenset("BSU")  # those that begin a name


class _Word(NamedTuple):
    """A word and what the model says of it. `begins`: nothing before it belongs to the same name."""

    start: int
    end: int
    label: str
    begins: bool
    score: float


def load(folder: str) -> Windowed:
    """Raises SettingsError with what to do."""
    try:
        import numpy  # noqa: PLC0415 for this setting alone
        import onnxruntime  # noqa: PLC0415 likewise
        import tokenizers  # noqa: PLC0415 likewise
    except ImportError as error:
        raise SettingsError(f"names: onnx:{folder} needs {error.name}: {EXTRA}") from None
    place = Path(folder)
    model = next((place / name for name in MODELS if (place / name).is_file()), None)
    missing = [name for name in ("tokenizer.json", "config.json") if not (place / name).is_file()]
    if model is None or missing:
        raise SettingsError(
            f"names: onnx:{folder} lacks {missing[0] if model else MODELS[0]}. A folder as `optimum-cli export onnx --task "
            "token-classification` writes it is what is needed; nothing is fetched by itself."
        )
    try:
        config = json.loads((place / "config.json").read_text("utf-8"))
        labels = {int(number): str(label) for number, label in config["id2label"].items()}
        splitter = tokenizers.Tokenizer.from_file(str(place / "tokenizer.json"))
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # noqa: BLE001 files of others: whatever is wrong with them, they cannot be used
        raise SettingsError(
            f"names: onnx:{folder} cannot be loaded ({type(error).__name__}): model.onnx, tokenizer.json, or id2label in "
            "config.json is not what it should be. Export the model anew."
        ) from None
    behind = 2 if "roberta" in str(config.get("model_type")) else 0  # positions that RoBERTa and its like begin after
    most = min(LONGEST, int(config.get("max_position_embeddings") or LONGEST) - behind)
    splitter.no_padding()
    splitter.enable_truncation(most, stride=min(STRIDE, most // 4))
    with model.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Windowed(f"pii/onnx-{digest[:12]}", _Tag(numpy, session, splitter, labels))


class _Tag:
    def __init__(self, numpy: Any, session: Any, splitter: Any, labels: dict[int, str]) -> None:
        self._numpy, self._session, self._splitter = numpy, session, splitter
        self._wanted = tuple(one.name for one in session.get_inputs())
        self._labels = {number: _split(label) for number, label in labels.items()}

    def __call__(self, text: str) -> Iterator[Tagged]:
        whole = self._splitter.encode(text)
        words: list[_Word] = []
        for part in (whole, *whole.overflowing):
            behind = words[-1].end if words else 0
            words += [word for word in self._words(part, text) if word.start >= behind]
        return _joined(words)

    def _words(self, part: Any, text: str) -> list[_Word]:
        words: list[_Word] = []
        for (start, end), chances in zip(part.offsets, self._chances(part), strict=True):
            if start >= end:
                continue  # a sign of the model's own
            if words and start == words[-1].end and _goes_on(text[start - 1 : start + 1]):
                words[-1] = words[-1]._replace(end=end)
            else:
                words.append(self._word(start, end, chances))
        return words

    def _word(self, start: int, end: int, chances: Any) -> _Word:
        """The label that is likeliest, whichever way it stands to the word before."""
        sums: dict[str, float] = {}
        for number, (_, label) in self._labels.items():
            sums[label] = sums.get(label, 0.0) + float(chances[number])
        best = max(sums, key=lambda label: (sums[label], label))
        scheme = max((float(chances[n]), s) for n, (s, label) in self._labels.items() if label == best)[1]
        return _Word(start, end, best, scheme in _BEGIN, round(sums[best], 3))

    def _chances(self, part: Any) -> Any:
        """How likely each label is for each piece: softmax of the model's first output."""
        numpy = self._numpy
        known = {"input_ids": part.ids, "attention_mask": part.attention_mask, "token_type_ids": part.type_ids}
        logits = self._session.run(None, {n: numpy.array([known[n]], dtype=numpy.int64) for n in self._wanted})[0][0]
        raised = numpy.exp(logits - logits.max(axis=-1, keepdims=True))
        return raised / raised.sum(axis=-1, keepdims=True)


def _goes_on(pair: str) -> bool:
    """Do two signs side by side belong to one word? Not in scripts without blanks."""
    return len(pair) == 2 and pair.isalnum() and SIGN.search(pair) is None


def _split(label: str) -> tuple[str, str]:
    """`B-PER` is ("B", "PER"), `PER` is ("", "PER"), `O` is ("", "")."""
    if label in ("O", "0"):
        return "", ""
    scheme, joint, rest = label.partition("-") if "-" in label else label.partition("_")
    return (scheme, rest) if joint and scheme in _SCHEMES and rest else ("", label)


def _joined(words: Sequence[_Word]) -> Iterator[Tagged]:
    """Words of one label that follow each other are one name, as sure as the least sure of them."""
    open_: list[_Word] = []
    for word in (*words, _Word(0, 0, "", begins=True, score=0.0)):
        if open_ and (word.label != open_[0].label or word.begins):
            yield Tagged(open_[0].start, open_[-1].end, open_[0].label, min(w.score for w in open_))
            open_ = []
        if word.label:
            open_.append(word)
