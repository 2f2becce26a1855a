"""Answers of our own, in the dialect's shape: a refusal, a choice withheld, the notice before what the model said."""

from __future__ import annotations

from typing import Any

from guardrails.wire.chat import ANSWER_FIXED, Request, choice_names


def refusal(request: Request, call: str, created: int, words: str, note: dict[str, Any] | None) -> dict[str, Any]:
    """The answer of a call that is not forwarded: it reads like a model that declines (finish_reason content_filter)."""
    message = {"role": "assistant", "content": words, "refusal": None}
    choices = [
        {"index": n, "message": message, "logprobs": None, "finish_reason": "content_filter"} for n in range(request.choices)
    ]
    body = {
        "id": f"chatcmpl-{call}",
        "object": "chat.completion",
        "created": created,
        "model": request.model,
        "choices": choices,
    }
    usage = {"usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}}
    return {**body, **usage, **({"guardrails": note} if note else {})}


def as_chunks(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """A whole answer as the events of a stream: for each choice a role, a text, an end."""
    like = {k: answer[k] for k in ("id", "created", "model")} | {"object": "chat.completion.chunk"}
    chunks: list[dict[str, Any]] = []
    for choice in answer["choices"]:
        index, said = choice["index"], choice["message"]
        for delta, finish in (
            ({"role": said["role"], "content": ""}, None),
            ({"content": said["content"]}, None),
            ({}, choice["finish_reason"]),
        ):
            chunks.append({**like, "choices": [{"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}]})
    if "guardrails" in answer:
        chunks[0]["guardrails"] = answer["guardrails"]
    return chunks


def refused(body: dict[str, Any], paths: set[str], words: str) -> dict[str, Any]:
    """The answer with the choices that were blocked replaced: those that `paths` lie in, all of them where one lies in none."""
    touched = {path.split("/")[2] if path.startswith("/choices/") else None for path in paths} or {None}
    given = body.get("choices")
    given = given if isinstance(given, list) else [{}]
    choices = []
    for number, (choice, name) in enumerate(zip(given, choice_names(given), strict=True)):
        if None in touched or name in touched:
            message = {"role": "assistant", "content": words, "refusal": None}
            choices.append({"index": number, "message": message, "logprobs": None, "finish_reason": "content_filter"})
        else:
            choices.append(choice)
    return {k: v for k, v in body.items() if k in ANSWER_FIXED} | {"choices": choices}


def talks(body: dict[str, Any]) -> bool:
    """Has any choice content, which a notice can stand before?"""
    return any(_has_content(choice) for choice in _listed(body.get("choices")))


def with_notice(body: dict[str, Any], prefix: str, note: dict[str, Any]) -> dict[str, Any]:
    """The answer with the notice before the content of every choice that has any, and as a field of its own."""
    if not isinstance(body.get("choices"), list) or not prefix:
        return {**body, "guardrails": note}
    choices = [
        {**choice, "message": {**choice["message"], "content": prefix + choice["message"]["content"]}}
        if _has_content(choice)
        else choice
        for choice in body["choices"]
    ]
    return {**body, "choices": choices, "guardrails": note}


def _has_content(choice: Any) -> bool:
    message = choice.get("message") if isinstance(choice, dict) else None
    return isinstance(message, dict) and isinstance(message.get("content"), str) and bool(message["content"])


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def error(message: str, code: str) -> dict[str, Any]:
    """An error in OpenAI's shape."""
    return {"error": {"message": message, "type": code, "param": None, "code": code}}
