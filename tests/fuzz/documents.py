"""`wire/jsontext.py`: a document in a string stays valid and, but for what was edited, the same."""

from __future__ import annotations

import json
from typing import Any

from guardrails.model import Edit, Kind
from guardrails.wire import jsontext
from tests.fuzz.drawing import Draw


def check(data: bytes) -> None:
    draw = Draw(data)
    pick, new = draw.number(), draw.text(6)
    if draw.number(2):
        source = json.dumps(draw.value(), ensure_ascii=bool(draw.number(2)), indent=draw.one((None, 1)))
    else:
        source = draw.rest().decode("utf-8", "surrogateescape")
    found = jsontext.document(source)
    if found is None:
        return
    assert found.rewritten({}) == source
    edges = [n for leaf in found.leaves for n in (leaf.start, leaf.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(source) for edge in edges)
    texts = list(found.texts())
    assert len({steps for steps, _ in texts}) == len(texts)
    for steps, leaf in texts:
        if leaf.kind is Kind.TEXT:  # a key that stands twice is told apart when it is written
            edits = {steps: [Edit(steps, 0, len(leaf.text), leaf.text)]}
            again = jsontext.document(found.rewritten(edits))
            assert again is not None
            assert said(again) == said(found)
    if texts:
        steps, leaf = texts[pick % len(texts)]
        changed = found.rewritten({steps: [Edit(steps, 0, len(leaf.text), new)]})
        before, after = values(source), values(changed)
        assert count(after) == count(before)


def said(document: jsontext.Document) -> list[tuple[str, Kind, str]]:
    return [(steps, leaf.kind, leaf.text) for steps, leaf in document.texts()]


def values(source: str) -> list[Any]:
    """The document, or the documents of its lines; each object as its list of pairs."""
    try:
        return [json.loads(source, strict=False, object_pairs_hook=list)]
    except ValueError:
        return [json.loads(line, strict=False, object_pairs_hook=list) for line in source.split("\n") if line.strip()]


def count(value: Any) -> int:
    """How many values there are; keys count."""
    return 1 + sum(map(count, value)) if isinstance(value, list | tuple) else 1
