"""Chat Completions: where text stands in a request and in an answer.

Source: the request and response schema of OpenAI's Chat Completions API and of the vendors that speak it. Each table below is
the list of positions; a string under a name that stands in no table is treated as text, so a new field is never a way around.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from guardrails.errors import MalformedRequest
from guardrails.model import Edit, Finding, Kind, Origin, Segment, Stage, Unreadable
from guardrails.wire.jsontext import LONG_NUMBER, digits
from guardrails.wire.places import Places, Spot
from guardrails.wire.unread import MEDIA, MEDIA_FIELDS, by_name

#: Request fields that steer the call and hold no prose.
STEERING = frozenset(
    (
        *("model", "stream", "stream_options", "n", "seed", "store", "modalities", "audio", "service_tier"),
        *("temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty"),
        *("logit_bias", "logprobs", "top_logprobs", "reasoning_effort", "verbosity"),
        *("parallel_tool_calls", "tool_choice", "function_call"),
    )
)
#: Vendors' ways to ask for an answer that a program parses.
GRAMMARS = frozenset(
    ("guided_json", "guided_regex", "guided_choice", "guided_grammar", "structured_outputs", "grammar", "json_schema")
)
IDENTIFIERS = frozenset({"user", "safety_identifier", "prompt_cache_key"})
SCHEMAS = frozenset({"tools", "functions", "response_format"})
ORIGINS = {
    "system": Origin.SYSTEM,
    "developer": Origin.SYSTEM,
    "user": Origin.USER,
    "assistant": Origin.MODEL,
    "tool": Origin.TOOL_RESULT,
    "function": Origin.TOOL_RESULT,
}
_STEERING_WORD = re.compile(r"[\w.:/-]{0,128}")
#: The fields of a part that are a picture, a sound, a file, in OpenAI's own words: an address there stays as it is.
PARTS = frozenset({"image_url", "input_audio", "file", "video_url"})
PROSE = frozenset({"refusal", "reasoning_content", "reasoning"})
#: The fields of a message that the dialect names; a path may show them, and they are no text themselves.
NAMED = PROSE | {"content", "name", "tool_calls", "function_call", "tool_call_id", "audio", "annotations", "reasoning_details"}
PART_FIXED = frozenset({"type", "cache_control"})
CALL_FIXED = frozenset({"type", "index", "name"})
ANSWER_FIXED = frozenset({"id", "object", "created", "model", "usage", "system_fingerprint", "service_tier"})
CHOICE_FIXED = frozenset({"index", "finish_reason", "logprobs", "stop_reason", "token_ids"})
#: Reasoning of these types is sealed where one of these fields says so.
SEALED_TYPES = frozenset({"thinking", "redacted_thinking"})
SEALS = ("signature", "encrypted_content", "data")


@dataclass(slots=True)
class Request:
    """A request body. Raises MalformedRequest where it has not the shape of one."""

    body: dict[str, Any] = field(repr=False)
    _places: Places | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        _check(self.body)

    @property
    def places(self) -> Places:
        """Walked when first asked for: an edited body is mostly forwarded and never read again."""
        if self._places is None:
            self._places = Places()
            top = Spot("", (), Origin.USER, Stage.INPUT)
            for position, (key, value) in enumerate(self.body.items()):
                _request_field(self._places, top, position, key, value)
        return self._places

    def segments(self) -> Sequence[Segment]:
        return self.places.segments

    def edited(self, edits: Sequence[Edit]) -> Self:
        return self if not edits else type(self)(self.places.edited(self.body, edits))

    def unread(self) -> Sequence[Finding]:
        return self.places.unread

    @property
    def unscanned(self) -> Sequence[str]:
        """Paths of what could not be read: images, audio, files."""
        return self.places.unscanned

    @property
    def model(self) -> str:
        return str(self.body.get("model", ""))

    @property
    def stream(self) -> bool:
        return self.body.get("stream") is True

    @property
    def wants_json(self) -> bool:
        """JSON mode, in any vendor's words: the answer's content is for a program, not prose for a person."""
        wanted = self.body.get("response_format")
        shaped = isinstance(wanted, dict) and wanted.get("type") not in (None, "text")
        if shaped or self.body.get("format") not in (None, "", "text"):
            return True
        return not GRAMMARS.isdisjoint(self.body) and any(self.body.get(key) for key in GRAMMARS)

    @property
    def choices(self) -> int:
        """How many answers were asked for."""
        n = self.body.get("n")
        return n if isinstance(n, int) and 1 <= n <= 128 else 1

    def turns(self, *origins: Origin) -> list[Segment]:
        """The prose of the turns of these authors, oldest first."""
        theirs = [s for s in self.places.segments if s.origin in origins and s.kind is Kind.TEXT]
        return [s for s in theirs if s.path.startswith("/messages/")]


@dataclass(slots=True)
class Answer:
    """A whole answer body. `json_mode`: content is a JSON document, so its leaves are judged and edits keep it valid."""

    body: dict[str, Any] = field(repr=False)
    json_mode: bool = False
    _places: Places | None = field(default=None, init=False, repr=False)

    @property
    def places(self) -> Places:
        """Walked when first asked for, as a request's are."""
        if self._places is None:
            self._places = Places()
            for position, (key, value) in enumerate(self.body.items()):
                if key == "choices" and isinstance(value, list):
                    for number, (choice, name) in enumerate(zip(value, choice_names(value), strict=True)):
                        _choice(self._places, choice, number, name, self.json_mode)
                elif key not in ANSWER_FIXED:
                    self._places.tree(Spot("", (), Origin.MODEL, Stage.OUTPUT).chosen(position, key), value)
        return self._places

    def segments(self) -> Sequence[Segment]:
        return self.places.segments

    def unread(self) -> Sequence[Finding]:
        return self.places.unread

    def edited(self, edits: Sequence[Edit]) -> Self:
        if not edits:
            return self
        body = self.places.edited(self.body, edits)
        return type(self)(without_logprobs(body, {e.path for e in edits}), self.json_mode)


@dataclass(slots=True)
class Free:
    """Any other JSON body, such as a provider's error: every string in it is text. Providers quote prompts in their errors."""

    body: dict[str, Any] = field(repr=False)
    places: Places = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.places = Places()
        self.places.tree(Spot("", (), Origin.MODEL, Stage.OUTPUT), self.body)

    def segments(self) -> Sequence[Segment]:
        return self.places.segments

    def unread(self) -> Sequence[Finding]:
        return self.places.unread

    def edited(self, edits: Sequence[Edit]) -> Self:
        return self if not edits else type(self)(self.places.edited(self.body, edits))


def without_logprobs(body: dict[str, Any], paths: set[str]) -> dict[str, Any]:
    """`logprobs` spell the text token by token: dropped for each choice whose text was edited."""
    choices = body.get("choices")
    if not isinstance(choices, list):
        return body
    touched = {path.split("/")[2] for path in paths if path.startswith("/choices/")}
    kept = [
        {**c, "logprobs": None} if isinstance(c, dict) and c.get("logprobs") and name in touched else c
        for c, name in zip(choices, choice_names(choices), strict=True)
    ]
    return {**body, "choices": kept}


def choice_names(choices: list[Any]) -> list[str]:
    """How each choice is called in paths: by its `index`; where another has the same, by its place too."""
    names: dict[str, None] = {}
    for number, choice in enumerate(choices):
        name = str(choice_index(choice, number))
        names[name if name not in names else f"{name}.{number}"] = None
    return list(names)


def choice_index(choice: Any, number: int) -> int:
    """The `index` of a choice; its place in the list where it has none."""
    index = choice.get("index", number) if isinstance(choice, dict) else number
    return index if isinstance(index, int) else number


def _check(body: dict[str, Any]) -> None:
    messages = body.get("messages")
    if not isinstance(messages, list) or not messages:
        raise MalformedRequest('"messages" must be a list with at least one message.')
    for number, message in enumerate(messages):
        if not isinstance(message, dict) or not isinstance(message.get("role"), str):
            raise MalformedRequest(f'"messages[{number}]" must be an object with a "role".')
        if message["role"] not in ORIGINS:
            raise MalformedRequest(f'"messages[{number}].role" must be one of: {", ".join(ORIGINS)}.')
        if not isinstance(message.get("content"), str | list | None):
            raise MalformedRequest(f'"messages[{number}].content" must be a string, a list of parts or null.')
    if not isinstance(body.get("model", ""), str):
        raise MalformedRequest('"model" must be a string.')
    if not isinstance(body.get("stream", False), bool | None):
        raise MalformedRequest('"stream" must be true or false.')


def _request_field(places: Places, top: Spot, position: int, key: str, value: Any) -> None:
    if key == "messages":
        for number, message in enumerate(value):
            _message(places, number, message)
    elif key in SCHEMAS:
        places.schema(top.field(key).by(Origin.SYSTEM), value)
    elif key in IDENTIFIERS and isinstance(value, str):
        places.text(top.field(key), value, Kind.ID)
    elif key in ("metadata", "stop", "prediction"):
        free(places, top.field(key), value)
    elif key not in STEERING:
        free(places, places.key(top, position, key), value)
    elif not steers(value) and not (key == "model" and _STEERING_WORD.fullmatch(str(value))):
        free(places, top.field(key), value)


def steers(value: Any) -> bool:
    """Has this the form of what steers a call: numbers, flags, short words, and objects of those?"""
    if isinstance(value, dict):
        return all(_STEERING_WORD.fullmatch(key) and steers(child) for key, child in value.items())
    if isinstance(value, list):
        return all(map(steers, value))
    return not isinstance(value, str) or (_STEERING_WORD.fullmatch(value) is not None and digits(value) < LONG_NUMBER)


def _message(places: Places, number: int, message: dict[str, Any]) -> None:
    origin = ORIGINS[message["role"]]
    stage = Stage.TOOL_RESULT if origin is Origin.TOOL_RESULT else Stage.INPUT
    spot = Spot(f"/messages/{number}", ("messages", number), origin, stage)
    for position, (key, value) in enumerate(message.items()):
        if key == "role" or (value is None and key in NAMED):
            continue
        if key == "content":
            _content(places, spot.field(key), value)
        elif key in ("tool_calls", "function_call"):
            _calls(places, spot.field(key), value)
        elif key == "audio" and isinstance(value, dict):
            _audio(places, spot.field(key), value)
        elif key in PROSE and isinstance(value, str):
            places.text(spot.field(key), value)
        elif key in ("name", "tool_call_id") and isinstance(value, str):
            if key != "name" or message["role"] != "function":  # there it names the function, which is never edited
                places.text(spot.field(key), value, Kind.ID)
        elif key in NAMED:
            free(places, spot.field(key), value)
        elif key != "cache_control" or not steers(value):
            free(places, places.key(spot, position, key), value)


def _audio(places: Places, spot: Spot, value: dict[str, Any]) -> None:
    """A spoken answer, or one of before by its id: its transcript is text, its sound cannot be read."""
    for position, (key, inner) in enumerate(value.items()):
        if key == "data" and isinstance(inner, str):
            places.data_url(spot.field(key), inner, Unreadable.AUDIO)
        elif key == "id" and spot.stage is Stage.INPUT:
            places.opaque(spot.field(key), Unreadable.AUDIO)
        elif key not in ("id", "expires_at"):
            places.tree(spot.field(key) if key == "transcript" else spot.chosen(position, key), inner)


def _content(places: Places, spot: Spot, value: Any) -> None:
    if isinstance(value, list):
        for number, part in enumerate(value):
            _part(places, spot.item(number), part)
    elif isinstance(value, str):
        _spoken(places, spot, value)
    else:
        free(places, spot, value)


def _spoken(places: Places, spot: Spot, text: str) -> None:
    """What a tool says is often JSON, what a person or model says is prose."""
    (places.document if spot.stage is Stage.TOOL_RESULT else places.text)(spot, text)


def _part(places: Places, spot: Spot, part: Any) -> None:
    if not isinstance(part, dict):
        places.tree(spot, part)
        return
    if sealed(spot, part):
        places.opaque(spot, Unreadable.REASONING)
        return
    if (medium := _hidden_medium(part)) is not None:
        places.opaque(spot.by(Origin.DOCUMENT), medium)
    for position, (key, value) in enumerate(part.items()):
        if key in PARTS and isinstance(value, str):
            places.data_url(spot.field(key).by(Origin.DOCUMENT), value, MEDIA[key])
        elif key in PARTS and isinstance(value, dict):
            _media(places, spot.field(key).by(Origin.DOCUMENT), value, MEDIA[key])
        elif key in ("text", "refusal") and isinstance(value, str):
            _spoken(places, spot.field(key), value)
        elif key not in PART_FIXED or not steers(value):
            free(places, places.key(spot, position, key), value)


def _hidden_medium(part: dict[str, Any]) -> Unreadable | None:
    """What a part holds whose type says picture, sound or file, where no field is known by name to hold it."""
    if any(isinstance(part.get(key), str | dict) for key in MEDIA):
        return None
    source = part.get("source")
    if part.get("type") == "document" and isinstance(source, dict):
        return None if source.get("type") in ("text", "content") else Unreadable.FILE
    return by_name(part.get("type"))


def _media(places: Places, spot: Spot, value: dict[str, Any], medium: Unreadable) -> None:
    """A picture, a sound, a file: its bytes cannot be read here and are noted as not scanned; its name can."""
    if not any(isinstance(value.get(key), str) for key in MEDIA_FIELDS):
        places.opaque(spot, medium)  # written in some other way than any provider's
    for position, (key, inner) in enumerate(value.items()):
        if key in MEDIA_FIELDS and isinstance(inner, str):
            places.data_url(spot.field(key), inner, medium)
        elif key not in ("detail", "format") or not steers(inner):
            places.tree(places.key(spot, position, key), inner)


def _calls(places: Places, spot: Spot, value: Any) -> None:
    """Tool calls: arguments are JSON in a string, the input of a custom tool is prose, names and ids stay as they are."""
    if isinstance(value, list):
        for number, call in enumerate(value):
            _call(places, spot.item(number), call)
    else:
        _call(places, spot, value)


def _call(places: Places, spot: Spot, call: Any) -> None:
    if not isinstance(call, dict):
        places.tree(spot, call)
        return
    for position, (key, value) in enumerate(call.items()):
        if key in ("function", "custom"):
            _call(places, spot.field(key), value)
        elif key in ("arguments", "input") and isinstance(value, str):
            places.document(spot.field(key), value)
        elif key == "id" and isinstance(value, str):
            places.text(spot.field(key), value, Kind.ID)
        elif not (key == "name" and isinstance(value, str)) and (key not in CALL_FIXED or not steers(value)):
            places.tree(places.key(spot, position, key), value)


def sealed(spot: Spot, value: dict[str, Any]) -> bool:
    """Is this a model's own reasoning, signed or encrypted? Altering anything in it breaks the next call."""
    kind = value.get("type")
    reasons = isinstance(kind, str) and (kind in SEALED_TYPES or kind.startswith("reasoning."))
    return spot.origin is Origin.MODEL and reasons and any(value.get(seal) for seal in SEALS)


def free(places: Places, spot: Spot, value: Any) -> None:
    """A field the tables do not name: text wherever it holds strings. What a model signed or sealed is noted and left alone."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        for number, item in enumerate(value):
            free(places, spot.item(number), item)
    elif isinstance(value, dict) and sealed(spot, value):
        places.opaque(spot, Unreadable.REASONING)
    else:
        places.tree(spot, value, medium=MEDIA.get(str(spot.steps[-1])) if spot.steps else None)


def _choice(places: Places, choice: Any, number: int, name: str, json_mode: bool) -> None:
    spot = Spot(f"/choices/{name}", ("choices", number), Origin.MODEL, Stage.OUTPUT)
    if not isinstance(choice, dict):
        free(places, spot, choice)
        return
    for position, (key, value) in enumerate(choice.items()):
        if key == "message" and isinstance(value, dict):
            _said(places, spot.field("message"), value, json_mode)
        elif key not in CHOICE_FIXED:
            free(places, spot.field(key) if key in ("message", "delta", "text") else spot.chosen(position, key), value)


def _said(places: Places, spot: Spot, message: dict[str, Any], json_mode: bool) -> None:
    for position, (key, value) in enumerate(message.items()):
        if value is None and key in NAMED:
            continue
        if key == "content" and isinstance(value, str):
            (places.document if json_mode else places.text)(spot.field(key), value)
        elif key == "content":
            _content(places, spot.field(key), value)
        elif key in ("tool_calls", "function_call") and value:
            _calls(places, spot.field(key)._replace(stage=Stage.TOOL_CALL), value)
        elif key in PROSE and isinstance(value, str):
            places.text(spot.field(key), value)
        elif key == "audio" and isinstance(value, dict):
            _audio(places, spot.field(key), value)
        elif key in NAMED:
            free(places, spot.field(key), value)
        elif isinstance(value, str) and key != "role":
            places.text(places.key(spot, position, key), value)  # as in a stream, where it grows
        elif key != "role" or not steers(value):
            free(places, places.key(spot, position, key), value)
