"""Streams as providers really send them, and worse: odd shapes, late events, several calls under one index. All is judged,
and none of it ends the stream."""

import json
import re
from dataclasses import dataclass

import pytest
from hypothesis import given, settings

from guardrails.model import Finding
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire.sse import DONE, Decoder, encode
from tests.detecting import CONTEXT, Tokens, guard, vault
from tests.stream.test_flow import BLOCK, CUTS, EMAIL, asked, assembled, chunk, events, known_words, pieces, streamed


def flowing(*chunks, **kwargs):
    """Chunks through the guard, and what leaves: the events, and the flow."""
    pipeline = guard()
    own, seen = asked(pipeline)
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED", **kwargs)
    word = known_words(seen)["email"]
    stream = b"".join(encode(json.dumps(c).replace("{email}", word).encode()) for c in chunks)
    out = b"".join(flow.feed(Decoder().raws(stream))) + b"".join(flow.end())
    return [json.loads(e.data) for e in Decoder().feed(out) if e.data], flow


ODD = {
    "a message beside the delta": chunk(0, {})
    | {"choices": [{"index": 0, "delta": {}, "message": {"content": "bob@evil.org"}}]},
    "a delta that is a text": chunk(0, "bob@evil.org"),
    "a delta that is a list": chunk(0, ["bob@evil.org"]),
    "choices that are an object": {"choices": {"a": "bob@evil.org"}},
    "a choice that is a text": {"choices": ["bob@evil.org"]},
    "arguments that are an object": chunk(
        0, {"tool_calls": [{"index": 0, "function": {"arguments": {"x": ["bob@evil.org"]}}}]}
    ),
    "another text of a tool call": chunk(0, {"tool_calls": [{"index": 0, "note": "bob@evil.org"}]}),
    "logprobs without a text": chunk(0, {})
    | {"choices": [{"index": 0, "delta": {}, "logprobs": {"content": [{"token": "bob@evil.org"}]}}]},
    "a transcript": chunk(0, {"audio": {"id": "a", "transcript": "bob@evil.org"}}),
    "a role that is none": chunk(0, {"role": "bob@evil.org"}),
    "a role that is none, and a text": chunk(0, {"role": "bob@evil.org", "content": "hello"}),
    "an unknown text": chunk(0, {"x_note": "bob@evil.org"}),
    "an unknown object": chunk(0, {"x_note": {"a": ["bob@evil.org"]}}),
    "an unknown field": chunk(0, {}, x_vendor={"a": "bob@evil.org"}),
    "a key": chunk(0, {"annotations": [{"bob@evil.org": 1}]}),
    "an id that is an object": chunk(0, {"x": [{"id": {"a": "bob@evil.org"}}]}),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_places_are_judged_too(name):
    sent, flow = flowing(ODD[name], chunk(0, {}, "stop"))
    if "tool" not in name and "arguments" not in name:
        assert "bob@evil.org" not in json.dumps(sent)
    assert flow.decision.reasons or "logprobs" in name


@pytest.mark.parametrize(
    "odd", [5, None, "x", [5], [None], {}, [{"index": "a"}], [{"delta": None}], [{"delta": {"tool_calls": 5}}]]
)
def test_odd_types_do_not_end_the_stream(odd):
    sent, _ = flowing({"id": "c", "choices": odd}, chunk(1, {"content": "on it goes"}), chunk(1, {}, "stop"))
    said = [
        c["delta"].get("content", "")
        for e in sent
        if isinstance(e["choices"], list)
        for c in e["choices"]
        if c and c != 5 and c.get("index") == 1
    ]
    assert "".join(said) == "on it goes"


def nested(text, cuts, **more):
    """An object of the delta that brings a text in pieces."""
    return [
        chunk(0, {"reasoning_details": [{"type": "reasoning.text", "index": 0, "text": p, **more}]}) for p in pieces(text, cuts)
    ]


@settings(max_examples=30, deadline=None)
@given(CUTS)
def test_a_text_inside_objects_is_judged_whole(cuts):
    sent, _ = flowing(*nested("I am {email}, not bob@evil.org.".replace("{email}", "x"), cuts), chunk(0, {}, "stop"))
    said = "".join(d["text"] for e in sent for d in e["choices"][0]["delta"].get("reasoning_details", ()))
    assert said == "I am x, not ••••••••••••."


def test_sealed_reasoning_leaves_as_it_came():
    given = [
        *nested("Think of bob@evil.org", [3]),
        *nested("", []),
        chunk(0, {"reasoning_details": [{"type": "reasoning.text", "index": 0, "signature": "s"}]}),
    ]
    sent, _ = flowing(*given, chunk(0, {}, "stop"))
    assert sent[: len(given)] == given


def test_parallel_tool_calls_that_all_have_the_index_0():
    calls = [
        {"index": 0, "id": f"t{n}", "function": {"name": "act", "arguments": json.dumps({"n": n, "to": "{email}"})}}
        for n in (1, 2)
    ]
    sent, _ = flowing(*(chunk(0, {"tool_calls": [call]}) for call in calls), chunk(0, {}, "tool_calls"))
    got = [
        e["choices"][0]["delta"]["tool_calls"][0]["function"]["arguments"]
        for e in sent
        if "tool_calls" in e["choices"][0]["delta"]
    ]
    assert [json.loads(a) for a in got] == [{"n": 1, "to": EMAIL}, {"n": 2, "to": EMAIL}]


def test_what_a_read_brings_behind_the_end_does_not_leave():
    """Another read would not be read any more: how much one brings changes nothing."""
    for end in (DONE, encode(b'{"error": {"message": "no"}}')):
        late = encode(json.dumps(chunk(0, {"content": "late"})).encode())
        flow = Flow(Judge(guard(), CONTEXT, vault()), lambda _: "BLOCKED")
        assert b"late" not in b"".join(flow.feed([end, late, b"data: no JSON\n\n"]))


def test_usage_after_the_end_of_a_choice_is_kept():
    sent, _ = flowing(chunk(0, {"content": "hi"}), chunk(0, {}, "stop"), chunk(0, {"content": ""}, usage={"total_tokens": 3}))
    assert sent[-1]["usage"] == {"total_tokens": 3}
    late = chunk(0, {}) | {"choices": [{"index": 0, "content_filter_results": {"hate": {"filtered": False}}}]}
    sent, _ = flowing(chunk(0, {"content": "hi"}, "stop"), late)
    assert sent[-1] == late


@pytest.mark.parametrize("usage", [["x"], "x", 5, 1.5, True, None])
def test_usage_of_an_odd_type_is_passed_on_and_forgotten(usage):
    sent, flow = flowing(chunk(0, {"content": "hi"}, usage=usage), chunk(0, {}, "stop"))
    assert usage in [e.get("usage", "none") for e in sent]
    assert flow.usage is None


def test_usage_is_said_once_where_a_chunk_is_taken_apart():
    sent, _ = flowing(chunk(0, {"content": "a", "reasoning_content": "b"}, "stop", usage={"total_tokens": 3}))
    assert sum("usage" in e for e in sent) == 1


def test_a_comment_that_says_something_says_nothing():
    flow = Flow(Judge(guard(), CONTEXT, vault()), lambda _: "BLOCKED")
    assert [b"".join(flow.feed([raw])) for raw in Decoder().raws(b": bob@evil.org here\n\n: ping\n\n")] == [
        b":\n\n",
        b": ping\n\n",
    ]
    event = b': bob@evil.org\ndata: {"choices": []}\n\n'
    assert b"bob" not in b"".join(flow.feed(Decoder().raws(event)))


def test_a_block_ends_the_stream_only_when_no_choice_is_left():
    pipeline = guard(BLOCK.replace("phrases: [forbidden]", "pii: [US_SSN]"))
    stream = [chunk(0, {"content": "536-90-4398 "}), chunk(0, {}, "stop"), chunk(1, {"content": "fine"}), chunk(1, {}, "stop")]
    flow = Flow(Judge(pipeline, CONTEXT, vault()), lambda _: "BLOCKED", 2)
    refused, out = [], b""
    for event in Decoder().raws(b"".join(encode(json.dumps(c).encode()) for c in stream)):
        out += b"".join(flow.feed([event]))
        refused.append(flow.refused)
    assert refused == [False, False, False, True]
    assert assembled(out)[1]["content"] == "fine"


@dataclass(frozen=True)
class Eager(Tokens):
    """Finds the word ADDRESS, and has made up its mind once the next mark has come."""

    name: str = "pii/eager"

    def find(self, segment, start=0):
        for match in re.compile("ADDRESS").finditer(segment.text, start):
            yield Finding(segment.path, *match.span(), "US_SSN", 0.9, self.name, segment.stage, segment.origin)

    def settled(self, text, start=0):
        return max(start, text.rfind("_") + 1)


def test_a_detector_never_sees_half_a_placeholder():
    pipeline = guard(detectors=(Tokens(),))
    own, seen = asked(pipeline)
    eager = guard(detectors=(Eager(),))
    text = f"to {known_words(seen)['email']} now"
    stream = b"".join(encode(json.dumps(e).encode()) for e in events({"content": text}, 0, range(len(text))))
    got, flow = streamed(eager, own, stream + DONE)
    assert got[0]["content"] == f"to {EMAIL} now"
    assert not flow.decision.reasons


def test_a_number_in_a_delta_is_judged_too():
    sent, _ = flowing(chunk(0, {"x": [{"a": 4242424242424242}]}), chunk(0, {}, "stop"))
    assert "4242424242424242" not in json.dumps(sent)


def test_an_event_with_a_repeated_key_does_not_leave_as_it_came():
    flow = Flow(Judge(guard(), CONTEXT, vault()), lambda _: "BLOCKED")
    event = b'data: {"choices":[{"index":0,"delta":{"content":"bob@evil.org ","content":"x "},"finish_reason":null}]}\n\n'
    out = b"".join(flow.feed(Decoder().raws(event))) + b"".join(flow.end())
    assert b"bob" not in out
    assert assembled(out)[0]["content"] == "x "


def test_an_event_without_a_delta_leaves_as_it_came():
    flow = Flow(Judge(guard(), CONTEXT, vault()), lambda _: "BLOCKED")
    event = b'data: {"choices":[{"index":0,"finish_reason":null,"content_filter_offsets":{"check_offset":44}}]}\n\n'
    assert b"".join(flow.feed(Decoder().raws(event))) == event


@pytest.mark.parametrize(
    "event",
    [b": bob@evil.org\n\n", b": from bob@evil.org\nid: 1\ndata: {}\n\n", b'data: {"error":{"message":"bob@evil.org"}}\n\n'],
    ids=["comment", "comment within", "error"],
)
def test_a_block_holds_for_comments_and_reported_errors(event):
    pipeline = guard("rules:\n  - {id: no, stage: output, detect: {pii: [EMAIL_ADDRESS]}, action: block}\n")
    flow = Flow(Judge(pipeline, CONTEXT, vault()), lambda _: "BLOCKED")
    assert b"bob" not in b"".join([*flow.feed(Decoder().raws(event)), *flow.end()])
    assert flow.blocked
