"""A mask leaves enough for a person to recognise their own value, and nothing a detector would find again."""

import pytest

from guardrails.redact.masks import mask, redacted

MASKED = {
    ("CREDIT_CARD", "4111 1111 1111 1111"): "•••• •••• •••• 1111",
    ("PHONE_NUMBER", "+1 415-555-0132"): "+• •••-•••-••32",
    ("EMAIL_ADDRESS", "jane.cooper@contoso.com"): "j•••.••••••@•••••••.•••",
    ("IP_ADDRESS", "81.2.69.142"): "••.•.••.•••",
    ("IBAN_CODE", "DE89370400440532013000"): "••••••••••••••••••3000",
    ("US_SSN", "536-90-4399"): "•••-••-••••",
    ("PHONE_NUMBER", "123"): "•••",
    ("PERSON", "王小明"): "•••",
}


@pytest.mark.parametrize("entity_text", MASKED)
def test_mask(entity_text):
    assert mask(*entity_text) == MASKED[entity_text]
    assert len(mask(*entity_text)) == len(entity_text[1])


def test_redacted():
    assert redacted("EMAIL_ADDRESS", None) == "[EMAIL_ADDRESS]"
    assert redacted("URL", "[link removed]") == "[link removed]"
