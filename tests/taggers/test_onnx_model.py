"""`names: onnx:…` on a classifier made here: words from pieces, names from words, and what is said where one cannot be had."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import SettingsError
from guardrails.taggers import TABLE
from tests.detectors.streams import streamed, values, whole
from tests.taggers.tiny import LABELS, onnx_folder

load = TABLE["onnx"]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    return load(str(onnx_folder(tmp_path_factory.mktemp("onnx"))))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("I met Jane Cooper in Copenhagen.", [("PERSON", "Jane Cooper"), ("LOCATION", "Copenhagen")]),
        ("JANE works for Contoso", [("PERSON", "JANE"), ("ORGANIZATION", "Contoso")]),
        ("Jane, Quist", [("PERSON", "Jane"), ("PERSON", "Quist")]),
        ("Jane Quist Cooper", [("PERSON", "Jane"), ("PERSON", "Quist Cooper")]),
        ("Cooper's", [("PERSON", "Cooper")]),
        ("王小明 met 明", [("PERSON", "王小明"), ("PERSON", "明")]),
        ("nobody is here", []),
        ("", []),
    ],
)
def test_names_are_made_of_words_and_words_of_pieces(tiny, text, found):
    assert values(tiny, text) == found


def test_it_is_as_sure_as_its_least_sure_word(tiny):
    (found,) = whole(tiny, "Jane Cooper")
    assert 0.9 < found.score < 1
    assert found.detector == tiny.name
    assert tiny.name.startswith("pii/onnx-")


def test_labels_without_a_scheme_and_other_inputs(tmp_path):
    plain = [label.partition("-")[2] or "O" for label in LABELS]
    made = load(str(onnx_folder(tmp_path, labels=plain, inputs=("input_ids", "attention_mask", "token_type_ids"))))
    assert values(made, "met Jane Cooper") == [("PERSON", "Jane Cooper")]


def test_a_window_of_more_pieces_than_the_model_reads(tiny):
    """64 pieces at once: what stands behind them is read too, once."""
    text = "a b c d e " * 14 + "Jane Cooper " + "x y z " * 20 + "Quist"
    assert values(tiny, text) == [("PERSON", "Jane Cooper"), ("PERSON", "Quist")]


PIECES = st.sampled_from(
    ["Jane Cooper", "Quist", "Copenhagen", "王小明", ". ", "\n", " ", ", ", "a b c " * 30, "\ud800", "\ufffc", "好"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.lists(st.integers(0, 600), max_size=8))
def test_the_contract(tiny, text, cuts):
    assert streamed(tiny, text, sorted({c for c in cuts if c <= len(text)})) == whole(tiny, text)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_folder_that_lacks_a_file(tmp_path, name):
    (onnx_folder(tmp_path) / name).unlink()
    with pytest.raises(SettingsError, match=f"lacks {name}.*optimum-cli"):
        load(str(tmp_path))


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "config.json"])
def test_a_file_that_is_broken(tmp_path, name):
    (onnx_folder(tmp_path) / name).write_bytes(b"{}")
    with pytest.raises(SettingsError, match=r"cannot be loaded \(\w+\)"):
        load(str(tmp_path))
