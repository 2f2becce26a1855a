"""Known names: what is the same name, what a list holds, what a broken one says, and that a stream finds the same."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.names.known import BITS, REACH, SALT_BYTES, Known, NameList, make, parse
from guardrails.errors import SettingsError
from tests.detectors.names.contract import assert_contract, names, streamed

SALT = bytes(range(SALT_BYTES))
NAMES = [
    "Jane Cooper",
    "Jane Cooper Holm",
    "Budi Santoso",
    "Seán O’Brien",
    "Jean-Luc Moreau",
    "Ærøskøbing",
    "王小明",
    "欧阳娜娜",
    "Li",
]
LIST = parse(make(NAMES, SALT).text)
KNOWN = Known([LIST])


@pytest.mark.parametrize(
    "written",
    [
        "Jane Cooper",
        "jane cooper",
        "JANE  COOPER",
        "Jane\nCooper",
        "Ｊａｎｅ　Ｃｏｏｐｅｒ",
        "jane.cooper",
        "Jane-Cooper",
        "Jane Cooper Holm",
        "seán o'brien",
        "Sea\u0301n O Brien",
        "JEAN LUC MOREAU",
        "ærøskøbing",
        "王小明",
    ],
)
@pytest.mark.parametrize("frame", ["{}", "Ask {}, please", "<{}>", "我叫{}，你好", "x_{}_y", "({})"])
def test_the_same_name_in_other_ways_of_writing(written, frame):
    text = frame.format(written)
    assert names(KNOWN, text) == [written]
    assert streamed(KNOWN, REACH, text, range(1, len(text))) == sorted(KNOWN.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "Jane Coopers",
        "Jane, Cooper",
        "Jane and Cooper",
        "Cooper Jane",
        "MaryJane Cooper",
        "Jane     Cooper",
        "Jane",
        "Li",
        "王小",
        "小明",
        "Sean OBrien",
        "",
    ],
)
def test_other_words_are_no_names(text):
    assert names(KNOWN, text) == []


def test_names_without_blanks_are_found_inside_other_signs():
    assert names(KNOWN, "请问王小明在吗？欧阳娜娜说王小明明天来") == ["王小明", "欧阳娜娜", "王小明"]


def test_a_list_names_its_entity_and_several_lists_are_looked_for():
    staff = parse(make(["Jane Cooper"], bytes(SALT_BYTES), "EMPLOYEE").text)
    both = Known([LIST, staff])
    assert both.entities == {"PERSON", "EMPLOYEE"}
    assert [(h.entity, h.score, h.recognizer) for h in sorted(both.find("jane cooper"))] == [
        ("EMPLOYEE", 1.0, "KnownNames"),
        ("PERSON", 1.0, "KnownNames"),
    ]
    assert not list(Known([]).find("jane cooper"))
    assert Known([]).settled("jane coo") == 8


def test_a_list_holds_nothing_in_clear_and_another_salt_is_another_list():
    one, other = make(NAMES, SALT).text, make(NAMES, bytes(SALT_BYTES)).text
    assert not re.search("jane|cooper|budi|王", one, re.IGNORECASE)
    assert not set(one.splitlines()[1:]) & set(other.splitlines()[1:])
    assert all(len(row) * 4 >= BITS >= 64 for row in one.splitlines()[1:])
    assert make(NAMES, SALT).text == make(reversed(NAMES), SALT).text
    assert "salt" not in repr(LIST)
    assert "names" not in repr(LIST).replace("NameList", "").lower().replace("namelist", "")


def test_what_becomes_of_the_lines():
    made = make(["Jane Cooper", "", "jane  COOPER", "Al", "王", "12345", "Madonna", "a " * 9, "x" * 200, "Jane 王小明"], SALT)
    assert (made.kept, made.duplicates, made.single) == (2, 1, 1)
    assert [number for number, _ in made.refused] == [4, 5, 6, 8, 9, 10]
    assert not any("Al" in why for _, why in made.refused)
    with pytest.raises(SettingsError, match="capitals"):
        make(["Jane Cooper"], SALT, "person")


def _changed(**head: object) -> str:
    first, _, rest = make(NAMES, SALT).text.partition("\n")
    return json.dumps({**json.loads(first), **head}) + "\n" + rest


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no list of hashed names"),
        ("Jane Cooper\nBudi Santoso\n", "no list of hashed names"),
        ("[1]\n", "no list of hashed names"),
        (_changed(format="names/9"), "does not know"),
        (_changed(salt="zz"), "damaged"),
        (_changed(entity="person"), "damaged"),
        (_changed(words=99), "damaged"),
        (_changed(signs=[0]), "damaged"),
        (_changed(signs="3"), "damaged"),
        (_changed(count=True), "damaged"),
        (_changed(count=99), "a part is missing"),
        ("\n".join(make(NAMES, SALT).text.splitlines()[:-1]), "a part is missing"),
        (make(NAMES, SALT).text + "Jane Cooper\n", "damaged"),
        (make(NAMES, SALT).text + make(NAMES, SALT).text.splitlines()[-1], "a part is missing"),
    ],
)
def test_a_broken_list_says_what_to_do(text, says):
    with pytest.raises(SettingsError) as caught:
        parse(text, "staff.names")
    assert says in str(caught.value)
    assert str(caught.value).startswith("staff.names ")
    assert "guardrails names hash" in str(caught.value)
    assert "Jane" not in str(caught.value)


def test_a_list_of_one_script_looks_for_nothing_else():
    assert LIST.words == 3
    assert LIST.signs == (4, 3)
    signs = parse(make(["王小明"], SALT).text)
    assert isinstance(signs, NameList)
    assert (signs.words, signs.signs) == (0, (3,))
    assert Known([signs]).settled("jane coo") == 8


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Please ask", len("Please ")),
        ("Please ask ", len("Please ask ")),
        ("Please ask Jane", len("Please ask ")),
        ("Please ask Jane ", len("Please ask ")),
        ("Please ask Jane Cooper, ", len("Please ask Jane Cooper, ")),
        ("Please ask Jane Cooper ", len("Please ask ")),  # Holm may come
        ("Please ask Jane  \n  ", len("Please ask Jane  \n  ")),
        ("请问王小", len("请问")),
        ("请问王小明", len("请问")),  # one more sign may belong to it
        ("请问王小红吗", len("请问王小红吗")),
    ],
)
def test_only_what_may_become_a_name_is_held(text, settled):
    assert KNOWN.settled(text) == settled


PIECES = [
    "Jane",
    "jane",
    "Cooper",
    "Holm",
    "Budi",
    "Santoso",
    "Seán",
    "O",
    "’",
    "Brien",
    "王",
    "小明",
    "欧阳",
    "娜娜",
    "·",
    " ",
    " ",
    "  ",
]
PIECES += [
    ",",
    ".",
    "-",
    "\n",
    "_",
    "\u0301",
    "x",
    "the",
    "ｊａｎｅ",
    "\u3000",
    "y" * 70,
    " of several words and ",
    "李小明天来",
]


@given(st.lists(st.sampled_from(PIECES), max_size=16).map("".join), st.integers(0, 120))
@settings(max_examples=300, deadline=None)
def test_the_contract_of_a_reader(text, cut):
    assert_contract(KNOWN, REACH, text, cut)


@given(st.lists(st.text("abcdeåß ΣςİĳﬁＡ", min_size=3, max_size=12), min_size=1, max_size=5))
@settings(max_examples=200, deadline=None)
def test_every_name_that_is_taken_is_found(lines):
    made = make(lines, SALT)
    refused = {number for number, _ in made.refused}
    known = Known([parse(made.text)])
    for number, line in enumerate(lines, 1):
        name = " ".join(line.split())
        if name and number not in refused:
            assert names(known, f"({name})") == [name]
