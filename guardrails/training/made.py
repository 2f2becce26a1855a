"""Names, places, firms and addresses to put in the place of those that a training text has, from Faker's lists (MIT).

Of every origin: a tagger that knows only the names of one people protects only that people.
"""

from __future__ import annotations

import random
import re
from functools import cache
from typing import Any

from faker import Faker

from guardrails.training.lexicon import DOUBLE_ZH, SURNAMES_ZH, cities

#: The locales from which names of a language come, and those from all over the world that are mixed in.
HOME = {
    "en": ["en_US", "en_GB", "en_AU", "en_CA", "en_IN", "en_IE", "en_NZ"],
    "id": ["id_ID"],
    "zh": ["zh_CN"],
    "da": ["da_DK"],
    "sv": ["sv_SE"],
    "pt": ["pt_PT", "pt_BR"],
}
WORLD = tuple(
    """
    de_DE fr_FR es_ES es_MX it_IT nl_NL pl_PL pt_BR sv_SE no_NO fi_FI tr_TR cs_CZ ro_RO hu_HU hr_HR vi_VN yo_NG tw_GH
    zu_ZA id_ID da_DK en_US en_GB en_IN ga_IE is_IS et_EE lt_LT
    """.split()
)
_PINYIN = tuple(
    """
    Wei Fang Na Min Jing Li Qiang Lei Jun Yang Yong Yan Jie Juan Tao Ming Chao Xiuying Xia Ping Gang Guiying Xiaoming
    Zihan Haoran Yuxuan Ziyi Mengyao Jiahao Lihua Xiaoli Guoqiang Jianguo Yuting Siyu Meiling Xin Hui Hong Bo Bin Cheng
    Dan Feng Hao Kai Lan Mei Peng Qing
    """.split()
)
_PINYIN_LAST = tuple(
    """
    Wang Li Zhang Liu Chen Yang Zhao Huang Zhou Wu Xu Sun Hu Zhu Gao Lin He Guo Ma Luo Liang Song Zheng Xie Han Tang Feng
    Yu Dong Xiao
    """.split()
)
_ARABIC = tuple(
    """
    Ahmed Mohammed Fatima Aisha Omar Khalid Yusuf Layla Zainab Hassan Hussein Ali Mariam Noor Amina Ibrahim Mustafa Salma
    Tariq Samira Karim Nadia Rashid Huda Abdullah Khadija Bilal Farah Hamza Yasmin
    """.split()
)
_ARABIC_LAST = tuple(
    """
    Al-Rashid Hassan Khan Mansour Haddad Khoury El-Sayed Nasser Abdallah Hussein Rahman Aziz Saleh Farouk Qureshi Siddiqui
    Malik Hamdan
    """.split()
)
_KOREAN = "Min-jun Seo-yeon Ji-hoon Soo-jin Hyun-woo Eun-ji Ji-woo Yuna Tae-hyung Hye-jin".split()
_KOREAN_LAST = "Kim Lee Park Choi Jung Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon".split()
_JAPANESE = "Haruto Yui Sota Aoi Yuki Hina Ren Sakura Daiki Misaki Kenji Emi Takashi Yoko Hiroshi Naoko".split()
_JAPANESE_LAST = (
    "Sato Suzuki Takahashi Tanaka Watanabe Ito Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki Matsumoto".split()
)
_WEST_AFRICAN = tuple(
    """
    Adebayo Adeola Adewale Afolabi Akinyemi Ayodele Babatunde Bolanle Damilola Ebun Femi Folake Funmilayo Gbenga Ifedayo
    Kehinde Kolawole Lanre Olamide Olayinka Olumide Oluwaseyi Omolara Opeyemi Segun Sola Taiwo Temitope Titilayo Tunde
    Yetunde Yewande Adaeze Amaka Chiamaka Chidi Chidinma Chika Chinedu Chinwe Chioma Chukwuemeka Ebuka Emeka Ifeanyi
    Ifeoma Ijeoma Ikenna Kelechi Ngozi Nkechi Nnamdi Nneka Obinna Ogechi Okechukwu Oluchi Onyeka Uche Uchenna Uzoma Aminu
    Bashir Halima Hauwa Musa Sani Zainab Abena Adwoa Afia Akosua Ama Efua Esi Kofi Kojo Kwabena Kwadwo Kwaku Kwame Kwasi
    Nana Yaa Yaw Awa Fatou Mamadou Ousmane Aminata
    """.split()
)
_WEST_AFRICAN_LAST = tuple(
    """
    Adeyemi Adebisi Adegoke Adeniyi Ajayi Akande Akintola Alabi Awolowo Ayinde Balogun Bankole Fashola Ogunleye Ogunbanjo
    Ojo Oladipo Olatunji Olawale Oyelaran Oyewole Soyinka Achebe Agu Anyanwu Chukwu Eze Ezeh Igwe Madu Mbah Nnadi
    Nwachukwu Nwankwo Nwosu Obi Obiora Odukoya Okafor Okeke Okonkwo Okoro Okoye Onwudiwe Onyekachi Ude Umeh Uzor Abubakar
    Bello Danjuma Yusuf Appiah Asante Boateng Mensah Ofori Osei Owusu Quaye Diallo Diop Keita Ndiaye Sow Traore
    """.split()
)
_EAST_AFRICAN = tuple(
    """
    Abebe Alemu Almaz Bekele Birhanu Dawit Desta Eleni Getachew Girma Haile Hirut Kebede Lemlem Mekdes Mulugeta Selam
    Solomon Tadesse Tesfaye Tigist Tsegaye Yared Yohannes Zewdu Achieng Akinyi Atieno Awuor Kamau Kariuki Kipchoge Kiprop
    Kimani Macharia Makena Mumbi Muthoni Mwangi Njeri Njoroge Nyambura Ochieng Odhiambo Okoth Omondi Otieno Wairimu Wambui
    Wanjiku Waweru Asha Baraka Bahati Jabali Juma Neema Rehema Zawadi Abdi Ayaan Farhan Hodan Ifrah Sahra Nakato Wasswa
    Mugisha Tumusiime Uwimana Habimana Themba Sipho Thandiwe Nomvula Lindiwe Bongani Tendai Tatenda Chipo Rutendo
    """.split()
)
_EAST_AFRICAN_LAST = tuple(
    """
    Abate Assefa Demissie Gebremariam Hailu Mengistu Negash Teklu Wolde Woldemariam Wondimu Cheruiyot Gathoni Gitau
    Karanja Kibet Kiplagat Kosgei Langat Maina Mutua Mwende Ndegwa Ngugi Nyong'o Odinga Ogola Oduor Owino Rotich Ruto
    Wafula Wanyama Mwakasege Mwinyi Nyerere Kikwete Magufuli Mollel Osman Warsame Hirsi Jama Farah Kagame Mugabe Museveni
    Byaruhanga Okello Dlamini Khumalo Mbeki Mokoena Ndlovu Nkosi Zulu Chikwanha Moyo Sibanda
    """.split()
)
_PACIFIC = tuple(
    """
    Tane Aroha Hemi Ngaio Wiremu Mere Tama Sione Mele Losa
    Tevita Sefina Kalani Leilani Keola Malia Nalani Ioane Fetu Manaia
    """.split()
)
_PACIFIC_LAST = tuple(
    """
    Tautahi Ngata Parata Rangi Walker Fonua Taufa Leota
    Faleolo Tuilagi Kahale Kealoha Mahoe Kamaka Tamati Pohatu
    """.split()
)
_PERSIAN = tuple(
    """
    Arash Azadeh Babak Behrouz Dariush Farhad Fereshteh Golnaz
    Houman Kaveh Laleh Maryam Mehrdad Nasrin Niloufar Omid Parisa
    """.split()
)
_PERSIAN_LAST = tuple(
    """
    Ahmadi Ebrahimi Farhadi Ghasemi Hashemi Hosseini Jafari
    Karimi Mohammadi Moradi Najafi Rahimi Rezaei Sadeghi
    """.split()
)
_SPELLED = (
    (_PINYIN, _PINYIN_LAST), (_ARABIC, _ARABIC_LAST), (_KOREAN, _KOREAN_LAST), (_JAPANESE, _JAPANESE_LAST),
    (_PERSIAN, _PERSIAN_LAST), (_WEST_AFRICAN, _WEST_AFRICAN_LAST), (_EAST_AFRICAN, _EAST_AFRICAN_LAST),
    (_PACIFIC, _PACIFIC_LAST),
)  # fmt: skip
_INDONESIAN = tuple(
    """
    Bagus Agus Slamet Joko Wahyu Putri Dewi Sri Rizky Rizki Muhammad Nur Aisyah Fitri Fitriani Ayu Indah Dian Eko Budi
    Bambang Hendra Yusuf Ahmad Abdul Rahman Siti Wulan Ratna Lestari Kusuma Pratama Saputra Hidayat Nugroho Wijaya Susanto
    Santoso Gunawan Setiawan Kurniawan Siregar Nasution Simanjuntak Sitompul Tampubolon Ginting Sembiring Made Wayan
    Nyoman Ketut Gede Komang Kadek Hartono Purnomo Suryadi Haryanto Anggraini Maharani Permata Ramadhan Maulana Fajar Bayu
    Dimas Galih Reza Yoga Arif Irfan Iqbal Fauzan Zahra Nabila Nadia Tiara Intan Melati Kartika Yuliana Rahayu Puspita
    Wibowo Utomo Mulyadi Firmansyah Syahputra Harahap Lubis Pangaribuan Situmorang Asep Ujang Cecep Dadang Neneng Euis
    Teguh Sugeng Tri Dwi Heru Rudi Andi Yohanes Maria Theresia Kristina Salim Halim Wongso Daeng Baso
    """.split()
)
_GIVEN_ZH = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华建国文辉力飞凯鑫宇浩然博子轩梓涵欣怡诗琪雨桐思远佳俊峰雪梅玲红波斌宁晨阳晓东志鹏海燕婷颖"
    "慧琳洁倩云莉春梦瑶嘉豪泽宏天佑一诺若曦紫萱语嫣睿奕辰铭皓沐宸可馨雅婧瑞霖启航昊成龙景行永康德福长生贵宝玉珍淑贤凤翠花金爱美小丹妮安亦菲家荣学友"
)
_TITLE = re.compile(
    r"^(Mrs?|Ms|Dr|Miss|Prof|Ir|drg?|Drs?|Tgk|Hj?|Sra?|Univ\.Prof|Dipl\.-Ing|Ing|Mag|Bc|pan|pani|Herr|Frau|Sig|Lic|Mtro|Cik|Puti|Sutan|Kiyai)"
    r"\.? |,? (Jr|Sr|MD|DDS|DVM|PhD|II|III|IV|V|MBA|CFA)\.?$|(, ?[A-Z]\.[A-Za-z.]+)+$"
)
_FIRMS = {
    "en": "{} Inc.|{} Ltd|{} Holdings|{} Bank|{} University|{} & Co|{} Labs|{} Insurance|{} Foundation|{} Hospital|{} Systems",
    "id": "PT {} Jaya|PT {} Abadi Tbk|CV {} Mandiri|Bank {}|Universitas {}|RS {} Medika|Yayasan {}|Koperasi {}|Toko {}",
    "da": "{} A/S|{} ApS|{} & Sønner|{} Byg ApS|{} Kommune|{} Bank|{} Gymnasium|{} Sygehus|{} Holding|{} Advokater",
    "zh": "{}科技有限公司|{}集团|{}银行|{}医院|{}大学|{}有限公司|{}证券|{}保险公司|{}学院|{}物流|{}律师事务所|{}研究院",
}


class Made:
    """Draws what it is asked for; the same seed draws the same."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)  # noqa: S311 no secret: it makes training texts
        Faker.seed(seed)

    def name(self, language: str, world: float = 0.22) -> str:
        """A person's whole name."""
        draw = self.draw
        if language == "zh" and draw.random() > 0.07:
            return self._chinese()
        if draw.random() < world or language == "zh":
            if draw.random() < 0.5:
                first, last = draw.choice(_SPELLED)
                pair = [draw.choice(first), draw.choice(last)]
                return " ".join(pair if draw.random() < 0.7 else pair[::-1])
            return self._clean(str(_faker(draw.choice(WORLD)).name()))
        if language == "id" and draw.random() < 0.5:
            return " ".join(draw.choice(_INDONESIAN) for _ in range(draw.choice((1, 2, 2, 2, 3))))
        name = self._clean(_faker(draw.choice(HOME.get(language, WORLD))).name())
        words = name.split()
        if len(words) > 1 and draw.random() < 0.12:
            middle = [draw.choice("ABCDEFGHJKLMNPRSTW") + "."]
            words = [words[0][0] + ".", *words[1:]] if draw.random() < 0.5 else [words[0], *middle, *words[1:]]
        return " ".join(words)

    def first(self, language: str) -> str:
        draw = self.draw
        if language == "zh":
            kind = draw.random()
            if kind < 0.3:
                return draw.choice("小阿老大") + draw.choice(SURNAMES_ZH[:80] if draw.random() < 0.5 else _GIVEN_ZH)
            if kind < 0.4:
                return draw.choice(_GIVEN_ZH + "朵乐妞豆果糖") * 2
            return draw.choice(_GIVEN_ZH) + draw.choice(_GIVEN_ZH) if kind < 0.65 else self._chinese()
        if draw.random() < 0.1:
            return draw.choice(draw.choice(_SPELLED)[0])
        if language == "id" and draw.random() < 0.5:
            return draw.choice(_INDONESIAN)
        here = draw.random() < 0.8
        return self._clean(_faker(draw.choice(HOME.get(language, WORLD) if here else WORLD)).first_name())

    def last(self, language: str) -> str:
        if language == "zh":
            return self.draw.choice(SURNAMES_ZH[:120])
        if language == "id":
            return self.draw.choice(_INDONESIAN)
        here = self.draw.random() < 0.8
        return str(_faker(self.draw.choice(HOME.get(language, WORLD) if here else WORLD)).last_name())

    def city(self, language: str) -> str:
        draw = self.draw
        if language == "zh":
            return re.sub(r"[市县]$", "", _faker("zh_CN").city()) + draw.choice(("", "市", ""))
        country = {"id": ("ID",), "da": ("DK",), "en": ("US", "GB", "AU", "CA", "IN"), "sv": ("SE",), "pt": ("PT", "BR")}
        near = _towns(country.get(language, ("US",))) if draw.random() < 0.7 else _large()
        return draw.choice(near)

    def firm(self, language: str) -> str:
        draw = self.draw
        form = draw.choice(_FIRMS.get(language, _FIRMS["en"]).split("|"))
        if language == "zh":
            return form.format(
                draw.choice(("", "北京", "上海", "深圳"))
                + "".join(draw.choice("华中新恒盛泰联创科宏信源嘉瑞丰博众智星") for _ in "ab")
            )
        return form.format(self.last(language))

    def address(self, language: str) -> str:
        draw = self.draw
        fake = _faker(draw.choice(HOME.get(language, WORLD)) if draw.random() < 0.6 else draw.choice(WORLD))
        if language == "zh":
            fake = _faker("zh_CN")
            return str(fake.street_address() if draw.random() < 0.4 else fake.province() + fake.city() + fake.street_address())
        kind = draw.random()
        if kind < 0.3:
            return str(fake.street_address())
        whole = str(fake.address())
        return whole if kind < 0.5 else whole.replace("\n", ", ")

    def _chinese(self) -> str:
        draw = self.draw
        surname = (
            draw.choice(DOUBLE_ZH) if draw.random() < 0.03 else draw.choice(SURNAMES_ZH[: 60 if draw.random() < 0.6 else None])
        )
        if draw.random() < 0.3:
            return str(_faker("zh_CN").name())
        return surname + "".join(draw.choice(_GIVEN_ZH) for _ in range(draw.choice((1, 2, 2, 2))))

    def _clean(self, name: str) -> str:
        return _TITLE.sub("", _TITLE.sub("", name)).strip(" ,.") or name


@cache
def _faker(locale: str) -> Any:
    try:
        return Faker(locale)
    except AttributeError:
        return Faker("en_US")


@cache
def _towns(countries: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(c["name"] for c in cities() if c["countrycode"] in countries and c["population"] > 5000)


@cache
def _large() -> tuple[str, ...]:
    return tuple(c["name"] for c in cities() if c["population"] > 300_000)
