"""A value inside base64 is found at the groups that hold its bytes."""

import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from guardrails.detectors.encoded import WHOLE, Encoded
from guardrails.detectors.hits import Hit
from guardrails.detectors.personal import PersonalDetector
from tests.detectors.streams import streamed, whole

MAIL = "jane.cooper@contoso.com"


def look(text: str, start: int) -> list[Hit]:
    text.encode()  # what cannot be written cannot be read by RE2
    return [Hit(m.start(), m.end(), "X", 1.0, "x") for m in re.finditer(re.escape(MAIL), text[start:])]


@given(before=st.binary(max_size=40), after=st.binary(max_size=20), words=st.sampled_from(["é" * 120, "词" * 90, "w " * 130]))
def test_the_groups_that_hold_a_value(before: bytes, after: bytes, words: str) -> None:
    """Whatever bytes stand before it, also such as are no text."""
    run = base64.b64encode(words.encode() + before + b" " + MAIL.encode() + after).decode()
    assert len(run) > WHOLE
    [hit] = Encoded(look).find(run)
    held = base64.b64decode(run[hit.start : hit.end] + "==")
    assert MAIL.encode() in held
    assert len(held) <= len(MAIL) + 4


def test_a_short_run_is_hidden_whole() -> None:
    run = base64.b64encode(f"mail {MAIL} or not".encode()).decode()
    assert [(h.start, h.end) for h in Encoded(look).find(f"see {run}.")] == [(4, 4 + len(run))]


def test_bytes_that_are_no_text(english: PersonalDetector) -> None:
    inside = b"text " * 60 + b"\xff\xd8 \xc3" * 9 + MAIL.encode() + b", text" * 9
    text = base64.b64encode(inside).decode()
    at = inside.index(MAIL.encode())
    assert [(f.start, f.end) for f in whole(english, text) if f.entity == "EMAIL_ADDRESS"] == [
        (at // 3 * 4, -(-(at + len(MAIL)) // 3) * 4)
    ]
    assert streamed(english, text, range(0, len(text), 5)) == whole(english, text)
