"""What waits in a stream: events in the line of their text, things held until their choice has ended."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from guardrails.stream.window import Window
from guardrails.wire.chat_chunks import Part, read_again


@dataclass(slots=True)
class Item:
    """An event that waits for its text, which stands at `start:end` of its field; `at` is how far it has been released.

    `raw`: the bytes it came as, while they still say the truth. `came`: what it says, where it had to be parsed. `edited`: some
    of its text has left changed, so its log probabilities may not leave.
    """

    raw: bytes | None = field(repr=False)
    text: str = field(repr=False)
    start: int
    end: int
    at: int
    came: Part | None = None
    edited: bool = False

    @property
    def part(self) -> Part:
        if self.came is None:
            self.came = read_again(self.raw or b"")
        return self.came

    @property
    def finish(self) -> bool:
        """An event that ends its choice has been parsed."""
        return self.came is not None and self.came.finish


@dataclass(slots=True, eq=False)
class Line:
    """The events of one text of one choice. `fresh`: pieces of it that its window has not been fed."""

    choice: Choice
    name: str
    window: Window
    items: deque[Item] = field(default_factory=deque)
    fresh: list[str] = field(default_factory=list, repr=False)
    length: int = 0

    def add(self, raw: bytes | None, text: str, part: Part | None = None) -> None:
        start = self.length
        self.length = end = start + len(text)
        self.items.append(Item(raw, text, start, end, start, part))


@dataclass(slots=True)
class Held:
    """An event that waits until its choice has ended. `slots`: which tool call each of its items belongs to."""

    part: Part
    raw: bytes | None = field(repr=False)
    slots: list[str]


@dataclass(slots=True, eq=False)
class Choice:
    number: int
    lines: dict[str, Line] = field(default_factory=dict, repr=False)
    held: list[Held] = field(default_factory=list, repr=False)
    calls: dict[int, tuple[str, int]] = field(default_factory=dict)  # index: the id of its last tool call, how many it had
    texts: dict[str, str] = field(default_factory=dict, repr=False)  # of what is held, by where it stands in the message
    ended: bool = False
    blocked: bool = False  # its end was a block, which has its own last event
    talks: bool = False  # it has content
    edited: bool = False  # some of its text left changed
    spoke: bool = False  # some of its content has left
