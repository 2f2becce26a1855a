"""What is nobody's name when it stands alone, and is somebody's with more around it."""

import pytest

from guardrails.detectors.names.public import is_public


@pytest.mark.parametrize(
    "text",
    [
        "May",
        "MONDAY",
        "Danish",
        "Indonesia",
        "Novo Nordisk",
        "Python",
        "Claude Code",
        "ChatGPT",
        "GitHub  Copilot",
        "三月",
        "华为",
        "Dr. Martens",
    ],
)
def test_a_public_name_is_nobodys(text):
    assert is_public(text)


@pytest.mark.parametrize("text", ["May Hansen", "Jane", "Claude", "Alexa", "Siri", "王小明", "", "Paris Hilton", "Jack"])
def test_what_may_be_somebodys_name(text):
    assert not is_public(text)
