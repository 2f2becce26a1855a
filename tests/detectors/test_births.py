"""A date in words is one of birth where a word for it stands before it in the same sentence."""

import pytest

from guardrails.detectors.births import ENTITY, Births
from guardrails.detectors.personal import PersonalDetector
from tests.detectors.streams import streamed, whole

FOUND = [
    "She was born in Leeds on «12 March 1992».",
    "born «March 12, 1992» in Leeds",
    "born on the «1st of May 1990»",
    "D.O.B. «3 May 1990»",
    "Date of birth: «31 December 1899»",
    "He was born in St. Louis on «May 3rd, 1990» and left.",
    "born in Washington D.C. on «3 May 1990»",
    "Lahir di Jakarta, «12 Maret 1992».",
    "TTL: Bandung, «3 Mei 1990»",
    "Hun er født i Aarhus den «3. maj 1990».",
    "geb. am «3. März 1990» in Köln",
    "né à Lyon le «3 mars 1990»",
    "nacida el «3 de marzo de 1990»",
    "她出生于«1992年3月12日»。",
    "生年月日：«1990年 5月 3日»",
    "생년월일: «1990년 5월 3일»",
    "그의 생일은 «1990년 12월 31일»입니다.",
]
NOT = [
    "It was signed on 12 March 1992.",
    "born 32 May 1990",
    "born on May 0, 1990",
    "born 130 May 1990",
    "出生于1992年13月12日",
    "出生于1992年3月32日",
    "생년월일: 1990년 5월 32일",
    "회의는 1990년 5월 3일입니다.",
    "All came to the club's birthday ball. November 15, 2013 was a Friday.",
    "That is her birthday. March 12, 1992 is when we met.",
    "A star was born! On 12 March 1992 it faded.",
    "born in Leeds;\n12 March 1992",
    "the stillborn plan of 12 March 1992",
    "出生。1992年3月12日开会",
]


@pytest.mark.parametrize("text", [*FOUND, *NOT])
def test_dates_of_birth(english: PersonalDetector, text: str) -> None:
    clear, begin = text.replace("«", "").replace("»", ""), text.find("«")
    expected = [] if begin < 0 else [(begin, text.index("»") - 1)]
    found = whole(english, clear)
    assert [(f.start, f.end) for f in found if f.entity == ENTITY] == expected
    assert streamed(english, clear, range(len(clear))) == found
    assert streamed(english, clear + " and so on", range(len(clear))) == whole(english, clear + " and so on")


def test_points_without_end_are_read_once() -> None:
    """Only one way leads across each of them, or this would take minutes."""
    text = ("born " + "A." * 30 + " 3 May 1990 ") * 1000
    assert not list(Births().find(text))
