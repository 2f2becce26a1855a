"""One node of the file to one value, or to a fault that says what was expected: then the reader gives None."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from guardrails.policy.faults import Faults, one_of, shown
from guardrails.policy.source import Items, Map, Node, Text
from guardrails.policy.words import plain

V = TypeVar("V")

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # BCP 47, in outline

Fields = dict[str, tuple[Text, Node]]


def fields(node: Node, what: str, known: Iterable[str], later: Mapping[str, str], faults: Faults) -> Fields | None:
    """The keys of a group. `later`: keys that this version leaves out, each with what that means."""
    if not isinstance(node, Map):
        remedy = "is there a blank after the colon, and no - before it?" if isinstance(node, Text) else "take the - or [ ] away"
        faults.error(node.place, f"{what} is a group of lines like key: value, this is not", remedy)
        return None
    found: Fields = {}
    names = [*known]
    for name, (key, value) in node.entries.items():
        if name in later:
            faults.later(key.place, shown(name), later[name], fatal=False)
        elif name not in names:
            faults.error(
                key.place,
                f"{what} has no key {shown(name)}",
                faults.nearest(plain(name), [*names, *later], f"it has {one_of(sorted(names))}"),
            )
        elif isinstance(value, Text) and not value.text and not value.quoted:
            faults.error(key.place, f"nothing stands after {name}:", "write a value, or take the line out")
        else:
            found[name] = (key, value)
    return found


def text(node: Node, what: str, faults: Faults) -> str | None:
    if isinstance(node, Text):
        return node.text
    faults.error(
        node.place, f"{what} is a text, this is a {'list' if isinstance(node, Items) else 'group'}", "put it in quotes"
    )
    return None


def texts(node: Node, what: str, faults: Faults) -> list[Text]:
    """One text, or a list of them. Empty where there was a fault."""
    items = node.items if isinstance(node, Items) else (node,)
    if not items:
        faults.error(node.place, f"the list of {what} is empty", "write at least one, or take the key out")
    found = []
    for item in items:
        if text(item, f"each of {what}", faults) is not None and isinstance(item, Text):
            if item.text.strip():
                found.append(item)
            else:
                faults.error(item.place, f"one of {what} is empty", "write it, or take it out")
    return found


def word(node: Node, what: str, table: Mapping[str, V], faults: Faults) -> V | None:
    """One word of a table."""
    if isinstance(node, Text):
        if plain(node.text) in table:
            return table[plain(node.text)]
        faults.error(node.place, f"there is no {what} {shown(node.text)}", faults.nearest(plain(node.text), table.keys()))
    else:
        faults.error(node.place, f"{what} is one word", f"write {one_of(sorted(table))}")
    return None


def number(node: Node, what: str, low: float, high: float, faults: Faults) -> float | None:
    said = node.text if isinstance(node, Text) else ""
    if re.fullmatch(r"[0-9]{1,12}(\.[0-9]{1,12})?", said) and low <= float(said) <= high:
        return float(said)
    faults.error(node.place, f"{what} is a number from {low:g} to {high:g}", f"write for example {high:g}")
    return None


def whole(node: Node, what: str, low: int, high: int, faults: Faults) -> int | None:
    said = node.text if isinstance(node, Text) else ""
    if re.fullmatch(r"[0-9]{1,12}", said) and low <= int(said) <= high:
        return int(said)
    faults.error(node.place, f"{what} is a whole number from {low} to {high}", f"write for example {low}")
    return None


def identifier(node: Node, what: str, faults: Faults) -> str | None:
    said = node.text if isinstance(node, Text) else ""
    if IDENTIFIER.fullmatch(said):
        return said
    remedy = "use up to 64 letters, digits, hyphens, dots, no blanks: no-cards"
    faults.error(node.place, f"{what} cannot be {shown(said)}" if said else f"{what} is one word", remedy)
    return None


def language(node: Text, faults: Faults) -> str | None:
    """A language code in lower case. Norwegian's `no` stays what it is."""
    if LANGUAGE.fullmatch(node.text):
        return node.text.lower()
    faults.error(node.place, f"{shown(node.text)} is no language code", "write for example en, id, zh or da")
    return None
