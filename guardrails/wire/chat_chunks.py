"""The events of a Chat Completions stream: where text stands in a chunk, and how a chunk is written again.

A chunk is taken apart so that each part carries text of one field of one choice at most. A part that nobody edits is never
written again: it leaves as the bytes it came as.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Self

from guardrails.model import Edit, Origin, Segment, Stage
from guardrails.wire.chat import ANSWER_FIXED, CHOICE_FIXED, choice_index, free
from guardrails.wire.places import Places, Spot

DELTA_FIXED = frozenset({"role", "audio", "tool_calls", "function_call"})
ANNOUNCED = ("id", "object", "created", "model", "system_fingerprint")
CALL_TEXTS = (("function", "arguments"), ("custom", "input"))
CHUNK_FIXED = ANSWER_FIXED | {"choices", "obfuscation"}


@dataclass(frozen=True, slots=True)
class Part:
    """What one chunk says for one choice: `text` of the delta's `name`, tool calls, the end of the choice."""

    chunk: dict[str, Any] = field(repr=False)
    choice: int
    name: str = ""
    text: str = field(default="", repr=False)
    calls: bool = False
    finish: bool = False
    whole: bool = True  # the chunk holds nothing but this part: its bytes may leave as they came


def parts(chunk: dict[str, Any]) -> list[Part]:
    """The parts of a chunk, in order. A chunk of one choice with one text (nearly every one) is its own only part."""
    choices = [c for c in chunk.get("choices") or () if isinstance(c, dict)]
    found = [part for number, choice in enumerate(choices) for part in _of_choice(chunk, choice, number, len(choices) == 1)]
    return found if len(found) < 2 else [replace(part, whole=False) for part in found]


def _of_choice(chunk: dict[str, Any], choice: dict[str, Any], number: int, alone: bool) -> Iterator[Part]:
    index, finish = choice_index(choice, number), choice.get("finish_reason") is not None
    delta = choice.get("delta")
    delta = delta if isinstance(delta, dict) else {}
    texts = [k for k, v in delta.items() if k not in DELTA_FIXED and isinstance(v, str) and v]
    calls = bool(delta.get("tool_calls") or delta.get("function_call"))
    if len(texts) + calls <= 1:
        name = texts[0] if texts else ""
        own = chunk if alone else {**chunk, "choices": [choice]}
        yield Part(own, index, name, delta.get(name, ""), calls, finish, alone)
        return
    rest = {k: v for k, v in delta.items() if k not in texts and (not calls or k not in ("tool_calls", "function_call"))}
    for name in texts:  # several texts at once: each gets a chunk of its own, the first with what else there is
        yield Part(_chunk(chunk, {**choice, "finish_reason": None}, {**rest, name: delta[name]}), index, name, delta[name])
        rest = {}
    if calls:
        only = {k: delta[k] for k in ("tool_calls", "function_call") if delta.get(k)}
        yield Part(_chunk(chunk, {**choice, "finish_reason": None, "logprobs": None}, only), index, calls=True)
    if finish:
        yield Part(_chunk(chunk, choice, {}), index, finish=True)


def _chunk(chunk: dict[str, Any], choice: dict[str, Any], delta: dict[str, Any]) -> dict[str, Any]:
    return {**chunk, "choices": [{**choice, "delta": delta}]}


def with_text(part: Part, text: str, *, edited: bool, last: bool) -> dict[str, Any]:
    """The part's chunk with other text. All that is not text (logprobs, finish, usage) goes with the `last` piece of it."""
    choice = part.chunk["choices"][0]
    if edited and choice.get("logprobs"):
        choice = {**choice, "logprobs": None}  # they spell the old text, token by token
    if last:
        return _chunk(part.chunk, choice, {**choice["delta"], part.name: text})
    kept = {k: v for k, v in part.chunk.items() if k != "usage"}
    return _chunk(kept, {"index": part.choice, "finish_reason": None}, {part.name: text})


def saying(like: dict[str, Any], choice: int, delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    """A chunk of our own in the likeness of the stream's: a notice, a refusal, an end."""
    kept: dict[str, Any] = {k: like[k] for k in ANNOUNCED if k in like}
    return {**kept, "choices": [{"index": choice, "delta": delta, "finish_reason": finish}]}


def tool_arguments(chunk: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Each tool call's share: where its text stands in the message (by index of the call), and the piece of it."""
    delta = chunk["choices"][0]["delta"]
    for number, call in enumerate(delta.get("tool_calls") or ()):
        if isinstance(call, dict):
            for kind, name in CALL_TEXTS:
                inner = call.get(kind)
                if isinstance(inner, dict) and isinstance(inner.get(name), str):
                    yield f"tool_calls/{call.get('index', number)}/{kind}/{name}", inner[name]
    inner = delta.get("function_call")
    if isinstance(inner, dict) and isinstance(inner.get("arguments"), str):
        yield "function_call/arguments", inner["arguments"]


def with_arguments(chunk: dict[str, Any], new: dict[str, str]) -> dict[str, Any]:
    """The chunk with the texts of its tool calls replaced, by where they stand."""
    choice = chunk["choices"][0]
    delta = dict(choice["delta"])
    if isinstance(delta.get("tool_calls"), list):
        delta["tool_calls"] = [_with_argument(call, number, new) for number, call in enumerate(delta["tool_calls"])]
    if "function_call/arguments" in new and isinstance(delta.get("function_call"), dict):
        delta["function_call"] = {**delta["function_call"], "arguments": new["function_call/arguments"]}
    return _chunk(chunk, {**choice, "logprobs": None}, delta)


def _with_argument(call: Any, number: int, new: dict[str, str]) -> Any:
    for kind, name in CALL_TEXTS if isinstance(call, dict) else ():
        key = f"tool_calls/{call.get('index', number)}/{kind}/{name}"
        if key in new and isinstance(call.get(kind), dict):
            return {**call, kind: {**call[kind], name: new[key]}}
    return call


@dataclass(slots=True)
class Loose:
    """What a chunk holds beside its running texts, such as vendors' fields and citations. Judged chunk by chunk."""

    body: dict[str, Any] = field(repr=False)
    places: Places = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.places = Places()
        top = Spot("", (), Origin.MODEL, Stage.OUTPUT)
        for position, (key, value) in enumerate(self.body.items()):
            if key not in CHUNK_FIXED:
                free(self.places, top.chosen(position, key), value)
        for number, choice in enumerate(self.body.get("choices") or ()):
            if isinstance(choice, dict):
                self._choice(replace(top, path=f"/choices/{choice_index(choice, number)}", steps=("choices", number)), choice)

    def _choice(self, spot: Spot, choice: dict[str, Any]) -> None:
        for position, (key, value) in enumerate(choice.items()):
            if key not in CHOICE_FIXED:
                free(self.places, spot.chosen(position, key), value)
        delta = choice.get("delta")
        for position, (key, value) in enumerate(delta.items() if isinstance(delta, dict) else ()):
            if key not in DELTA_FIXED and not isinstance(value, str):
                free(
                    self.places,
                    replace(spot.field("delta").chosen(position, key), path=f"{spot.path}/message/~{position}"),
                    value,
                )

    def segments(self) -> Sequence[Segment]:
        return self.places.segments

    def edited(self, edits: Sequence[Edit]) -> Self:
        return self if not edits else type(self)(self.places.edited(self.body, edits))
