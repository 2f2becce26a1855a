"""`names: spacy:…` on pipelines made here: labels, the stream's contract, and what is said where one cannot be had."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import SettingsError
from guardrails.taggers import TABLE
from tests.detectors.streams import streamed, values, whole
from tests.taggers.tiny import spacy_folder

load = TABLE["spacy"]


@pytest.fixture(scope="module")
def ruled(tmp_path_factory):
    return load(str(spacy_folder(tmp_path_factory.mktemp("spacy") / "ruled")))


@pytest.fixture(scope="module")
def taught(tmp_path_factory):
    return load(str(spacy_folder(tmp_path_factory.mktemp("spacy") / "taught", part="ner")))


def test_what_a_pipeline_marks_has_our_names(ruled):
    assert values(ruled, "On Monday Jane Cooper of Contoso left Copenhagen.") == [
        ("PERSON", "Jane Cooper"),
        ("ORGANIZATION", "Contoso"),
        ("LOCATION", "Copenhagen"),
    ]
    assert ruled.name == "pii/spacy-en_tiny-1.2.3"


def test_a_network_is_loaded_and_runs(taught):
    assert ("PERSON", "Quist") in values(taught, "met Quist today")


PIECES = st.sampled_from(
    ["met Jane Cooper today", "Quist", "Copenhagen", ". ", "\n", " ", ", ", "is here", "\ud800", "好", "a " * 90]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=12).map("".join), st.lists(st.integers(0, 600), max_size=8))
def test_the_contract_with_rules(ruled, text, cuts):
    assert streamed(ruled, text, sorted({c for c in cuts if c <= len(text)})) == whole(ruled, text)


@settings(max_examples=8, deadline=None)
@given(st.lists(PIECES, max_size=8).map("".join), st.lists(st.integers(0, 400), max_size=5))
def test_the_contract_with_a_network(taught, text, cuts):
    assert streamed(taught, text, sorted({c for c in cuts if c <= len(text)})) == whole(taught, text)


def test_no_word_of_a_text_is_kept(ruled):
    """A server sees the words of all its callers."""
    words = ruled.tag._pipeline.vocab.strings
    assert values(ruled, "Quist has the word qwertzuiop")
    assert "qwertzuiop" not in words


def test_threads_take_turns(ruled):
    """What is long is judged in threads."""
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: values(ruled, f"met Quist no{n} " * 20), range(40)))
    assert found == [[("PERSON", "Quist")] * 20] * 40


@pytest.mark.parametrize(
    ("package", "words"),
    [
        ("da_core_news_lg", r'pip install "da_core_news_lg @ https://\S+/da_core_news_lg-\d+\.\d+\.0-py3-none-any\.whl"'),
        ("nowhere/at/all", "the folder's whole path"),
        ("spacyx", "install the package"),
    ],
)
def test_a_package_that_is_not_installed(package, words):
    with pytest.raises(SettingsError, match=f"names: spacy:{package}: no such package") as told:
        load(package)
    assert re.search(words, str(told.value))


def test_a_pipeline_that_marks_nothing(tmp_path):
    with pytest.raises(SettingsError, match="marks no entities"):
        load(str(spacy_folder(tmp_path / "blank", part="")))


def test_a_pipeline_that_is_broken(tmp_path):
    folder = spacy_folder(tmp_path / "broken")
    (folder / "config.cfg").write_text("[nlp]\nlang = 3\n")
    with pytest.raises(SettingsError, match=r"cannot be loaded \(\w+\)"):
        load(str(folder))
