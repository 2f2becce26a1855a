"""Answers of our own read like the dialect's: a model that declines, a notice before what was said."""

import json

from guardrails.wire.chat import Request
from guardrails.wire.chat_replies import as_chunks, refusal, refused, with_notice

X = "jane.cooper@contoso.com"


def test_refused_choices_keep_nothing_of_what_was_said():
    body = {"id": "c", "choices": [{"index": 0, "message": {"role": "assistant", "content": X, "x_note": X}}]} | {"x": X}
    said = refused(body, {"/choices/0/message/content"}, "No.")
    assert X not in json.dumps(said)
    assert said["choices"][0]["finish_reason"] == "content_filter"
    assert said["choices"][0]["message"]["content"] == "No."


def test_the_notice_stands_before_content_only_where_there_is_some():
    body = {"choices": [{"message": {"content": "a"}}, {"message": {"content": None, "tool_calls": []}}]}
    said = with_notice(body, "N\n\n", {"d": 1})
    assert [c["message"]["content"] for c in said["choices"]] == ["N\n\na", None]
    assert said["guardrails"] == {"d": 1}


def test_a_refusal_streams_what_it_says_whole():
    request = Request({"model": "m", "n": 2, "messages": [{"role": "user", "content": "a"}]})
    whole = refusal(request, "call", 7, "No.", {"disclosure": {}})
    chunks = as_chunks(whole)
    assert [c["index"] for c in whole["choices"]] == [0, 1]
    assert whole["created"] == 7
    for index in (0, 1):
        choices = [c["choices"][0] for c in chunks if c["choices"][0]["index"] == index]
        assert "".join(c["delta"].get("content", "") for c in choices) == "No."
        assert choices[-1]["finish_reason"] == "content_filter"
    assert [("guardrails" in c) for c in chunks] == [True] + [False] * 5
