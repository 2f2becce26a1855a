"""What cannot be read: pictures, sounds, files, and long base64 wherever it stands.

A field's name, a data URL's type (RFC 2397) and the first bytes each say what a thing is. All that they say is noted, since a
rule against pictures must not be passed by calling a picture something else.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from urllib.parse import unquote

from guardrails.model import Unreadable

LONG = 256  # characters: shorter base64 is an identifier or a token
_STEP = LONG // 2  # a run of LONG covers one whole stride, wherever it begins

#: Types of data URLs that are text, SVG drawings among them.
TEXT_TYPE = re.compile(
    r"text/.*|.*\+(?:json|xml)|application/(?:json|xml|yaml|x-yaml|csv|x-ndjson|jsonl?|javascript|sql|rtf|toml|graphql)",
    re.IGNORECASE,
)

#: Fields of a content part that hold something else than text, in OpenAI's words and its imitators'.
MEDIA = {
    "image_url": Unreadable.IMAGE,
    "input_image": Unreadable.IMAGE,
    "image": Unreadable.IMAGE,
    "input_audio": Unreadable.AUDIO,
    "audio_url": Unreadable.AUDIO,
    "video_url": Unreadable.VIDEO,
    "input_video": Unreadable.VIDEO,
    "video": Unreadable.VIDEO,
    "file": Unreadable.FILE,
    "input_file": Unreadable.FILE,
    "file_data": Unreadable.FILE,
    "file_url": Unreadable.FILE,
    "file_id": Unreadable.FILE,
}
#: The field in one of these that is the thing itself; the others tell of it.
MEDIA_FIELDS = frozenset({"url", "data", "file_data", "file_id", "file_url", "image_url"})
_WORDS = (("image", Unreadable.IMAGE), ("audio", Unreadable.AUDIO), ("video", Unreadable.VIDEO), ("file", Unreadable.FILE))

#: Lists of integers under these names are text as tokens, however short; under other unknown names, long lists are.
_TOKENS = re.compile(r"(?:.*_)?token_?ids?|tokens|prompt|input", re.IGNORECASE)
_STEERING_TOKENS = frozenset({"stop_token_ids", "allowed_token_ids", "bad_token_ids"})
LONG_LIST = 16

#: First bytes, as file(1) knows them. RIFF and ISO media are told apart by what follows.
_MAGIC = (
    (b"\x89PNG", Unreadable.IMAGE), (b"\xff\xd8\xff", Unreadable.IMAGE), (b"GIF8", Unreadable.IMAGE),
    (b"II*\0", Unreadable.IMAGE), (b"MM\0*", Unreadable.IMAGE), (b"ID3", Unreadable.AUDIO), (b"OggS", Unreadable.AUDIO),
    (b"fLaC", Unreadable.AUDIO), (b"\xff\xfb", Unreadable.AUDIO), (b"\xff\xf3", Unreadable.AUDIO),
    (b"\xff\xf1", Unreadable.AUDIO), (b"\x1aE\xdf\xa3", Unreadable.VIDEO), (b"%PDF", Unreadable.FILE),
    (b"PK\x03\x04", Unreadable.FILE), (b"\xd0\xcf\x11\xe0", Unreadable.FILE), (b"\x1f\x8b\x08", Unreadable.FILE),
    (b"7z\xbc\xaf", Unreadable.FILE), (b"Rar!", Unreadable.FILE),
)  # fmt: skip
_RIFF = {b"WEBP": Unreadable.IMAGE, b"WAVE": Unreadable.AUDIO, b"AVI ": Unreadable.VIDEO}
_PICTURE_BRANDS = (b"heic", b"heix", b"avif", b"mif1")
#: How the base64 of those bytes begins, where that is sure enough for a short string: four characters, three bytes.
_HEADS = ("iVBO", "/9j/", "R0lG", "UklG", "JVBE", "UEsD", "SUQz", "T2dn", "ZkxhQ", "GkXf", "H4sI", "0M8R", "AAAA")
_WHOLE = re.compile(r"[A-Za-z0-9+/_-]{32,}={0,2}")

_BODY = r"[A-Za-z0-9+/_%\r\n-]"
_STRIDE = re.compile(_BODY + f"{{{_STEP}}}")
_ONE = re.compile(_BODY)
_REST = re.compile(_BODY + "*={0,2}")
_ALPHABET = re.compile(r"[A-Za-z0-9+/]+={0,2}|[A-Za-z0-9_-]+={0,2}")
_LINE = 40  # characters: shorter lines are words (RFC 2045 breaks base64 at 76, RFC 7468 at 64)
_LINES = re.compile(r"[^\r\n]+")
_CLASSES = tuple(re.compile(c) for c in ("[a-z]", "[A-Z]", "[0-9]"))
_DATA_URL = re.compile(
    r"data:\s{0,8}([\w.+-]{1,80}/[\w.+-]{1,80})?[^,\s]{0,80}\s?;\s?base64\s?,\s{0,8}([A-Za-z0-9+/_%=-]{4,})", re.IGNORECASE
)
_TYPE_BEFORE = re.compile(r"data:\s*([\w.+-]+/[\w.+-]+)[^,]{0,80},\s*\Z", re.IGNORECASE)


def by_type(media_type: str) -> Unreadable:
    """What a media type (`image/png`) says a thing is."""
    said = media_type.strip().lower()
    if said.startswith("text/") or said == "application/octet-stream":
        return Unreadable.DATA
    return next((medium for word, medium in _WORDS if said.startswith(word)), Unreadable.FILE)


def by_name(part_type: object) -> Unreadable | None:
    """What the `type` of a content part says, for parts that no table names: `input_image`, `audio_base64`."""
    said = part_type.lower() if isinstance(part_type, str) else ""
    return next((medium for word, medium in _WORDS if word in said), None)


def by_bytes(data: bytes) -> Unreadable | None:
    """What the first bytes say; None where they say nothing that is known."""
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return Unreadable.IMAGE if data[8:12] in _PICTURE_BRANDS else Unreadable.VIDEO
    return next((medium for magic, medium in _MAGIC if data.startswith(magic)), None)


def by_base64(text: str) -> Unreadable | None:
    """What the first bytes say that this base64 stands for."""
    head = "".join(text[:64].split()).translate(_URL_SAFE).rstrip("=")
    try:
        return by_bytes(base64.b64decode(head[: len(head) // 4 * 4]))
    except ValueError:
        return None


_URL_SAFE = str.maketrans("-_", "+/")


def is_content(name: object) -> bool:
    """Below a field of MEDIA: does this name, or place in a list, hold the thing itself?"""
    return isinstance(name, int) or name in MEDIA or name in MEDIA_FIELDS


def is_tokens(name: object, value: list[object]) -> bool:
    """Is this list under this name a text as token ids?"""
    if not value or not all(type(item) is int for item in value):
        return False
    if name in _STEERING_TOKENS:
        return False
    return len(value) >= LONG_LIST or (isinstance(name, str) and _TOKENS.fullmatch(name) is not None)


Run = tuple[int, int, frozenset[Unreadable]]


def runs(text: str) -> list[Run]:
    """Where base64 stands in a text, and what it is: of LONG characters and more, or less where a data URL or its first bytes
    say what it is."""
    found = list(_long(text)) if len(text) >= LONG else []
    if len(text) < LONG and text.startswith(_HEADS) and _WHOLE.fullmatch(text) and (medium := by_base64(text)):
        found.append((0, len(text), frozenset({medium})))
    if "64," in text:
        found += _inline(text)
    return sorted(found, key=lambda run: run[:2]) if len(found) > 1 else found


def _inline(text: str) -> Iterator[Run]:
    """Short data URLs in prose. Those of text types are left to who reads base64 for what it says."""
    for match in _DATA_URL.finditer(text):
        named, payload = match[1] or "text/plain", match[2]
        if len(payload) < LONG:
            said = {by_base64(payload), None if TEXT_TYPE.fullmatch(named) else by_type(named)} - {None}
            if said:
                yield *match.span(2), frozenset(one for one in said if one)


def _long(text: str) -> Iterator[Run]:
    """Time: one look in `_STEP` characters, and each run once."""
    at = done = 0
    while at + _STEP <= len(text):
        if _STRIDE.match(text, at) is None:
            at += _STEP
            continue
        start = at
        while start > done and _ONE.match(text, start - 1):
            start -= 1
        found = _REST.match(text, at)
        end = found.end() if found else at
        for begin, stop in _blocks(text, start, end):
            if _is_base64(text[begin:stop]):
                yield begin, stop, _said(text, begin, stop)
        done, at = end, max(end, at + _STEP)


def _blocks(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Base64 in one line, or in lines of one length of which the last may be shorter. A list of words is neither."""
    lines = [match.span() for match in _LINES.finditer(text, start, end)]
    width = max((stop - begin for begin, stop in lines), default=0)
    if width >= LONG:
        yield from ((begin, stop) for begin, stop in lines if stop - begin >= LONG)
        return
    if width < _LINE:
        return
    first: int | None = None
    for begin, stop in lines:
        if stop - begin == width:
            first = begin if first is None else first
            last = stop
        elif first is not None:
            yield first, stop
            first = None
    if first is not None:
        yield first, last


def _is_base64(block: str) -> bool:
    whole = "".join((unquote(block, errors="replace") if "%" in block else block).split())
    return len(whole) >= LONG and _ALPHABET.fullmatch(whole) is not None and all(c.search(whole, 0, 4 * LONG) for c in _CLASSES)


def _said(text: str, start: int, end: int) -> frozenset[Unreadable]:
    said = {by_base64(unquote(text[start : min(end, start + 200)], errors="replace"))}
    if named := _TYPE_BEFORE.search(text, max(0, start - 200), start):
        said.add(by_type(named[1]))
    return frozenset(medium for medium in said if medium) or frozenset({Unreadable.DATA})
