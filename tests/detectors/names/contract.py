"""The contract of a reader, as a stream uses it: a growing text, its settled part trimmed to what the reader may look back.

What is settled stays settled, whatever comes; the findings are those of the whole text, however it was cut.
"""

from collections.abc import Iterable
from typing import Protocol

from hypothesis import strategies as st

from guardrails.detectors.hits import Hit


class Reader(Protocol):
    def find(self, text: str, start: int = 0) -> Iterable[Hit]: ...
    def settled(self, text: str, start: int = 0) -> int: ...


def streamed(reader: Reader, reach: int, text: str, cuts: Iterable[int]) -> list[Hit]:
    """What is found when `text` arrives in pieces, and no more than `reach` of what is settled is kept."""
    found: list[Hit] = []
    base = start = 0
    for cut in [*cuts, len(text)]:
        window = text[base:cut]
        edge = reader.settled(window, start - base)
        assert start - base <= edge <= len(window)
        found += [_moved(h, base) for h in reader.find(window, start - base) if h.end <= edge]
        start = base + edge
        base = max(base, start - reach)
    return sorted(found + [_moved(h, base) for h in reader.find(text[base:], start - base)])


def _moved(hit: Hit, by: int) -> Hit:
    return hit._replace(start=hit.start + by, end=hit.end + by)


def names(reader: Reader, text: str) -> list[str]:
    return [text[start:end] for start, end in sorted({(h.start, h.end) for h in reader.find(text)})]


def assert_settles(reader: Reader, text: str, cut: int) -> None:
    """For `t = text[:cut]`: no finding of `text` crosses what is settled of `t`; those before it are those of `t`."""
    t = text[:cut]
    edge = reader.settled(t)
    assert 0 <= edge <= len(t)
    here, there = sorted(reader.find(t)), sorted(reader.find(text))
    assert not [h for h in here + there if h.start < edge < h.end]
    assert [h for h in here if h.end <= edge] == [h for h in there if h.end <= edge]


def assert_contract(reader: Reader, reach: int, text: str, cut: int) -> None:
    assert_settles(reader, text, cut)
    there = sorted(reader.find(text))
    assert streamed(reader, reach, text, [cut]) == there
    assert streamed(reader, reach, text, range(1, len(text))) == there


_PIECES = """
Jane|Cooper|jane|cooper|Budi|budi|Santoso|Siti|Mette|Hansen|Lars|O'Brien|McDonald|van|der|de|bin|Will|May|Sorry|World|J.|R.|H.|Jean-Luc
|Mr|Mrs.|Dr.|Prof|Pak|pak|bu|Ibu|Bapak|saya|Presiden|fru|hr.|Herr|Miss|Hj.|先生|总|老师|经理|王|李|小明|欧阳|于|我叫|我是|亲爱的|的
|name|first_name|full name|"name"|customer|patient|nama|nama lengkap|a.n.|atas nama|attn|姓名|fornavn|navn|From|To
|:|: |=|="|<name>|</name>|&|+|%20|\\"
|Dear|Hi|Hej|Kære|Halo|my name is|I'm|this is|speaking|nama saya|jeg hedder|saya|, |. |! |,|.
|Best regards,|Thanks|Mvh|Salam,|-- |此致|敬礼|\n|\r\n|\n\n| <jane@contoso.com>|<|>|jane@|"|'|(|)
|[10:24] |10:24 - |, S.H.|, Jr.| PhD|'s| | |  |-|_|1|foo.bar|is|and|the|went|home
"""
PIECES = [piece.replace("\\n", "\n").replace("\\r", "\r") for piece in _PIECES.strip("\n").replace("\n|", "|").split("|")]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).flatmap(
    lambda pieces: st.lists(st.sampled_from(["", " ", " "]), min_size=len(pieces), max_size=len(pieces)).map(
        lambda gaps: "".join(p + g for p, g in zip(pieces, gaps, strict=True))
    )
)
