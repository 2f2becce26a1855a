"""Addresses that are written without blanks: 上海市浦东新区张江路88号3栋502室, from the province down to the room.

The road and its number are what makes one; what belongs before them is everything up to a mark or a word such as 住在.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MOST_BEFORE = 30  # characters before the road's kind

_SIGNS = re.compile(r"[\u3400-\u9fff]")
_NUMBER = r"(?:\d{1,5}(?:[-－之]\d{1,4})?|[一二三四五六七八九十百零〇]{1,5}|[A-Za-z]\d{0,3})"
_SURE = r"(?:路|街|大道|大街|巷|弄|胡同|道|里|坊|段|径)"
_VAGUE = r"(?:小区|花园|公寓|苑|广场|大厦|新村|家园|城|园|村|镇|屯|组|庄|院|湾|社区|府|邸|居|轩)"
_OF_HOUSE = "(?:号楼|號樓|号院|号|號|弄|巷|栋|棟|幢|座|单元|單元|楼|樓|层|層|室|房|户|院|组|门|期|区|F)"
_PART = rf"(?:附|第|地下|[东西南北]区|[A-Za-z甲乙丙]?)(?:{_NUMBER}){_OF_HOUSE}"
_LAST = r"(?:\d{1,5}(?![\d年月日元块个万亿%:：点时分秒岁人次米公千]))?"
_CORE = re.compile(
    rf"(?:{_SURE}(?:[东西南北中]?[一二三四五六七八九十\d]{{1,2}}段)?(?= ?{_NUMBER}(?:号|號|弄|巷|栋|棟|幢|座|室|楼|樓|院|单元))"
    rf"|{_VAGUE}(?=(?:第|[东西南北]区|[A-Za-z甲乙丙]?){_NUMBER}(?:号楼|號樓|栋|棟|幢|座|单元|單元|室|号院|组)))"
    rf" ?{_PART}(?:[,， -]?{_PART}){{0,6}}{_LAST}"
)
_KIND = re.compile("[路街大巷弄胡道里坊段径小花公苑广新家城园村镇屯组庄院湾社府邸居轩]")
_NOT_NUMBER = re.compile(r"[号號](?:线|線|码|碼|文|令|公路|机|选手|球|车)")
#: The last of these before a road is not part of its name.
_LEAD = re.compile(
    "住|址|在|到|至|寄|往|送|是|为|為|去|找|我|他|她|你|您|们|們|的|了|与|和(?![平县田浩义])|及|或|从(?!化)|于(?![洪都田])|於|給|给|把|将"
)
_PROVINCES = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|臺灣|台北"
    "|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|中国|中國"
)
_PROVINCE = re.compile(f"[^省市区县區縣]{{0,{MOST_BEFORE}}}?(?P<name>{_PROVINCES})(?:省|市|自治区|.{{0,8}}[市区县區縣])")
#: The end of a text that a road, a number or a part of one may still stand in.
_OPEN = re.compile(r"[\u3400-\u9fff\dA-Za-z\-－]+(?: [\u3400-\u9fff\dA-Za-z\-－]{0,12})?\Z")
_MORE = re.compile(r"[,， -]?[\u3400-\u9fff\dA-Za-z\-－]{0,12}\Z")
#: The most characters between a road's first sign and the end of its number, and what may stand before it.
_YET = MOST_BEFORE + 20
#: What must stand in a text, in RE2's words.
TRIGGERS = (
    r"(?:路|街|道|巷|弄|胡同|里|坊|段|径|小区|花园|公寓|苑|广场|大厦|新村|家园|城|园|村|镇|屯|组|庄|院|湾|社区|府|邸|居|轩)"
    r"[东西南北中第]?[区]?(?:[0-9A-Za-z一二三四五六七八九十百零〇甲乙丙]|附)",
)


def spans(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Where addresses stand, at or after `start`."""
    if text.isascii():
        return
    at = floor = start
    while (m := _core(text, at)) is not None:
        at = m.start() + 1
        begin = _begin(text, m.start(), floor)
        if _is_one(text, begin, m):
            yield begin, m.end()
            at = floor = m.end()


def settled(text: str, start: int = 0) -> int:
    """The first index of what is open; it may lie inside an address that `spans` gives."""
    if text.isascii():
        return len(text)
    run = _OPEN.search(text, max(start, len(text) - _YET))
    edge = run.start() if run and _SIGNS.search(run[0]) else len(text)
    at = floor = start
    while (m := _core(text, at)) is not None:
        at = m.start() + 1
        begin = _begin(text, m.start(), floor)
        if _MORE.match(text, m.end()):
            return min(edge, begin)
        if _is_one(text, begin, m):
            at = floor = m.end()
    return edge


def _is_one(text: str, begin: int, road: re.Match[str]) -> bool:
    """Whether the road has a name before it, and a number that is none of a line, a telephone, a player."""
    return begin < road.start() and not _NOT_NUMBER.match(text, road.end() - 1)


def _core(text: str, at: int) -> re.Match[str] | None:
    """The next road with a number."""
    while (first := _KIND.search(text, at)) is not None:
        if (m := _CORE.match(text, first.start())) is not None:
            return m
        at = first.end()
    return None


def _begin(text: str, at: int, floor: int) -> int:
    """Where the address begins whose road's kind stands at `at`."""
    floor = max(floor, at - MOST_BEFORE)
    begin = at
    while begin > floor and _SIGNS.match(text, begin - 1):
        begin -= 1
    before = text[begin:at]
    leads = [m.end() for m in _LEAD.finditer(before)]
    begin += leads[-1] if leads else 0
    province = _PROVINCE.match(text, begin, at)
    return province.start("name") if province else begin
