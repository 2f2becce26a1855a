"""`stream/flow.py`: whatever a provider sends, it is judged or the stream ends in words; what leaves can be read."""

from __future__ import annotations

import json
from typing import Any

from guardrails.errors import UpstreamError
from guardrails.model import Decision
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire.sse import Decoder, encode
from tests.detecting import CONTEXT, guard, vault
from tests.fuzz.drawing import PIECES, Draw

EMAIL = "jane.cooper@contoso.com"
APART = tuple(f" {piece} " if "@" in piece else piece for piece in PIECES)  # the small detector finds one value in a word
GUARD = guard()
FIELDS = ("content", "content", "content", "reasoning_content", "refusal", "tool_calls", "role")


def check(data: bytes) -> None:
    draw = Draw(data)
    prefix = "An AI speaks.\n\n" if draw.number(2) else ""
    asked, json_mode = 1 + draw.number(3), draw.number(4) == 1
    raws = []
    while not draw.spent:
        raws += Decoder().raws(line(draw))
    one_by_one, decision = flowed([[raw] for raw in raws], prefix, asked, json_mode)
    at_once, same = flowed([raws], prefix, asked, json_mode)
    assert spoken(one_by_one) == spoken(at_once), "how many events a read brings changes no text"
    assert decision == same
    for choice, text in spoken(at_once).items():
        assert EMAIL not in text, choice


def flowed(reads: list[list[bytes]], prefix: str, asked: int, json_mode: bool) -> tuple[bytes, Decision]:
    """What leaves when these reads bring these events, and what was decided."""
    note = {"disclosure": {}} if prefix else None
    flow = Flow(Judge(GUARD, CONTEXT, vault()), lambda _: "BLOCKED", asked, prefix, note, note, json_mode)
    out: list[bytes] = []
    aborted = False
    try:
        for raws in reads:
            for piece in flow.feed(raws):
                out.append(piece)
            if flow.done or flow.failed:
                break
    except UpstreamError:
        aborted = True
    out += flow.end(aborted=aborted)
    return b"".join(out), flow.decision


def line(draw: Draw) -> bytes:
    """The bytes of one event."""
    kind = draw.number(12)
    if kind == 0:
        return encode(draw.one((b"[DONE]", b"", b"{", b"[]", b"null", b'{"error":{}}', b'{"error":"no","choices":[]}')))
    if kind == 1:
        return b": " + draw.text(3).replace("\n", "").replace("\r", "").encode("utf-8", "replace") + b"\n\n"
    chunk = chunked(draw) if kind < 11 else draw.object()
    return encode(json.dumps(chunk, ensure_ascii=bool(draw.number(2))).encode("utf-8", "surrogatepass"))


def chunked(draw: Draw) -> dict[str, Any]:
    choices = [chosen(draw) for _ in range(draw.one((1, 1, 1, 1, 2, 3, 0)))]
    more = draw.object(2) if draw.number(8) == 7 else {}
    return {"id": "c", "object": "chat.completion.chunk", "model": "m", **more, "choices": choices}


def chosen(draw: Draw) -> Any:
    delta: dict[str, Any] = {}
    for _ in range(draw.one((1, 1, 1, 0, 2, 3))):
        name = draw.one(FIELDS)
        delta[name] = (
            draw.value(3) if draw.number(12) == 11 or name == "tool_calls" else draw.one((EMAIL[:9], EMAIL[9:], *APART))
        )
    finish = draw.one((None,) * 7 + ("stop",))
    choice = {"index": draw.one((0, 0, 0, 1)), "delta": delta, "finish_reason": finish}
    return choice if draw.number(16) != 15 else draw.value(3)


def spoken(stream: bytes) -> dict[Any, str]:
    """The content of each choice, as an SDK puts it together."""
    said: dict[Any, str] = {}
    for event in Decoder().feed(stream):
        if event.data is None or event.data.strip() in (b"", b"[DONE]"):
            continue
        body = json.loads(event.data)
        assert isinstance(body, dict)
        choices = body.get("choices")
        for choice in choices if isinstance(choices, list) else ():
            delta = choice.get("delta") if isinstance(choice, dict) else None
            if isinstance(delta, dict):
                for name in ("content", "reasoning_content", "refusal"):
                    if isinstance(delta.get(name), str):
                        key = (json.dumps(choice.get("index")), name)
                        said[key] = said.get(key, "") + delta[name]
    return said
