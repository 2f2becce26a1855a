"""Known names spread: what is looked for once a name is known, what is not, and in how much time."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails.detectors.spread import CONFIDENT, NAME, Reader, forward, spread, surest, teaches
from guardrails.model import Finding, Kind, Segment


def found(text: str, name: str, entity: str = "PERSON", score: float = 0.9, path: str = "/a") -> Finding:
    start = text.index(name)
    return Finding(path, start, start + len(name), entity, score, "pii/names")


def also(text: str, *names: str, entity: str = "PERSON", score: float = 0.9) -> list[str]:
    """What is found in the text once the names, which stand in it first, are known."""
    sources = [found(text, name, entity, score) for name in names]
    return [text[f.start : f.end] for f in spread(sources, [Segment("/a", text)])]


MENTIONS = [
    ("Jane Cooper came", "Jane Cooper", "jane cooper, JANE  COOPER", ["jane cooper", "JANE  COOPER"]),
    ("Jane Cooper came", "Jane Cooper", "it was Jane\nCooper", ["Jane\nCooper"]),
    ("Jane Cooper came", "Jane Cooper", "Jane left; ask cooper", ["Jane", "cooper"]),
    ("Jane Cooper came", "Jane Cooper", "Janet, Coopering, janeway, ajane", []),
    ("Jane Cooper came", "Jane Cooper", "Jane's car, Cooper’s house, Mr Coopers garden", ["Jane", "Cooper", "Cooper"]),
    ("Jane Cooper came", "Jane Cooper", "jane.cooper sent jane_cooper.pdf", ["jane.cooper", "jane_cooper"]),
    ("Jane Cooper came", "Jane Cooper", "see cooper.com, jane_id, x.jane and jane@home", []),
    ("Jane Cooper came", "Jane Cooper", "Jane, Cooper and Jane/Cooper", ["Jane", "Cooper", "Jane", "Cooper"]),
    ("Jane Cooper came", "Jane Cooper", "I know Jane. Cooper? (Cooper)", ["Jane. Cooper", "Cooper"]),
    ("Mr. Cooper came", "Mr. Cooper", "Mr. Smith asks cooper", ["cooper"]),
    ("Jane Cooper's car", "Jane Cooper's", "jane cooper", ["jane cooper"]),
    ("Will May came", "Will May", "Will he? He will in May, may be: will May", ["Will", "May", "May"]),
    ("Mark Rose came", "Mark Rose", "mark the rose; MARK it, Mark", ["Mark"]),
    ("Grace Hope came", "Grace Hope", "grace hope", []),
    ("Grace Lund came", "Grace Lund", "grace lund, grace", ["grace lund"]),
    ("will came", "will", "will you", []),
    ("Ludwig van den Berg came", "Ludwig van den Berg", "a van, ludwig van den berg, den!", ["ludwig van den berg"]),
    ("Siti binti Rahman came", "Siti binti Rahman", "binti siti", ["siti"]),
    ("Bo Li came", "Bo Li", "Bo and Li; bo li", []),
    ("Bo came", "Bo", "Bo and bo", []),
    ("Anne-Marie Krogh came", "Anne-Marie Krogh", "anne marie krogh; Marie", ["anne marie krogh", "Marie"]),
    ("Søren Ågård kom", "Søren Ågård", "SØREN ÅGÅRDS bil", ["SØREN ÅGÅRD"]),
    ("Zoe\u0308 Quist came", "Zoe\u0308 Quist", "zo\u00eb quist", ["zo\u00eb quist"]),
    ("Mette Frandsen kom", "Mette Frandsen", "Mettes bil, mettes, Frandsens hus", ["Mette", "Frandsen"]),
    ("Jen Quist came", "Jen Quist", "Jens is another, jens too", ["Jen"]),
    ("Jaya Wirawan datang", "Jaya Wirawan", "jaya raya! Jaya; Wirawan-nya, wirawannya", ["Jaya", "Wirawan", "wirawan"]),
    ("Bulan Sri Wulandari", "Bulan Sri Wulandari", "bulan ini sri; Sri, Bulan", ["Sri", "Bulan"]),
    ("Pak Hartono datang", "Pak Hartono", "pak hartono", ["hartono"]),
    ("王小明来了", "王小明", "我见过王小明。小明和王先生", ["王小明"]),
    ("王小明来了", "王小明", "王 小明，王\n小明", ["王 小明", "王\n小明"]),
    ("张伟来了", "张伟", "张伟大", ["张伟"]),
    ("高兴来了", "高兴", "我很高兴", []),
    ("约翰·史密斯来了", "约翰·史密斯", "约翰史密斯", ["约翰史密斯"]),
    ("김철수가", "김철수", "김철수는 김 씨", ["김철수"]),
    ("<\ufffc Cooper came", "\ufffc Cooper", "cooper", []),
]  # fmt: skip


@pytest.mark.parametrize(("first", "name", "later", "mentions"), MENTIONS)
def test_what_a_known_name_is_found_as(first, name, later, mentions):
    assert also(f"{first} | {later}", name) == mentions
    source = found(first, name)
    elsewhere = spread([source], [Segment("/a", first), Segment("/b", later)])
    assert [later[f.start : f.end] for f in elsewhere] == mentions
    assert {f.path for f in elsewhere} <= {"/b"}


ADDRESS = "Bredgade 12, 2. th\n1260 København K"


@pytest.mark.parametrize(
    ("address", "later", "mentions"),
    [
        (ADDRESS, "bredgade 12 2. th, 1260 københavn k", ["bredgade 12 2. th, 1260 københavn k"]),
        (ADDRESS, "Bredgade, København K", []),
        ("海淀区中关村大街27号", "寄到海淀区中关村大街27号。", ["海淀区中关村大街27号"]),
        ("at home now", "at home now", []),
    ],
)
def test_an_address_spreads_as_a_whole(address, later, mentions):
    assert also(f"{address} | {later}", address, entity="ADDRESS") == mentions


def test_a_mention_is_a_little_less_sure_than_its_source():
    text = "Jane Cooper: jane cooper, Cooper"
    whole, part = spread([found(text, "Jane Cooper")], [Segment("/a", text)])
    assert (whole.score, part.score) == (0.85, 0.8)
    assert {whole.detector, part.detector} == {NAME}
    assert {whole.entity, part.entity} == {"PERSON"}


@pytest.mark.parametrize(("entity", "score"), [("PERSON", CONFIDENT - 0.01), ("LOCATION", 0.9), ("ORGANIZATION", 0.9)])
def test_what_is_unsure_or_no_persons_teaches_nothing(entity, score):
    assert also("Jane Cooper | jane cooper", "Jane Cooper", entity=entity, score=score) == []


def test_what_was_found_where_it_stands_is_not_said_twice():
    text = "Jane Cooper | Jane Cooper"
    sure = found(text, "Jane Cooper")
    second = replace(sure, start=14, end=25)
    assert spread([sure, second], [Segment("/a", text)]) == []
    (raised,) = spread([sure, replace(second, score=0.3)], [Segment("/a", text)])
    assert (raised.start, raised.score) == (14, 0.85)


def test_whoever_counts_counts_the_surest():
    text = "Jane Cooper"
    one = found(text, text)
    others = [
        replace(one, score=0.5, detector=NAME),
        replace(one, end=4),
        replace(one, entity="LOCATION"),
        replace(one, path="/b"),
    ]
    assert set(surest([*others, one])) == {one, *others[1:]} == set(surest([one, *others]))


def test_numbers_are_no_names_and_keys_may_be():
    first = Segment("/a", "Jane Cooper")
    others = [Segment("/n", "Jane Cooper", Kind.NUMBER), Segment("/k", "jane cooper", Kind.KEY)]
    assert [f.path for f in spread([found(first.text, "Jane Cooper")], [first, *others])] == ["/k"]


def test_in_an_answer_it_spreads_forward_only():
    text = "jane cooper | Jane Cooper | jane cooper | Anna | Bent Quist, anna, quist"
    known = [found(text, "Jane Cooper"), found(text, "Bent Quist")]
    assert [(f.start, text[f.start : f.end]) for f in forward(known, Segment("/a", text))] == [
        (28, "jane cooper"),
        (67, "quist"),
    ]


def test_nothing_shows_the_names():
    reader = Reader()
    reader.learn(found("Jane Cooper", "Jane Cooper"), "Jane Cooper")
    assert "ane" not in f"{reader!r} {reader.names!r}"


WORDS = st.sampled_from(
    ["Jane", "jane", "Cooper", "Coopers", "COOPER's", "Janet", "Will", "will", "王小明", "王", "明", "é", "x" * 70, "Bo", "12"]
)
GAPS = st.sampled_from([" ", "", "\n", ", ", ".", ". ", "_", " " * 9, "-", "\ufffc", " | ", "s", "nya", ".c"])
TEXTS = st.lists(st.tuples(WORDS, GAPS), max_size=14).map(lambda pairs: "".join(w + g for w, g in pairs))
NAMES = ("Jane Cooper", "Will Cooper", "王小明", "Jane", "Bredgade 12 Bo", "Cooper Jane Will")
CUTS = st.lists(st.integers(0, 150), max_size=12) | st.just(list(range(400)))


@settings(max_examples=300, deadline=None)
@given(TEXTS, CUTS, st.lists(st.sampled_from([0, 0, 0, 20, 60]), max_size=6), st.integers(0, 9))
@example("x" * 70 + " Jane Cooper", [64, 66, 70], [0], 0)
@example("Jane 王小明", [5, 6, 7], [0], 0)
@example("Jane Cooper is", list(range(40)), [0], 0)
@example("Jane Cooper is here", list(range(40)), [0], 7)
@example("Jane Cooper, Cooper.com Jane. ", list(range(40)), [0], 5)
def test_however_a_text_arrives_the_same_is_found(text, cuts, places, later):
    """The chop law for the reader alone, with names that become known on the way. `later`: how far behind the rest decides."""
    known = [
        Finding("/a", max(0, place - 1), place, "ADDRESS" if name[-1] == "o" else "PERSON", 0.9, "pii/x")
        for place, name in zip(places, NAMES, strict=False)
    ]

    def reader() -> Reader:
        made = Reader()
        for finding, name in zip(known, NAMES, strict=False):
            made.learn(finding, name)
        return made

    whole = reader().read(text, len(text))
    pieces, grown = [], reader()
    for cut in sorted({c for c in cuts if c < len(text)}):
        before = grown.at
        base = max(0, before - 70)
        pieces += grown.read(text[base:cut], max(0, cut - later), base=base, final=False)
        assert before <= grown.at <= cut
    pieces += grown.read(text, len(text))
    assert pieces == whole


def test_little_is_held_back():
    """A mention that is only begun waits; a word that begins none does not."""
    text = "I met Jane Cooper and then Jane went on to the next town with all that she had. "
    reader = Reader()
    reader.learn(found(text, "Jane Cooper"), "Jane Cooper")
    held = []
    for cut in range(len(text)):
        reader.read(text[:cut], cut, final=False)
        held.append(cut - reader.at)
    assert max(held) <= len(" Cooper") + len("Jane ")
    assert sorted(held)[len(held) // 2] <= len("then")


def letters(number: int) -> str:
    return "".join(chr(97 + int(digit)) for digit in str(number))


def test_a_thousand_names_in_a_megabyte():
    names = [f"Qu{letters(n)} Z{letters(n)}" for n in range(1000)]
    text = ". ".join(names)
    sources, at = [], 0
    for name in names:
        at = text.index(name, at)
        sources.append(Finding("/a", at, at + len(name), "PERSON", 0.9, "pii/x"))
    long = "".join(f"the quick brown fox jumps over the lazy dog and {name.lower()} " for name in names) * 18
    assert len(long) > 1_000_000
    began = time.perf_counter()
    mentions = spread(sources, [Segment("/a", text), Segment("/b", long)])
    assert time.perf_counter() - began < 20
    assert len([f for f in mentions if f.path == "/b"]) == 18_000


@pytest.mark.parametrize("unit", ["Qan ", "王", "a", " ", "e\u0301", "Qan. ", "Qan\n"])
def test_no_text_is_slow(unit):
    """Names that begin alike and go on for long, in a text that is all beginnings."""
    segment = Segment("/b", unit * 30_000)
    names = [" ".join(["Qan"] * n) + " Zoe" for n in (2, 9, 30)] + ["王" * 20 + "李"]
    firsts = [Segment(f"/{n}", name) for n, name in enumerate(names)]
    sources = [Finding(s.path, 0, len(s.text), "PERSON", 0.9, "pii/x") for s in firsts]
    began = time.perf_counter()
    spread(sources, [*firsts, segment])
    assert time.perf_counter() - began < 20


def test_only_sure_findings_teach():
    assert teaches(found("Jane", "Jane"))
    assert not teaches(replace(found("Jane", "Jane"), detector=NAME))
