"""Who signs a letter, on the line of the closing words or the next."""

import pytest

from guardrails.detectors.names.people.signatures import SIGNS
from guardrails.detectors.names.people.signs import Signed
from tests.detectors.names.contract import names

READER = Signed(SIGNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Best regards,\nJane Cooper\nCEO", ["Jane Cooper"]),
        ("Kind regards\n\nThandeka", ["Thandeka"]),
        ("Thanks,\njane", ["jane"]),
        ("Thanks, Jane", ["Jane"]),
        ("See you. Cheers, Bob!", ["Bob"]),
        ("Sincerely,\r\nJane Cooper | Sales", ["Jane Cooper"]),
        ("Mvh\nLars", ["Lars"]),
        ("Mvh Lars", ["Lars"]),
        ("Med venlig hilsen\n\nMette Kjærsgaard\nSalgschef", ["Mette Kjærsgaard"]),
        ("Salam,\nBudi", ["Budi"]),
        ("Hormat saya,\nSiti Aminah", ["Siti Aminah"]),
        ("Mit freundlichen Grüßen\nJörg Weiß", ["Jörg Weiß"]),
        ("-- \nJane Cooper\nCEO", ["Jane Cooper"]),
        ("此致\n敬礼\n王小明", ["王小明"]),
        ("谢谢！\n李娜", ["李娜"]),
        ("Best,\n李娜", ["李娜"]),
    ],
)
def test_signatures_before_and_after(text, expected):
    assert names(READER, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Best regards,\nThe Team",
        "Thanks,\nGoogle",
        "Thanks for the help\nJane Cooper went",
        "Thanks, everybody",
        "Best\nPython library",
        "Regards,\nsent from my phone",
        "-- \n2.39.1",
        "Thanks,\nI will call Jane",
        "Terima kasih\nsaya tunggu",
        "谢谢\n我明天来",
    ],
)
def test_what_names_nobody(text):
    assert names(READER, text) == []
