"""A name beside an e-mail address, before a degree, and of who speaks in a transcript."""

import pytest

from guardrails.detectors.names.people.display import SIGNS
from guardrails.detectors.names.people.signs import Signed
from tests.detectors.names.contract import names

READER = Signed(SIGNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Jane Cooper <jane@contoso.com>", ["Jane Cooper"]),
        ('"Cooper, Jane" <jane@contoso.com>', ["Cooper, Jane"]),
        ('"Jane Cooper" <mailto:jane@contoso.com>', ["Jane Cooper"]),
        ("Write to Thandeka Nkosi (t.nkosi@contoso.com).", ["Thandeka Nkosi"]),
        ("Signed-off-by: Ludwig van Beek <l@contoso.com>", ["Ludwig van Beek"]),
        ("cc Jane <jane@contoso.com>", ["Jane"]),
        ("Jane Cooper,jane@contoso.com,7", ["Jane Cooper"]),
        ("[10:24] Mette: hej", ["Mette"]),
        ("12/03/24, 10:24 - Budi Santoso: halo", ["Budi Santoso"]),
        ("10:24 jane: hi", ["jane"]),
        ("Mette: hej\nLars Bak: hej selv", ["Mette", "Lars Bak"]),
        ("oleh Budi Santoso, S.H., M.H.", ["Budi Santoso"]),
        ("Thandeka Nkosi, PhD", ["Thandeka Nkosi"]),
        ("Robert Fox Jr. and", ["Robert Fox"]),
    ],
)
def test_display_before_and_after(text, expected):
    assert names(READER, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Support Team <help@contoso.com>",
        "Google <no-reply@google.com>",
        "see <a@b.example> and (c@d.example)",
        "[10:24] INFO: started",
        "10:24 Error: failed",
        "Summary: hej",
        "Write Once,once@contoso.com",
        "Note: this",
        "East Baltimore, MD 83572",
        "MIT, MA",
        "List<String> (foo)",
    ],
)
def test_what_names_nobody(text):
    assert names(READER, text) == []
