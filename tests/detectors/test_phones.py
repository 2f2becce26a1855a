"""Phone numbers of one island."""

import pytest

from guardrails.detectors.phones import Around, phones

FREE = Around(("US", "GB", "DK", "ID", "CN"), labelled=False, other=False)
CALL = Around(FREE.regions, labelled=True, other=False)
ORDER = Around(FREE.regions, labelled=False, other=True)


@pytest.mark.parametrize(
    ("around", "text", "found"),
    [
        (FREE, "+1 415-555-0132", ["+1 415-555-0132"]),
        (FREE, "+1 415-555-0132 4111 1111", ["+1 415-555-0132"]),
        (FREE, "0045 20 12 34 56", ["0045 20 12 34 56"]),
        (FREE, "+999 12345678", []),
        (FREE, "(415) 555-0132x12", ["(415) 555-0132x12"]),
        (FREE, "(415-555-0132", ["415-555-0132"]),
        (FREE, "415-555-0132)", ["415-555-0132"]),
        (FREE, "4155550132", []),
        (CALL, "4155550132", ["4155550132"]),
        (CALL, "415-555-0132 4 times", ["415-555-0132"]),
        (CALL, "123 4567", ["123 4567"]),
        (CALL, "536-90-4399", []),
        (CALL, "2024-03-01", []),
        (CALL, "12345", []),
        (FREE, "13812345678", ["13812345678"]),
        (FREE, "08123456789", ["08123456789"]),
        (FREE, "SN-8915641870-X", []),
        (FREE, "v2.415.555.0132", []),
        (FREE, "4155550132.5", []),
        (FREE, "1234 5678 9012 345", []),
        (ORDER, "415-555-0132", []),
        (ORDER, "+14155550132", ["+14155550132"]),
        (FREE, "01.02.2024", []),
        (FREE, "81.2.69.142", []),
    ],
)
def test_phones(around: Around, text: str, found: list[str]) -> None:
    assert [text[s:e] for s, e, _ in phones(text, lambda _: around)] == found
