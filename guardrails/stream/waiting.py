"""What waits in a stream: events in the line of their text, things held until their choice has ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from guardrails.stream.window import Window
from guardrails.wire.chat_chunks import Part


@dataclass(slots=True)
class Item:
    """An event that waits for its text, which stands at `start:end` of its field; `at` is how far it has been released."""

    part: Part
    raw: bytes | None = field(repr=False)  # the bytes it came as, while they still say the truth
    start: int
    end: int
    at: int


@dataclass(slots=True)
class Line:
    window: Window
    items: deque[Item] = field(default_factory=deque)
    length: int = 0


@dataclass(slots=True)
class Held:
    """An event that waits until its choice has ended. `slots`: which tool call each of its items belongs to."""

    part: Part
    raw: bytes | None = field(repr=False)
    slots: list[str]


@dataclass(slots=True)
class Choice:
    number: int
    lines: dict[str, Line] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list, repr=False)
    calls: dict[int, tuple[str, int]] = field(default_factory=dict)  # index: the id of its last tool call, how many it had
    texts: dict[str, str] = field(default_factory=dict, repr=False)  # of what is held, by where it stands in the message
    ended: bool = False
    blocked: bool = False  # its end was a block, which has its own last event
    talks: bool = False  # it has content
    edited: bool = False  # some of its text left changed
    spoke: bool = False  # some of its content has left
