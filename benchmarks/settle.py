"""When did the upstream say it, when did the client hear it: the delay of each chunk, counted from the event that settles it.

The guard lets a character leave when nothing that follows can change the decision about it, so a chunk waits for the next word
or two: that is its promise, not its slowness. Which event settles which chunk depends on the text alone (the chop law). It is
read off a quiet pass with `QUIET_MS` between two chunks: the last event that was written before the chunk arrived. The same
texts are then used under load. A pass-through settles each chunk with itself.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field

from benchmarks import load, texts
from benchmarks.servers import upstream

QUIET_MS = 40.0
_MARK = re.compile(rb'"system_fingerprint":"(fp_[g-vx]+)"')


@dataclass(slots=True)
class Heard:
    """One stream: by event number, when it was written and when the last piece of it arrived (nanoseconds, one clock).

    Number 0 is the chunk with the role, and what the guard itself says before the model does bears its number: it is left out.
    """

    last: int  # the number of the last event that carries text
    began: int = 0
    written: dict[int, int] = field(default_factory=dict, repr=False)
    arrived: dict[int, int] = field(default_factory=dict, repr=False)
    first: int = 0  # when the first text of the model arrived
    gap: int = 0  # the longest time in which nothing arrived
    _at: int = 0
    _rest: bytes = field(default=b"", repr=False)

    def hear(self, data: bytes, now: int) -> None:
        if self._at:
            self.gap = max(self.gap, now - self._at)
        self._at = now
        end = (data := self._rest + data).rfind(b"\n\n")
        self._rest = data[end + 2 :]
        for mark in _MARK.finditer(data, 0, max(end, 0)):
            number, at = upstream.stamp(mark[1].decode())
            self.written[number] = at
            if 0 < number <= self.last:
                self.arrived[number] = now
                self.first = self.first or now

    def settlers(self) -> dict[int, int]:
        """Chunk to the event that settled it, as far as this stream shows: the last that had been written when it arrived."""
        found, event, most = {}, 0, max(self.written)
        for number in sorted(self.arrived):
            event = max(event, number)
            while event < most and self.written[event + 1] <= self.arrived[number]:
                event += 1
            found[number] = event
        return found

    def delays_ms(self, settled_by: dict[int, int] | None) -> list[float]:
        """Milliseconds from the writing of the event that settles a chunk to the arrival of the chunk's end."""
        by = settled_by or {}
        return [(at - self.written[by.get(n, n)]) / 1e6 for n, at in self.arrived.items()]

    def first_ms(self, settled_by: dict[int, int] | None) -> float:
        """Milliseconds from the request to the model's first text, without the wait for the event that settles it."""
        by = settled_by or {}
        one = min(self.arrived)
        return (self.first - self.began - (self.written[by.get(one, one)] - self.written[one])) / 1e6


async def listen(
    connection: load.Connection, seed: int, chunks: int, serial: int, *, keep: bool = True
) -> tuple[Heard, load.Answered]:
    """One stream with stamps, heard to its end. `keep`: the bytes and headers too."""
    heard = Heard(len(texts.streamed(seed, chunks)))
    body = texts.request(serial, stream=True, chunks=chunks, seed=seed)
    answering = connection.send(body, keep=keep, hear=heard.hear)
    heard.began = connection.answer.began
    return heard, await answering


async def learn(port: int, below: int, seeds: list[int], chunks: int, passes: int = 2) -> dict[int, dict[int, int]]:
    """For each seed, the event that settles each chunk of its text. The earliest of some passes: a late one had to wait."""
    await load.control(below, delay_ms=QUIET_MS, stamp=True)
    found: dict[int, dict[int, int]] = {seed: {} for seed in seeds}

    async def one(seed: int, serial: int) -> None:
        connection = await load.connect(port)
        heard, _ = await listen(connection, seed, chunks, serial)
        connection.close()
        for number, event in heard.settlers().items():
            found[seed][number] = min(event, found[seed].get(number, event))

    for turn in range(passes):
        await asyncio.gather(*(one(seed, 900_000_000 + turn * 1000 + n) for n, seed in enumerate(seeds)))
    return found
