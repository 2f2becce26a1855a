"""Texts that hold nobody's data, in many forms: what is disguised in one of them is still nobody's."""

from __future__ import annotations

import base64
import json

ENGLISH = """
Could you move our meeting to Thursday afternoon? The small room is free.
Look at google dot com for pictures of the old harbour, there are dozens.
We stayed at the hotel for three nights and had breakfast at nine.
He arrived at dot, as they say here, which means at noon sharp.
I met her at the shop around the corner, the one with the red door.
The dot at the end of the line marks where the proof is complete.
Please look at point 4 at the top of page 12, and at the note below it.
There were 41 people at the party, and at least 11 of them sang.
The recipe needs 250 g of flour, 2 eggs, 1 pinch of salt and 3 dl of milk.
In 1969 two men walked on the moon; in 1972 the last two came home.
Version 3.11 came out in 2022 and version 3.12 a year later.
It costs $1,299.00 now, and it was $1,450.50 last year.
The result was 3 to 1, then 4 to 4, then 11 to 9 in the third set.
Chapters 1, 2, 3, 5 and 8 are required reading; 4, 6 and 7 are not.
a b c d e f g: these are the notes, and h is what Germans call b.
I, a poor student, read a b c and x y z at night.
She spelled it out: c o l o u r, with a u, as the British do.
Dial M for Murder was made in 1954 by Alfred Hitchcock.
Take bus 41 or 11 to the station, then platform 4 to 1.
The temperature fell from 21.5 to 3.2 degrees within 24 hours.
Our shop opens at 9:30 and closes at 18:00 from Monday to Friday.
The ratio is 1.618033988749895, and pi is 3.141592653589793.
Two plus two is four, and four times four is sixteen.
Order 66 was a line in a film, not a number of an order.
One one one one is how a child counts the ones in 1111.
The parcel weighs 4.1 kg and measures 40 x 30 x 20 cm.
You can write to us by e-mail, but the letters arrive faster, believe me.
We are at table 7, at the window, at your service.
Use the at sign (@) between the name and the host, and a dot before the end.
The file has 10,000 lines, 250,000 words and 1,400,000 characters.
His time was 2:01:09 over 42.195 km, the second of 30,000 runners.
Meet me at (the) station, dot not dash, said the telegraph operator.
The museum shows 1 Monet, 2 Renoirs, 4 Degas and 11 drawings.
Question 3 (a) and (b): draw the graph, (c) and (d): explain it.
They sell size 36, 37, 38, 39, 40, 41 and 42 of these shoes.
The show starts at 8, at the latest at 8.15, and ends at 10.
The model has 7.24 billion parameters and 32 layers of 4096 units.
""".strip().splitlines()

INDONESIAN = """
Besok kita rapat jam sembilan pagi di lantai dua, jangan lupa bawa laporannya.
Harganya Rp 1.250.000 untuk satu orang, sudah termasuk makan siang.
Ada 17 orang yang hadir dan 4 orang yang minta izin.
Lihat di titik nomor 3 pada peta, di sebelah kiri sungai.
Pada tahun 1945 Indonesia merdeka, dan pada tahun 1955 diadakan pemilu pertama.
Resepnya perlu 250 gram tepung, 2 butir telur dan 1 sendok garam.
Nilai ujiannya 8,5 untuk matematika dan 7,25 untuk bahasa.
Tolong jelaskan perbedaan antara pasal 4, 11 dan 12 secara singkat.
Saya tinggal di dekat pasar, di depan masjid yang besar itu.
Kereta berangkat pukul 07.15 dan tiba pukul 13.40.
Kalau hujan turun, kami pulang naik bus nomor 11 atau 41.
Skornya 3-1, lalu 2-2, dan akhirnya 5-4.
""".strip().splitlines()

CHINESE = """
我们下周三下午三点开会，请大家提前十分钟到。
这本书一共３２０页，分为１２章，每章大约２５页。
价格是１，２９９元，去年是１，４５０元，便宜了不少。
（一）背景；（二）方法；（三）结果；（四）讨论。
地铁４号线转１１号线，再走５００米就到了。
他出生于上个世纪，在北京上学，后来去了上海工作。
第１名是小组Ａ，第２名是小组Ｂ，第３名是小组Ｃ。
公元1949年到1978年之间，这座城市的人口增加了两倍。
请看第3页第2段：“点”和“线”的关系是什么？
气温从２１．５度降到３．２度，风力４到５级。
比分是３：１，下半场变成了４：４。
这道菜需要面粉250克、鸡蛋2个、牛奶300毫升。
""".strip().splitlines()

DANISH = """
Vi mødes på torsdag klokken halv tre, og husk at tage rapporten med.
Prisen er 1.250,50 kr. for to personer inklusive morgenmad.
I 1849 fik Danmark sin grundlov, og i 1953 blev den ændret.
Toget kører kl. 7.15 fra spor 4 og er fremme kl. 11.41.
Der skal bruges 250 g mel, 2 æg og 3 dl mælk til opskriften.
Se punkt 3 og punkt 4 på side 12, der står det hele.
Stillingen var 3-1 ved pausen og 4-4 til sidst.
Hun læste kapitel 1, 2, 3, 5 og 8, men ikke 4 og 6.
Temperaturen faldt fra 21,5 til 3,2 grader på et døgn.
Vi bor tæt på havnen, lige ved siden af den gamle kirke.
""".strip().splitlines()

OTHERS = """
السعر ١٢٣٫٥٠ ريالاً للقطعة الواحدة، والتسليم خلال ٣ أيام.
وصل القطار في الساعة ٧:١٥ من الرصيف ٤.
في عام ١٩٦٩ مشى رجلان على القمر.
यह किताब ३२० पन्नों की है और इसमें १२ अध्याय हैं।
दाम ₹१,२९९ है, पिछले साल ₹१,४५० था।
ราคา ๑,๒๙๙ บาท รวมอาหารเช้าแล้ว
বইটির দাম ৩২০ টাকা, আগে ছিল ৪৫০ টাকা।
Москва и Санкт-Петербург: поезд идёт 4 часа 11 минут.
Цена 1 299,00 рублей, в прошлом году была 1 450,50.
Η τιμή είναι 1.299,00 ευρώ και πέρυσι ήταν 1.450,50.
会議は午後３時から４時半まで、５階の会議室で行います。
회의는 오후 3시부터 4시 30분까지 5층에서 합니다.
Le prix est de 1 299,00 euros, service compris, depuis 2019.
Die Sitzung dauert von 9.30 Uhr bis 11.45 Uhr in Raum 4.
""".strip().splitlines()

CODE = [
    "for i in range(10):\n    total += row[i] * 1.25\n    if total > 4111:\n        break",
    "def area(width, height=2.5):\n    return width * height  # in square metres",
    "@dataclass\nclass Point:\n    x: float = 0.0\n    y: float = 1.0",
    "SELECT name, count(*) FROM goods WHERE price > 12.50 GROUP BY name ORDER BY 2 DESC LIMIT 10;",
    "grid-template-columns: 1fr 2fr 1fr; margin: 0 4px 11px 0; color: #4f4f4f;",
    "const sum = [1, 1, 2, 3, 5, 8, 13, 21].reduce((a, b) => a + b, 0);",
    "git log --oneline -n 5 && pytest -q -k 'not slow'",
    "if (x >= 10 && x <= 20) { y[x] = 1 << (x - 10); }",
    "import numpy as np\na = np.array([[1, 2, 3], [4, 5, 6]])\nprint(a.T @ a)",
    "<ul><li>One</li><li>Two &amp; three</li><li>4 &lt; 5</li></ul>",
    "FROM python:3.12-slim\nRUN pip install --no-cache-dir flask\nEXPOSE 8080",
    "print(f'{value:>10.2f}')  # e.g. '     12.50'",
    "\\begin{equation} E = mc^2, \\quad 1 + 1 = 2 \\end{equation}",
    "re.compile(r'(\\d{2}):(\\d{2})')",
    "0x00 0x0f 0x10 0x1f 0x20 0x2f",
    "assert 7 * 6 == 42 and 0.1 + 0.2 != 0.3",
]

TABLES = [
    "| item | count | price |\n|---|---:|---:|\n| apple | 4 | 1.10 |\n| pear | 11 | 2.25 |",
    "1  2  3\n4  5  6\n7  8  9",
    "year,count,share\n2019,41,0.11\n2020,45,0.12\n2021,52,0.14",
    "q1\tq2\tq3\tq4\n12.5\t13.0\t9.75\t11.25",
    "1 2 4 8 16 32 64 128 256 512",
    "12, 7, 31, 18, 22, 9, 14",
    "0.1 0.01 0.001 0.0001",
    "A1 B2 C3 D4 E5",
    "1. e4 e5 2. Nf3 Nc6 3. Bb5 a6",
    "10:00 open\n10:15 talk\n11:00 break\n11:15 talk",
    json.dumps({"items": [{"n": 1, "price": 2.5}, {"n": 4, "price": 11.0}], "ok": True}),
    json.dumps({"title": "A walk by the sea", "pages": 120, "tags": ["sea", "walk"]}),
]

ENCODED = [
    base64.b64encode(said.encode()).decode()
    for said in (
        "The quick brown fox jumps over the lazy dog, and the dog sleeps on.",
        "Nothing but words about the weather: rain, wind and a little sun.",
        "Two rooms with a view, please, and breakfast at eight.",
    )
] + [
    "The%20quick%20brown%20fox%20jumps%20over%20the%20lazy%20dog",
    "caf%C3%A9%20cr%C3%A8me%20%26%20th%C3%A9",
    "&lt;p&gt;one &amp; two&lt;/p&gt;",
    "Caf\\u00e9 cr\\u00e8me, 4 \\u20ac",
]

#: Language → texts.
CLEAN: dict[str, list[str]] = {
    "en": [*ENGLISH, *CODE, *TABLES, *ENCODED, *OTHERS],
    "id": INDONESIAN,
    "zh": CHINESE,
    "da": DANISH,
}
