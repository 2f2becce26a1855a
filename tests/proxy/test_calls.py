"""Calls as applications make them, through real sockets: history, notices, blocks, faults, and what the log says of each."""

import asyncio
import itertools
import json
import socket
import time
from collections import Counter

import openai
import pytest
from starlette.applications import Starlette
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from guardrails.audit.read import snapshot
from guardrails.settings import Caller
from tests.running import running

EMAIL, CARD = "jane.cooper@contoso.com", "4111 1111 1111 1111"
NOTICE = "You are chatting with an AI system, not a human."
KEY_A, KEY_B = "sk-tenant-a", "sk-tenant-b"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    with running(tmp_path_factory.mktemp("data"), former_orgs=()) as it:
        yield it


@pytest.fixture
def client(guarded):
    with openai.OpenAI(base_url=guarded.url + "/v1", api_key="sk-test", max_retries=0) as made:
        yield made


def records(data, call=None):
    with snapshot(data) as log:
        leaves = [json.loads(leaf) for (leaf,) in log.execute("SELECT leaf FROM entries ORDER BY idx")]
    return [r for r in leaves if r.get("call") == call] if call else leaves


def ended(data, call, seconds=10.0):
    """The two records of a call; waits for the outcome of one whose client has gone."""
    deadline = time.monotonic() + seconds
    while len(found := records(data, call)) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [r["type"] for r in found] == ["decision.intent", "decision.outcome"]
    return found


# --- the SDK -----------------------------------------------------------------------------------------------------------


def test_the_openai_sdk_plain(client):
    answer = client.chat.completions.create(model="demo-chat", messages=[{"role": "user", "content": f"I am {EMAIL}"}])
    assert EMAIL in answer.choices[0].message.content
    assert answer.choices[0].message.content.startswith(NOTICE)
    assert answer.model_extra["guardrails"]["disclosure"]["notice"] == "first"


def test_the_openai_sdk_streamed(client, guarded):
    stream = client.chat.completions.create(
        model="demo-chat",
        messages=[{"role": "user", "content": f"I am {EMAIL}"}],
        stream=True,
        stream_options={"include_usage": True},
        extra_body={"demo": {"chunk": 1}},
    )
    chunks = list(stream)
    assert EMAIL in "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)
    assert chunks[-1].usage.total_tokens > 0
    assert chunks[-1].choices == []
    assert EMAIL.encode() not in guarded.seen[-1].body


def test_the_openai_sdk_async_streams_side_by_side(guarded):
    async def ask(client, number):
        stream = await client.chat.completions.create(
            model="demo-chat",
            messages=[{"role": "user", "content": f"I am person{number}@contoso.com"}],
            stream=True,
            extra_body={"demo": {"chunk": 2, "delay_ms": 1}},
        )
        return "".join([c.choices[0].delta.content or "" async for c in stream])

    async def all_of_them():
        async with openai.AsyncOpenAI(base_url=guarded.url + "/v1", api_key="sk-test") as client:
            return await asyncio.gather(*(ask(client, n) for n in range(12)))

    for number, said in enumerate(asyncio.run(all_of_them())):
        assert f"person{number}@contoso.com" in said
        assert said.count("@contoso.com") == 1, "no call gets another call's value"


def test_the_openai_sdk_tool_helper(client):
    tools = [{"type": "function", "function": {"name": "send", "strict": True, "parameters": {"type": "object"}}}]
    with client.chat.completions.stream(
        model="demo-tools",
        messages=[{"role": "user", "content": f"Mail {EMAIL}"}],
        tools=tools,
        extra_body={"demo": {"chunk": 3}},
    ) as stream:
        done = stream.get_final_completion()
    assert EMAIL in done.choices[0].message.tool_calls[0].function.arguments


# --- history and placeholders -------------------------------------------------------------------------------------------


def talk(guarded, turns, **fields):
    """A conversation that resends its whole history, as chat clients do; the bodies the model saw."""
    messages, seen = [], []
    for text in turns:
        messages.append({"role": "user", "content": text})
        answer = guarded.post({"model": "demo-chat", "messages": messages, **fields})
        messages.append({"role": "assistant", "content": answer.said()})
        seen.append(guarded.saw()["messages"])
    return messages, seen


def test_the_forwarded_turn_is_a_prefix_of_the_next(guarded):
    _, seen = talk(guarded, [f"I am {EMAIL}", "And what next?", "Thanks"])
    for before, after in itertools.pairwise(seen):
        assert after[: len(before)] == before


def test_the_model_never_sees_its_own_notice_and_the_user_sees_it_once(guarded):
    messages, seen = talk(guarded, ["Hello", "And now?"])
    assert messages[1]["content"].startswith(NOTICE)
    assert NOTICE not in messages[3]["content"]
    assert NOTICE not in json.dumps(seen)


def test_a_truncated_branched_or_parallel_history_never_gets_another_value(guarded):
    anna, bert = "anna@contoso.com", "bert@contoso.com"
    talk(guarded, [f"I am {anna}"])
    word = guarded.saw()["messages"][0]["content"].removeprefix("I am ")
    branch, _ = talk(guarded, [f"I am {bert}", f"Write to {word}"])
    assert anna not in json.dumps(branch)
    assert bert not in branch[3]["content"].replace(branch[0]["content"], "")
    assert guarded.saw()["messages"][2]["content"].startswith("Write to <PLACEHOLDER_"), "a word in a request is a value itself"


def test_conversations_have_words_of_their_own(guarded):
    body = {"model": "demo-chat", "messages": [{"role": "user", "content": EMAIL}]}
    seen = []
    for conversation in ("a", "b", "a"):
        guarded.post(body, x_guardrails_conversation=conversation)
        seen.append(guarded.saw()["messages"][0]["content"])
    assert seen[0] == seen[2] != seen[1]


def test_tenants_come_from_keys_and_share_no_words(tmp_path):
    import hashlib  # noqa: PLC0415 used here alone

    callers = tuple(Caller(hashlib.sha256(key.encode()).hexdigest(), tenant=name) for key, name in ((KEY_A, "a"), (KEY_B, "b")))
    with running(tmp_path, callers=callers, upstream_key="sk-provider") as it:
        body = {"model": "demo-chat", "messages": [{"role": "user", "content": EMAIL}]}
        seen = []
        for key in (KEY_A, KEY_B):
            assert it.post(body, authorization=f"Bearer {key}").status == 200
            seen.append(it.saw()["messages"][0]["content"])
            assert dict(it.seen[-1].headers)["authorization"] == "Bearer sk-provider"
        assert seen[0] != seen[1]
        refused = it.post(body, authorization="Bearer sk-wrong", x_guardrails_tenant="a")
        assert (refused.status, refused.body["error"]["code"]) == (401, "invalid_api_key")
        assert {r["tenant"] for r in records(tmp_path) if r["type"] == "decision.intent"} == {"a", "b"}


# --- the notice -----------------------------------------------------------------------------------------------------------

LANGUAGES = {
    "en": ("Where is my order, please?", "You are chatting with an AI system"),
    "id": ("Pesanan saya belum sampai, tolong dicek ya", "Anda sedang berkomunikasi dengan sistem AI"),
    "zh-Hans": ("我的订单还没有到，请帮我查一下", "您正在与人工智能"),
    "da": ("Hvor er min pakke? Jeg har ikke fået den endnu", "Du chatter med et AI-system"),
}


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_speaks_the_language_of_the_conversation(guarded, language, stream):
    asked, begins = LANGUAGES[language]
    answer = guarded.ask(asked, stream=stream)
    assert answer.said().startswith(begins)
    assert f"language={language}" in answer.headers["x-ai-disclosure"]


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_json_mode_gets_the_notice_as_header_and_field_never_as_text(guarded, stream):
    answer = guarded.ask("Hi", "demo-json", stream=stream, response_format={"type": "json_object"}, demo={"chunk": 2})
    assert json.loads(answer.said())["answer"]
    assert "notice=first" in answer.headers["x-ai-disclosure"]
    where = answer.events[0] if stream else answer.body
    assert where["guardrails"]["disclosure"]["text"].startswith(NOTICE[:20])


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_tool_call_carries_no_notice_in_its_text(guarded, stream):
    tools = [{"type": "function", "function": {"name": "act", "parameters": {"type": "object"}}}]
    answer = guarded.ask("Act", "demo-tools", stream=stream, tools=tools)
    assert answer.said() == ""
    assert NOTICE not in answer.arguments()
    assert "notice=first" in answer.headers["x-ai-disclosure"]
    told = [e["guardrails"] for e in (answer.events if stream else [answer.body]) if "guardrails" in e]
    assert [t["disclosure"]["placement"] for t in told] == ["field"]
    _, outcome = ended(guarded.data, answer.headers["x-guardrails-decision"])
    assert outcome["disclosure"]["placement"] == "field"


# --- blocks ---------------------------------------------------------------------------------------------------------------

NO_CARDS = "rules:\n  - id: no-cards\n    detect: {pii: [CREDIT_CARD]}\n    action: block\n"


@pytest.fixture(scope="module")
def strict(tmp_path_factory):
    folder = tmp_path_factory.mktemp("strict")
    (folder / "no-cards.yaml").write_text(NO_CARDS)
    with running(folder / "data", policy=(folder / "no-cards.yaml",)) as it:
        yield it


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_blocked_request_is_answered_like_a_model_that_declines(strict, stream):
    before = len(strict.seen)
    answer = strict.ask(f"My card is {CARD}", stream=stream)
    assert (answer.status, answer.headers["x-guardrails-action"]) == (200, "block")
    choices = answer.body["choices"] if not stream else answer.events[-1]["choices"]
    assert choices[0]["finish_reason"] == "content_filter"
    assert "no-cards" in answer.said()
    assert CARD not in answer.raw.decode()
    assert len(strict.seen) == before, "nothing was forwarded"
    intent, outcome = ended(strict.data, answer.headers["x-guardrails-decision"])
    assert (intent["action"], outcome["ending"]) == ("block", "blocked")


def test_the_sdk_reads_a_block(strict):
    with openai.OpenAI(base_url=strict.url + "/v1", api_key="k", max_retries=0) as client:
        messages = [{"role": "user", "content": f"Card {CARD}"}]
        assert client.chat.completions.create(model="m", messages=messages).choices[0].finish_reason == "content_filter"
        chunks = list(client.chat.completions.create(model="m", messages=messages, stream=True))
        assert chunks[-1].choices[0].finish_reason == "content_filter"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_blocked_answer_stops_at_the_finding(strict, stream):
    answer = strict.ask("Who is it?", "demo-invent", stream=stream, demo={"chunk": 2})
    assert "5555" not in answer.raw.decode()
    assert "no-cards" in answer.said()
    _, outcome = ended(strict.data, answer.headers["x-guardrails-decision"])
    assert outcome["ending"] == "blocked"


def test_block_as_error(tmp_path):
    (tmp_path / "p.yaml").write_text(NO_CARDS)
    with running(tmp_path / "data", policy=(tmp_path / "p.yaml",), block_as="error") as it:
        answer = it.ask(f"Card {CARD}")
        assert (answer.status, answer.body["error"]["code"]) == (400, "content_filter")


# --- faults ---------------------------------------------------------------------------------------------------------------


def test_an_unknown_route_is_refused_with_the_routes_that_are_guarded(guarded):
    for path, method in (("/v1/files", "POST"), ("/v1/embeddings", "POST"), ("/v1/chat/completions/", "GET"), ("/", "DELETE")):
        answer = guarded.post(None, path, method)
        assert (answer.status, answer.body["error"]["code"]) == (404, "unknown_route")
        assert "/v1/chat/completions" in answer.body["error"]["message"]


def test_another_method_is_refused_with_those_that_would_do(guarded):
    for path, method, allowed in (("/v1/chat/completions", "GET", "POST"), ("/healthz", "POST", "GET, HEAD")):
        answer = guarded.post(None, path, method)
        assert (answer.status, answer.body["error"]["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


@pytest.mark.parametrize("body", [b"{", b'{"model":"a","model":"b"}', b'{"messages":[]}', b"\xff", b""])
def test_a_request_that_cannot_be_read_is_refused_and_recorded(guarded, body):
    answer = guarded.post(body)
    assert (answer.status, answer.body["error"]["code"]) == (400, "malformed_request")
    _, outcome = ended(guarded.data, answer.headers["x-guardrails-decision"])
    assert outcome["ending"] == "blocked"
    assert outcome["error"]["class"] == "MalformedRequest"


def test_a_body_beyond_the_limit_is_refused(tmp_path):
    with running(tmp_path, max_body_bytes=1000) as it:
        assert it.ask("x" * 2000).status == 413


def test_a_providers_error_keeps_status_and_headers_and_is_screened(guarded):
    answer = guarded.ask(f"I am {EMAIL}", "demo-error-429")
    assert answer.status == 429
    assert answer.headers["retry-after"]
    echo = guarded.ask(f"I am {EMAIL}", "demo-error-400")
    assert echo.status == 400
    assert EMAIL in echo.raw.decode(), "the user's own value comes back in an error that quotes the prompt"
    assert ended(guarded.data, echo.headers["x-guardrails-decision"])[1]["ending"] == "upstream_error"


async def garbage(_):
    return PlainTextResponse(f"<html>{EMAIL}</html>")


async def half(_):
    async def cut():
        yield b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"so far "}}]}\n\n'
        yield b'data: {"id":"c","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{"}}]}}]}\n\n'

    return StreamingResponse(cut(), media_type="text/event-stream")


async def nonsense(_):
    async def cut():
        yield b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"so far "}}]}\n\ndata: nonsense\n\n'

    return StreamingResponse(cut(), media_type="text/event-stream")


async def reported(_):
    async def cut():
        yield b'data: {"id":"c","choices":[{"index":0,"delta":{"content":"so far "}}]}\n\n'
        yield b'data: {"error":{"message":"overloaded, bob@evil.org","code":"x"}}\n\n'

    return StreamingResponse(cut(), media_type="text/event-stream")


MISBEHAVING = {"garbage": garbage, "half": half, "nonsense": nonsense, "reported": reported}


@pytest.mark.parametrize("name", MISBEHAVING)
def test_an_upstream_that_misbehaves(tmp_path, name):
    upstream = Starlette(routes=[Route("/v1/chat/completions", MISBEHAVING[name], methods=["POST"])])
    with running(tmp_path, upstream) as it:
        answer = it.ask("hi", stream=name != "garbage")
        if name == "garbage":
            assert (answer.status, answer.body["error"]["code"]) == (502, "upstream_error")
        else:
            assert answer.said().endswith("so far ")
            assert answer.events[-1]["error"]
            assert b"[DONE]" not in answer.raw
            assert b"tool_calls" not in answer.raw
        assert b"bob@evil.org" not in answer.raw
        assert EMAIL not in answer.raw.decode()
        assert ended(tmp_path, answer.headers["x-guardrails-decision"])[1]["ending"] == "upstream_error"


def test_an_upstream_that_is_not_there(tmp_path):
    from guardrails import app, assembly  # noqa: PLC0415 this test alone builds its own
    from guardrails.settings import Settings  # noqa: PLC0415 likewise
    from tests.running import Running  # noqa: PLC0415 likewise
    from tests.servers import serving  # noqa: PLC0415 likewise

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with serving(app.build(Settings(upstream=f"http://127.0.0.1:{port}", data=tmp_path), assembly.assemble)) as url:
        answer = Running(url, "", tmp_path, None).ask("hi")
    assert (answer.status, answer.body["error"]["code"]) == (502, "upstream_error")
    assert ended(tmp_path, answer.headers["x-guardrails-decision"])[1]["ending"] == "upstream_error"


@pytest.mark.parametrize("stream", [False, True], ids=["plain", "stream"])
def test_a_client_that_hangs_up_is_recorded_and_the_upstream_is_told(guarded, stream):
    before = len(records(guarded.data))
    body = json.dumps(
        {"model": "demo-slow", "stream": True, "messages": [{"role": "user", "content": "hi " * 50}], "demo": {"delay_ms": 200}}
        if stream
        else {"model": "demo-slow", "messages": [{"role": "user", "content": "hi"}], "demo": {"delay_ms": 400}}
    ).encode()
    host, port = guarded.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: {len(body)}\r\n\r\n"
        connection.sendall(head.encode() + body)
        if stream:
            assert b"200" in connection.recv(4096)
        else:
            time.sleep(0.1)
    call = next(r["call"] for r in records(guarded.data)[before:] if r["type"] == "decision.intent")
    ending = ended(guarded.data, call)[1]["ending"]
    if stream:
        assert ending == "client_gone"
        assert not guarded.model.state.replies[-1].finished
    else:  # the answer may have been ready before the socket was gone
        assert ending in ("client_gone", "allowed")


# --- what the log says ----------------------------------------------------------------------------------------------------


def test_every_call_has_an_intent_and_an_outcome_and_none_of_its_text(guarded):
    """Law 3 and law 4, over everything that this file has done."""
    time.sleep(0.3)
    leaves = records(guarded.data)
    kinds = Counter((r["call"], r["type"]) for r in leaves if r["type"].startswith("decision."))
    calls = {call for call, _ in kinds}
    assert len(calls) > 20
    assert all(kinds[call, kind] == 1 for call in calls for kind in ("decision.intent", "decision.outcome"))
    text = json.dumps(leaves)
    for value in (EMAIL, CARD, "contoso", "rosa.delgado", "sk-test", "Where is my order", "person1@"):
        assert value not in text


def test_the_response_headers(guarded):
    headers = guarded.ask(f"I am {EMAIL}").headers
    assert headers["x-guardrails-action"] == "tokenize"
    assert len(headers["x-guardrails-decision"]) == 36
    assert "@" in headers["x-guardrails-policy"]
    assert headers["x-guardrails-duration-ms"].startswith("screen=")


def test_nothing_found_and_no_notice_due_passes_value_for_value(guarded):
    body = {
        "model": "demo-echo",
        "messages": [
            {"role": "user", "content": "hi", "x_note": None},
            {
                "role": "assistant",
                "content": f"{NOTICE} Answers are AI-generated and can be wrong; please check what matters.\n\nok",
            },
            {"role": "user", "content": [{"type": "text", "text": "go", "cache_control": {"type": "ephemeral"}}]},
        ],
        "seed": 2**63,
        "temperature": 1.0,
        "x_vendor": {"a": [1, 2.5, None, True]},
        "guided_json": {"type": "object"},
    }
    answer = guarded.post(body)
    sent = guarded.saw()
    assert list(sent) == list(body)
    assert sent == body | {"messages": [body["messages"][0], body["messages"][1] | {"content": "ok"}, body["messages"][2]]}
    assert "guardrails" not in answer.body
    assert answer.headers["x-ai-disclosure"] == "ai;shown"


def test_credentials_reach_the_provider_and_nobody_else(guarded):
    guarded.post(
        {"model": "demo-chat", "messages": [{"role": "user", "content": "hi"}]},
        authorization="Bearer sk-mine-123",
        x_guardrails_user="u",
    )
    sent = dict(guarded.seen[-1].headers)
    assert sent["authorization"] == "Bearer sk-mine-123"
    assert not [name for name in sent if name.startswith("x-guardrails")]
    assert "sk-mine" not in json.dumps(records(guarded.data))
