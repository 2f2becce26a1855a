"""Every position of a Chat Completions body that can hold text is a segment; nothing else is ever touched."""

import base64
import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import MalformedRequest
from guardrails.model import Edit, Kind, Origin, Stage
from guardrails.wire.chat import Answer, Free, Request

X = "jane.cooper@contoso.com"
DATA_URL = "data:text/plain;base64," + base64.b64encode(f"dear {X}".encode()).decode()


def user(**message):
    return {"messages": [{"role": "user", "content": "hi", **message}]}


def top(**fields):
    return {"model": "m", "messages": [{"role": "user", "content": "hi"}], **fields}


def part(**fields):
    return user(content=[fields])


def assistant(**fields):
    return {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": None, **fields}]}


def tool(**function):
    return top(tools=[{"type": "function", "function": {"name": "f", **function}}])


ARGS = json.dumps({"to": X, "deep": [{"x": X}], X: 1})
#: A body for each position of WIRE's table that carries the planted value, and the kind, origin and stage of its segment.
POSITIONS = {
    "tool call's id": (
        assistant(tool_calls=[{"id": X, "function": {"name": "f", "arguments": ""}}]),
        Kind.ID,
        Origin.MODEL,
        Stage.INPUT,
    ),
    "tool_call_id": (
        {"messages": [{"role": "tool", "tool_call_id": X, "content": "a"}]},
        Kind.ID,
        Origin.TOOL_RESULT,
        Stage.TOOL_RESULT,
    ),
    "a key at the top": (top() | {X: 1}, Kind.KEY, Origin.USER, Stage.INPUT),
    "a key of a message": (user() | {"messages": [{"role": "user", "content": "a", X: 1}]}, Kind.KEY, Origin.USER, Stage.INPUT),
    "a key of a part": (part(type="text", text="a", **{X: 1}), Kind.KEY, Origin.USER, Stage.INPUT),
    "temperature that is a text": (top(temperature=X), Kind.TEXT, Origin.USER, Stage.INPUT),
    "tool_choice that is a text": (top(tool_choice={"note": [X]}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "cache_control": (part(type="text", text="a", cache_control={"type": X}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "arguments with a signature": (
        assistant(tool_calls=[{"id": "1", "function": {"name": "f", "arguments": {"to": X, "signature": "s"}}}]),
        Kind.TEXT,
        Origin.MODEL,
        Stage.INPUT,
    ),
    "a media part that is a text": (part(type="image_url", image_url=X), Kind.TEXT, Origin.DOCUMENT, Stage.INPUT),
    "a data URL in a media part that is a text": (part(type="file", file=DATA_URL), Kind.TEXT, Origin.DOCUMENT, Stage.INPUT),
    "a key of a file": (part(type="file", file={X: 1}), Kind.KEY, Origin.DOCUMENT, Stage.INPUT),
    "a key of a schema": (tool(parameters={X: 1}), Kind.KEY, Origin.SYSTEM, Stage.INPUT),
    "the sound of a user": (user(audio={"data": X}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "a definition called name": (
        tool(parameters={"$defs": {"name": {"type": "string", "description": X}}}),
        Kind.TEXT,
        Origin.SYSTEM,
        Stage.INPUT,
    ),
    "a key of a default": (tool(parameters={"properties": {"a": {"default": {X: 1}}}}), Kind.KEY, Origin.SYSTEM, Stage.INPUT),
    "JSON in JSON in a tool result": (
        {"messages": [{"role": "tool", "content": json.dumps({"a": json.dumps({"b": "x\n" + X})})}]},
        Kind.TEXT,
        Origin.TOOL_RESULT,
        Stage.TOOL_RESULT,
    ),
    "JSON lines in a tool result": (
        {"messages": [{"role": "tool", "content": '{"a": 1}\n' + json.dumps({"b": "\n" + X})}]},
        Kind.TEXT,
        Origin.TOOL_RESULT,
        Stage.TOOL_RESULT,
    ),
    "data URL with no type": (
        part(type="file", file={"file_data": f"data:,dear%20{X}"}),
        Kind.TEXT,
        Origin.DOCUMENT,
        Stage.INPUT,
    ),
    "data URL with no padding": (
        part(type="file", file={"file_data": DATA_URL.rstrip("=")}),
        Kind.TEXT,
        Origin.DOCUMENT,
        Stage.INPUT,
    ),
    "data URL of Latin-1": (
        part(type="file", file={"file_data": f'data:text/csv;charset="iso-8859-1",%E9%20{X}'}),
        Kind.TEXT,
        Origin.DOCUMENT,
        Stage.INPUT,
    ),
    "transcript": (assistant(audio={"id": "a", "transcript": X}), Kind.TEXT, Origin.MODEL, Stage.INPUT),
    "user content": (user(content=X), Kind.TEXT, Origin.USER, Stage.INPUT),
    "system content": ({"messages": [{"role": "system", "content": X}]}, Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "developer content": ({"messages": [{"role": "developer", "content": X}]}, Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "assistant content": (assistant(content=X), Kind.TEXT, Origin.MODEL, Stage.INPUT),
    "assistant part": (assistant(content=[{"type": "refusal", "refusal": X}]), Kind.TEXT, Origin.MODEL, Stage.INPUT),
    "assistant refusal": (assistant(refusal=X), Kind.TEXT, Origin.MODEL, Stage.INPUT),
    "assistant reasoning": (assistant(reasoning_content=X), Kind.TEXT, Origin.MODEL, Stage.INPUT),
    "text part": (part(type="text", text=X), Kind.TEXT, Origin.USER, Stage.INPUT),
    "unknown part": (part(type="x_note", note={"inner": [X]}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "file name": (part(type="file", file={"filename": X, "file_id": "f"}), Kind.TEXT, Origin.DOCUMENT, Stage.INPUT),
    "text in a data URL": (part(type="file", file={"file_data": DATA_URL}), Kind.TEXT, Origin.DOCUMENT, Stage.INPUT),
    "name": (user(name=X), Kind.ID, Origin.USER, Stage.INPUT),
    "tool result": ({"messages": [{"role": "tool", "content": X}]}, Kind.TEXT, Origin.TOOL_RESULT, Stage.TOOL_RESULT),
    "tool result, JSON": (
        {"messages": [{"role": "tool", "content": json.dumps({"a": X})}]},
        Kind.TEXT,
        Origin.TOOL_RESULT,
        Stage.TOOL_RESULT,
    ),
    "function result": (
        {"messages": [{"role": "function", "name": "f", "content": X}]},
        Kind.TEXT,
        Origin.TOOL_RESULT,
        Stage.TOOL_RESULT,
    ),
    "tool arguments": (
        assistant(tool_calls=[{"id": "1", "type": "function", "function": {"name": "f", "arguments": ARGS}}]),
        Kind.TEXT,
        Origin.MODEL,
        Stage.INPUT,
    ),
    "function_call arguments": (
        assistant(function_call={"name": "f", "arguments": ARGS}),
        Kind.TEXT,
        Origin.MODEL,
        Stage.INPUT,
    ),
    "custom tool input": (
        assistant(tool_calls=[{"id": "1", "type": "custom", "custom": {"name": "f", "input": X}}]),
        Kind.TEXT,
        Origin.MODEL,
        Stage.INPUT,
    ),
    "tool description": (tool(description=X), Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "parameter description": (
        tool(parameters={"type": "object", "properties": {"a": {"type": "string", "description": X}}}),
        Kind.TEXT,
        Origin.SYSTEM,
        Stage.INPUT,
    ),
    "parameter default": (tool(parameters={"properties": {"a": {"default": X}}}), Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "parameter examples": (tool(parameters={"properties": {"a": {"examples": [X]}}}), Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "parameter enum": (tool(parameters={"properties": {"a": {"enum": [X]}}}), Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "parameter const": (tool(parameters={"properties": {"a": {"const": X}}}), Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "functions": (top(functions=[{"name": "f", "description": X}]), Kind.TEXT, Origin.SYSTEM, Stage.INPUT),
    "custom tool": (
        top(tools=[{"type": "custom", "custom": {"name": "f", "description": X}}]),
        Kind.TEXT,
        Origin.SYSTEM,
        Stage.INPUT,
    ),
    "response_format": (
        top(response_format={"type": "json_schema", "json_schema": {"name": "n", "schema": {"title": X}}}),
        Kind.TEXT,
        Origin.SYSTEM,
        Stage.INPUT,
    ),
    "user": (top(user=X), Kind.ID, Origin.USER, Stage.INPUT),
    "safety_identifier": (top(safety_identifier=X), Kind.ID, Origin.USER, Stage.INPUT),
    "prompt_cache_key": (top(prompt_cache_key=X), Kind.ID, Origin.USER, Stage.INPUT),
    "metadata": (top(metadata={"a": X}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "metadata key": (top(metadata={X: "a"}), Kind.KEY, Origin.USER, Stage.INPUT),
    "prediction": (top(prediction={"type": "content", "content": X}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "prediction parts": (top(prediction={"content": [{"type": "text", "text": X}]}), Kind.TEXT, Origin.USER, Stage.INPUT),
    "stop": (top(stop=[X]), Kind.TEXT, Origin.USER, Stage.INPUT),
    "unknown field": (top(x_unknown=X), Kind.TEXT, Origin.USER, Stage.INPUT),
    "unknown field, deep": (top(x_unknown=[{"a": {"b": X}}]), Kind.TEXT, Origin.USER, Stage.INPUT),
    "unknown message field": (user(x_note=X), Kind.TEXT, Origin.USER, Stage.INPUT),
    "a user's field that calls itself signed": (
        user(x_note={"signature": "s", "note": X}),
        Kind.TEXT,
        Origin.USER,
        Stage.INPUT,
    ),
    "web search place": (top(web_search_options={"user_location": {"city": X}}), Kind.TEXT, Origin.USER, Stage.INPUT),
}


@pytest.mark.parametrize("name", POSITIONS)
def test_every_position_is_a_segment_and_can_be_edited(name):
    body, kind, origin, stage = POSITIONS[name]
    before = copy.deepcopy(body)
    request = Request(body)
    found = [s for s in request.segments() if X in s.text]
    assert (kind, origin, stage) in {(s.kind, s.origin, s.stage) for s in found}
    edits = [Edit(s.path, s.text.index(X), s.text.index(X) + len(X), "HIDDEN") for s in found]
    edited = json.dumps(request.edited(edits).body)
    assert X not in edited
    assert base64.b64encode(X.encode()).decode()[:12] not in edited
    assert "HIDDEN" in edited or "SElERE" in edited or base64.b64encode(b"dear HIDDEN").decode() in edited
    assert body == before, "the body that came is not changed"


@pytest.mark.parametrize("name", POSITIONS)
def test_paths_never_hold_what_a_client_chose(name):
    for segment in Request(POSITIONS[name][0]).segments():
        assert X not in segment.path
        assert "x_" not in segment.path


@pytest.mark.parametrize("name", POSITIONS)
def test_no_edits_are_the_identity(name):
    request = Request(POSITIONS[name][0])
    assert request.edited([]) is request


NEVER_EDITED = {
    "a function's name": tool(description="d")["tools"][0]["function"]["name"],
    "schema": top(
        tools=[
            {"type": "function", "function": {"name": X, "parameters": {"properties": {X: {"pattern": X}}, "required": [X]}}}
        ]
    ),
    "MCP tool": top(tools=[{"type": "mcp", "server_label": X, "server_url": X, "headers": {"Authorization": X}}]),
    "names of called functions": assistant(
        tool_calls=[{"id": "a", "type": "function", "function": {"name": X, "arguments": "{}"}}]
    ),
    "model": top() | {"model": "jane.cooper"},
    "signed reasoning": assistant(reasoning_details=[{"type": "reasoning.text", "text": X, "signature": "s"}]),
}


@pytest.mark.parametrize("name", [n for n in NEVER_EDITED if isinstance(NEVER_EDITED[n], dict)])
def test_what_steers_the_call_is_never_edited(name):
    assert not [s for s in Request(NEVER_EDITED[name]).segments() if X in s.text]


def test_what_cannot_be_read_is_noted():
    body = user(
        content=[
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
            {"type": "image_url", "image_url": {"url": "https://example.org/x.png"}},
            {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}},
            {"type": "file", "file": {"file_id": "file-1"}},
        ]
    )
    assert len(Request(body).unscanned) == 4
    assert Request(assistant(reasoning_details=[{"type": "reasoning.text", "text": X, "signature": "s"}])).unscanned


@pytest.mark.parametrize("value", ["536-90-4399", "81.2.69.142", "DE89370400440532013000"])
def test_a_value_among_the_steering_words_is_judged(value):
    for body in (top(service_tier=value), top(tool_choice={"mode": value}), top(audio={"voice": value})):
        assert [s.text for s in Request(body).segments() if value in s.text]


def test_what_steers_in_its_usual_form_is_no_text():
    body = top(
        tool_choice={"type": "function", "function": {"name": "send_mail"}}, stream_options={"include_usage": True}, seed=7
    )
    assert [s.text for s in Request(body).segments()] == ["hi"]


BROKEN = {
    "no messages": {"model": "m"},
    "messages is no list": {"messages": {}},
    "no message": {"messages": []},
    "a message is no object": {"messages": ["x"]},
    "no role": {"messages": [{"content": "x"}]},
    "a role of one's own": {"messages": [{"role": X, "content": "x"}]},
    "content is a number": {"messages": [{"role": "user", "content": 3}]},
    "model is a number": top() | {"model": 3},
    "stream is a string": top(stream="yes"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_requests_are_refused_without_quoting_them(name):
    with pytest.raises(MalformedRequest) as error:
        Request(BROKEN[name])
    assert X not in str(error.value)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=8), JSON, max_size=4), st.dictionaries(st.text(max_size=8), JSON, max_size=4))
def test_any_unknown_fields_survive_and_their_strings_are_seen(fields, message):
    body = {**fields, "stream": True, "model": "m", "messages": [{**message, "role": "user", "content": "hi"}]}
    request = Request(copy.deepcopy(body))
    assert list(request.edited([]).body.items()) == list(body.items())
    for segment in request.segments():
        edited = request.edited([Edit(segment.path, 0, len(segment.text), "☂")])
        assert "☂" in json.dumps(edited.body, ensure_ascii=False)
        assert len(edited.body) == len(body)


def test_two_keys_that_would_become_one_stay_two():
    request = Request(top(metadata={"aa": 1, "ab": 2}))
    keys = [s for s in request.segments() if s.kind is Kind.KEY]
    assert request.edited([Edit(s.path, 0, 2, "•") for s in keys]).body["metadata"] == {"•": 1, "•_2": 2}


def answer(**message):
    return {"id": "c", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": "ok", **message}}]}


ANSWERS = {
    "content": answer(content=X),
    "content parts": answer(content=[{"type": "text", "text": X}]),
    "refusal": answer(refusal=X),
    "reasoning": answer(reasoning=X),
    "reasoning_content": answer(reasoning_content=X),
    "tool arguments": answer(tool_calls=[{"id": "1", "type": "function", "function": {"name": "f", "arguments": ARGS}}]),
    "custom input": answer(tool_calls=[{"id": "1", "type": "custom", "custom": {"name": "f", "input": X}}]),
    "unknown message field": answer(x_note={"a": X}),
    "citations": answer(annotations=[{"type": "url_citation", "url_citation": {"title": X}}]),
    "unknown choice field": {"choices": [{"index": 0, "message": {"content": "a"}, "x": X}]},
    "a message that is a text": {"choices": [{"index": 0, "message": X}]},
    "a delta where none belongs": {"choices": [{"index": 0, "delta": {"content": X}}]},
    "choices that are an object": {"choices": {"a": X}},
    "content that is an object": answer(content={"a": X}),
    "a key of the message": answer(**{X: 1}),
    "a choice that is a text": {"choices": [X]},
    "transcript": answer(audio={"id": "a", "data": "UklGRg==", "transcript": X}),
    "unknown field": {"choices": [], "x": {"a": [X]}},
    "a second choice": {"choices": [{"index": 1, "message": {"content": X}}, {"index": 0, "message": {"content": "a"}}]},
}


@pytest.mark.parametrize("name", ANSWERS)
def test_every_text_of_an_answer_is_a_segment(name):
    message = Answer(ANSWERS[name])
    found = [s for s in message.segments() if X in s.text]
    assert found
    assert all(s.origin is Origin.MODEL for s in found)
    edits = [Edit(s.path, s.text.index(X), s.text.index(X) + len(X), "HIDDEN") for s in found]
    assert X not in json.dumps(message.edited(edits).body)


def test_a_choice_is_known_by_its_index_not_by_its_place():
    assert [s.path for s in Answer(ANSWERS["a second choice"]).segments()] == [
        "/choices/1/message/content",
        "/choices/0/message/content",
    ]


def test_choices_with_one_index_are_two_all_the_same():
    body = {"choices": [{"index": 0, "message": {"content": X}}, {"index": 0, "message": {"content": "a"}}]}
    first, second = Answer(body).segments()
    said = Answer(body).edited([Edit(first.path, 0, len(X), "HIDDEN")]).body["choices"]
    assert [c["message"]["content"] for c in said] == ["HIDDEN", "a"]
    assert first.path != second.path


def test_thinking_is_sealed_by_its_type():
    body = assistant(content=[{"type": "thinking", "thinking": X, "signature": "s"}])
    assert Request(body).unscanned == ["/messages/1/content/0"]


@pytest.mark.parametrize("fields", [{"guided_json": {"a": 1}}, {"format": "json"}, {"response_format": {"type": "grammar"}}])
def test_vendors_ways_to_ask_for_json(fields):
    assert Request(top(**fields)).wants_json
    assert not Request(top(response_format={"type": "text"})).wants_json


def test_logprobs_go_with_the_choice_that_was_edited_only():
    body = {"choices": [{"index": i, "message": {"content": X}, "logprobs": {"content": [{"token": X}]}} for i in (0, 1)]}
    edited = Answer(body).edited([Edit("/choices/1/message/content", 0, 4, "HIDDEN")]).body
    assert edited["choices"][0]["logprobs"] == body["choices"][0]["logprobs"]
    assert edited["choices"][1]["logprobs"] is None


def test_json_mode_judges_leaves():
    message = Answer(answer(content=json.dumps({"a": X, "n": 4111111111111111})), json_mode=True)
    assert {s.kind for s in message.segments()} == {Kind.KEY, Kind.TEXT, Kind.NUMBER}


def test_an_error_of_the_provider_is_all_text():
    assert [s.text for s in Free({"error": {"message": X, "code": None}}).segments()] == ["error", "message", X, "code"]
