"""A mask leaves enough for a person to recognise their own value, and nothing a detector would find again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from presidio_anonymizer.operators import Mask

from guardrails.redact.masks import BULLET, MASKED, mask, redacted, settled

TABLE = {
    ("CREDIT_CARD", "4111 1111 1111 1111"): "•••••••••••••••1111",
    ("PHONE_NUMBER", "+1 415-555-0132"): "•••••••••••••32",
    ("EMAIL_ADDRESS", "jane.cooper@contoso.com"): "•••••••••••••••••••••••",
    ("IP_ADDRESS", "81.2.69.142"): "•••••••••••",
    ("IBAN_CODE", "DE89 3704 0044 0532 0130 00"): "•••••••••••••••••••••••3000",
    ("US_SSN", "536-90-4399"): "•••••••••••",
    ("PHONE_NUMBER", "123"): "•••",
    ("PERSON", "王小明"): "•••",
}


@pytest.mark.parametrize("entity_text", TABLE)
def test_mask(entity_text):
    assert mask(*entity_text) == TABLE[entity_text]
    assert len(mask(*entity_text)) == len(entity_text[1])


@pytest.mark.parametrize(
    "text", ["•••••••••••••••1111", "••••", "••••32, and", "••••32. Thanks", "•••••1111谢谢", "••••32 - see", "••••32"]
)
def test_a_mask_is_opaque_to_detectors(text):
    assert MASKED.match(text)


@pytest.mark.parametrize(
    "text",
    [
        "• 4111 1111 1111 1111",
        "•4111",
        "••••41111111",
        "•••",
        "••••jane@contoso.com",
        "••••j.cooper@contoso.com",
        "••••4111 1111 1111 1111",
        "••••4111\u00a01111 1111 1111",
        "••••536-90-4399",
        "••••81.2.69.142",
        "••••1 (415) 555-0132",
    ],
)
def test_a_value_behind_bullets_is_not(text):
    assert not MASKED.search(text)


@pytest.mark.parametrize(
    ("entity", "text", "keep"), [("CREDIT_CARD", "4111 1111 1111 1111", 4), ("PHONE_NUMBER", "+1 415-555-0132", 2)]
)
def test_a_mask_with_a_visible_end_is_presidios(entity, text, keep):
    """The anonymizer's Mask operator, as an oracle."""
    wanted = {"masking_char": "•", "chars_to_mask": len(text) - keep, "from_end": False}
    assert mask(entity, text) == Mask().operate(text, wanted)


def test_redacted():
    assert redacted("EMAIL_ADDRESS", None) == "[EMAIL_ADDRESS]"
    assert redacted("URL", "[link removed]") == "[link removed]"


@given(
    st.text(alphabet="•a1[A_]hs. -(@,é", max_size=30)
    | st.lists(
        st.sampled_from(
            ["••••", "•", "hash_0123456789ABCDEF", "hash_", "[", "A", "]", "_", "1", "1111", " ", "-", ".", "@", "("]
        ),
        max_size=9,
    ).map("".join),
    st.text(alphabet="•a1A]_ -.", max_size=6),
)
def test_what_is_settled_does_not_change(text, more):
    edge = settled(text)
    assert [m.span() for m in MASKED.finditer(text) if m.end() <= edge] == [
        m.span() for m in MASKED.finditer(text + more) if m.end() <= edge
    ]
    assert all(not m.start() < edge < m.end() for m in MASKED.finditer(text + more))


@pytest.mark.parametrize(
    ("after", "visible"),
    [("", "1111"), (".", "1111"), (" and", "1111"), (", 5", "1111"), (" 12", ""), ("/7", ""), ("\n4", ""), ("-x", "")],
)
def test_nothing_stays_visible_that_goes_on_behind(after: str, visible: str) -> None:
    assert mask("CREDIT_CARD", "4111 1111 1111 1111", after).lstrip(BULLET) == visible
