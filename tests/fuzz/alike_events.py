"""`wire/alike.py`: an event that is not parsed, since it is like one that was, says what a parser would have read."""

from __future__ import annotations

import json

from guardrails.wire import strict
from guardrails.wire.alike import learnt
from guardrails.wire.chat_chunks import simple, with_text
from guardrails.wire.sse import event
from tests.fuzz.drawing import Draw


def check(data: bytes) -> None:
    draw = Draw(data)
    field, text = draw.one(("content", "role", "refusal", "x")), draw.text(4)
    more = {"id": text} if draw.number(2) else draw.object(3)
    chunk = {**more, "choices": [{"index": 0, "delta": {field: text}, "finish_reason": None}]}
    said = json.dumps(chunk, ensure_ascii=bool(draw.number(2))).encode("utf-8", "surrogatepass")
    before = draw.one((b"data: ", b"data:", b": x\ndata: ", b"\xef\xbb\xbfdata: "))
    raw = before + said + draw.one((b"\n\n", b"\r\n\r\n", b"\r\r"))
    part = simple(chunk)
    alike = part and learnt(raw, part)
    if not part or not alike:
        return
    other = alike.before + draw.rest() + alike.after
    if (new := alike.text(other)) is not None:
        read = event(other).data
        assert read is not None
        assert strict.read(read) == with_text(part, new, edited=False, last=True)
