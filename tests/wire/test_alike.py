"""An event that is alike says what a parser would read in it, and nothing that is not alike passes for it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from guardrails.wire import strict
from guardrails.wire.alike import Alike, learnt
from guardrails.wire.chat_chunks import simple
from guardrails.wire.sse import encode, event


def chunk(text: str, **more: object) -> dict[str, object]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return {"id": "c1", "object": "chat.completion.chunk", "model": "m", "choices": [choice], **more}


def raw(body: object, *, spaced: bool = False) -> bytes:
    written = json.dumps(body, ensure_ascii=False, separators=(", ", ": ") if spaced else (",", ":"))
    return encode(written.encode("utf-8", "surrogatepass"))


def learn(came: bytes) -> Alike | None:
    part = simple(strict.read(event(came).data or b""))
    assert part is not None
    return learnt(came, part)


texts = st.text() | st.text(alphabet='ab"\\\n\x00\x1f\u2028é词 ', max_size=8) | st.sampled_from(["m", "c1", "content", "index"])


@given(texts.filter(bool), texts, st.booleans())
@example("m", "word", False)  # the model's name is the same word
@example("content", "word", False)
@example("a word of our own", "x", False)
def test_what_is_alike_reads_as_a_parser_reads_it(first: str, second: str, spaced: bool) -> None:
    alike = learn(raw(chunk(first), spaced=spaced))
    said = alike.text(raw(chunk(second), spaced=spaced)) if alike else None
    assert said in (None, second)


@given(st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters='"\\'), min_size=1))
def test_ordinary_text_is_alike(text: str) -> None:
    alike = learn(raw(chunk("Hello")))
    assert alike is not None
    assert alike.text(raw(chunk(text))) == text


@given(st.binary(max_size=40))
def test_bytes_that_pass_for_alike_parse_to_that_text(between: bytes) -> None:
    alike = learn(raw(chunk("Hello")))
    assert alike is not None
    said = alike.text(alike.before + between + alike.after)
    if said is not None:
        assert strict.read(event(alike.before + between + alike.after).data or b"") == chunk(said)


@pytest.mark.parametrize(
    "other",
    [
        chunk("Hello", id="c2"),
        chunk("Hello", usage=None),
        {**chunk("Hello"), "choices": [{"index": 1, "delta": {"content": "Hello"}, "finish_reason": None}]},
        {**chunk("Hello"), "choices": [{"index": 0, "delta": {"content": "Hello"}, "finish_reason": "stop"}]},
        {**chunk("Hello"), "choices": [{"index": 0, "delta": {"refusal": "Hello"}, "finish_reason": None}]},
        chunk('","x":"jane.cooper@contoso.com'),
        chunk(""),
    ],
)
def test_another_event_is_not_alike(other: dict[str, object]) -> None:
    alike = learn(raw(chunk("Hello")))
    assert alike is not None
    assert alike.text(raw(other)) is None


def test_half_of_an_event_on_each_side_is_not_alike() -> None:
    alike = Alike(b'data: {"a":"', b'"}\n\n')
    assert alike.text(b'data: {"a":"}\n\n') is None


def test_an_event_with_a_name_and_crlf_is_learnt_as_a_whole() -> None:
    came = b"event: delta\r\n" + raw(chunk("Hello")).replace(b"\n", b"\r\n")
    alike = learn(came)
    assert alike is not None
    assert alike.text(came.replace(b"Hello", b"there")) == "there"


def test_a_text_that_stands_in_two_places_is_learnt_where_it_grows() -> None:
    body = {**chunk("same"), "system_fingerprint": "same"}
    alike = learn(raw(body))
    assert alike is None or alike.text(raw({**chunk("word"), "system_fingerprint": "same"})) == "word"
