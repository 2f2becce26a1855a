"""The events of a Chat Completions stream: where text stands in a chunk, and how a chunk is written again.

A chunk is taken apart so that each part carries text of one field of one choice at most. A part that nobody edits is never
written again: it leaves as the bytes it came as.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from guardrails.model import Edit, Finding, Kind, Origin, Segment, Stage, Unreadable
from guardrails.wire import strict
from guardrails.wire.chat import ANSWER_FIXED, CHOICE_FIXED, choice_index, free, sealed, steers
from guardrails.wire.places import Places, Spot
from guardrails.wire.sse import event
from guardrails.wire.unread import MEDIA, is_content

ANNOUNCED = ("id", "object", "created", "model", "system_fingerprint")
CHUNK_FIXED = ANSWER_FIXED | {"choices", "obfuscation"}
#: Keys inside a delta's objects that a path may show.
SHOWN = frozenset(
    (
        *("tool_calls", "function_call", "function", "custom", "arguments", "input", "text", "content"),
        *("audio", "transcript", "data"),
    )
)


_SIMPLE_CHOICE = CHOICE_FIXED | {"delta"}


class Part(NamedTuple):
    """What one chunk says for one choice: `text` of the delta's `name`, things that are held, the end of the choice."""

    chunk: dict[str, Any]
    choice: int
    name: str = ""
    text: str = ""
    held: bool = False  # it brings a share of objects (tool calls, parts of reasoning), which are judged when they are whole
    finish: bool = False
    whole: bool = True  # the chunk holds nothing but this part: its bytes may leave as they came

    def __repr__(self) -> str:
        return f"Part(choice={self.choice}, {len(self.text)} characters)"

    @property
    def delta(self) -> dict[str, Any]:
        delta: dict[str, Any] = self.chunk["choices"][0].get("delta") or {}
        return delta


def simple(chunk: dict[str, Any]) -> Part | None:
    """The only part of a chunk that holds a single text of a single choice and nothing else to judge: nearly every one."""
    choices = chunk.get("choices")
    if type(choices) is not list or len(choices) != 1 or not CHUNK_FIXED.issuperset(chunk):
        return None
    choice = choices[0]
    if type(choice) is not dict or not _SIMPLE_CHOICE.issuperset(choice) or choice.get("finish_reason") is not None:
        return None
    delta, index = choice.get("delta"), choice.get("index")
    if type(delta) is not dict or type(index) is not int or len(delta) != 1:
        return None
    ((name, text),) = delta.items()
    return Part(chunk, index, name, text) if type(text) is str and text and name != "role" else None


def read_again(raw: bytes) -> Part:
    """The part of an event that was simple when it came (`alike.py`)."""
    part = simple(strict.read(event(raw).data or b"{}") or {})
    if part is None:
        raise ValueError("this event is not simple")
    return part


def parts(chunk: dict[str, Any]) -> list[Part]:
    """The parts of a chunk, in order."""
    choices = chunk.get("choices")
    if not isinstance(choices, list):
        return []
    alone = len(choices) == 1
    found = [
        part for n, choice in enumerate(choices) if isinstance(choice, dict) for part in _of_choice(chunk, choice, n, alone)
    ]
    if len(found) < 2:
        return found
    once = {k: v for k, v in chunk.items() if k != "usage"}  # usage is said once, with the last
    first = [p._replace(whole=False, chunk={**once, "choices": p.chunk["choices"]}) for p in found[:-1]]
    return [*first, found[-1]._replace(whole=False)]


def _of_choice(chunk: dict[str, Any], choice: dict[str, Any], number: int, alone: bool) -> Iterator[Part]:
    index, finish = choice_index(choice, number), choice.get("finish_reason") is not None
    delta = choice.get("delta")
    delta = delta if isinstance(delta, dict) else {}
    texts = [k for k, v in delta.items() if k != "role" and isinstance(v, str) and v]
    objects = [k for k, v in delta.items() if isinstance(v, dict | list) and v]
    if len(texts) + bool(objects) <= 1:
        name = texts[0] if texts else ""
        own = chunk if alone else {**chunk, "choices": [choice]}
        if "delta" in choice and delta is not choice["delta"]:
            own, alone = _chunk(chunk, choice, delta), False
        yield Part(own, index, name, delta.get(name, ""), bool(objects), finish, alone)
        return
    rest = {k: v for k, v in delta.items() if k not in texts and k not in objects}
    for name in texts:  # several texts at once: each gets a chunk of its own, the first with what else there is
        yield Part(_chunk(chunk, {**choice, "finish_reason": None}, {**rest, name: delta[name]}), index, name, delta[name])
        rest = {}
    if objects:
        only = {k: delta[k] for k in objects}
        yield Part(_chunk(chunk, {**choice, "finish_reason": None, "logprobs": None}, only), index, held=True)
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


Visit = Callable[[str, str], str]


def rewritten(delta: dict[str, Any], slots: Sequence[str], visit: Visit) -> dict[str, Any]:
    """The delta with each string of its objects replaced by what `visit(where, string)` says. `where` is the same for all
    the shares of one text; `slots` says which tool call each item of `tool_calls` belongs to. A model's sealed reasoning
    gives `…/~sealed` and stays as it is."""
    return {
        key: _rewritten(key, value, slots if key == "tool_calls" else (), visit) if isinstance(value, dict | list) else value
        for key, value in delta.items()
    }


def _rewritten(where: str, value: Any, slots: Sequence[str], visit: Visit) -> Any:
    if isinstance(value, str):
        return visit(where, value)
    if isinstance(value, list):
        return [_rewritten(f"{where}/{_slot(n, item, slots)}", item, (), visit) for n, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    if sealed(Spot("", (), Origin.MODEL, Stage.OUTPUT), value):
        visit(f"{where}/~sealed", "")
        return value
    calls = where.startswith(("tool_calls", "function_call"))
    fixed = {"type", "index", "id"} | ({"name"} if calls else set())
    return {
        key: child if key in fixed and not isinstance(child, dict | list) else _rewritten(f"{where}/{key}", child, (), visit)
        for key, child in value.items()
    }


def collected(places: Places, spot: Spot, where: str, text: str) -> None:
    """A text of a delta's objects that is whole at last, read as the same text of an unstreamed answer is."""
    if where == "audio/data":
        places.data_url(spot, text, Unreadable.AUDIO)
        return
    named = [step for step in where.split("/") if step in MEDIA]
    if named and is_content(where.rpartition("/")[2]):
        places.media(spot, text, MEDIA[named[-1]])
    else:
        places.document(spot, text)


def shown(where: str) -> str:
    """`where` as a path may show it: keys that the model or a vendor chose are left out."""
    return "/".join(step if step in SHOWN or step.replace(".", "").isdigit() else "~" for step in where.split("/"))


def _slot(number: int, item: Any, slots: Sequence[str]) -> str:
    if number < len(slots):
        return slots[number]
    index = item.get("index", number) if isinstance(item, dict) else number
    return str(index if isinstance(index, int) else number)


def saying_nothing(part: Part) -> dict[str, Any]:
    """The part's chunk without its text: what comes after the end of a choice, such as usage."""
    return _chunk(part.chunk, {"index": part.choice, "finish_reason": None}, {})


@dataclass(slots=True)
class Loose:
    """What a chunk holds beside its deltas, such as vendors' fields. Judged chunk by chunk."""

    body: dict[str, Any] = field(repr=False)
    places: Places = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.places = Places()
        top = Spot("", (), Origin.MODEL, Stage.OUTPUT)
        choices = self.body.get("choices")
        for position, (key, value) in enumerate(self.body.items()):
            if key not in CHUNK_FIXED or (key == "choices" and not isinstance(choices, list)):
                free(self.places, top.chosen(position, key), value)
        for number, choice in enumerate(choices if isinstance(choices, list) else ()):
            spot = top._replace(path=f"/choices/{choice_index(choice, number)}", steps=("choices", number))
            if isinstance(choice, dict):
                self._choice(spot, choice)
            else:
                free(self.places, spot, choice)

    def _choice(self, spot: Spot, choice: dict[str, Any]) -> None:
        for position, (key, value) in enumerate(choice.items()):
            if key == "delta" and isinstance(value, dict):
                self._side(spot.field(key)._replace(path=f"{spot.path}/message"), value)
            elif key not in CHOICE_FIXED:
                free(self.places, spot.chosen(position, key), value)

    def _side(self, spot: Spot, delta: dict[str, Any]) -> None:
        """The numbers and keys in a delta; its texts run over many events and are judged elsewhere."""
        for position, (key, value) in enumerate(delta.items()):
            if not isinstance(value, str):
                self.places.tree(spot.chosen(position, key), value, only=(Kind.KEY, Kind.NUMBER))
            elif key == "role" and not steers(value):  # no text that grows, and no role either
                free(self.places, self.places.key(spot, position, key), value)

    def segments(self) -> Sequence[Segment]:
        return self.places.segments

    def unread(self) -> Sequence[Finding]:
        return self.places.unread

    def edited(self, edits: Sequence[Edit]) -> Self:
        return self if not edits else type(self)(self.places.edited(self.body, edits))
