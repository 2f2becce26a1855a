"""Who is greeted and who says their own name; greetings to nobody and other sentences with the same words are none."""

import pytest

from guardrails.detectors.names.people.greetings import SIGNS
from guardrails.detectors.names.people.signs import Signed
from tests.detectors.names.contract import names

READER = Signed(SIGNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dear Jane,\nthank you", ["Jane"]),
        ("Hi Mette, how are you?", ["Mette"]),
        ("hi jane, are you there", ["jane"]),
        ("Hello Thandeka!", ["Thandeka"]),
        ("Kære Lars Bak,", ["Lars Bak"]),
        ("Hej Mette", ["Mette"]),
        ("Halo Budi, apa kabar", ["Budi"]),
        ("Yth. Budi Santoso,", ["Budi Santoso"]),
        ("Liebe Frauke,", ["Frauke"]),
        ("my name is jane cooper and I need help", ["jane cooper"]),
        ("My full name is Thandeka Nkosi.", ["Thandeka Nkosi"]),
        ("her name is Ngozi", ["Ngozi"]),
        ("I'm Jane Cooper from Leeds", ["Jane Cooper"]),
        ("Hello, I am Jane.", ["Jane"]),
        ("this is Jane speaking", ["Jane"]),
        ("call me Bob", ["Bob"]),
        ("hey it's Ann, can you", ["Ann"]),
        ("my name is 王芳 and", ["王芳"]),
        ("nama saya budi santoso", ["budi santoso"]),
        ("saya Budi dari Bandung", ["Budi"]),
        ("perkenalkan, saya Rina", ["Rina"]),
        ("seorang anak bernama Togar", ["Togar"]),
        ("jeg hedder Mette Kjærsgaard", ["Mette Kjærsgaard"]),
        ("mit navn er lars", ["lars"]),
        ("Jag heter Åsa Lind", ["Åsa Lind"]),
        ("Ich heiße Jörg Weiß und", ["Jörg Weiß"]),
        ("je m’appelle Amélie", ["Amélie"]),
        ("me llamo Íñigo Vega", ["Íñigo Vega"]),
        ("我叫王小明，今年三十岁", ["王小明"]),
        ("你好，我是李娜。", ["李娜"]),
        ("亲爱的陈静：", ["陈静"]),
    ],
)
def test_greetings_before_and_after(text, expected):
    assert names(READER, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Hi there, Dear Sir, Dear all,",
        "Hello World!",
        "Dear Hiring Manager,",
        "Dear Customer,",
        "Hey Google, hey siri",
        "Hi ChatGPT,",
        "I'm Sorry",
        "I'm German.",
        "I am Python developer",
        "i'm here, i'm may",
        "this is Great",
        "this is it",
        "the file name is Jane",
        "My name is S184CMt9",
        "call me later",
        "hey it's May, it's Paris",
        "saya mau pesan, saya Sudah bayar",
        "sekolah ini bernama Harapan Bangsa",
        "jeg er træt. jeg er dansk",
        "我是学生，我是高中老师",
        "我叫他来",
        "亲爱的朋友",
    ],
)
def test_what_names_nobody(text):
    assert names(READER, text) == []
