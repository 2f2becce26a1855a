"""Links of one island."""

import pytest

from guardrails.detectors.urls import urls

DOMAINS = frozenset({"com", "uk", "dk", "py", "sh", "chat", "org"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://contoso.com/a/b.", ["https://contoso.com/a/b"]),
        ("contoso.com", ["contoso.com"]),
        ("www.contoso.dk/x", ["www.contoso.dk/x"]),
        ("contoso.co.uk", ["contoso.co.uk"]),
        ("http://build.sh:8080/x", ["http://build.sh:8080/x"]),
        ("build.sh", []),
        ("main.py", []),
        ("client.chat.completions", []),
        ("contoso.com(", []),
        ("jane@contoso.com", []),
        ("contoso.nothing", []),
        ("https://contoso.nothing/", []),
    ],
)
def test_urls(text: str, found: list[str]) -> None:
    assert [text[s:e] for s, e, _ in urls(text, DOMAINS)] == found
