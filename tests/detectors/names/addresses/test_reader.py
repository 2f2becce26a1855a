"""Addresses by rule: what is found in which form and how far it goes, what is none, and that a stream finds the same."""

import random
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails.detectors.linear import search_set
from guardrails.detectors.names.addresses import cjk as addresses_cjk
from guardrails.detectors.names.addresses.reader import ENTITY, LONGEST, REACH, TRIGGERS, Addresses
from guardrails.detectors.names.addresses.words import BEFORE, COUNTRIES, ENDINGS, LONGEST_COUNTRY, LOOSE, NO_STREET
from tests.detectors.names.contract import assert_contract, names, streamed

ADDRESSES = Addresses()
TRIGGER = search_set(TRIGGERS)

#: Found whole.
WHOLE = [
    "12 Mill Lane, Leeds LS1 4AB",
    "221B Baker Street, London",
    "Flat 3, 18 Harbour Road, Cork T12 X4Y2",
    "350 Fifth Ave Apt 4B, New York, NY 10118",
    "123 N Main St, Springfield, IL 62704-1234",
    "1600 Birch Avenue NW, Washington, DC 20500",
    "42 Wallaby Way, Sydney NSW 2000",
    "77 Rue Garneau, Québec, QC G1R 3V5",
    "56 MG Road, Bengaluru 560001",
    "Plot No. 21, Sector 18, Gurugram 122015",
    "H.No. 72, Shanti Marg, Pune 411001",
    "P.O. Box 1234",
    "PO Box 77, Hobart TAS 7001",
    "PSC 802, Box 74\nAPO AE 09499",
    "Unit 2050 Box 4190\nAPO AP 96278",
    "USS Harlan\nFPO AP 96660",
    "Jl. Melati No. 5 RT 03/RW 02, Kel. Sukasari, Kec. Coblong, Kota Bandung 40123",
    "Jalan Sudirman Kav. 52",
    "Jln. Imam Bonjol Blok B79, Medan 20112",
    "Perumahan Griya Indah Blok C3 No. 7",
    "Gang Mawar No. 3",
    "jl. jend. sudirman no. 12, surabaya",
    "上海市浦东新区张江路88号3栋502室",
    "浙江省杭州市西湖区文三路 478号",
    "台北市信義區市府路1號",
    "幸福小区12号楼3单元501室",
    "广东省深圳市南山区科技路8号，3栋，502室",
    "Vestergade 12, 2. tv, 8000 Aarhus C",
    "Gammel Kongevej 120B, 1850 Frederiksberg C",
    "nørregade 7, st. th, 5000 odense c",
    "Storgatan 5, 111 22 Stockholm",
    "Storgata 5, 0155 Oslo",
    "Hauptstraße 12, 10115 Berlin",
    "Bahnhofstr. 3, 8001 Zürich",
    "Kärntner Straße 21, 1010 Wien",
    "Unter den Linden 77, 10117 Berlin",
    "Am Markt 3, 28195 Bremen",
    "Keizersgracht 123, 1015 CJ Amsterdam",
    "12 rue de la Paix, 75002 Paris",
    "12 bis, avenue Foch, 69006 Lyon",
    "Calle Mayor 5, 28013 Madrid",
    "C/ Alcalá 44, 3º B, 28014 Madrid",
    "Av. Insurgentes Sur 1602, Col. Crédito Constructor, 03940 Ciudad de México",
    "Rua das Flores, 123, 4050-262 Porto",
    "Rua Augusta, 1500 - Consolação, São Paulo - SP, 01304-001",
    "Via Roma 10, 00184 Roma",
    "ul. Długa 5/7, 31-147 Kraków",
    "Dlouhá 12, 110 00 Praha 1",
    "Rákóczi út 13., 1072 Budapest",
    "Strada Lalelelor 5, București",
    "Mannerheimintie 12 A, 00100 Helsinki",
    "Atatürk Cad. No: 15, Kadıköy, İstanbul",
    "ул. Ленина, д. 5, кв. 12, Москва",
    "19 Rosenlund 48\n Apt. 331\n HOLTE\n Madagascar 26110",
    "7 Hillside Terrace\nDunedin 9016\nNew Zealand",
    "Lindenweg 4\n45127 Essen\nGermany",
    "the corner of Mill Lane and Church Street",
]


@pytest.mark.parametrize("address", WHOLE)
@pytest.mark.parametrize("frame", ["{}", "Send it to {}\nThanks", "x\n{}\n\nTel: 5", '"{}"'])
def test_addresses_are_found_whole(address, frame):
    text = frame.format(address)
    assert names(ADDRESSES, text) == [address]
    assert TRIGGER.Match(text)
    assert streamed(ADDRESSES, REACH, text, range(1, len(text))) == sorted(ADDRESSES.find(text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("i live at 12 mill lane, leeds", "12 mill lane, leeds"),
        ("my address is 4 oak street apt 2, boston ma 02110 ok?", "4 oak street apt 2, boston ma 02110"),
        ("jeg bor på vestergade 12, 2. tv", "vestergade 12, 2. tv"),
        ("alamat saya jl melati no 5", "jl melati no 5"),
        ("我住在北京市朝阳区建国路93号院8号楼1203室。", "北京市朝阳区建国路93号院8号楼1203室"),
        ("地址：兰州路V座\n电话", "兰州路V座"),
        ("收货人：李娜，杭州市西湖区文三路478号，电话", "杭州市西湖区文三路478号"),
        ('{"street": "Lindenallee 4", "city": "Essen"}', "Lindenallee 4"),
        ('{"shipping_address": "18 Elm, Cork"}', "18 Elm, Cork"),
        ("Navn: Mette Holm\nAdresse: Bakkevej 83, 1. tv\nTelefon: 12 34 56 78", "Bakkevej 83, 1. tv"),
        ("Address: 3 The Old Mill, Ryde\nPhone: 5551234", "3 The Old Mill, Ryde"),
        ("Deliver to Jane Cooper, 12 Mill Lane, Leeds, tomorrow", "12 Mill Lane, Leeds"),
        (">Jane Cooper\n>12 Mill Lane\n>Leeds\n>LS1 4AB", "12 Mill Lane\n>Leeds\n>LS1 4AB"),
        ("Jane\\nLindenweg 4\\n45127 Essen\\nGermany", "Lindenweg 4\\n45127 Essen\\nGermany"),
        ("My zip code is 90210.", "90210"),
        ("I left 12 Mill Lane, 2024 was a long year", "12 Mill Lane"),
        ("Postnummer: 2200", "2200"),
        ("She moved to 9 Willow Court in May", "9 Willow Court"),
        ("Jane Cooper\n243 Sherwood Circle\nTel: 1", "243 Sherwood Circle"),
        ("order 7;Jane;44 Vasa Circle;paid", "44 Vasa Circle"),
    ],
)
def test_what_announces_an_address_is_no_part_of_it(text, found):
    assert names(ADDRESSES, text) == [found]
    assert streamed(ADDRESSES, REACH, text, range(1, len(text))) == sorted(ADDRESSES.find(text))


@pytest.mark.parametrize(
    "text",
    [
        "5 Things to know about Paris",
        "10 Downing",
        "Section 12, Road map",
        "Route 53 and EC2",
        "Via email 10 times",
        "version 12 Park",
        "The 3 Way handshake takes 2 Round trips.",
        "In 2024 Google Drive had 15 GB free; a 2 TB Hard Drive costs 60.",
        "On 12 March 2024, Berlin, Germany won.",
        "On 5 May St Petersburg celebrates.",
        "He ran 5 miles down the road, 3 minutes late.",
        "Windows 11 Home, Version 22",
        "Leeds 2 Arsenal 1, London",
        "top 10 Places to visit\n3 Key Points\n",
        "Boeing 737, Seattle",
        "Figure 3, Unit 4",
        "RFC 822, RFC 850, RFC 1036, RFC",
        "as PEP 517 defines. Used by the 1961 Westercon, 1968 Worldcon",
        "Baggage car #10 later renumbered #31",
        "iPhone 15, Apple, USA",
        "error 404 Page not found",
        "IP address: 10.0.0.1 port 8080",
        "email address: jane 12@contoso.com",
        "address: 0x7fff5fbff8c0",
        "self.address = 5",
        "memory address: row 3, column 4",
        "Address: required",
        "Address: Mill Lane, Leeds. Call 12 people",
        'address = Address("12", line=4)',
        "the 5 way junction, a 4 lane road",
        "jalan kaki 5 km, jalan 2 hari",
        "第3条 道路12号线",
        "我坐地铁2号线到人民广场，人民路很长，有12公里",
        "3号楼在哪里？他在路上走了5个小时",
        "der er 12 parkeringspladser og 5 største byer",
        "during 2020 and string 5 of spring 2024",
        "def f(x): return x  # 12 Main Loop",
        "1. Open Settings 2. Drive safely",
        "zip 5 files",
        "Dekade 2000, Brigade 17, Singapore Airlines SQ 351",
        "in 1970 some parts 700000 people worked",
        "jalan raya baru mulai 1992",
        "Python 3, Room 5, Level 2, Gate 12, Terminal 5, London",
    ],
)
def test_what_is_none(text):
    assert names(ADDRESSES, text) == []


def test_findings_are_addresses_and_surer_with_more_of_one():
    [bare] = ADDRESSES.find("12 Mill Lane")
    [full] = ADDRESSES.find("12 Mill Lane, Leeds LS1 4AB")
    assert bare.entity == full.entity == ENTITY
    assert 0.5 < bare.score < full.score < 1


_PIECES = (
    'Jane|Cooper|the|lives at|address|address:|Address: |"street": "|alamat|地址：|住在|12|5|221B|8000|10115|LS1|4AB|B79|No.'
    "|no|RT 03|#|Mill|mill|Lane|lane|St|St.|Road|Park|Via|via|Rua|Jl.|jl|Calle|rue de la|Vestergade|vestergade|Hauptstraße|út"
    "|Cad.|Apt.|Apt|suite|Flat|Leeds|Berlin|New York|NY|IL|Denmark|united|kingdom|Kel.|and|corner of|the corner of|P.O. Box"
    "|Unit|APO|AE|zip code is|zip: |tv|2.|st.|张江|路|街|88|号|3栋|502室|上海市|浦东新区|小区|座|，|。"
    "|,|.|, |. |\n|\n\n|\n>| |-|/"
    "|:|\"|'|;|\\n|\r\n|_|--|??|\n??? |(|)|{|=|@|\u00a0|º|\\|#"
)
PIECES = [*WHOLE, *_PIECES.split("|")]
TEXTS = st.builds(
    lambda pieces, gaps: "".join(p + (" " if g else "") for p, g in zip(pieces, gaps, strict=True)),
    *(st.lists(one, min_size=9, max_size=9) for one in (st.sampled_from(PIECES), st.booleans())),
)


@example("x浙江省杭州市西湖区文三路 478号Dlouhá 12, 110 00 Praha 1", 26)  # letters at once behind signs
@example("4AB浙江省杭州市西湖区文三路 478号221B Baker Street, London", 25)
@example("Jane\\nLindenweg 4\\n45127 Essen", 5)  # a line break in a string of a program
@given(TEXTS, st.integers(0, 600))
@settings(max_examples=100, deadline=None)
def test_the_contract_of_a_reader(text, cut):
    assert_contract(ADDRESSES, REACH, text, cut)


@given(TEXTS)
@settings(max_examples=100, deadline=None)
def test_nothing_is_found_where_no_trigger_stands(text):
    found = list(ADDRESSES.find(text))
    assert all(0 <= h.start < h.end <= len(text) and h.end - h.start <= LONGEST for h in found)
    assert all(a.end <= b.start for a, b in zip(sorted(found), sorted(found)[1:], strict=False))
    assert TRIGGER.Match(text.encode()) or not found


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_it_may_begin_anywhere_in_settled_text(at):
    text = "Write to Jane Cooper, who now lives at 12 Mill Lane, Leeds LS1 4AB. Or 我住在上海市张江路88号。"
    from_there = [h for h in ADDRESSES.find(text) if h.start >= at]
    if not any(h.start < at < h.end for h in ADDRESSES.find(text)):
        assert list(ADDRESSES.find(text, at)) == from_there


PROSE = (
    "The committee met twice in the spring and agreed that the report, which Jane Cooper wrote, was good enough to be sent. "
    "Nobody in Leeds or Berlin had asked for more; three members wanted to wait until the Ministry of Finance answered. "
)
DANISH = (
    "Udvalget mødtes to gange i foråret, og Mette Holm fra Aarhus skrev rapporten. Ingen i Folketinget havde bedt om mere. "
)
CHINESE = "委员会在春天开了两次会，认为李娜写的报告已经足够好了，可以寄给部里。没有人要求更多的内容，但是有三位委员想再等一等。"


@pytest.mark.parametrize("prose", [PROSE, DANISH, CHINESE], ids=["en", "da", "zh"])
def test_prose_is_held_back_for_a_few_words_only(prose):
    held = sorted(cut - ADDRESSES.settled(prose[:cut]) for cut in range(1, len(prose)))
    assert held[len(held) // 2] <= 12
    assert held[-1] <= 60


@pytest.mark.parametrize(
    "unit",
    [
        "12 Mill ",
        "Mill ",
        "12 ",
        "Aa. ",
        "Apt ",
        "12, ",
        "Via ",
        "路",
        "张江路88",
        "1号",
        "address: ",
        "\n>",
        "'",
        "x-",
        "the corner of A ",
    ],
)
def test_no_text_makes_it_slow(unit):
    text = unit * (40_000 // len(unit))
    began = time.process_time()
    list(ADDRESSES.find(text))
    ADDRESSES.settled(text)
    assert time.process_time() - began < 20


def test_what_leads_to_a_road_is_no_part_of_an_address():
    spans = [*addresses_cjk.spans("请把它寄到深圳市南山区科技路8号，谢谢。")]
    assert [("请把它寄到深圳市南山区科技路8号，谢谢。"[a:b]) for a, b in spans] == ["深圳市南山区科技路8号"]


def test_the_tables_say_nothing_twice_or_in_vain():
    assert LOOSE <= BEFORE
    assert max(len(country.split()) for country in COUNTRIES) == LONGEST_COUNTRY
    assert len(ENDINGS) == len(set(ENDINGS))
    assert all(word == word.lower() for word in NO_STREET | COUNTRIES | BEFORE)


def test_shuffled_texts_stream_alike():
    dice = random.Random(5)
    for _ in range(15):
        text = " ".join(dice.sample([*WHOLE, PROSE, DANISH, CHINESE], 5))
        cuts = sorted(dice.sample(range(len(text)), 12))
        assert streamed(ADDRESSES, REACH, text, cuts) == sorted(ADDRESSES.find(text))
