"""The pipeline as the tests beside rules see it: one text through the real guard, plain or in pieces, and back again."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from guardrails.guard import Guard, Screened
from guardrails.model import Action, Context, Decision, Message, Pending, Stage, Unreadable
from guardrails.policy import Case
from guardrails.redact.placeholders import SHAPE, Words
from guardrails.redact.vault import Vault
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.trial import Outcome
from guardrails.wire.chat import Answer, Request
from guardrails.wire.sse import Decoder, encode

_TOKEN = re.compile(r"\{\{\s*token\.(\d+)\s*\}\}")
_ROLE = {Stage.INPUT: "user", Stage.TOOL_RESULT: "tool"}
_NOISE = base64.b64encode(bytes(range(256))).decode()
#: What `attach` adds to a message: a part that holds no text.
PARTS: dict[Unreadable, dict[str, Any]] = {
    Unreadable.IMAGE: {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
    Unreadable.AUDIO: {"type": "input_audio", "input_audio": {"data": "UklGRiQAAABXQVZF", "format": "wav"}},
    Unreadable.VIDEO: {"type": "video_url", "video_url": {"url": "data:video/mp4;base64,AAAAGGZ0eXBtcDQy"}},
    Unreadable.FILE: {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjc="}},
    Unreadable.DATA: {"type": "data", "data": _NOISE},
    Unreadable.TOKEN_IDS: {"type": "tokens", "token_ids": [1, 2, 3]},
    Unreadable.REASONING: {"type": "thinking", "thinking": "", "signature": "seal"},
}


def examiner(guard: Guard) -> Callable[[Case], Outcome]:
    """`examine(case)`: what this guard makes of a case. The key of its placeholders is a constant: nothing leaves."""

    def examine(case: Case) -> Outcome:
        context = Context(now="1970-01-01T00:00:00.000Z", language=case.language)
        vault = Vault(Words.of(b"\0" * 32, "test", None))
        if case.stage in _ROLE:
            return _asked(guard, case, context, vault)
        if case.stage is Stage.TOOL_CALL:
            return _called(guard, case, context, vault)
        if case.attached:
            return _shown(guard, case, context, vault)
        decision, output = _answered(guard, case.chunks, context, vault)
        return Outcome((decision,), output, _leaked(decision, case.text, output))

    return examine


def _asked(guard: Guard, case: Case, context: Context, vault: Vault) -> Outcome:
    """A request, and the model's answer to it where the case has one: what was hidden comes back."""
    role = _ROLE[case.stage]
    messages: list[dict[str, Any]] = [{"role": role, "content": _content(case.text, case.attached)}]
    if Unreadable.REASONING in case.attached:  # only a model's own is sealed
        messages.insert(0, {"role": "assistant", "content": [PARTS[Unreadable.REASONING]]})
    screened = _screened(guard, Request({"messages": messages}), Stage.INPUT, context, vault)
    sent = _said(screened.message.body["messages"][-1])
    if case.model_says is None:
        return Outcome((screened.decision,), sent)
    words = list(dict.fromkeys(match[0] for match in SHAPE.finditer(sent)))
    says = _TOKEN.sub(lambda m: words[int(m[1])] if int(m[1]) < len(words) else m[0], case.model_says)
    decision, output = _answered(guard, (says,), context, vault)
    return Outcome((screened.decision, decision), output)


def _shown(guard: Guard, case: Case, context: Context, vault: Vault) -> Outcome:
    """An answer that comes with something that is no text."""
    message = {"role": "assistant", "content": _content(case.text, case.attached)}
    screened = _screened(guard, Answer({"choices": [{"index": 0, "message": message}]}), Stage.OUTPUT, context, vault)
    return Outcome((screened.decision,), _said(screened.message.body["choices"][0]["message"]))


def _content(text: str, attached: Sequence[Unreadable]) -> Any:
    return [{"type": "text", "text": text}, *(PARTS[one] for one in attached)] if attached else text


def _said(message: dict[str, Any]) -> str:
    content = message["content"]
    return str(content[0]["text"] if isinstance(content, list) else content)


def _called(guard: Guard, case: Case, context: Context, vault: Vault) -> Outcome:
    """The text as an argument of a tool that the model calls."""
    call = {"id": "1", "type": "function", "function": {"name": "tool", "arguments": json.dumps({"text": case.text})}}
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": None, "tool_calls": [call]}}]}
    screened = _screened(guard, Answer(body), Stage.OUTPUT, context, vault)
    said = screened.message.body["choices"][0]["message"]["tool_calls"][0]["function"]["arguments"]
    return Outcome((screened.decision,), json.loads(said)["text"])


def _answered(guard: Guard, chunks: tuple[str, ...], context: Context, vault: Vault) -> tuple[Decision, str]:
    """An answer that arrives in these pieces, through the stream; the whole answer gives the same (law 1)."""
    flow = Flow(Judge(guard, context, vault), lambda _: "")
    deltas: list[dict[str, object]] = [
        {"choices": [{"index": 0, "delta": {"content": piece}, "finish_reason": None}]} for piece in chunks
    ]
    end: dict[str, object] = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}
    out = b"".join(sent for body in (*deltas, end) for sent in flow.feed([encode(json.dumps(body).encode())]))
    said = [json.loads(event.data)["choices"][0]["delta"].get("content") or "" for event in Decoder().feed(out) if event.data]
    return flow.decision, "".join(said).removesuffix("\n\n") if flow.blocked else "".join(said)


def _screened(guard: Guard, message: Message, stage: Stage, context: Context, vault: Vault) -> Screened[Request | Answer]:
    screened = guard.screen(message, stage, context, vault)
    if isinstance(screened, Pending):
        raise TypeError("a rule asks an outside judge, which tests have not")
    return screened  # type: ignore[return-value]  # Message says less than the two that come here


def _leaked(decision: Decision, text: str, output: str) -> int:
    """How many characters of what a rule blocks came through all the same."""
    blocked = (f for reason in decision.reasons if reason.action is Action.BLOCK for f in reason.findings)
    return sum(f.end - f.start for f in blocked if text[f.start : f.end] in output)
