"""Models of a few words, made on the spot: a spaCy pipeline that was taught a few sentences, and one for ONNX Runtime."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

NAMES = ["jane", "cooper", "quist", "王", "明", "cop", "##enhagen", "con", "##toso"]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *NAMES, "小", "met", "in", "for", "and", ".", ",", "'", "s", "works"]
LABELS = ("O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG")
#: The label of each word that is a name or part of one; continuing pieces are taught nothing.
SAID = {
    "jane": "B-PER",
    "cooper": "I-PER",
    "quist": "B-PER",
    "王": "B-PER",
    "小": "I-PER",
    "明": "I-PER",
    "cop": "B-LOC",
    "con": "B-ORG",
}


def onnx_folder(
    folder: Path, *, labels: Sequence[str] = LABELS, inputs: Sequence[str] = ("input_ids", "attention_mask")
) -> Path:
    """A folder as Hugging Face's exporters write it: each word has its label, whatever stands around it."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = numpy.zeros((len(WORDS), len(labels)), dtype=numpy.float32)
    for number, word in enumerate(WORDS):
        weights[number, LABELS.index(SAID.get(word, "O"))] = 4.0
    graph = helper.make_graph(
        [helper.make_node("Gather", ["weights", "input_ids"], ["logits"])],
        "tiny",
        [helper.make_tensor_value_info(name, TensorProto.INT64, ["batch", "length"]) for name in inputs],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", len(labels)])],
        [numpy_helper.from_array(weights, "weights")],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.save(made, folder / "model.onnx")
    splitter(folder / "tokenizer.json")
    id2label = {str(number): label for number, label in enumerate(labels)}
    (folder / "config.json").write_text(json.dumps({"id2label": id2label, "max_position_embeddings": 64, "model_type": "bert"}))
    return folder


def splitter(file: Path) -> None:
    made = Tokenizer(models.WordPiece({word: number for number, word in enumerate(WORDS)}, unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    made.decoder = decoders.WordPiece()
    made.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    made.save(str(file))


def spacy_folder(folder: Path, *, part: str = "entity_ruler") -> Path:
    """A pipeline with rules, with a network that was taught a few sentences, or with neither."""
    import spacy  # noqa: PLC0415 - half a second, for those tests alone

    made = spacy.blank("en")
    made.meta["name"], made.meta["version"] = "tiny", "1.2.3"
    if part == "entity_ruler":
        rules = [("PERSON", "Jane Cooper"), ("PERSON", "Quist"), ("GPE", "Copenhagen"), ("ORG", "Contoso"), ("DATE", "Monday")]
        made.add_pipe("entity_ruler").add_patterns([{"label": label, "pattern": words} for label, words in rules])
    elif part == "ner":
        taught(made)
    made.to_disk(folder)
    return folder


def taught(pipeline) -> None:
    from spacy.training import Example  # noqa: PLC0415 - likewise

    names, places = ("Jane", "Quist", "Ann", "Bo"), ("met {} today", "{} is here", "ask {} for it")
    texts = [(place.format(name), place.index("{"), name) for name in names for place in places]
    made = [
        Example.from_dict(pipeline.make_doc(text), {"entities": [(at, at + len(name), "PERSON")]}) for text, at, name in texts
    ]
    pipeline.add_pipe("ner")
    optimizer = pipeline.initialize(lambda: made)
    for _ in range(25):
        pipeline.update(made, sgd=optimizer)
