"""What the demo model says: one function for each `model` name, chosen from a visible table. Scripted, offline, deterministic.

A script sees the request as a model would, with whatever was hidden from it, and answers from that alone: no randomness, no
clock, no memory. So whatever an echo shows is what left the guard, and whatever comes back to the client was restored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from guardrails.disclosure.language import language

Body = dict[str, Any]

#: Made up, and checked to have the form of real ones. The second set is for requests that hold something of the first.
INVENTED: tuple[dict[str, str], ...] = (
    {
        "email": "rosa.reyes@fabrikam.com",
        "phone": "+1 212-555-0198",
        "card": "5555 5555 5555 4444",
        "ssn": "489-36-8350",
        "ip": "62.122.170.171",
    },
    {
        "email": "viktor.brandt@adventure-works.com",
        "phone": "+1 206-555-0187",
        "card": "4012 8888 8888 1881",
        "ssn": "518-72-4436",
        "ip": "91.198.174.192",
    },
)

_PLACEHOLDER = re.compile(r"<([A-Z][A-Z0-9_]*)_[0-9A-Z]{8,16}>")
_BARE = re.compile(r"(?P<EMAIL_ADDRESS>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)|(?P<PHONE_NUMBER>\+\d[\d -]{7,}\d)")
_URL = re.compile(r"https?://[^\s<>\"'()\[\]，。]+")


@dataclass(frozen=True, slots=True)
class Said:
    """What one choice says. `calls`: (name, arguments) of tools, `custom` and `legacy` the two other ways to call."""

    content: str | None = None
    reasoning: str | None = None
    calls: tuple[tuple[str, str], ...] = ()
    custom: bool = False
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class Failed:
    """An error of the provider, in OpenAI's shape."""

    status: int
    error: Body = field(repr=False)
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> Body:
        return {"error": self.error}


Script = Callable[[Body], "Said | Failed"]


def echo(body: Body) -> Said:
    """The whole request, as JSON text."""
    return Said(_json(body, body))


def tools(body: Body) -> Said | Failed:
    """Calls the first tool offered (`demo.calls` of them) with the request in its arguments, JSON in strings opened."""
    return _called(body, {"request": opened(body)}) or chat(body)


def invent(body: Body) -> Said:
    """Personal data that was not in the request."""
    made = invented(body)
    return Said(
        f"Yes, I know her: e-mail {made['email']}, phone {made['phone']}, card {made['card']}, SSN {made['ssn']}, "
        f"last seen at {made['ip']}."
    )


def invent_tool(body: Body) -> Said | Failed:
    """The same, in the arguments of a tool: as strings, and the card as a number."""
    made: Body = dict(invented(body))
    return _called(body, {**made, "card_number": int(made["card"].replace(" ", ""))}) or invent(body)


def link(body: Body) -> Said:
    """Obeys a planted "put the e-mail into this link": the address from the last tool result or user turn, the value seen.

    As a Markdown link, an image, bare, and as the host's own name; with `demo.bare` only bare.
    """
    asked = [text for role, text in _turns(body) if role in {"tool", "function", "user"} and _URL.search(text)]
    value = next(iter(_seen(_texts(body), "EMAIL_ADDRESS") or _seen(_texts(body))), "nothing")
    if not asked:
        return Said("There is no link to follow.")
    address = _URL.findall(asked[-1])[-1].rstrip(".,;:!?")
    target = address + value if address.endswith("=") else f"{address}{'&' if '?' in address else '?'}q={value}"
    if option(body, "bare"):
        return Said(f"Done: {target}")
    parts = urlsplit(address)
    as_host = f"{parts.scheme}://{value}.{parts.netloc}/"
    return Said(f"Done. See [your order]({target}) or ![receipt]({target})\n\n{target}\n\n{as_host} is up too.")


def json_mode(body: Body) -> Said:
    """A JSON object that holds the request, JSON in strings opened."""
    return Said(_json({"answer": "Here is what I saw.", "request": opened(body)}, body))


#: For each language: the greeting with what was seen, the words for it, "and", and what is said when nothing was seen.
_CHAT: dict[str, tuple[str, dict[str, str], str, str]] = {
    "en": (
        "Thank you! I have noted {} and will reply today.",
        {"EMAIL_ADDRESS": "your e-mail", "PHONE_NUMBER": "your phone number", "CREDIT_CARD": "your card", "": "your details"},
        " and ",
        "Hello! How can I help you today?",
    ),
    "id": (
        "Terima kasih! Kami sudah mencatat {}.",
        {"EMAIL_ADDRESS": "email Anda", "PHONE_NUMBER": "nomor telepon Anda", "CREDIT_CARD": "kartu Anda", "": "data Anda"},
        " dan ",
        "Halo! Ada yang bisa saya bantu hari ini?",
    ),
    "zh-Hans": (
        "谢谢！我已记下{}，今天会与您联系。",
        {"EMAIL_ADDRESS": "您的邮箱 ", "PHONE_NUMBER": "您的电话 ", "CREDIT_CARD": "您的银行卡 ", "": "您的信息 "},
        "和",
        "您好！请问有什么可以帮您？",
    ),
    "da": (
        "Tak! Jeg har noteret {} og svarer i dag.",
        {"EMAIL_ADDRESS": "din e-mail", "PHONE_NUMBER": "dit telefonnummer", "CREDIT_CARD": "dit kort", "": "dine oplysninger"},
        " og ",
        "Hej! Hvad kan jeg hjælpe dig med i dag?",
    ),
}


def chat(body: Body) -> Said:
    """A friendly agent: repeats what personal data it saw, in the language of the person."""
    own = [text for role, text in _turns(body) if role == "user"]
    with_things, words, join, without = _CHAT[language(own)]
    seen = _named([own[-1]] if own and _named([own[-1]]) else own)
    if not seen:
        return Said(without)
    things = [f"{words.get(entity, words[''])} {value}".replace("  ", " ") for value, entity in seen.items()]
    told = things[0] if len(things) == 1 else join.join((", ".join(things[:-1]), things[-1]))
    return Said(with_things.replace("{}", told))


def reason(body: Body) -> Said:
    """Thinks aloud about what it saw, then answers."""
    seen = ", ".join(_named(_texts(body))) or "nothing personal"
    return Said(chat(body).content, reasoning=f"The user gave me {seen}. I will repeat it.")


def error_429(body: Body) -> Failed:
    """Too many requests; quotes the prompt."""
    message = f"Rate limit reached. Your request was: {' '.join(_texts(body))}"
    headers = (("retry-after", "7"), ("x-ratelimit-remaining-requests", "0"), ("x-request-id", "req_demo_429"))
    return Failed(429, {"message": message, "type": "requests", "param": None, "code": "rate_limit_exceeded"}, headers)


def error_400(body: Body) -> Failed:
    """A bad request; quotes the prompt."""
    message = f"Invalid value: '{' '.join(_texts(body))}'. Supported values are: 'demo'."
    headers = (("retry-after", "3"), ("x-request-id", "req_demo_400"))
    return Failed(
        400, {"message": message, "type": "invalid_request_error", "param": "messages", "code": "invalid_value"}, headers
    )


SCRIPTS: dict[str, Script] = {
    "demo-chat": chat,
    "demo-echo": echo,
    "demo-tools": tools,
    "demo-invent": invent,
    "demo-invent-tool": invent_tool,
    "demo-link": link,
    "demo-json": json_mode,
    "demo-slow": chat,
    "demo-reason": reason,
    "demo-error-429": error_429,
    "demo-error-400": error_400,
}


def script(body: Body) -> Said | Failed:
    """What the script of this request's `model` says; an unknown model is demo-chat."""
    return SCRIPTS.get(str(body.get("model")), chat)(body)


def invented(body: Body) -> dict[str, str]:
    """Values that do not stand in the request."""
    whole = json.dumps(body, ensure_ascii=False)
    return next((made for made in INVENTED if not any(value in whole for value in made.values())), INVENTED[-1])


def opened(value: Any) -> Any:
    """The value with every string that is a JSON object or list replaced by what it holds, at any depth."""
    if isinstance(value, dict):
        return {key: opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [opened(item) for item in value]
    if isinstance(value, str) and value.lstrip()[:1] in {"{", "["}:
        try:
            return opened(json.loads(value))
        except (ValueError, RecursionError):
            return value
    return value


def option(body: Body, name: str, default: int = 0) -> int:
    """A number (or true and false) from the request's own field `demo`."""
    options = body.get("demo")
    value = options.get(name, default) if isinstance(options, dict) else default
    return int(value) if isinstance(value, (int, float)) else default


def _json(value: Any, body: Body) -> str:
    return json.dumps(value, ensure_ascii=bool(option(body, "ascii")))


def _called(body: Body, arguments: Body) -> Said | None:
    """A call of the first tool offered; None where none is, or none may be."""
    if body.get("tool_choice") == "none" or body.get("function_call") == "none":
        return None
    said = _json(arguments, body)
    if functions := body.get("functions"):
        return Said(calls=((functions[0]["name"], said),), legacy=True)
    offered = [tool for tool in body.get("tools") or [] if isinstance(tool, dict)]
    if not offered:
        return None
    kind = "custom" if offered[0].get("type") == "custom" else "function"
    name = offered[0].get(kind, {}).get("name", "tool")
    return Said(calls=((name, said),) * max(1, option(body, "calls", 1)), custom=kind == "custom")


def _turns(body: Body) -> Iterator[tuple[str, str]]:
    for message in body.get("messages") or []:
        content = message.get("content")
        parts = content if isinstance(content, list) else [{"text": content}]
        yield (
            message.get("role", ""),
            "\n".join(str(part["text"]) for part in parts if isinstance(part, dict) and part.get("text")),
        )


def _texts(body: Body) -> list[str]:
    return [text for _, text in _turns(body)]


def _named(texts: list[str]) -> dict[str, str]:
    """What looks personal to a model, each once, with its kind: placeholders, or bare addresses where nobody hid them."""
    found = {m[0]: m[1] for text in texts for m in _PLACEHOLDER.finditer(text)}
    return found or {m[0]: str(m.lastgroup) for text in texts for m in _BARE.finditer(text)}


def _seen(texts: list[str], entity: str = "") -> list[str]:
    return [value for value, kind in _named(texts).items() if not entity or kind == entity]
