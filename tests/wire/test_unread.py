"""What cannot be read is noted under every spelling; what can be read is read, and hidden inside."""

import base64
import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.guard import Guard
from guardrails.model import Edit, Origin, Segment, Stage, Unreadable
from guardrails.policy import load
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire import unread
from guardrails.wire.chat import Answer, Request
from guardrails.wire.sse import encode
from tests.detecting import CONTEXT, vault

X = "jane.cooper@contoso.com"
NOISE = random.Random(4).randbytes(900)
B64 = base64.b64encode(NOISE).decode()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + NOISE[:60]).decode()
WAV = base64.b64encode(b"RIFF\x24\0\0\0WAVE" + NOISE[:60]).decode()
MP4 = base64.b64encode(b"\0\0\0\x18ftypmp42" + NOISE[:60]).decode()
PDF = base64.b64encode(b"%PDF-1.7\n" + NOISE[:60]).decode()


def part(**fields):
    return {"messages": [{"role": "user", "content": [{"type": "text", "text": "hi"}, fields]}]}


def said(text):
    return {"messages": [{"role": "user", "content": text}]}


def result(text):
    return {"messages": [{"role": "tool", "tool_call_id": "1", "content": text}]}


def kinds(body):
    return {f.entity.removeprefix("UNREADABLE_").lower() for f in Request(body).unread()}


def image(url):
    return part(type="image_url", image_url={"url": url})


NOTED = {
    "a picture": (image(f"data:image/png;base64,{PNG}"), "image"),
    "an address": (image("https://example.org/a.png"), "image"),
    "an address of another kind": (image("gs://bucket/a.png"), "image"),
    "no object": (part(type="image_url", image_url="https://example.org/a.png"), "image"),
    "capitals": (image(f"DATA:IMAGE/PNG;BASE64,{PNG}"), "image"),
    "blanks before": (image(f" \n data:image/png;base64,{PNG}"), "image"),
    "blanks inside": (image(f"data: image/png ; base64,{PNG}"), "image"),
    "a line break in the scheme": (image(f"da\nta:image/png;base64,{PNG}"), "image"),
    "no scheme": (image(PNG), "image"),
    "no base64 at all": (image("a nice picture"), "image"),
    "an empty address": (image(""), "image"),
    "an object too deep": (part(type="image_url", image_url={"url": {"url": "https://example.org"}}), "image"),
    "in the wrong field": (part(type="image_url", url="https://example.org/a.png"), "image"),
    "in another vendor's words": (
        part(type="image", source={"type": "base64", "media_type": "image/png", "data": PNG}),
        "image",
    ),
    "by address in these words": (part(type="image", source={"type": "url", "url": "https://example.org/a"}), "image"),
    "a document by address": (part(type="document", source={"type": "url", "url": "https://example.org/a.pdf"}), "file"),
    "Responses' words": (part(type="input_image", image_url=f"data:image/png;base64,{PNG}"), "image"),
    "unknown type, known bytes": (part(type="blob", payload=[{"x": PNG}]), "image"),
    "unknown type, short type": (part(type="blob", payload="data:image/gif;base64,R0lG"), "image"),
    "unknown type, unknown bytes": (part(type="blob", payload=[{"x": B64}]), "data"),
    "unknown field of a message": ({"messages": [{"role": "user", "content": "a", "blob": {"x": [B64]}}]}, "data"),
    "unknown field at the top": (said("a") | {"attachment": B64}, "data"),
    "unknown field that says picture": (said("a") | {"extra": {"image_url": {"url": "https://example.org"}}}, "image"),
    "a key": (said("a") | {"extra": {B64: 1}}, "data"),
    "metadata": (said("a") | {"metadata": {"x": B64}}, "data"),
    "a tool's description": (
        said("a") | {"tools": [{"type": "function", "function": {"name": "f", "description": B64}}]},
        "data",
    ),
    "in prose": (said(f"What is ![this](data:image/gif;base64,{B64})?"), "image"),
    "a short one in prose": (said("What is ![this](Data:image/png;BaSe64,iVBORw0KGgo=)?"), "image"),
    "in lines": (said("My file\n" + "\n".join(B64[i : i + 76] for i in range(0, len(B64), 76)) + "\nThanks"), "data"),
    "in lines of Windows": (said("\r\n".join(B64[i : i + 64] for i in range(0, len(B64), 64))), "data"),
    "percent-encoded": (said(B64.replace("+", "%2B").replace("/", "%2F").replace("=", "%3D")), "data"),
    "the other alphabet": (said(base64.urlsafe_b64encode(NOISE).decode().rstrip("=")), "data"),
    "a system prompt": ({"messages": [{"role": "system", "content": f"x {B64}"}]}, "data"),
    "a sound": (part(type="input_audio", input_audio={"data": WAV, "format": "wav"}), "audio"),
    "a sound of before": ({"messages": [{"role": "assistant", "content": None, "audio": {"id": "audio_1"}}]}, "audio"),
    "a film": (part(type="video_url", video_url={"url": f"data:video/mp4;base64,{MP4}"}), "video"),
    "a film without a name": (part(type="blob", payload=MP4), "video"),
    "a file": (part(type="file", file={"file_data": f"data:application/pdf;base64,{PDF}", "filename": "a.pdf"}), "file"),
    "a file by its id": (part(type="file", file={"file_id": "file-1"}), "file"),
    "a file without a type": (part(type="file", file={"file_data": PDF}), "file"),
    "token ids": (said("a") | {"prompt_token_ids": [1, 2]}, "token_ids"),
    "token ids without a name": (said("a") | {"x": {"y": [[5] * 16]}}, "token_ids"),
    "sealed reasoning": (
        {"messages": [{"role": "assistant", "content": [{"type": "thinking", "thinking": "a", "signature": "s"}]}]},
        "reasoning",
    ),
    "a tool's picture": (result([{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]), "image"),
    "a tool's picture in JSON": (result(json.dumps({"type": "image", "data": PNG, "mimeType": "image/png"})), "image"),
    "a tool's URL in JSON": (result(json.dumps([{"a": "data:audio/wav;base64,UklG"}])), "audio"),
    "a tool's data": (result(f"{B64}"), "data"),
    "a picture in a text file": (
        image("data:image/svg+xml," + f'<svg><image href="data:image/png;base64,{B64}"/></svg>'),
        "image",
    ),
    "arguments of before": (
        {
            "messages": [
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [{"id": "1", "function": {"name": "f", "arguments": json.dumps({"a": PDF})}}],
                }
            ]
        },
        "file",
    ),
}


@pytest.mark.parametrize("name", NOTED)
def test_what_cannot_be_read_is_noted(name):
    body, kind = NOTED[name]
    request = Request(body)
    assert kinds(body) == {kind}
    assert {f.path for f in request.unread()} == set(request.unscanned)
    assert len(request.unscanned) == len(set(request.unscanned))
    assert {f.detector for f in request.unread()} == {f"unreadable/{kind}"}
    assert {f.stage for f in request.unread()} == {
        Stage.TOOL_RESULT if name.startswith("a tool's") and "desc" not in name else Stage.INPUT
    }
    assert request.edited([]) is request


@pytest.mark.parametrize(
    ("body", "both"),
    [
        (part(type="file", file={"file_data": f"data:application/pdf;base64,{PNG}"}), {"file", "image"}),
        (image(f"data:audio/wav;base64,{PNG}"), {"audio", "image"}),
        (image(f"data:image/png;base64,{PDF}"), {"file", "image"}),
    ],
)
def test_whoever_calls_a_thing_by_another_name_is_not_believed(body, both):
    assert kinds(body) == both


def test_an_unreadable_thing_inside_a_text_has_its_offsets():
    (found,) = Request(said(f"Look: {B64} ok")).unread()
    assert (found.path, found.start, found.end, found.origin) == ("/messages/0/content", 6, 6 + len(B64), Origin.USER)
    (found,) = Request(image("https://example.org/a.png")).unread()
    assert (found.path, found.start, found.end) == ("/messages/0/content/1/image_url/url", 0, 0)


READ = {
    "text": f"data:text/plain,{X}",
    "no type": f"data:,{X}",
    "capitals": f"DATA:TEXT/PLAIN,{X}",
    "percent": "data:text/csv," + "".join(f"%{b:02X}" for b in X.encode()),
    "base64": "data:text/html;base64," + base64.b64encode(X.encode()).decode(),
    "no padding": "data:application/json;base64," + base64.b64encode(json.dumps([X]).encode()).decode().rstrip("="),
    "url-safe": "data:text/xml;base64," + base64.urlsafe_b64encode(f"é?~ÿ>{X}".encode()).decode(),
    "blanks in base64": "data:text/plain;base64," + " ".join(base64.b64encode(X.encode()).decode()),
    "utf-16": "data:text/plain;charset=utf-16;base64," + base64.b64encode(f"é {X}".encode("utf-16")).decode(),
    "utf-16 unnamed": "data:text/plain;base64," + base64.b64encode(f"é {X}".encode("utf-16")).decode(),
    "utf-16-be": "data:text/plain;charset=UTF-16BE;base64," + base64.b64encode(f"é {X}".encode("utf-16-be")).decode(),
    "latin-1": f'data:text/plain;charset="iso-8859-1",%E9%20{X}',
    "gbk": "data:text/plain;charset=gbk;base64," + base64.b64encode(f"你好 {X}".encode("gbk")).decode(),
    "a wrong charset": "data:text/plain;charset=utf-16;base64," + base64.b64encode(f"{X} ".encode()).decode(),
    "a drawing": f"data:image/svg+xml;utf8,<svg><text>{X}</text></svg>",
    "xml": f"data:application/rss+xml,<a>{X}</a>",
}


@pytest.mark.parametrize("name", READ)
@pytest.mark.parametrize(
    "around", [image, lambda url: part(type="blob", payload=url), lambda url: result(json.dumps({"a": [url]}))]
)
def test_text_in_a_data_url_is_read_and_hidden_inside(name, around):
    request = Request(around(READ[name]))
    (segment,) = [s for s in request.segments() if X in s.text]
    assert request.unscanned == []
    start = segment.text.index(X)
    edited = request.edited([Edit(segment.path, start, start + len(X), "<EMAIL_ADDRESS_7K2M9QX4>")])
    (again,) = [s for s in Request(edited.body).segments() if s.path == segment.path]
    assert again.text == segment.text.replace(X, "<EMAIL_ADDRESS_7K2M9QX4>")
    assert base64.b64encode(X.encode())[:12].decode() not in json.dumps(edited.body)


@pytest.mark.parametrize(
    "url",
    [
        "data:text/plain;base64,!!!",
        "data:text/plain;base64,gA==",
        "data:text/plain;charset=unicode_escape;base64,gA==",
        "data:text/plain;charset=undefined,%80",
        "data:text/plain;charset=idna,%80",
        "data:text/plain;charset=nonsense,%80",
        "data:text/plain;charset=zlib,%80",
        "data:text/plain;charset=a\0b,%80",
    ],
)
def test_text_that_cannot_be_decoded_is_noted(url):
    assert kinds(image(url)) == {"image", "data"}
    assert kinds(part(type="blob", payload=url)) == {"data"}


PLAIN = {
    "a sentence": "The meeting is at noon. " * 100,
    "words in lines": "\n".join(["apple", "banana", "cherry"] * 200),
    "long words in lines": "\n".join(random.Random(1).choice("abcdef") * (40 + n % 7) for n in range(60)),
    "one letter": "a" * 5000,
    "capitals": "ACGT" * 500,
    "hexadecimal": "0123456789abcdef" * 60,
    "digits": "31415926535" * 90,
    "Chinese": "我的电话号码是" * 200,
    "Chinese in a URL": "https://example.org/" + "%E6%96%87Ab" * 80,
    "an address": "https://example.org/A1/some-long/path_to/a-page/" + "and-more/" * 40,
    "a small text in prose": "Open data:text/plain;base64,aGVsbG8gd29ybGQ= please",
    "what only looks like one": "In base64, 64, 128 or data:base64,",
    "a short token": "ghp_" + "a1B2" * 9,
    "a data URL's name": "Data: see the annex, please",
    "a sentence like a data URL": "data:text/plain, as in the standard",
    "numbers": json.dumps(list(range(1000))),
}


@pytest.mark.parametrize("name", PLAIN)
def test_what_is_text_is_not_noted(name):
    for body in (said(PLAIN[name]), result(PLAIN[name])):
        assert Request(body).unscanned == []


def test_numbers_that_steer_are_no_tokens():
    assert Request(said("a") | {"stop_token_ids": list(range(40)), "logit_bias": {"5": 1}, "x": [1, 2, 3]}).unscanned == []


@given(st.text(), st.text(), st.integers(256, 900))
def test_a_run_is_found_wherever_it_stands(before, after, size):
    run = B64[:size]
    text = f"{before} .{run}. {after}"
    found = [text[start:end] for start, end, _ in unread.runs(text)]
    assert run in found


@given(st.text(alphabet="aA1+/=-_%\r\n .", max_size=2000))
def test_runs_are_in_order_and_inside(text):
    spans = [(start, end) for start, end, _ in unread.runs(text * 3)]
    assert spans == sorted(spans)
    assert all(0 <= start < end <= 3 * len(text) for start, end in spans)


#: Names that some table knows, and some that none does.
NAMES = st.sampled_from(
    (
        *("image_url", "url", "data", "file", "input_audio", "text", "content", "source", "output", "parts", "thinking"),
        *("refusal", "reasoning_content", "audio", "annotations", "prediction", "metadata", "x", "Image_URL", "title", "blob"),
    )
)
THINGS = st.sampled_from(
    [PNG, f"data:image/png;base64,{PNG}", f"DATA:image/PNG;charset=x;BASE64,{PNG}", f" data:image/png;base64,{PNG}"]
)
NESTED = st.recursive(
    THINGS,
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(NAMES, inner, min_size=1, max_size=2),
    max_leaves=3,
)


@given(NAMES, NESTED, st.sampled_from(["user", "assistant", "tool", "system"]))
def test_a_picture_is_a_picture_wherever_it_stands(name, thing, role):
    message = {"role": role, "content": "a", **({"tool_call_id": "1"} if role == "tool" else {})}
    bodies = [
        {"messages": [{**message, "content": [{"type": "text", "text": "a"}, {"type": "other", name: thing}]}]},
        {"messages": [message | ({name: thing} if name != "content" else {"content": [thing]})]},
        {"messages": [message], name: thing},
    ]
    for body in bodies:
        assert "image" in kinds(body), body


# --- answers, whole and in a stream ---------------------------------------------------------------------------------------

FLAG = load("rules:\n  - {id: r, detect: {unreadable: all}, action: flag}\n", "p", entities=frozenset())
BLOCK = load("rules:\n  - {id: r, detect: {unreadable: all}, action: block}\n", "p", entities=frozenset())

ANSWERS = {
    "a spoken answer": (
        {"content": None, "audio": {"id": "a", "data": WAV * 9, "transcript": "Hello", "expires_at": 1}},
        "audio",
    ),
    "pictures": (
        {"content": "Here.", "images": [{"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}]},
        "image",
    ),
    "a picture by address": (
        {"content": "Here.", "images": [{"type": "image_url", "image_url": {"url": "https://example.org/a"}}]},
        "image",
    ),
    "arguments": (
        {
            "content": None,
            "tool_calls": [
                {"index": 0, "id": "1", "type": "function", "function": {"name": "f", "arguments": json.dumps({"file": PDF})}}
            ],
        },
        "file",
    ),
    "sealed reasoning": ({"content": "a", "reasoning_details": [{"type": "reasoning.encrypted", "data": "abc"}]}, "reasoning"),
    "data": ({"content": "a", "vendor": {"x": B64}}, "data"),
    "nothing": ({"content": f"In prose all is text: {B64}"}, None),
}


def flowed(policy, message, cut):
    """The message as a stream whose strings come in pieces of `cut` characters."""
    flow = Flow(Judge(Guard(policy, lambda _: ()), CONTEXT, vault()), lambda _: "BLOCKED")
    deltas = [{"role": "assistant"}]
    for key, value in message.items():
        if isinstance(value, str):
            deltas += [{key: value[i : i + cut]} for i in range(0, len(value), cut)]
        elif key == "audio":
            deltas += [{key: {k: v}} for k, v in value.items() if k not in ("data",)]
            deltas += [{key: {"data": value["data"][i : i + cut]}} for i in range(0, len(value["data"]), cut)]
        elif value is not None:
            deltas.append({key: value})
    chunks = [{"choices": [{"index": 0, "delta": d, "finish_reason": None}]} for d in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    out = b"".join(b for c in chunks for b in flow.feed([encode(json.dumps(c).encode())]))
    return flow, out


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("cut", [7, 10_000])
def test_an_answer_and_its_stream_say_the_same(name, cut):
    message, kind = ANSWERS[name]
    answer = Answer({"choices": [{"index": 0, "message": {"role": "assistant", **message}}]})
    screened = Guard(FLAG, lambda _: ()).screen(answer, Stage.OUTPUT, CONTEXT, vault())
    flow, out = flowed(FLAG, message, cut)
    for decision in (screened.decision, flow.decision):
        assert {f.entity for r in decision.reasons for f in r.findings} == ({f"UNREADABLE_{kind.upper()}"} if kind else set())
        assert {f.start for r in decision.reasons for f in r.findings} <= {0}
    assert len(flow.unscanned) == len(answer.places.unscanned) == bool(kind)
    assert b"BLOCKED" not in out
    blocked, out = flowed(BLOCK, message, cut)
    assert blocked.blocked == bool(kind)
    assert (b"BLOCKED" in out) == bool(kind)
    if kind:
        for secret in (WAV[:40], PNG[:40], PDF[:40], B64[:40]):
            assert secret.encode() not in out


def test_every_kind_has_a_name_of_its_own():
    assert len({one.entity for one in Unreadable}) == len({one.detector for one in Unreadable}) == len(Unreadable)
    assert Segment("", "").text == ""
