"""What everybody may know, and what an operator allows."""

import pytest

from guardrails.detectors.public import is_allowed, is_public, under


@pytest.mark.parametrize(
    ("entity", "value", "public"),
    [
        ("IP_ADDRESS", "127.0.0.1", True),
        ("IP_ADDRESS", "10.0.0.0/8", True),
        ("IP_ADDRESS", "81.2.69.142", False),
        ("IP_ADDRESS", "::ffff:192.168.0.1", True),
        ("IP_ADDRESS", "fe80::1%eth0", True),
        ("IP_ADDRESS", "2606:4700::1111", False),
        ("IP_ADDRESS", "244.1.2.3", False),
        ("EMAIL_ADDRESS", "a@EXAMPLE.com", True),
        ("EMAIL_ADDRESS", "a@example.com.evil.org", False),
        ("URL", "https://user@localhost:8080/x", True),
        ("URL", "http://127.0.0.1:80/", True),
        ("URL", "https://contoso.com/example.com", False),
        ("PHONE_NUMBER", "127.0.0.1", False),
    ],
)
def test_public(entity: str, value: str, public: bool) -> None:
    assert is_public(entity, value) is public


@pytest.mark.parametrize(
    ("value", "allowed"),
    [
        ("Support@Contoso.com", True),
        ("x@contoso.com", True),
        ("x@acontoso.com", False),
        ("contoso.com/a", True),
        ("+45 1", True),
    ],
)
def test_allowed(value: str, allowed: bool) -> None:
    assert is_allowed(value, frozenset({"contoso.com", "+45 1"})) is allowed


def test_under() -> None:
    names = frozenset({"example.com"})
    assert under("a.b.example.com.", names)
    assert not under("anexample.com", names)
