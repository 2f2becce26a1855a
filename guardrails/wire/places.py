"""From a parsed body to segments, and from edits back to a body.

A dialect walks its body once and says of each string what it is (`text`, `identifier`, `document`, `tree`, `schema`); this
file remembers the place. `edited` copies only the containers along a changed path: everything else is the very same object,
so what nobody decided to change is forwarded value for value and in key order.
"""

from __future__ import annotations

import base64
import codecs
import copy
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import quote_from_bytes, unquote_to_bytes

from guardrails.model import Edit, Finding, Kind, Origin, Segment, Stage, Unreadable
from guardrails.wire import jsontext, unread

Steps = tuple[str | int, ...]

#: Keys of a JSON Schema or tool definition that steer the model's grammar or the provider, never prose: not read, not edited.
SCHEMA_FIXED = frozenset(
    (
        *("type", "name", "pattern", "format", "required", "strict", "encoding", "contentEncoding", "contentMediaType"),
        *("$ref", "$schema", "$id", "$anchor", "syntax", "definition", "server_url", "server_label", "connector_id"),
    )
)
#: A provider's business with a server of tools, credentials among it.
SCHEMA_SEALED = frozenset({"headers", "authorization", "allowed_tools", "require_approval", "container", "vector_store_ids"})
SCHEMA_MAPS = frozenset({"properties", "$defs", "definitions", "patternProperties", "dependentSchemas"})
#: Keys that a record may show as they are; any other key of a schema was chosen by the client.
SCHEMA_WORDS = frozenset(
    {"function", "custom", "description", "title", "parameters", "json_schema", "schema", "items", "anyOf"}
)
SCHEMA_VALUES = frozenset({"default", "examples", "example", "enum", "const"})

#: RFC 2397: a type (text/plain where there is none), parameters, data.
_DATA_URL = re.compile(r"\s*data:\s*([\w.+-]+/[\w.+-]+)?\s*((?:;[^;,]*)*),", re.IGNORECASE)
#: What cannot be read where a file is expected: an address, data of another type, a file's id, bare base64.
_OPAQUE = re.compile(
    r"\s*(?:https?|data|file|gs|s3):.*|[A-Za-z]+[-_][\w-]{1,80}|[A-Za-z0-9+/_-]*+=*", re.IGNORECASE | re.DOTALL
)
_BASE64 = re.compile(r"(?:data:[^,]*,)?[A-Za-z0-9+/_-]{64,}={0,2}", re.IGNORECASE)
#: The encodings of texts on the web (the Encoding standard), by the names that Python gives them. Other codecs are no encodings
#: of text, or read one text in two ways.
_CHARSETS = re.compile(
    r"utf-(?:8|16|32)(?:-[bl]e)?|utf_8_sig|ascii|iso8859-\d+|cp(?:125\d|866|874|932|949|950)|koi8-[ru]"
    r"|mac-(?:roman|cyrillic)|gb2312|gbk|gb18030|big5|big5hkscs|shift_jis|euc_(?:jp|kr)|iso2022_jp"
)
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_REQUEST = frozenset({Stage.INPUT, Stage.TOOL_RESULT})
_LONG_INTEGER = 10 ** (jsontext.LONG_NUMBER - 1)


class Spot(NamedTuple):
    """Where a walk stands: the path that may be shown, the real steps, and whose text this is.

    (A tuple, as `Place` is: a walk makes one or two for every string, and a frozen dataclass costs twice as much.)
    """

    path: str
    steps: Steps
    origin: Origin
    stage: Stage

    def field(self, key: str) -> Spot:
        """A field the dialect names: shown as it is."""
        return Spot(f"{self.path}/{key}", (*self.steps, key), self.origin, self.stage)

    def chosen(self, position: int, key: str) -> Spot:
        """A key that the client chose: shown as its position."""
        return Spot(f"{self.path}/~{position}", (*self.steps, key), self.origin, self.stage)

    def item(self, number: int) -> Spot:
        return Spot(f"{self.path}/{number}", (*self.steps, number), self.origin, self.stage)

    def by(self, origin: Origin) -> Spot:
        """The same spot, written by another."""
        return self._replace(origin=origin)


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around the text of a data URL, and how the text is written in it."""

    head: str
    is_base64: bool
    charset: str


class Place(NamedTuple):
    """How the text of one segment is read and written in the body."""

    steps: Steps
    leaf: str | None = None  # where in a JSON document inside the string
    is_key: bool = False
    frame: Frame | None = None  # around the text of a data URL
    source: str = ""  # that data URL, where it stands in a document


@dataclass(slots=True)
class Places:
    """What a walk over one body has seen. Filled once by a dialect, then only read."""

    segments: list[Segment] = field(default_factory=list)
    at: dict[str, Place] = field(default_factory=dict)
    documents: dict[Steps, jsontext.Document] = field(default_factory=dict)
    unread: list[Finding] = field(default_factory=list)  # images, audio, files, base64, token ids

    @property
    def unscanned(self) -> list[str]:
        """Paths of what cannot be read, each once."""
        return list(dict.fromkeys(finding.path for finding in self.unread))

    def text(self, spot: Spot, value: str, kind: Kind = Kind.TEXT) -> None:
        """One string of prose, or an identifier. What a model writes as prose grows in a stream, and all of it is text."""
        if value:
            path = self._add(spot.path, Place(spot.steps), value, kind, spot)
            if kind is Kind.TEXT and spot.stage in _REQUEST:
                self._look(path, value, spot)

    def loose(self, spot: Spot, value: str) -> None:
        """One string whose author is free in it: prose, a data URL, or base64 of something that cannot be read."""
        if _is_data_url(value):
            self.data_url(spot, value)
        elif value:
            self._look(self._add(spot.path, Place(spot.steps), value, Kind.TEXT, spot), value, spot)

    def document(self, spot: Spot, value: str) -> None:
        """A string that should hold JSON: its leaves where it does, prose where it does not."""
        found = jsontext.document(value)
        if found is None:
            self.loose(spot, value)
            return
        self.documents[spot.steps] = found
        for steps, leaf in found.texts():
            path, place = f"{spot.path}/~json{steps}", Place(spot.steps, steps)
            if leaf.kind is Kind.TEXT and _is_data_url(leaf.text):
                self._url(path, place._replace(source=leaf.text), leaf.text, spot)
                continue
            path = self._add(path, place, leaf.text, leaf.kind, spot)
            if leaf.kind is not Kind.NUMBER:
                self._look(path, leaf.text, spot)

    def tree(self, spot: Spot, value: Any, only: Sequence[Kind] = tuple(Kind), medium: Unreadable | None = None) -> None:
        """Any JSON value whose author is free in it: every string, key and long number below (of the kinds in `only`).

        `medium`: what the strings below are that stand in a field for a picture, a sound, a file.
        """
        if isinstance(value, str):
            if Kind.TEXT in only:
                if medium and unread.is_content(spot.steps[-1]):
                    self.media(spot, value, medium)
                else:
                    self.loose(spot, value)
        elif isinstance(value, dict):
            for position, (key, child) in enumerate(value.items()):
                below = self.key(spot, position, key) if Kind.KEY in only else spot.chosen(position, key)
                self.tree(below, child, only, unread.MEDIA.get(key, medium))
        elif isinstance(value, list):
            if Kind.TEXT in only and spot.stage in _REQUEST and unread.is_tokens(spot.steps[-1], value):
                self.opaque(spot, Unreadable.TOKEN_IDS)
            for number, child in enumerate(value):
                if isinstance(child, str | dict | list) or _long_number(child):
                    self.tree(spot.item(number), child, only, medium)
        elif _long_number(value):
            self._add(spot.path, Place(spot.steps), repr(value), Kind.NUMBER, spot)

    def key(self, spot: Spot, position: int, key: str) -> Spot:
        """A key that the client chose, which may itself hold something; where its value stands."""
        below = spot.chosen(position, key)
        if key:
            self._look(self._add(f"{below.path}/~key", Place(below.steps, is_key=True), key, Kind.KEY, spot), key, spot)
        return below

    def schema(self, spot: Spot, value: Any) -> None:
        """A tool definition or JSON Schema: prose in it is judged, names and validation keywords are never touched."""
        if isinstance(value, str):
            self.text(spot, value)
        elif isinstance(value, list):
            for number, child in enumerate(value):
                self.schema(spot.item(number), child)
        elif isinstance(value, dict):
            for position, (key, child) in enumerate(value.items()):
                if key in SCHEMA_MAPS and isinstance(child, dict):
                    for inner, (name, sub) in enumerate(child.items()):
                        self.schema(spot.field(key).chosen(inner, name), sub)
                elif key in SCHEMA_VALUES:
                    self._values(spot.field(key), child)
                elif key not in SCHEMA_SEALED and not (key in SCHEMA_FIXED and _is_word(child)):
                    self.schema(spot.field(key) if key in SCHEMA_WORDS else self.key(spot, position, key), child)

    def data_url(self, spot: Spot, value: str, medium: Unreadable | None = None) -> None:
        """A URL that may carry the data itself: text types are decoded and judged, everything else is noted as not scanned."""
        if not (self._url(spot.path, Place(spot.steps), value, spot, medium) or _OPAQUE.fullmatch(value)):
            self.text(spot, value)

    def _url(self, path: str, place: Place, value: str, spot: Spot, medium: Unreadable | None = None) -> bool:
        """Was this URL read? If not, it is noted as what its field, its type and its first bytes say."""
        read = _text_of(value)
        if read is None:
            match = _DATA_URL.match(value)
            named = unread.by_type(match[1] or "text/plain") if match else None
            said = (medium, named, unread.by_base64(value[match.end() if match else 0 :]))
            self._note(path, 0, 0, [one for one in said if one] or [Unreadable.DATA], spot)
        elif read[1]:
            self._look(self._add(path, place._replace(frame=read[0]), read[1], Kind.TEXT, spot), read[1], spot)
        return read is not None

    def media(self, spot: Spot, value: str, medium: Unreadable) -> None:
        """A string that a vendor's field calls a picture, a sound, a file: noted as one, and judged where it is text."""
        if not (self._url(spot.path, Place(spot.steps), value, spot, medium) or _BASE64.fullmatch(value)):
            self._look(self._add(spot.path, Place(spot.steps), value, Kind.TEXT, spot), value, spot)

    def opaque(self, spot: Spot, medium: Unreadable) -> None:
        """Something that must not be read or touched: noted as not scanned."""
        self._note(spot.path, 0, 0, [medium], spot)

    def _look(self, path: str, text: str, spot: Spot) -> None:
        """Note base64 in a text that is judged as text all the same."""
        for start, end, media in unread.runs(text):
            self._note(path, start, end, media, spot)

    def _note(self, path: str, start: int, end: int, media: Iterable[Unreadable], spot: Spot) -> None:
        for one in sorted(set(media)):
            self.unread.append(Finding(path, start, end, one.entity, 1.0, one.detector, spot.stage, spot.origin))

    def _add(self, path: str, place: Place, text: str, kind: Kind, spot: Spot) -> str:
        """The path it has now."""
        while path in self.at:  # two places never share a path, whatever a body says of its indexes
            path += "~"
        self.at[path] = place
        self.segments.append(Segment(path, text, kind, spot.origin, spot.stage))
        return path

    def _values(self, spot: Spot, value: Any) -> None:
        """Example values inside a schema: strings and keys; a number there may be a bound of the grammar."""
        if isinstance(value, str):
            self.text(spot, value)
        elif isinstance(value, list):
            for number, child in enumerate(value):
                self._values(spot.item(number), child)
        elif isinstance(value, dict):
            for position, (key, child) in enumerate(value.items()):
                self._values(self.key(spot, position, key), child)

    def edited(self, body: dict[str, Any], edits: Sequence[Edit]) -> dict[str, Any]:
        """`body` with the edits applied; the very same object where there are none."""
        by_path: dict[str, list[Edit]] = {}
        for edit in edits:
            by_path.setdefault(edit.path, []).append(edit)
        writes: list[tuple[Steps, Callable[[Any], Any]]] = []
        inside: dict[Steps, dict[str, list[Edit]]] = {}
        for path, changes in by_path.items():
            place = self.at[path]
            if place.leaf is not None:
                inside.setdefault(place.steps, {})[place.leaf] = _framed(place, changes) if place.frame else changes
            elif not place.is_key:
                writes.append((place.steps, partial(_written, place, changes)))
        writes += [(steps, partial(_rewritten, self.documents[steps], by_leaf)) for steps, by_leaf in inside.items()]
        names: dict[Steps, dict[str, list[Edit]]] = {}
        for place, changes in ((self.at[path], changes) for path, changes in by_path.items()):
            if place.is_key:
                names.setdefault(place.steps[:-1], {})[str(place.steps[-1])] = changes
        for steps in sorted(names, key=len, reverse=True):  # the deepest first: a renamed key moves what is below it
            writes.append((steps, partial(_renamed, names[steps])))
        copies: set[int] = set()
        for steps, write in writes:
            body = _put(body, steps, write, copies)
        return body


def _is_data_url(text: str) -> bool:
    """Is the whole of this a data URL, and not a sentence that begins like one?"""
    if text.lstrip()[:5].lower() != "data:" or (match := _DATA_URL.match(text)) is None:
        return False
    base64 = "base64" in match[2].lower()
    return (base64 or match[1] is not None) and not (" " in text[match.end() :].strip() and not base64)


def _text_of(url: str) -> tuple[Frame, str] | None:
    """Frame and text of a data URL of a text type (RFC 2397), read as leniently as browsers do; None for everything else."""
    if not (match := _DATA_URL.match(url)) or not unread.TEXT_TYPE.fullmatch(match[1] or "text/plain"):
        return None
    words = [word.strip().lower() for word in match[2].split(";")]
    charset = next((word.partition("=")[2].strip("\"' ") for word in words if word.startswith("charset=")), "")
    payload, is_base64 = unquote_to_bytes(url[match.end() :]), "base64" in words
    try:
        if is_base64:
            payload = b"".join(payload.split()).translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
            payload = base64.b64decode(payload + b"=" * (-len(payload) % 4), validate=True)
        charset = _charset(charset, payload)
        return Frame(url[: match.end()], is_base64, charset), payload.decode(charset)
    except (ValueError, LookupError):  # no base64, no such encoding, or not in it
        return None


def _charset(named: str, payload: bytes) -> str:
    """The encoding of the text. Bytes that are ASCII are read as ASCII, as every reader reads them that looks at the bytes:
    a wrong name must not make a value unreadable here and readable there. Raises LookupError where no encoding is meant."""
    if payload.isascii() and b"\0" not in payload and b"\x1b" not in payload:
        return "ascii"
    if not named:
        return next((name for bom, name in _BOMS if payload.startswith(bom)), "utf-8")
    known = codecs.lookup(named).name
    if not _CHARSETS.fullmatch(known):
        raise LookupError(named)
    return known


def _is_word(value: Any) -> bool:
    """Is this what a validation keyword has: a word, a flag, a number, a list of words?"""
    return not isinstance(value, dict | list) or (isinstance(value, list) and all(isinstance(v, str) for v in value))


def _long_number(value: Any) -> bool:
    if type(value) is int:
        return not -_LONG_INTEGER < value < _LONG_INTEGER
    return type(value) is float and jsontext.digits(repr(value)) >= jsontext.LONG_NUMBER


def _framed(place: Place, changes: Sequence[Edit]) -> list[Edit]:
    """The edits of a data URL that is a literal of a document: one, of the whole literal."""
    return [Edit(changes[0].path, 0, len(place.source), _written(place, changes, place.source))]


def _written(place: Place, changes: Sequence[Edit], old: Any) -> Any:
    """The new value of one place."""
    if place.frame is not None:
        read = _text_of(old)
        new = jsontext.applied(read[1] if read else "", changes).encode(place.frame.charset, "replace")
        return place.frame.head + (base64.b64encode(new).decode() if place.frame.is_base64 else quote_from_bytes(new))
    text = jsontext.applied(old if isinstance(old, str) else repr(old), changes)
    if any(edit.number for edit in changes):
        return float(text) if set(text) & set(".eE") else int(text)
    return text


def _rewritten(found: jsontext.Document, by_leaf: dict[str, list[Edit]], _: str) -> str:
    return found.rewritten(by_leaf)


def _put(node: Any, steps: Steps, write: Callable[[Any], Any], copies: set[int]) -> Any:
    """`node` with `write` applied at `steps`; each container along the way is copied once."""
    if not steps:
        return write(node)
    if id(node) not in copies:
        node = copy.copy(node)
        copies.add(id(node))  # alive until the end: it hangs in the new body
    node[steps[0]] = _put(node[steps[0]], steps[1:], write, copies)
    return node


def _renamed(changes: dict[str, list[Edit]], node: dict[str, Any]) -> dict[str, Any]:
    """The same object with these keys renamed in their places; a number is added where a new name is taken."""
    taken, counts = set(node), dict[str, int]()
    made = {}
    for key, value in node.items():
        name = jsontext.applied(key, changes[key]) if key in changes else key
        if name != key:
            name = jsontext.unused(name, taken.__contains__, counts)
            taken.add(name)
        made[name] = value
    return made
