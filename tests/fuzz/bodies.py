"""`wire/chat.py`: any JSON is walked or refused in words, and an edit that changes nothing changes nothing."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import Any

from guardrails.errors import ClientError
from guardrails.model import Edit, Kind
from guardrails.wire import strict
from guardrails.wire.chat import Answer, Free, Request
from guardrails.wire.chat_chunks import Loose, parts
from tests.fuzz.drawing import Draw

ROLES = ("user", "assistant", "system", "developer", "tool", "function")


def check(data: bytes) -> None:
    draw = Draw(data)
    kind = draw.number(6)
    if kind < 3:
        body = {**draw.object(), "messages": [turn(draw) for _ in range(1 + draw.number(4))]} if kind else draw.object()
        with suppress(ClientError):
            walked(Request, body)
    elif kind == 3:
        choices = [
            {"index": draw.number(3), "message": {**draw.object(), "content": draw.value()}} for _ in range(draw.number(4))
        ]
        json_mode = bool(draw.number(2))
        walked(lambda b: Answer(b, json_mode), {**draw.object(), "choices": choices})
    else:
        walked(Loose if kind == 4 else Free, draw.object())
        for part in parts(draw.object() | {"choices": draw.value()}):
            assert isinstance(part.choice, int)


def turn(draw: Draw) -> dict[str, Any]:
    return {"role": draw.one(ROLES), "content": draw.value(DRAWN) if draw.number(2) else draw.text(), **draw.object(2)}


DRAWN = 3


def walked(read: Any, body: dict[str, Any]) -> None:
    before = copy.deepcopy(body)
    message = read(body)
    segments = message.segments()
    assert len({s.path for s in segments}) == len(segments)
    assert message.edited([]).body == before
    idle = [Edit(s.path, 0, len(s.text), s.text) for s in segments if s.kind is not Kind.NUMBER and "~" not in s.path[-2:]]
    again = message.edited(idle)
    assert body == before, "a walk never writes into what it reads"
    assert list(strict.dump(again.body)) is not None
    for edit in idle:
        read(message.edited([Edit(edit.path, edit.start, edit.end, "X")]).body)
    if read in (Request, Free, Loose):
        assert [(s.path, s.text) for s in read(again.body).segments()] == [(s.path, s.text) for s in segments]
