"""What every reader of names owes: the contract of streams, its triggers, and an end on any text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.names.people import display, greetings, labels, rules, signatures, titles
from guardrails.detectors.names.people.signs import REACH, Signed
from tests.detectors.names.contract import TEXTS, assert_contract, assert_settles, streamed

PARTS = {"titles": titles, "labels": labels, "greetings": greetings, "signatures": signatures, "display": display}
READERS = {name: Signed(part.SIGNS) for name, part in PARTS.items()} | {"all": rules.rules()}


@pytest.mark.parametrize("name", READERS)
@given(TEXTS, st.integers(0, 200))
@settings(max_examples=120, deadline=None)
def test_what_is_settled_stays_settled(name, text, cut):
    assert_contract(READERS[name], REACH, text, min(cut, len(text)))


FILLER = "and then they went home to have a quiet evening with tea and cake before it was time to go to bed at last, " * 3
#: One of each kind of sign, with names as long, as odd and as far from their signs as they come.
SENTENCES = [
    "Dr. Jane Cooper's car and Mr. J. R. Thornton",
    "Yth. Bapak Presiden Dr. H. Agus Salim, S.H., M.H. di tempat",
    "pak budi dan kak rina udah pulang, Ibu saya",
    "Prof. Ludwig van der Beek <l.van.der.beek@contoso.com> and Mrs. Ana de la Cruz-Vega (ana@contoso.com)",
    'to "Cooper, Jane" <mailto:jane.cooper.of.the.long.address@contoso.com>, and Thandeka Nkosi, PhD',
    "请欧阳娜娜女士和张经理来，王总在，王总是",
    "我叫王小明，你好，我是李娜。亲爱的陈静：",
    "my name is wolfgangerich theophilusson bartholdyssen-mendel vonderhagenfeld and I am here",
    "I'm Jane Cooper from Leeds, this is Bob speaking, call me Kate, I'm Sorry",
    "seorang anak bernama Togar, nama saya budi santoso, saya Budi dari",
    "jeg hedder Mette Kjærsgaard og mit navn er lars, je m’appelle Amélie",
    "Full  name :   **Xiomara Bartholdy-Mendelssohn van Hohenstaufen** and",
    '{"first_name": "Jane", "customerName": "Bob Li", "name": "get_weather", "name": "Jane Foo.Bar"}',
    "?full_name=Jane+Cooper&name=Lars%20Holm%20Bak#x <name>Jane Cooper</name>",
    "Name: Cooper, Jane Ann\nKontaktperson: Lars Holm (phone) | Name | Jane Cooper |",
    "rekening a.n. Budi Santoso, atas nama siti rahma, Attn: Jane Cooper",
    "姓名：王小明性别：男 收件人: Jane Cooper",
    "Dear Jane,\nHi Mette, how are\nKære Lars Bak,\nDear Hiring Manager,",
    "bye.\n\nMed venlig hilsen,\n\n\nMette Kjærsgaard\nSalgschef",
    "Thanks in advance,\r\n\r\nJane Cooper | Sales\n-- \nLars Bak\nCEO",
    "See you. Thanks a lot, Bob!\n此致\n  敬礼！\n    王小明",
    "[10:24] Mette: hej\n12/03/2024, 10:25 - Budi Santoso: halo\nLars Bak: hej selv",
    "my name is jane J.Jane",
    "then Ludwig van der Beek <ludwig@contoso.com> and Oscar de la Hoya, Jr.",
    "patient: jane cooper, full name = 'jane von duckworth' and nama lengkap budi",
    "my name is 王芳 and the patient Anna Holm, hey it's Ann, can you",
    "id,name\n1,Jane Cooper,jane@contoso.com\n2,Robert Fox;bob@contoso.com\nBest,\n李娜",
    "收件人李荣远，电话 发件人：邬龙 name=Jane Cooper&city=Leeds",
    "Write to Robert Fox, Jr. and to Robert Fox, MD 83572",
]


@pytest.mark.parametrize("text", SENTENCES)
@pytest.mark.parametrize("before", ["", FILLER])
def test_a_sentence_settles_like_the_whole_at_every_cut(before, text):
    reader, text = READERS["all"], before + text
    for cut in range(len(before), len(text) + 1):
        assert_settles(reader, text, cut)
    assert sorted(streamed(reader, REACH, text, range(1, len(text)))) == sorted(reader.find(text))


def test_prose_is_held_back_by_a_word_or_two():
    text = FILLER + "Jane Cooper went home, said the man, and all of it was over when the rain came. " + FILLER
    held = sorted(cut - READERS["all"].settled(text[:cut]) for cut in range(len(text)))
    assert held[len(held) // 2] <= 12
    assert held[-1] <= 30


@pytest.mark.parametrize("name", PARTS)
@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_whoever_finds_something_is_asked(name, text):
    signs, reader = PARTS[name].SIGNS, READERS[name]
    unasked = [r for sign in signs for r in sign.read(text, 0) if r.score]
    assert len(list(reader.find(text))) == len(unasked)
