"""Dates of birth in words: found behind their name alone, and a stream finds the same."""

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.dates import LONGEST, TRIGGERS, Dates

FOUND = [
    ("She was born on 3 May 1990 in Leeds", "3 May 1990"),
    ("DOB: May 3rd, 1990.", "May 3rd, 1990"),
    ("Date of birth: 03 Sept. 1990", "03 Sept. 1990"),
    ("lahir 17 Agustus 1990 di Bandung", "17 Agustus 1990"),
    ("tanggal lahir: 2 Mei 2001", "2 Mei 2001"),
    ("出生日期：1990年5月21日，女", "1990年5月21日"),
    ("他生日是1990年12月1日", "1990年12月1日"),
    ("født den 3. maj 1990", "3. maj 1990"),
    ("Fødselsdato: 21. december 1961", "21. december 1961"),
    ("geboren am 3. März 1990", "3. März 1990"),
    ("née le 14 juillet 1989", "14 juillet 1989"),
    ("fecha de nacimiento: 5 de mayo de 1970", "5 de mayo de 1970"),
    ("data de nascimento 7 de setembro de 1982", "7 de setembro de 1982"),
    ("생년월일: 1990년 5월 21일", "1990년 5월 21일"),
]
NOT_FOUND = [
    "We meet on 3 May 1990",
    "born in May 1990",
    "born 3 Mays 1990",
    "born 32 May 1990",
    "That was her birthday. 3 May 1990 was a Thursday.",
    "born to lose, on 3 May 1990",
    "出生在1990年",
    "会议日期：1990年5月21日",
    "She was born 3 May 19901",
    "rejsen den 3. maj 1990",
]


@pytest.mark.parametrize(("text", "value"), FOUND)
def test_found(text: str, value: str) -> None:
    assert [text[h.start : h.end] for h in Dates().find(text)] == [value]
    triggers = re2.Set.SearchSet()
    for trigger in TRIGGERS:
        triggers.Add(trigger)
    triggers.Compile()
    assert triggers.Match(value)


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert list(Dates().find(text)) == []


SCRAPS = ["born ", "DOB: ", "3", " ", "May", ". ", "de ", "1990", "年", "月"]
PIECES = st.sampled_from([*(t for t, _ in FOUND), *(v for _, v in FOUND), *SCRAPS])


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES | st.text(max_size=3), max_size=8).map("".join), st.integers(0, 300))
def test_what_is_settled_stays(text: str, cut: int) -> None:
    dates, known = Dates(), text[:cut]
    edge = dates.settled(known)
    found = list(dates.find(text))
    assert len(known) - edge <= LONGEST
    assert not any(h.start < edge < h.end for h in found)
    assert [h for h in found if h.end <= edge] == [h for h in dates.find(known) if h.end <= edge]
    assert [h for h in found if h.start >= edge] == list(dates.find(text, edge))
