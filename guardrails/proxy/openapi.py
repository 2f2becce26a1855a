"""What is served, in OpenAPI 3.1 (spec.openapis.org/oas/v3.1.1): written by hand, since people learn from it.

It promises no more than is kept: whatever it forbids is refused, whatever it leaves open passes. The tests hold the running
server to it, route by route, and schemathesis does with requests of its own. A new route is a row in `PATHS`.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson

from guardrails import __version__
from guardrails.disclosure.due import FIRST
from guardrails.disclosure.notices import current
from guardrails.metrics import CONTENT_TYPE
from guardrails.proxy.life import Reason

Schema = dict[str, Any]


def _ref(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def _error(says: str, *, judged: bool = False) -> Schema:
    """An answer in OpenAI's error shape. `judged`: the call has an id in the log, which the headers tell."""
    body = {"content": {"application/json": {"schema": _ref("schemas", "Error")}}}
    return {"description": says, **({"headers": _TOLD} if judged else {}), **body}


def _json(says: str, fields: Schema) -> Schema:
    """An answer that is an object with these fields."""
    schema = {"type": "object", "required": [*fields], "properties": fields}
    return {"description": says, "content": {"application/json": {"schema": schema}}}


#: The headers that tell of a decision, on every answer to a call that was understood.
_HEADERS: dict[str, Schema] = {
    "x-guardrails-decision": {
        "description": "The call's id in the log: `guardrails audit show` finds both of its records by it.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "x-guardrails-action": {
        "description": "The strongest action on the request. What happened to a streamed answer is found in the log.",
        "schema": {"type": "string", "examples": ["allow", "tokenize", "block"]},
    },
    "x-guardrails-policy": {
        "description": "The policy that decided: its id and the SHA-256 of its canonical form.",
        "schema": {"type": "string", "pattern": "^.+@[0-9a-f]{64}$"},
    },
    "x-guardrails-duration-ms": {
        "description": "Milliseconds spent in each phase until the first byte of the answer left.",
        "schema": {"type": "string", "examples": ["screen=0.4, log=1.1, upstream=203.0"]},
    },
    "x-ai-disclosure": {
        "description": "The reader talks to an AI: `ai;shown` where the history says so already, else the notice that is due "
        "(RFC 9651 item with its id, version, language and digest).",
        "schema": {"type": "string", "pattern": "^ai;"},
    },
}
_TOLD = {name: _ref("headers", name) for name in _HEADERS if name != "x-ai-disclosure"}
_ANSWERED = {name: _ref("headers", name) for name in _HEADERS}

#: What a client may say of a call beside its body. None of it loosens what applies to the call.
_PARAMETERS: dict[str, Schema] = {
    "x-guardrails-conversation": {
        "description": "Your id of the conversation. Placeholders are then its own: the same value has another one elsewhere.",
    },
    "x-guardrails-language": {
        "description": "The reader's language (BCP 47), for notices and refusals. Left out, it is read off the user's turns.",
        "example": "da",
    },
    "x-guardrails-channel": {
        "description": "Any word but `api` says that a person reads the answer, where the caller's entry says that none does.",
        "example": "web",
    },
    "x-guardrails-notice-shown": {
        "description": "You have drawn the notice yourself: `first@` and its digest. Heard only from callers with `ui: true`.",
        "example": f"{FIRST}@{current(FIRST, 'en').digest}",
    },
}

_MESSAGE: Schema = {
    "type": "object",
    "description": "One turn. Every field of every turn is screened, unknown ones too.",
    "required": ["role"],
    "properties": {
        "role": {"enum": ["system", "developer", "user", "assistant", "tool", "function"]},
        "content": {
            "type": ["string", "array", "null"],
            "description": "Text, or parts. Text parts are screened; the log notes images, sounds and files as not read.",
        },
        "name": {"description": "Replaced by a keyed hash where personal data stands in it."},
        "tool_calls": {"description": "Arguments are screened as the JSON they are, and stay valid."},
    },
    "additionalProperties": True,
}
_REQUEST: Schema = {
    "type": "object",
    "description": "A request to Chat Completions as your SDK sends it. What nobody decided to change goes to the provider "
    "value for value and in key order. Refused, since two readers could read them differently: a key twice in one object, "
    "integers beyond 64 bits, numbers beyond a double, half of a surrogate pair, more than 200 levels.",
    "required": ["messages"],
    "properties": {
        "model": {"type": "string", "description": "The provider's name for the model."},
        "messages": {"type": "array", "minItems": 1, "items": _ref("schemas", "Message")},
        "stream": {
            "type": ["boolean", "null"],
            "description": "Server-sent events: text flows as soon as it is judged.",
        },
        "n": {"description": "How many answers. A block takes back only the ones it concerns."},
        "tools": {"description": "Descriptions, defaults and examples are screened; names and validation keywords stay."},
        "response_format": {"description": "In JSON mode an answer is held until it is whole, and the notice is a field only."},
    },
    "additionalProperties": True,
}
_ANSWER: Schema = {
    "type": "object",
    "description": "The provider's answer, with the user's own values back in their places. A blocked call answers in the same "
    'shape, with the policy\'s words and `finish_reason: "content_filter"`.',
    "required": ["choices"],
    "properties": {
        "id": {"type": "string"},
        "object": {"type": "string"},
        "created": {"type": "integer", "description": "Seconds since 1970."},
        "model": {"type": "string"},
        "choices": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "index": {"type": "integer"},
                    "message": {"type": "object", "additionalProperties": True},
                    "finish_reason": {"type": ["string", "null"], "examples": ["stop", "tool_calls", "content_filter"]},
                },
                "additionalProperties": True,
            },
        },
        "usage": {"type": ["object", "null"], "description": "The provider's count of the text that it saw and wrote."},
        "guardrails": _ref("schemas", "Note"),
    },
    "additionalProperties": True,
}
_EVENT: Schema = {
    "type": "object",
    "description": "Each event of a stream. An error in the middle is an event in the error shape.",
    "required": ["data"],
    "properties": {"data": {"type": "string", "description": "A chunk as JSON; the last one is `[DONE]`."}},
}
_NOTE: Schema = {
    "type": "object",
    "description": "Stands here where a notice is due. `placement: field`: the notice is not in the text; show it yourself.",
    "properties": {
        "disclosure": {
            "type": "object",
            "required": ["ai", "due"],
            "properties": {
                "ai": {"const": True},
                "due": {"type": "boolean"},
                "notice": {"type": "string"},
                "version": {"description": "The version of its words."},
                "language": {"type": "string"},
                "text": {"type": "string"},
                "digest": {"type": "string", "description": "Acknowledge it by this."},
                "fallback": {"type": "boolean", "description": "In English, for want of the reader's language."},
                "placement": {"enum": ["text", "field"]},
            },
        }
    },
}
_FAULT: Schema = {
    "type": "object",
    "description": "OpenAI's error shape, which the SDKs understand. No message quotes text of the call.",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "param", "code"],
            "properties": {
                "message": {"type": "string", "description": "What is wrong, and what to do about it."},
                "type": {"type": ["string", "null"]},
                "param": {"type": ["string", "null"]},
                "code": {"type": ["string", "null"], "examples": ["malformed_request", "content_filter", "upstream_error"]},
            },
        }
    },
}

_CHAT: Schema = {
    "operationId": "chat",
    "summary": "One call to a model, guarded",
    "description": "Change your SDK's `base_url` to this server. The request is screened, the decision is written down, the "
    "provider gets what may pass; the answer goes the same way back. Your provider's key goes on to the provider, unless this "
    "installation has a table of callers: then the key is one of yours.",
    "parameters": [_ref("parameters", name) for name in _PARAMETERS],
    "requestBody": {"required": True, "content": {"application/json": {"schema": _ref("schemas", "ChatRequest")}}},
    "responses": {
        "200": {
            "description": "The answer, or the refusal of a policy.",
            "headers": _ANSWERED,
            "content": {
                "application/json": {"schema": _ref("schemas", "ChatAnswer")},
                "text/event-stream": {"schema": _ref("schemas", "ChatEvent")},
            },
        },
        "400": _error("The request cannot be read, or a policy blocks it and `block_as` is `error`.", judged=True),
        "401": _error("A key of this installation is needed."),
        "408": _error("The rest of the request did not come in time."),
        "413": _error("The body is larger than `max_body_bytes`."),
        "415": _error("The body is said to be something else than JSON, or compressed."),
        "502": _error("The provider cannot be reached or understood.", judged=True),
        "503": _error("The log cannot be written, so nothing is forwarded; or this server is full, or stopping."),
        "504": _error("The provider did not answer in time.", judged=True),
        "default": _error("The provider's own status and error, screened; `retry-after` and its limits pass.", judged=True),
    },
}
_ALIVE: Schema = {
    "operationId": "alive",
    "summary": "Is the process up?",
    "security": [],
    "responses": {"200": _json("It is.", {"status": {"const": "ok"}, "version": {"type": "string"}})},
}
_REASON: Schema = {"enum": [str(reason) for reason in Reason]}
_READY: Schema = {
    "operationId": "ready",
    "summary": "Does the process take calls?",
    "security": [],
    "responses": {
        "200": _json("It does.", {"status": {"const": "ready"}}),
        "503": _json("It does not; `retry-after` stands in the headers.", {"status": {"const": "unready"}, "reason": _REASON}),
    },
}
_METRICS: Schema = {
    "operationId": "metrics",
    "summary": "What has been counted",
    "description": "Prometheus's text. For operators: without a key on `admin_port`, or on this machine where nobody needs "
    "one; else with the key of a caller whose roles hold `metrics`.",
    "responses": {
        "200": {"description": "Families and their series.", "content": {CONTENT_TYPE: {"schema": {"type": "string"}}}},
        "401": _error("This caller may not read them."),
        "404": _error("They are served on `admin_port` only."),
    },
}
_ITSELF: Schema = {
    "operationId": "described",
    "summary": "This description",
    "security": [],
    "responses": {"200": _json("OpenAPI 3.1.", {"openapi": {"type": "string"}})},
}

#: Path → method → what it does.
PATHS: dict[str, dict[str, Schema]] = {
    "/v1/chat/completions": {"post": _CHAT},
    "/healthz": {"get": _ALIVE},
    "/readyz": {"get": _READY},
    "/metrics": {"get": _METRICS},
    "/openapi.json": {"get": _ITSELF},
}

DESCRIPTION: Schema = {
    "openapi": "3.1.1",
    "info": {
        "title": "guardrails",
        "version": __version__,
        "summary": "A guard between an application and any language model.",
        "description": "Any path that does not stand here is refused (404), never passed on unscreened. Methods that do not "
        "stand here are refused (405), headers beyond `max_header_bytes` too (431).",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "security": [{"sdk": []}, {"own": []}],
    "paths": PATHS,
    "components": {
        "schemas": {
            "ChatRequest": _REQUEST,
            "Message": _MESSAGE,
            "ChatAnswer": _ANSWER,
            "ChatEvent": _EVENT,
            "Note": _NOTE,
            "Error": _FAULT,
        },
        "headers": _HEADERS,
        "parameters": {
            name: {"name": name, "in": "header", "required": False, "schema": {"type": "string"}, **says}
            for name, says in _PARAMETERS.items()
        },
        "securitySchemes": {
            "sdk": {
                "type": "http",
                "scheme": "bearer",
                "description": "Where your SDK puts its key: the provider's; one of yours where there is a table of callers.",
            },
            "own": {
                "type": "apiKey",
                "in": "header",
                "name": "x-guardrails-key",
                "description": "A key of this installation, beside the provider's.",
            },
        },
    },
}


@cache
def body() -> bytes:
    """What GET /openapi.json answers."""
    return orjson.dumps(DESCRIPTION)
