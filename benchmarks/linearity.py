"""Does twice the text cost twice the time? CPU and memory of detection, from 16 KB to 1 MB, on plain and on hostile texts.

    python -m benchmarks.linearity [--quick] [--only PART]... [--engine patterns] [--json FILE]

CPU is the least of five (above 64 KB of two, and of five where a bound is missed). For every text t(2n) <= 2.3 t(n), and
t(1 MB) <= 1.5 x 64 x t(16 KB): the bounds of what is called linear here. What takes a few milliseconds at most is too short to
compare: such steps are left out (`SHORTEST_S`). Memory is what Python has allocated at the peak of one search of 1 MB beside
the text itself (tracemalloc).
"""

from __future__ import annotations

import base64
import gc
import json
import random
import sys
import time
import tracemalloc
from collections.abc import Callable, Sequence
from itertools import pairwise
from urllib.parse import quote

from benchmarks import engines, texts
from benchmarks.engines import Find
from benchmarks.report import Report, options
from guardrails.model import Segment

KB = 1024
SIZES = tuple(16 * KB * 2**n for n in range(7))  # 16 KB to 1 MB
STEP, WHOLE, MEMORY_MB = 2.3, 1.5 * 64, 256.0
WISHED_MB = 64.0
SHORTEST_S = 0.004
ROUNDS = 5
CHEAP = 64 * KB

Make = Callable[[int], str]


def _again(unit: str) -> Make:
    """The unit again and again."""
    return lambda size: (unit * (size // len(unit) + 1))[:size]


def _between(before: str, unit: str, after: str = "") -> Make:
    """One opening, a unit without end, one closing: what looks for a closing must not look for it anew at every step."""
    return lambda size: before + (unit * (size // len(unit) + 1))[: max(0, size - len(before) - len(after))] + after


def _seeded(alphabet: str) -> Make:
    """The greater text begins as the smaller one."""
    return lambda size: "".join(random.Random(5).choices(alphabet, k=size))


def _nested(size: int) -> str:
    """JSON inside a string inside JSON: every level doubles the backslashes."""
    said = '{"to": "jane.cooper@contoso.com", "card": "4111 1111 1111 1111"}'
    while len(said) < min(size, 4000):
        said = json.dumps({"arguments": said})
    return _again(said)(size)


def _prose(size: int) -> str:
    return texts.prose(7, size)[:size]


def _personal(size: int) -> str:
    said, n = [], 0
    while sum(map(len, said)) < size:
        said.append(f"{texts.prose(n, 900)} {texts.personal(n)} ")
        n += 1
    return "".join(said)[:size]


def _encoded(size: int) -> str:
    """Lines of base64 as in a mail (RFC 2045): 76 characters."""
    raw = base64.b64encode(random.Random(3).randbytes(size)).decode()
    return "\n".join(raw[n : n + 76] for n in range(0, size, 76))[:size]


_WIDE = str.maketrans({c: c + 0xFEE0 for c in range(0x21, 0x7F)})
_PEM = "-----BEGIN RSA " + "PRIVATE KEY-----\n"

#: What a text may be made of. The first are what people and programs write; the others are made to hurt.
TEXTS: dict[str, Make] = {
    "prose": _prose,
    "chat with values": _personal,
    "Python code": _again('def total(rows, key="id"):\n    return sum(row[key] * 1.25 for row in rows if row["n"] > 10)\n\n'),
    "JSON rows": _again('{"id": 48213, "at": "2024-05-17T10:22:31Z", "user": "u-118", "ok": true, "ms": 12.75},\n'),
    "a log": _again('2024-05-17 10:22:31,118 INFO [w-3] GET /v1/items/48213?page=2 200 1843 0.012 "curl/8.5"\n'),
    "a table of numbers": _again("1204\t88.25\t-3.5\t1,204,118\t2019\t0.00012\n"),
    "Chinese": _again("我们下周三在上海开会，请提前准备好报告，谢谢。"),
    "Arabic": _again("السعر ١٢٣٫٥٠ ريالاً للقطعة الواحدة، والتسليم خلال ثلاثة أيام. "),
    "emoji": _again("👩‍👩‍👧‍👦🇩🇰👍🏽 "),
    "base64 lines": _encoded,
    "one run of digits": _again("1234567890"),
    "one run of the digit 4": _again("4"),
    "random digits": _seeded("0123456789"),
    "digits and blanks": _again("1 "),
    "groups of four": _again("4111 "),
    "cards": _again("4111 1111 1111 1111 "),
    "digits and dashes": _again("12-"),
    "digits and dots": _again("1.1.1.1."),
    "phones almost": _again("+1 (41"),
    "dates almost": _again("12/12/"),
    "IBANs almost": _again("DE89 3704 "),
    "SSNs almost": _again("536-90-439"),
    "a's": _again("a"),
    "a word with underscores": _again("a_"),
    "letters and dots": _again("a."),
    "letters and dashes": _again("a-b-"),
    "random letters and digits": _seeded("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"),
    "hexadecimal": _seeded("0123456789abcdef"),
    "at signs": _again("@"),
    "letters and at signs": _again("a@"),
    "addresses almost": _again("a.b-c@d."),
    "addresses without a gap": _again("jane@contoso.com"),
    "links": _again("https://a.contoso.com/b?c=d&e=f "),
    "colons": _again("a:b::"),
    "IPv6 almost": _again("2a02:6b8::"),
    "quotes": _again('"'),
    "apostrophes and letters": _again("'a"),
    "parentheses": _again("("),
    "dots": _again("."),
    "dashes": _again("-"),
    "blanks": _again(" "),
    "line ends": _again("\n"),
    "digits on lines": _again("12\n"),
    "backslashes": _again("\\"),
    "escapes": _again("\\u0040"),
    "percent signs": _again("%"),
    "percent escapes": _again("%34%31%31%31"),
    "encoded addresses": _again(quote("jane.cooper@contoso.com&")),
    "HTML entities": _again("&#52;&#49;&commat;"),
    "ampersands": _again("&"),
    "PEM beginnings": _again(_PEM),
    "a PEM key without end": _between(_PEM, "MIIEowIBAAKCAQEA7d8Qx1\n"),
    "eyJ": _again("eyJ"),
    "a JWT without end": _between("eyJhbGciOiJIUzI1NiJ9.eyJ", "zdWIiOiIx"),
    "password=": _again("password="),
    "passwords": _again('password="x1Y9z'),
    "an assignment without end": _between("api_key = ", "x9Zk"),
    "AKIA": _again("AKIA"),
    "sk- and ghp_": _again("sk-ghp_"),
    "connection strings almost": _again("postgres://a:b"),
    "(at) and dot": _again("jane (at) contoso dot "),
    "at and dot": _again("at dot "),
    "letters spaced out": _again("j a n e @ c o n "),
    "labels": _again("SSN: phone: card: CPR: 身份证号: "),
    "zero-width characters": _again("\u200b"),
    "digits and zero-width characters": _again("4\u200b"),
    "soft hyphens": _again("a\u00ad"),
    "combining marks": _between("e", "\u0301"),
    "letters, each with a mark": _again("e\u0301"),
    "digits, struck out": _again("4\u0336"),
    "full-width digits": lambda size: _again("4111111111111111")(size).translate(_WIDE),
    "full-width addresses": lambda size: _again("jane@contoso.com")(size).translate(_WIDE),
    "Arabic-Indic digits": _again("٤١١١"),
    "mathematical digits": _again("\U0001d7d2\U0001d7cf"),
    "Cyrillic look-alikes": _again("jаnе@соntоsо.com "),
    "tags": _again("\U000e0041"),
    "directions": _again("\u202e4\u202c"),
    "lone surrogates": _again("\ud800"),
    "surrogates and digits": _again("4\udc00"),
    "control characters": _again("\x00\x1b[0m"),
    "Thai": _again("โทร๐๘๑๒๓๔"),
    "Hangul": _again("주민등록번호는"),
    "kana": _again("電話ﾃﾞﾝﾜ"),
    "nested JSON": _nested,
    "brackets": _again("[{"),
    "object replacement characters": _again("4\ufffc"),
    "markdown table": _again("| 1 | 2.5 | a@b |\n"),
    "data URL": _between("data:image/png;base64,", "iVBORw0KGgo"),
    "base64 in one line": lambda size: base64.b64encode(b"jane.cooper@contoso.com " * (size // 32 + 1)).decode()[:size],
}


def once(find: Find, text: str) -> float:
    """CPU seconds of one search."""
    segment = Segment("/t", text)
    began = time.process_time()
    for _ in find(segment):
        pass
    return time.process_time() - began


def least(find: Find, text: str, rounds: int) -> float:
    gc.collect()
    return min(once(find, text) for _ in range(rounds))


def peak_mb(find: Find, text: str) -> float:
    """What is allocated at the peak of a search, findings included, the text itself not."""
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        once(find, text)
        return (tracemalloc.get_traced_memory()[1] - before) / 2**20
    finally:
        tracemalloc.stop()


def steps(seconds: dict[int, float]) -> dict[int, float]:
    """How much longer twice as much took, by the greater size; nothing for what was too short to say."""
    return {big: seconds[big] / seconds[small] for small, big in pairwise(seconds) if seconds[small] >= SHORTEST_S}


def grown(seconds: dict[int, float]) -> float:
    """How much longer the greatest took than the least, in units of their sizes' ratio to 64."""
    small, big = min(seconds), max(seconds)
    return seconds[big] / max(seconds[small], SHORTEST_S / 8) * 64 * small / big


def measured(find: Find, make: Make, sizes: Sequence[int], rounds: int) -> dict[int, float]:
    """CPU seconds by size, the least of `rounds`: of two for the great ones, and of more while a bound is missed."""
    made = {size: make(size) for size in sizes}
    seconds = {size: least(find, text, rounds if size <= CHEAP else 2) for size, text in made.items()}
    for _ in range(rounds - 2):
        if not is_missed(seconds):
            break
        seconds = {size: min(best, once(find, made[size])) for size, best in seconds.items()}
    return seconds


def is_missed(seconds: dict[int, float]) -> bool:
    return max(steps(seconds).values(), default=0.0) > STEP or grown(seconds) > WHOLE


def run(report: Report, find: Find, names: Sequence[str], sizes: Sequence[int], rounds: int) -> None:
    worst_step: list[tuple[float, str]] = []
    worst_whole: list[tuple[float, str]] = []
    dearest: list[tuple[float, str]] = []
    largest: list[tuple[float, str]] = []
    print(f"{'text':34s}{'µs per character':>18s}{'worst step':>12s}{'1 MB : 64 x 16 KB':>20s}{'MB':>8s}", flush=True)
    for name in names:
        seconds = measured(find, TEXTS[name], sizes, rounds)
        step = max(steps(seconds).values(), default=0.0)
        whole, price = grown(seconds), seconds[max(sizes)] / max(sizes) * 1e6
        memory = peak_mb(find, TEXTS[name](max(sizes)))
        for kept, value in ((worst_step, step), (worst_whole, whole), (dearest, price), (largest, memory)):
            kept.append((value, name))
        flag = " !" if step > STEP or whole > WHOLE or memory > MEMORY_MB else ""
        print(f"{name:34s}{price:18.3f}{step:12.2f}{whole / 64:20.2f}{memory:8.1f}{flag}", flush=True)
        report.raw[name] = {"seconds": {str(size): s for size, s in seconds.items()}, "memory_mb": memory}
    for title, kept, unit, bound in (
        ("worst t(2n) : t(n)", worst_step, "", STEP),
        ("worst t(1 MB) : t(16 KB)", worst_whole, "", WHOLE),
        ("most memory, 1 MB of text", largest, "MB", MEMORY_MB),
        ("dearest text, 1 MB", dearest, "µs per character", None),
    ):
        value, name = max(kept)
        report.add(title, value, unit, bound=bound, aim=WISHED_MB if bound == MEMORY_MB else None, note=name)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = options(__doc__)
    parser.add_argument("--only", action="append", metavar="PART", help="texts whose name holds this; may be repeated")
    parser.add_argument("--engine", default=engines.OURS, choices=sorted(engines.TABLE))
    parser.add_argument("--largest", type=int, metavar="KB", help="the greatest size (default: 1024; quick: 128)")
    chosen = parser.parse_args(arguments)
    names = [n for n in TEXTS if not chosen.only or any(part in n for part in chosen.only)]
    largest = (chosen.largest or (128 if chosen.quick else 1024)) * KB
    find = engines.TABLE[chosen.engine]()("en")
    least(find, _personal(4 * KB), 2)  # what is compiled on first use
    report = Report(f"Linear time: {chosen.engine}, {len(names)} texts")
    run(report, find, names, [s for s in SIZES if s <= largest], 3 if chosen.quick else ROUNDS)
    return report.end(chosen.json)


if __name__ == "__main__":
    sys.exit(main())
