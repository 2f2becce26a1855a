from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.disclosure.due import BLANK_LINE, Disclosure, Known, acknowledges, plan
from guardrails.disclosure.language import SPOKEN
from guardrails.disclosure.notices import ROWS, current, worded

FACTS: dict[str, Any] = {
    "assistant_texts": [],
    "acknowledged": None,
    "channel": "",
    "may_acknowledge": False,
    "text_allowed": True,
    "language": "en",
}
NOTICE = current("first", "en")
ACK = f"first@{NOTICE.digest}"
SHOWN = Disclosure(None, as_text=False, already=True)


def planned(**facts: Any) -> Disclosure:
    return plan(**{**FACTS, **facts})


@pytest.mark.parametrize(
    ("facts", "due", "as_text"),
    [
        ({}, True, True),
        ({"channel": "phone-app-nobody-knows"}, True, True),  # an unknown channel counts as a person reading
        ({"channel": "ui"}, True, True),  # a client that draws it itself, and has not done so yet
        ({"channel": "api"}, True, False),
        ({"text_allowed": False}, True, False),
        ({"assistant_texts": ["Hello!"]}, True, True),
        ({"assistant_texts": ["Hello!", NOTICE.text + BLANK_LINE + "Hi"]}, False, False),
        ({"assistant_texts": [NOTICE.text]}, False, False),
        ({"assistant_texts": [NOTICE.text + "\r\nHi"]}, False, False),  # it was shown, whatever the client did to the rest
        ({"assistant_texts": [" " + NOTICE.text]}, True, True),
        ({"assistant_texts": ["You said: " + NOTICE.text]}, True, True),
        ({"assistant_texts": [current("first", "da").text]}, False, False),  # shown in another language is shown
        ({"acknowledged": ACK}, True, True),  # a caller who may not
        ({"acknowledged": ACK, "may_acknowledge": True}, False, False),
        ({"acknowledged": f"first@{current('first', 'id').digest}", "may_acknowledge": True}, False, False),
        ({"acknowledged": "first", "may_acknowledge": True}, True, True),
        ({"acknowledged": "first@", "may_acknowledge": True}, True, True),
        ({"acknowledged": "first@" + "0" * 64, "may_acknowledge": True}, True, True),
        ({"acknowledged": f"label@{NOTICE.digest}", "may_acknowledge": True}, True, True),
        ({"acknowledged": NOTICE.digest, "may_acknowledge": True}, True, True),
        ({"acknowledged": ACK, "may_acknowledge": True, "org": "Acme"}, True, True),  # not the notice that this operator shows
    ],
)
def test_when_a_notice_is_due_and_how(facts: dict[str, Any], due: bool, as_text: bool) -> None:
    disclosure = planned(**facts)
    assert (disclosure.notice is not None, disclosure.as_text, disclosure.already) == (due, as_text, not due)
    assert bool(disclosure.prefix) == as_text


def test_as_text() -> None:
    disclosure = planned(language="da", org="Acme")
    assert disclosure.prefix == current("first", "da", "Acme").text + "\n\n"
    assert disclosure.field["placement"] == "text"
    assert disclosure.field["text"] == current("first", "da", "Acme").text
    assert disclosure.without_text().prefix == ""
    assert disclosure.without_text().field["placement"] == "field"
    assert disclosure.without_text().header == disclosure.header


def test_a_fallback_is_said() -> None:
    assert planned(fallback=True).field["fallback"] is True
    assert planned().field["fallback"] is False


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("org", [None, "北京示例公司"])
def test_the_header_is_ascii_and_one_line(language: str, org: str | None) -> None:
    header = planned(language=language, org=org).header
    assert header.isascii()
    assert header.isprintable()
    assert header.startswith(f"ai;notice=first;version=1;language={language};digest=")
    assert SHOWN.header == "ai;shown"
    assert SHOWN.field == {"ai": True, "due": False}


def test_what_a_client_is_shown_it_can_acknowledge() -> None:
    field = planned(channel="ui", org="Acme").field
    assert acknowledges(f"{field['notice']}@{field['digest']}", "Acme")
    assert not acknowledges(None)


answers = st.text(max_size=40)
orgs = st.sampled_from([None, "Acme", "北京示例公司"])


@given(st.sampled_from(ROWS), orgs, answers)
def test_what_was_put_before_an_answer_is_taken_out_again(row: Any, org: str | None, answer: str) -> None:
    known = Known.of("Acme", ["北京示例公司"])
    shown = worded(row, org).text + BLANK_LINE + answer
    span = known.strip(shown)
    assert span is not None
    assert shown[: span[0]] + shown[span[1] :] == answer
    assert known.carries(shown)


@given(answers)
def test_text_that_does_not_begin_with_a_notice_stays_whole(answer: str) -> None:
    assert Known.of().strip(answer) is None
    assert Known.of().strip("> " + NOTICE.text + BLANK_LINE + answer) is None


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (NOTICE.text, (0, len(NOTICE.text))),
        (NOTICE.text + "\n\n", (0, len(NOTICE.text) + 2)),
        (NOTICE.text + "\nHello", None),
        (NOTICE.text + " Hello", None),
        (NOTICE.text.upper() + "\n\nHello", None),
        (NOTICE.text[:-1] + "\n\nHello", None),
        (current("first", "en", "Globex").text + "\n\nHello", None),  # a name that this installation never had
    ],
)
def test_only_exact_notices_at_the_start(text: str, span: tuple[int, int] | None) -> None:
    assert Known.of("Acme").strip(text) == span


def test_of_two_installations_behind_one_another_each_takes_out_its_own() -> None:
    inner = NOTICE.text + BLANK_LINE + "Hello"
    outer = current("first", "en", "Acme").text + BLANK_LINE + inner
    span = Known.of("Acme").strip(outer)
    assert span is not None
    assert outer[span[1] :] == inner
