"""A field that is labelled as a name holds one, in prose, JSON, YAML, XML and query strings; fields of code do not."""

import pytest

from guardrails.detectors.names.people.labels import SIGNS
from guardrails.detectors.names.people.signs import Signed
from tests.detectors.names.contract import names

READER = Signed(SIGNS)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Patient: jane cooper", ["jane cooper"]),
        ("Full name: Jane Cooper, DOB 1990", ["Jane Cooper"]),
        ("full_name = 'jane cooper'", ["jane cooper"]),
        (r"{\"first_name\": \"Jane\", \"last_name\": \"Cooper\"}", ["Jane", "Cooper"]),
        ('{"customerName": "Bob Li", "name": "get_weather"}', ["Bob Li"]),
        ("firstName: Xiomara", ["Xiomara"]),
        ("<name>Jane Cooper</name>", ["Jane Cooper"]),
        ("?name=Jane+Cooper&city=Leeds", ["Jane+Cooper"]),
        ("name=Jane%20Cooper", ["Jane%20Cooper"]),
        ("name: jane cooper", ["jane cooper"]),
        ("**Name:** Jane Cooper", ["Jane Cooper"]),
        ("| Name | Jane Cooper |", ["Jane Cooper"]),
        ("Name: Cooper, Jane\n", ["Cooper, Jane"]),
        ("Attn: Jane Cooper", ["Jane Cooper"]),
        ("Contact person: Lars Holm (phone 1)", ["Lars Holm"]),
        ("From: Jane Cooper\nTo: Lars Hansen\n", ["Jane Cooper", "Lars Hansen"]),
        ("INSERT INTO u (x) VALUES (1) -- assignee: Mette Holm", ["Mette Holm"]),
        ("Nama lengkap: budi santoso", ["budi santoso"]),
        ("Nama: Siti Aminah", ["Siti Aminah"]),
        ("rekening a.n. Budi Santoso", ["Budi Santoso"]),
        ("atas nama siti rahma", ["siti rahma"]),
        ("Penerima: Agus Salim", ["Agus Salim"]),
        ("Fornavn: Mette\nEfternavn: Kjærsgaard", ["Mette", "Kjærsgaard"]),
        ("Navn: Lars Bak", ["Lars Bak"]),
        ("Nachname: Weiß", ["Weiß"]),
        ("姓名：王小明，联系人: 李娜", ["王小明", "李娜"]),
        ("收件人：欧阳娜娜 电话", ["欧阳娜娜"]),
        ("姓名: Jane Cooper", ["Jane Cooper"]),
        ("发件人：邬龙", ["邬龙"]),
        ("收件人李荣远，电话", ["李荣远"]),
        ("name=Jane Cooper&city=Leeds", ["Jane Cooper"]),
        ('user="Jane Cooper"', ["Jane Cooper"]),
    ],
)
def test_labels_before_and_after(text, expected):
    assert names(READER, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "name: str",
        "name = foo.bar",
        "name: Optional[str] = None",
        "first_name: string",
        "last_name = models.CharField(max_length=30)",
        "first_name = request.POST[1]",
        '"name": "my-package"',
        '"name": "get_weather"',
        "name: nginx",
        "- name: Set Up Python",
        "- name: Run Tests",
        "hostname: Jane, filename: Cooper",
        "class name: Jane Cooper",
        "Project Name: Jane Cooper",
        "Product name: Apple Watch",
        "name == Jane Cooper",
        "full_name: required",
        "self.fullname = fullname",
        "patient: Patient",
        "customer: yes",
        "user.name",
        "std::name::Jane",
        "Name: fooBar",
        "(member|patient|claimant|employee)",
        "a nameless: thing",
        "姓名：必填",
        "联系人和电话，姓名方便填写吗",
        "客户：您好",
        "atas nama perusahaan",
        "attention deficit, attack Jane",
    ],
)
def test_what_names_nobody(text):
    assert names(READER, text) == []
