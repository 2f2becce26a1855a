"""The tagger that ships: it is there, it speaks four languages, and several threads may ask it at once."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.model import Segment
from guardrails.taggers import compact
from tests.detectors.streams import cuts_of, streamed, whole

#: Language, text, what must be found of it.
SPOKEN = [
    ("en", "could you ask Priya Raman if she still lives at 14 Harbour Road, Cork", [("PERSON", "Priya Raman")]),
    ("en", "She still lives at 14 Harbour Road, Cork.", [("ADDRESS", "14 Harbour Road, Cork")]),
    ("id", "tolong kirim ke rumah pak Wahyu Pranoto di Jl. Anggrek No. 7, Malang", [("PERSON", "Wahyu Pranoto")]),
    ("zh", "请把合同发给陈丽华，她住在杭州市西湖区文三路25号。", [("PERSON", "陈丽华"), ("ADDRESS", "杭州市西湖区文三路25号")]),
    ("da", "Kan du spørge Søren Kjær, om han stadig bor på Egevej 3, 5000 Odense?", [("PERSON", "Søren Kjær")]),
]


@pytest.fixture(scope="module")
def names():
    return compact.names()


def found(names, text: str) -> set[tuple[str, str]]:
    return {(f.entity, text[f.start : f.end]) for f in names.find(Segment("/t", text))}


@pytest.mark.parametrize(("language", "text", "expected"), SPOKEN)
def test_it_speaks_four_languages(names, language, text, expected):
    assert found(names, text) >= set(expected)


_PIECES = """Jane Cooper|Dr. |lives at|14 Harbour Road|, Cork|T12 XY34|. |Best regards,|name: |my name is |the|and then|said
|GitHub
|in May|mette|Søren Kjær|Egevej 3, 2. tv|5000 Odense C|hr. |Mvh~|pak budi|Jl. Anggrek No. 7|RT 03/RW 02|di Malang|van der Berg
|陈丽华|先生|住在|杭州市西湖区文三路25号|，|我叫|{"full_name": "|"}|@|x_|12| 3 |O'Brien|Adébáyọ̀|(|)|-- |~|~~|\ufffc\ufffc
|jane.cooper@contoso.com|Jane <jane@contoso.com>"""
PIECES = [piece.replace("~", "\n") for piece in _PIECES.replace("\n", "").split("|")]
TEXTS = st.lists(st.tuples(st.sampled_from(PIECES), st.sampled_from([" ", "", " ", "  "])), max_size=40).map(
    lambda pairs: "".join(piece + gap for piece, gap in pairs)
)


@settings(deadline=None)
@given(text=TEXTS, cuts=st.lists(st.integers(0, 600), max_size=60))
def test_a_text_that_comes_in_pieces_gives_the_same(text, cuts):
    names = compact.names()
    assert streamed(names, text, cuts_of(text, cuts)) == whole(names, text)


@settings(deadline=None, max_examples=40)
@given(text=TEXTS)
def test_every_few_characters(text):
    names = compact.names("zh")
    assert streamed(names, text, range(0, len(text), 4)) == whole(names, text)


def test_nobody_is_found_where_nobody_is(names):
    for text in (
        "The build is green and the report is due on Monday.",
        "Jadwalnya hari Senin.",
        "今天天气很好。",
        "Mødet er på mandag.",
    ):
        assert found(names, text) == set()


def test_firms_are_found_where_they_are_asked_for():
    text = "She works for Contoso Ltd in the accounts department."
    assert "ORGANIZATION" in {entity for entity, _ in found(compact.names(asked=frozenset({"ORGANIZATION"})), text)}
    assert "ORGANIZATION" not in {entity for entity, _ in found(compact.names(), text)}


def test_what_is_public_here_is_not_found():
    text = "Ask Priya Raman about it."
    assert found(compact.names(is_allowed=lambda value: value == "Priya Raman"), text) == set()


def test_threads_find_what_one_finds(names):
    texts = [f"{text} {number}x{number}" for number in range(40) for _, text, _ in SPOKEN]
    alone = [found(names, text) for text in texts]
    compact.tagger.cache_clear()
    fresh = compact.names()
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda text: found(fresh, text), texts)) == alone


def test_the_weights_are_small():
    size = sum(file.stat().st_size for file in (compact.FOLDER).iterdir())
    assert size <= 6_000_000


def test_a_server_without_names_loads_no_numpy():
    code = (
        "import sys; from guardrails.assembly import scanner; from guardrails.settings import Settings;"
        "scanner(Settings(names=('off',))); sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], timeout=100, check=False).returncode == 0
