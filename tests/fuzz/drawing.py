"""Bytes into shapes: a fuzzer changes bytes, and what they draw changes with them. Used up, they draw the simplest thing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Pieces of text in which something may be found, or which stand around such things.
PIECES = (
    *("a", " ", ".", ",", "@", "-", "+", "(", ")", "0", "1", "7", "<", ">", "\n", "\r", "\\", '"', "/", ":", "%", "\u00a0"),
    *("jane.cooper@contoso.com", "+1 415-555-0132", "4111 1111 1111 1111", "536-90-4399", "81.2.69.142"),
    *("DE89370400440532013000", "<EMAIL_ADDRESS_7K2M9QX4>", "anon_7K2M9QX4", "https://", "card", "phone"),
    *("\\u0040", "%40", "\\n", "\ufffc", "你好", "é", "👩\u200d👧", "\ud800"),
)
#: Words that stand in the bodies of Chat Completions.
WORDS = (
    *("messages", "role", "content", "user", "assistant", "system", "tool", "function", "name", "tool_calls", "arguments"),
    *("type", "text", "image_url", "url", "data:text/plain,", "data:;base64,YUBjb250b3NvLmNvbQ==", "refusal", "index"),
    *("reasoning_content", "choices", "delta", "finish_reason", "stop", "id", "usage", "error", "model", "stream", "n"),
    *("metadata", "audio", "transcript", "tools", "parameters", "properties", "description", "default", "enum", "custom"),
    *("response_format", "json_schema", "signature", "thinking", "reasoning_details", "reasoning.text", "logprobs", "token"),
    *("function_call", "input", "cache_control", "guardrails"),
)
DEEPEST = 6


class Draw:
    """What is left of the bytes. Every method takes some from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, below: int = 256) -> int:
        """0 to `below` - 1, where `below` is 256 at most; 0 when nothing is left."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1] % below

    def rest(self) -> bytes:
        rest, self._at = self._data[self._at :], len(self._data)
        return rest

    @property
    def spent(self) -> bool:
        return self._at >= len(self._data)

    def one(self, of: Sequence[Any]) -> Any:
        return of[self.number(len(of))]

    def text(self, most: int = 24) -> str:
        """Pieces, code points of any plane, and repetitions, so that texts grow long."""
        parts: list[str] = []
        for _ in range(self.number(most)):
            kind = self.number(16)
            if kind < 12 or not parts:
                parts.append(self.one(PIECES))
            elif kind < 14:
                parts.append(chr((self.number() << 16 | self.number() << 8 | self.number()) % 0x110000))
            else:
                parts.append(parts[-1] * self.number(20) if len(parts[-1]) < 60 else "")
        return "".join(parts)

    def value(self, depth: int = 0) -> Any:
        """A JSON value: what `json.loads` can return."""
        kind = self.number(10 if depth < DEEPEST else 7)
        if kind < 2:
            return self.one(WORDS)
        if kind < 4:
            return self.text()
        if kind < 7:
            return self.one((None, True, False, 0, 1, -1, 1.5, 4111111111111111, 2**64, 10**30, 1e300, ""))
        if kind == 7:
            return [self.value(depth + 1) for _ in range(self.number(5))]
        return self.object(depth)

    def object(self, depth: int = 0) -> dict[str, Any]:
        return {self.one(WORDS) if self.number(4) else self.text(4): self.value(depth + 1) for _ in range(self.number(7))}
