"""A title before or behind a name makes it certain; the title is no part of it, and what is no name stays."""

import pytest

from guardrails.detectors.names.people.signs import Signed
from guardrails.detectors.names.people.titles import SIGNS
from tests.detectors.names.contract import names

READER = Signed(SIGNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Jane Cooper called Mr O’Brien’s office", ["Jane Cooper", "O’Brien"]),
        ("Ask Ms. Okafor or Prof Abernathy.", ["Okafor", "Abernathy"]),
        ("MR JANSEN SIGNED", ["JANSEN"]),
        ("Mrs. Ana de la Cruz-Vega arrived", ["Ana de la Cruz-Vega"]),
        ("I met Mr. J. R. Thornton", ["J. R. Thornton"]),
        ("Sheikh and Dr. al-Rashid", []),
        ("Bapak Presiden Joko Widodo hadir", ["Joko Widodo"]),
        ("Yth. Bapak Dr. H. Agus Salim", ["Agus Salim"]),
        ("Tolong sampaikan ke Bpk. Suparman dan Ibu Ratna", ["Suparman", "Ratna"]),
        ("pak budi mau tanya, bu sari juga", ["budi", "sari"]),
        ("kak rina udah makan?", ["rina"]),
        ("Hj. Aminah dan H. Rahmat", ["Aminah", "Rahmat"]),
        ("fru Hansen og hr. Mikkelsen", ["Hansen", "Mikkelsen"]),
        ("Herr Müller und Frau Dr. Weiß", ["Müller", "Weiß"]),
        ("a Sra. Fernanda Lopes e o Sr. Costa", ["Fernanda Lopes", "Costa"]),
        ("M. Dupont n’est pas là, Mme Lefèvre non plus", ["Lefèvre"]),
        ("请王先生和李小明老师来", ["王", "李小明"]),
        ("欧阳娜娜女士，您好", ["欧阳娜娜"]),
        ("我找张经理，王总在吗", ["张", "王"]),
        ("于先生", ["于"]),
        ("季先生来了", ["季"]),
        ("The patient Anna Holm was seen; beneficiary Robert Fox", ["Anna Holm", "Robert Fox"]),
        ("kak anna, sudah?", ["anna"]),
    ],
)
def test_titles_before_and_after(text, expected):
    assert names(READER, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ibu saya dan Bapak dan Ibu",
        "Dear Sir or Madam",
        "my new Dr. Martens and a Mr. Coffee machine",
        "a can of Dr. Pepper",
        "Miss you, miss Monday",
        "Mr. Google and Ms. Indonesia",
        "1737 Cheriton Dr Reuben",
        "the HR Specialist and the MS Office suite",
        "Ibu kota negara, Ibu Pertiwi, Pak Guru",
        "pak hari ini libur?",
        "bang, mas mau pesan",
        "John M. Scott of St. Mary",
        "Mr. President, Madam Speaker",
        "mailto:dr.smith or user@mr.example",
        "hr_department fru@x",
        "herr og fru",
        "王总是迟到，高级经理，项目经理，总经理",
        "各位老师，女士们先生们",
        "于是先生说",
        "patient Care, customer Service, user Interface",
        "a patient man and a beneficiary clause",
        "军方总部",
    ],
)
def test_what_names_nobody(text):
    assert names(READER, text) == []
