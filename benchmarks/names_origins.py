"""Are names of every origin and gender found alike? Each sentence is written once for each name of each group.

Equal treatment is part of the product: a person whose name is not found is a person whose data leaves. A name is made of a
given and a family name that are common where the group's people come from; one person may well bear names of two groups.
Found: a PERSON touches the name; whole: what is found covers it. The gap is that between the best group's share and the
worst one's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import mean
from typing import NamedTuple

from benchmarks.names_marks import Spans
from benchmarks.names_scores import ratio
from benchmarks.report import Report


class Group(NamedTuple):
    """Names that women and men bear, given and family name as they are usually written in Latin letters."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    languages: tuple[str, ...] = ("en", "id", "zh", "da")


def _names(written: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in written.split(","))


GROUPS: dict[str, Group] = {
    "English": Group(
        _names("Emily Watson, Sarah Mitchell, Grace Turner, Hannah Brooks, Megan Clarke, Olivia Bennett"),
        _names("James Walker, Thomas Reed, Oliver Hughes, Daniel Foster, Peter Marsh, George Palmer"),
    ),
    "African American": Group(
        _names("Latoya Jefferson, Keisha Washington, Ebony Banks, Tanisha Booker, Shanice Coleman, Imani Rivers"),
        _names("DeShawn Jackson, Tyrone Gaines, Jamal Freeman, Darnell Bolden, Malik Dorsey, Terrell Mosley"),
    ),
    "Danish": Group(
        _names("Mette Kjærgaard, Freja Lindholm, Kirsten Østergaard, Signe Bruun, Astrid Holm, Lærke Damgaard"),
        _names("Søren Mikkelsen, Jeppe Thomsen, Rasmus Bjerregaard, Mads Kirkegaard, Åge Frandsen, Troels Vestergaard"),
    ),
    "Polish": Group(
        _names("Agnieszka Wójcik, Katarzyna Lewandowska, Małgorzata Zielińska, Zofia Kaczmarek, Ewa Szymańska, Beata Krawczyk"),
        _names("Krzysztof Nowak, Wojciech Dąbrowski, Paweł Jankowski, Stanisław Mazur, Łukasz Pawlak, Grzegorz Wróbel"),
    ),
    "Russian": Group(
        _names("Svetlana Morozova, Yekaterina Volkova, Olga Lebedeva, Irina Sokolova, Natalya Orlova, Lyudmila Fedorova"),
        _names("Dmitri Kuznetsov, Sergei Popov, Aleksandr Vasiliev, Nikolai Zaitsev, Igor Stepanov, Yevgeny Belov"),
    ),
    "Hispanic": Group(
        _names("Guadalupe Ramírez, María José Ortega, Ximena Castillo, Lucía Hernández, Paloma Ríos, Rosario Gutiérrez"),
        _names("Joaquín Morales, Alejandro Núñez, Héctor Villanueva, Jesús Fuentes, Ignacio Salazar, Andrés Cordero"),
    ),
    "Portuguese": Group(
        _names("Beatriz Carvalho, Joana Ferreira, Inês Tavares, Mariana Nascimento, Conceição Moreira, Larissa Barbosa"),
        _names("João Cardoso, Thiago Almeida, Gonçalo Teixeira, Rui Magalhães, Luís Figueira, Caio Rezende"),
    ),
    "Turkish": Group(
        _names("Ayşe Yıldırım, Zeynep Kaya, Elif Demirtaş, Gülşen Aydın, Büşra Koç, Nurhan Çelik"),
        _names("Mehmet Öztürk, Emre Şahin, Burak Arslan, Oğuz Kılıç, Hakan Doğan, Yusuf Erdem"),
    ),
    "Arabic": Group(
        _names("Fatima al-Sayed, Layla Haddad, Noor El-Masri, Amina Benali, Rania Khoury, Huda Abdulrahman"),
        _names("Omar Hassan, Khalid al-Qahtani, Youssef Mansour, Abdullah bin Salem, Tariq Nasser, Mahmoud Ibrahim"),
    ),
    "Persian": Group(
        _names("Shirin Moradi, Parisa Hosseini, Maryam Karimi, Nasrin Tehrani, Azadeh Rahimi, Golnaz Sadeghi"),
        _names("Reza Ahmadi, Farhad Jafari, Behrouz Ebrahimi, Kaveh Rostami, Siavash Nazari, Arash Ghorbani"),
    ),
    "Indian": Group(
        _names("Priya Venkataraman, Ananya Iyer, Lakshmi Nair, Deepika Chatterjee, Kavita Deshmukh, Harpreet Kaur"),
        _names("Rajesh Sharma, Arjun Mukherjee, Suresh Reddy, Vikram Patil, Gurpreet Singh, Karthik Subramanian"),
    ),
    "Chinese, pinyin": Group(
        _names("Wang Xiuying, Li Na, Zhang Meiling, Chen Yuhan, Liu Jiaxin, Xu Qianqian"),
        _names("Zhao Lei, Huang Zhiqiang, Zhou Jianguo, Wu Haoran, Sun Mingzhe, Guo Tianyu"),
    ),
    "Chinese, characters": Group(
        _names("王秀英, 李雅婷, 张美玲, 陈雨涵, 刘佳欣, 欧阳倩"),
        _names("赵磊, 黄志强, 周建国, 吴浩然, 孙明哲, 司马天宇"),
        ("zh",),
    ),
    "Japanese": Group(
        _names("Haruka Sato, Yuki Tanabe, Sakura Nakamura, Aiko Yamashita, Naomi Fujimoto, Emi Kobayashi"),
        _names("Kenji Watanabe, Hiroshi Takeda, Takumi Ishikawa, Daisuke Mori, Ryota Kondo, Shinji Okada"),
    ),
    "Korean": Group(
        _names("Kim Min-ji, Park Soo-yeon, Choi Eun-kyung, Jung Ha-eun, Han Ji-woo, Yoon Seo-yun"),
        _names("Lee Jae-hyun, Kang Dong-wook, Cho Sung-min, Shin Tae-yang, Lim Joon-ho, Seo Young-chul"),
    ),
    "Vietnamese": Group(
        _names("Nguyễn Thị Hoa, Trần Mai Linh, Phạm Thu Hà, Lê Ngọc Anh, Đặng Bích Ngọc, Võ Thị Lan"),
        _names("Nguyễn Văn Minh, Hoàng Đức Anh, Bùi Quang Huy, Đỗ Hữu Phước, Trịnh Công Hải, Phan Văn Tài"),
    ),
    "Indonesian": Group(
        _names("Siti Rahmawati, Dewi Puspita, Ni Wayan Sukerti, Ratna Kusumawardani, Tiur Simanjuntak, Nurul Hidayah"),
        _names("Budi Santoso, Agus Prasetyo, I Made Wirawan, Slamet Haryadi, Togar Hutapea, Asep Sunandar"),
    ),
    "Yoruba and Igbo": Group(
        _names("Folasade Adeyemi, Ngozi Okonkwo, Yetunde Balogun, Chiamaka Nwosu, Titilayo Ogunleye, Adaeze Obi"),
        _names("Oluwaseun Adebayo, Chukwuemeka Eze, Babatunde Ajayi, Ifeanyi Okafor, Olumide Akinola, Obinna Nnadi"),
    ),
    "East African": Group(
        _names("Wanjiru Kamau, Tigist Haile, Akinyi Odhiambo, Selamawit Tesfaye, Hodan Warsame, Neema Mwakasege"),
        _names("Kipchoge Rotich, Dawit Bekele, Otieno Ochieng, Abdi Farah, Mwangi Njoroge, Juma Kiprono"),
    ),
    "Pacific": Group(
        _names("Aroha Tamihana, Leilani Kealoha, Sina Faleolo, Mele Tupou, Hinemoa Parata, Losa Tuiasosopo"),
        _names("Wiremu Ngata, Tevita Fonua, Sione Vainikolo, Kimo Kahananui, Rangi Heke, Semisi Taufa"),
    ),
}  # fmt: skip

#: `{}` is the name.
SENTENCES: dict[str, tuple[str, ...]] = {
    "en": (
        "Please tell {} that the lease is ready to be signed.",
        "My name is {} and I would like to change my booking.",
        "I spoke with {} yesterday about the broken dishwasher.",
        "Hi {}, thanks for getting back to me so quickly!",
        "The invoice should be sent to {} before Friday.",
        "{} has not answered my last three messages.",
        "Could you draft a reply to {}, saying that we accept?",
        "According to {}, the delivery came two days late.",
        "Dear {},\nwe have received your complaint.",
        "Kind regards,\n{}",
        '{{"customer": "{}", "status": "overdue", "amount": 120.5}}',
        "Patient: {}\nReason: back pain since last week",
        "From: {} <reply@example.com>\nSubject: next steps",
        "the new neighbour is called {}, she seems nice",
        "We promoted {} to head of logistics last month.",
        "Both {} and the landlord have to sign here.",
        "Write a short reference for {}, who worked here for four years.",
        "Meeting notes: {} will send the numbers, the rest is open.",
    ),
    "id": (
        "Tolong sampaikan kepada {} bahwa kontraknya sudah siap.",
        "Nama saya {}, saya mau mengubah pesanan.",
        "Kemarin saya bicara dengan {} soal mesin cuci yang rusak.",
        "Halo {}, terima kasih sudah cepat membalas!",
        "Tagihannya dikirim ke {} sebelum hari Jumat ya.",
        "{} belum menjawab tiga pesan terakhir saya.",
        "Menurut {}, barangnya terlambat dua hari.",
        "Salam hormat,\n{}",
        '{{"nama": "{}", "status": "belum lunas"}}',
        "Pasien atas nama {} mengeluh sakit punggung.",
        "Bu RT bilang {} pindah bulan depan.",
        "Buatkan surat rekomendasi untuk {} yang sudah bekerja empat tahun.",
    ),
    "zh": (
        "请告诉{}合同已经准备好了。",
        "我叫{}，想修改一下预订。",
        "昨天我和{}谈了洗碗机的事情。",
        "{}您好，谢谢您这么快回复！",
        "发票请在周五之前寄给{}。",
        "{}一直没有回我的三条消息。",
        "据{}说，货晚到了两天。",
        "此致\n敬礼\n{}",
        '{{"姓名": "{}", "状态": "逾期"}}',
        "患者：{}\n主诉：腰痛一周",
        "我们上个月提拔{}做物流主管。",
        "请帮我给{}写一封推荐信。",
    ),
    "da": (
        "Sig venligst til {}, at lejekontrakten er klar.",
        "Jeg hedder {} og vil gerne ændre min reservation.",
        "Jeg talte med {} i går om opvaskemaskinen.",
        "Hej {}, tak fordi du svarede så hurtigt!",
        "Fakturaen skal sendes til {} inden fredag.",
        "{} har ikke svaret på mine sidste tre beskeder.",
        "Ifølge {} kom varerne to dage for sent.",
        "Med venlig hilsen\n{}",
        '{{"kunde": "{}", "status": "forfalden"}}',
        "Patient: {}\nÅrsag: rygsmerter siden sidste uge",
        "Vi har forfremmet {} til logistikchef.",
        "Skriv en anbefaling af {}, som har arbejdet her i fire år.",
    ),
}


class Case(NamedTuple):
    group: str
    gender: str
    language: str
    text: str
    start: int
    end: int


def cases(languages: Sequence[str], *, quick: bool = False) -> Iterator[Case]:
    for name, group in GROUPS.items():
        for language in (x for x in SENTENCES if x in languages and x in group.languages):
            for gender, people in (("women", group.women), ("men", group.men)):
                for person in people[:2] if quick else people:
                    for sentence in SENTENCES[language]:
                        start = sentence.replace("{{", "{").index("{}")
                        yield Case(name, gender, language, sentence.format(person), start, start + len(person))


Counts = dict[tuple[str, str], Counter[str]]


def counted(spans: Spans, languages: Sequence[str], *, quick: bool) -> Counts:
    """Cases, found and whole, by group and language, by group and gender, and together ("all")."""
    counts: Counts = {}
    for case in cases(languages, quick=quick):
        found = [s for s in spans(case.text, case.language) if s[2] == "PERSON" and s[0] < case.end and case.start < s[1]]
        covered = {i for s in found for i in range(s[0], s[1])}
        for key in ((case.group, case.language), (case.group, case.gender), (case.group, "all"), ("all", case.language)):
            c = counts.setdefault(key, Counter())
            c["all"] += 1
            c["found"] += bool(found)
            c["whole"] += all(i in covered for i in range(case.start, case.end))
    return counts


def shares(counts: Counts, what: str = "found", of: str = "all") -> dict[str, float]:
    """Of each group that was asked for; `of`: a language or a gender."""
    return {g: ratio(counts[g, of][what], counts[g, of]["all"]) for g in GROUPS if (g, of) in counts}


def told(report: Report, name: str, spans: Spans, languages: Sequence[str], *, quick: bool) -> None:
    counts = counted(spans, languages, quick=quick)
    if not counts:
        return
    _table(name, counts, [x for x in SENTENCES if x in languages])
    for what in ("found", "whole"):
        each = shares(counts, what)
        worst, best = min(each, key=lambda g: each[g]), max(each, key=lambda g: each[g])
        report.add(f"{name}: names by origin, {what}: worst group", each[worst], more=True, note=worst)
        report.add(f"{name}: names by origin, {what}: gap", each[best] - each[worst], note=f"to {best}")
    women, men = (mean(shares(counts, of=gender).values()) for gender in ("women", "men"))
    report.add(f"{name}: names by gender, found: gap", abs(women - men), note=f"women {women:.3f}, men {men:.3f}")
    report.raw.setdefault("origins", {})[name] = {" / ".join(key): dict(c) for key, c in counts.items()}


def _table(name: str, counts: Counts, languages: Sequence[str]) -> None:
    columns = [*languages, "women", "men", "all"]
    print(
        f"\n== {name}: persons found, by the origin of their names\n{'':24s}"
        + "".join(f"{c:>8s}" for c in columns)
        + "   whole"
    )
    for group in GROUPS:
        if (group, "all") in counts:
            cells = [counts.get((group, c), Counter()) for c in columns]
            whole = counts[group, "all"]
            shares = "".join(f"{ratio(c['found'], c['all']):8.3f}" if c else f"{'':8s}" for c in cells)
            print(f"{group:24s}{shares}{ratio(whole['whole'], whole['all']):8.3f}")
    every = [counts["all", x] for x in languages if ("all", x) in counts]
    print(f"{'all':24s}" + "".join(f"{ratio(c['found'], c['all']):8.3f}" for c in every), flush=True)
