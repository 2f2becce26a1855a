"""Pictures, sounds and files through the real server, as the openai SDK sends them: blocked, flagged, recorded, told."""

import base64
import json

import openai
import pytest

from guardrails.audit.show import stories, tell
from tests.proxy.test_calls import ended, records
from tests.running import running

EMAIL = "jane.cooper@contoso.com"
POLICY = """
rules:
  - id: no-pictures
    title: No pictures
    detect: {unreadable: [image, token_ids]}
    action: block
  - id: sounds
    detect: {unreadable: [audio, file, data]}
    action: flag
"""
PNG = "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(90))).decode()
WAV = base64.b64encode(b"RIFF\x24\0\0\0WAVEfmt " + bytes(range(90))).decode()


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("unread")
    (folder / "p.yaml").write_text(POLICY)
    with running(folder / "data", policy=(folder / "p.yaml",)) as it:
        yield it


@pytest.fixture
def client(guarded):
    with openai.OpenAI(base_url=guarded.url + "/v1", api_key="sk-test", max_retries=0) as made:
        yield made


def ask(client, *parts, **more):
    content = [{"type": "text", "text": "What is this?"}, *parts]
    raw = client.chat.completions.with_raw_response.create(
        model="demo-chat", messages=[{"role": "user", "content": content}], **more
    )
    return raw.headers["x-guardrails-decision"], raw.status_code, raw.parse()


@pytest.mark.parametrize(
    "part",
    [
        {"type": "image_url", "image_url": {"url": PNG}},
        {"type": "image_url", "image_url": {"url": "https://example.org/a.png"}},
        {"type": "image_url", "image_url": {"url": f"  {PNG.replace('data:image', 'DATA:IMAGE')}"}},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG.partition(",")[2]}},
        {"type": "blob", "content": [PNG.partition(",")[2]]},
    ],
)
def test_a_picture_is_blocked_and_nothing_is_forwarded(client, guarded, part):
    before = len(guarded.seen)
    call, status, answer = ask(client, part)
    assert (status, answer.choices[0].finish_reason) == (200, "content_filter")
    assert "No pictures" in answer.choices[0].message.content
    assert len(guarded.seen) == before
    intent, outcome = records(guarded.data, call)
    assert {f["entity"] for f in intent["findings"]} == {"UNREADABLE_IMAGE"}
    assert {f["op"] for f in intent["findings"]} == {"none"}
    assert intent["unscanned"]
    assert outcome["ending"] == "blocked"


def test_a_sound_is_flagged_recorded_and_told_of(client, guarded):
    call, status, _ = ask(client, {"type": "input_audio", "input_audio": {"data": WAV, "format": "wav"}})
    assert status == 200
    assert guarded.saw()["messages"][0]["content"][1]["input_audio"]["data"] == WAV
    intent, _ = records(guarded.data, call)
    assert intent["action"] == "flag"
    assert intent["unscanned"] == ["/messages/0/content/1/input_audio/data"]
    (story,) = stories(guarded.data, call=call)
    told = tell(story)
    assert "Not scanned, because it cannot be read: message 1 (/messages/0/content/1/input_audio/data)." in told
    assert "On the request: the rule sounds matched 1 time and asked to flag" in told


def test_what_was_blocked_is_told_without_counting_characters(client, guarded):
    call, _, _ = ask(client, {"type": "image_url", "image_url": {"url": PNG}})
    (story,) = stories(guarded.data, call=call)
    told = tell(story)
    assert (
        "UNREADABLE_IMAGE in message 1 (/messages/0/content/1/image_url/url), which cannot be read: found, rule no-pictures"
        in told
    )
    assert "characters 0 to 0" not in told


def test_a_picture_in_a_tools_result_is_blocked(client):
    result = json.dumps({"type": "image", "mimeType": "image/png", "data": PNG.partition(",")[2]})
    call = {"id": "c1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
    messages = [
        {"role": "user", "content": "Look."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": result},
    ]
    answer = client.chat.completions.create(model="demo-chat", messages=messages)
    assert answer.choices[0].finish_reason == "content_filter"


def test_a_text_file_is_read_and_its_values_are_hidden(client, guarded):
    url = "data:text/csv;charset=utf-16;base64," + base64.b64encode(f"é;{EMAIL}".encode("utf-16")).decode()
    call, _, _ = ask(client, {"type": "file", "file": {"filename": "a.csv", "file_data": url}})
    sent = guarded.saw()["messages"][0]["content"][1]["file"]["file_data"]
    text = base64.b64decode(sent.partition(",")[2]).decode("utf-16")
    assert text.startswith("é;<EMAIL_ADDRESS_")
    intent, _ = records(guarded.data, call)
    assert "unscanned" not in intent
    assert not [r for r in intent["rules"] if r["id"] == "sounds"]


@pytest.mark.parametrize("stream", [False, True])
def test_what_an_answer_brings_is_recorded_as_not_scanned(guarded, stream):
    tool = {"type": "function", "function": {"name": "save", "parameters": {"type": "object"}}}
    noise = base64.b64encode(bytes(range(256))).decode()
    body = {
        "model": "demo-tools",
        "messages": [{"role": "user", "content": f"Save {noise}"}],
        "tools": [tool],
        "stream": stream,
    }
    answer = guarded.post(body)
    assert noise in answer.arguments()
    call = answer.headers["x-guardrails-decision"]
    _, outcome = ended(guarded.data, call)
    assert outcome["action"] == "flag"
    assert [path.partition("/~json")[0] for path in outcome["unscanned"]] == [
        "/choices/0/message/tool_calls/0/function/arguments"
    ]
    (story,) = stories(guarded.data, call=call)
    assert "Not scanned in the answer, because it cannot be read: answer 1 (/choices/0/message/tool_calls" in tell(story)
