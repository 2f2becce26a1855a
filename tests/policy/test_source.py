"""YAML to a tree that knows where everything stands, with libyaml and without it."""

from __future__ import annotations

import pytest
import yaml

from guardrails.policy import Place
from guardrails.policy.faults import Faults
from guardrails.policy.source import LOADER, Items, Map, Text, documents, walk
from tests.policy.broken import BROKEN

LOADERS = [yaml.SafeLoader, *([LOADER] if LOADER is not yaml.SafeLoader else [])]


@pytest.mark.parametrize("loader", LOADERS)
def test_every_node_knows_its_place(loader):
    text = "é😀: [a, 'b c']\nlist:\n  - x: |\n      one\n      two\n  - *no\n".replace("*no", '"n\\to"')
    faults = Faults()
    (tree,) = documents(text, "f", faults, loader)
    assert not faults.errors
    assert isinstance(tree, Map)
    assert [str(key.place) for key, _ in tree.entries.values()] == ["f:1:1", "f:2:1"]
    told = [(t.text, t.quoted, t.place.line, t.place.column) for t in sorted(walk(tree), key=lambda t: t.place)]
    assert told == [("a", False, 1, 6), ("b c", True, 1, 9), ("one\ntwo\n", True, 3, 8), ("n\to", True, 6, 5)]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize("case", [c for c in BROKEN if len(c.text) < 1000], ids=lambda c: c.name)
def test_both_parsers_blame_the_same_line(case, loader):
    """What is not YAML is told once, at the same line, in words of ours."""
    faults = Faults()
    documents(case.text, "f", faults, loader)
    assert len(faults.errors) <= 1
    for fault in faults.errors.values():
        assert fault.place.line == case.line
        assert case.remedy in fault.remedy
        assert "not YAML" not in fault.what


def test_an_alias_is_the_node_itself_and_ends_with_its_document():
    (tree,) = documents("a: &x [1]\nb: *x\n", "f", Faults())
    assert isinstance(tree, Map)
    assert tree.entries["a"][1] is tree.entries["b"][1]
    faults = Faults()
    assert documents("a: &x [1]\n---\nb: *x\n", "f", faults) == []
    assert list(faults.errors) == [Place("f", 3, 4)]


def test_documents_are_divided():
    first, second = documents("--- a\n--- [b]\n", "f", Faults())
    assert isinstance(first, Text)
    assert isinstance(second, Items)


def test_a_byte_order_mark_is_not_text():
    (tree,) = documents("\ufeffrules: []\n", "f", Faults())
    assert isinstance(tree, Map)
    assert list(tree.entries) == ["rules"]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: 'x\n\ty'\nb:\n\t- c\n", Place("f", 4, 1)),
        ("a: 'x\n\ty\n\tz'\n", None),
        ("a: |\n  x\n  \ty\n", None),
        ("a: [b,\n\tc]\n", Place("f", 2, 1)),
    ],
)
def test_where_a_tab_may_stand(text, place):
    faults = Faults()
    documents(text, "f", faults)
    assert list(faults.errors) == ([place] if place else [])
