"""Names that somebody is addressed by (`Dear Jane,`, `Halo Budi`) or gives as their own (`my name is jane cooper`, `我叫李娜`).

"Hi there", "Dear Sir", "Hello World", "I'm Sorry", "saya mau", "我是学生" name nobody: where the words before are said of other
things too, what follows must hold a known given name, or be followed by what only follows a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from guardrails.detectors.names.people.given import INDONESIAN, RARE
from guardrails.detectors.names.people.shapes import (
    AHEAD,
    CERTAIN,
    LETTER,
    LIKELY,
    WEAK,
    Run,
    han,
    is_doubtful,
    is_given,
    known,
    scan,
    score,
)
from guardrails.detectors.names.people.signs import Cued, Reading, Sign
from guardrails.detectors.names.people.titles import TITLES
from guardrails.detectors.names.public import is_public


class _Sign(NamedTuple):
    """Words that end where a name may begin. `last`: the last of them, by which they are looked up."""

    before: str  # a pattern of what stands before `last` on the line; "": the beginning of a sentence
    kind: str


#: The last word of what stands before a name, and what stands before that word; tried in this order.
_HAILS = (
    "dear hi hello hey kære hej halo hai hallo liebe lieber bonjour"
    " hola olá oi querido querida estimado estimada bästa cher chère yth"
)
_OPENERS = r"(?:\A|[\n\r]|[.!?>\"'“‘(:;|*-]\s?)[ \t>*_-]{0,4}\Z"
_MINE = r"(?i)(?<![A-Za-z])(?:my|his|her|their|your|husband'?s|wife'?s|son'?s|daughter'?s|boss'?s?|(?:first|full|last) )"
_SIGNS: dict[str, tuple[_Sign, ...]] = {
    "is": (
        _Sign(rf"{_MINE} (?:[a-z]+ )?name \Z", "told"),
        _Sign(r"(?i)(?<![A-Za-z])this \Z", "this"),
    ),
    "name's": (_Sign(r"(?i)(?<![A-Za-z])(?:my|his|her) \Z", "told"),),
    "i'm": (_Sign(r"", "self"),),
    "i’m": (_Sign(r"", "self"),),
    "im": (_Sign(r"(?:\A|[\n.!?,] ?)\Z", "self"),),
    "it's": (_Sign(r"(?i)(?<![A-Za-z])(?:hi|hey|hello|halo),? \Z", "self"),),
    "am": (_Sign(r"(?:\A|[^A-Za-z])[Ii] \Z", "self"),),
    "me": (_Sign(r"(?i)(?<![A-Za-z])(?:call|calls) \Z", "self"),),
    "saya": (
        _Sign(r"(?i)(?<![A-Za-z])(?:nama|panggil|perkenalkan,?|kenalkan,?) \Z", "told"),
        _Sign(r"", "saya"),
    ),
    "aku": (_Sign(r"(?i)(?<![A-Za-z])(?:nama|panggil) \Z", "told"), _Sign(r"", "saya")),
    "namaku": (_Sign(r"", "told"),),
    "adalah": (_Sign(r"(?i)(?<![A-Za-z])nama(?: saya|ku| lengkap(?: saya)?) \Z", "told"),),
    "bernama": (
        _Sign(
            r"(?i)(?<![A-Za-z])(?:seorang|pria|wanita|anak|gadis|orang|teman|lelaki|laki|perempuan|suami|istri|ayah|bayi|pasien"
            r"|pelanggan|karyawan|siswa|warga|pemuda|kakak|adik|bos|rekan)(?: [a-z]{1,10}){0,2} \Z",
            "told",
        ),
        _Sign(r"", "known"),
    ),
    "hedder": (_Sign(r"(?i)(?<![A-Za-z])(?:jeg|han|hun|kone|mand|søn|datter|chef) \Z", "told"),),
    "heter": (_Sign(r"(?i)(?<![A-Za-z])(?:jag|jeg|han|hon|hun) \Z", "told"),),
    "er": (
        _Sign(r"(?i)(?<![A-Za-z])(?:mit navn|navnet mitt) \Z", "told"),
        _Sign(r"(?i)(?<![A-Za-z])(?:jeg|dette|det) \Z", "self"),
    ),
    "är": (_Sign(r"(?i)(?<![A-Za-z])mitt namn \Z", "told"),),
    "heiße": (_Sign(r"(?i)(?<![A-Za-z])ich \Z", "told"),),
    "heisse": (_Sign(r"(?i)(?<![A-Za-z])ich \Z", "told"),),
    "ist": (_Sign(r"(?i)(?<![A-Za-z])mein name \Z", "told"),),
    "bin": (_Sign(r"(?i)(?<![A-Za-z])ich \Z", "self"),),
    "m'appelle": (_Sign(r"(?i)(?<![A-Za-z])je \Z", "told"),),
    "m’appelle": (_Sign(r"(?i)(?<![A-Za-z])je \Z", "told"),),
    "llamo": (_Sign(r"(?i)(?<![A-Za-z])me \Z", "told"),),
    "chamo": (_Sign(r"(?i)(?<![A-Za-z])me \Z", "told"),),
    "es": (_Sign(r"(?i)(?<![A-Za-z])mi nombre \Z", "told"),),
    "é": (_Sign(r"(?i)(?<![A-Za-z])meu nome \Z", "told"),),
    **{word: (_Sign(_OPENERS, "hail"),) for word in _HAILS.split()},
}
_BACK = 40  # characters of what is looked at before the last word
_WORD = re.compile(rf"[{LETTER}]+(?:['’][{LETTER}]+)?")
_GAP = re.compile(r"[.:]? {1,2}")
_PATTERNS = {sign.before: re.compile(sign.before) for signs in _SIGNS.values() for sign in signs}
#: What follows a name that somebody is hailed by.
_HAILED = re.compile(r"[,!.:;?\n\r\u2013\u2014)-]| ?\Z| [-\u2013\u2014]|,")
#: What follows one that somebody says is theirs.
_SELF = re.compile(r"[,.!;\n\r]|\Z| (?:and|from|with|here|at|og|fra|dari|dan|calling|speaking|und|aus)\b|\s?\Z")
_SPEAKS = re.compile(r" (?:speaking|calling|here|from)\b| ?,? ?(?:speaking|calling)\b")

_TOLD_ZH = re.compile(
    "(?:我|本人|他|她)(?:的?名字|姓名)?(?:叫做?|名叫|是叫)(?!我)|(?:名字|姓名)(?:是|叫做?)|亲爱的|名叫|本人(?=[^是])"
)
_SELF_ZH = re.compile("(?:我|这里|这边|您好,?|你好,?)是")
_STOP_ZH = re.compile(r"[，。！？；,.!?;\s、（(]|\Z")


def _read(text: str, begin: int) -> Iterator[Reading]:
    for m in _WORD.finditer(text, begin):
        signs = _SIGNS.get(m[0].lower())
        if signs is None or (gap := _GAP.match(text, m.end())) is None or (m.start() and text[m.start() - 1] in "@#_/.'’"):
            continue
        low = max(0, m.start() - _BACK)
        kind = next((s.kind for s in signs if _PATTERNS[s.before].search(text, low, m.start())), None)
        if kind is not None:
            run = scan(text, gap.end(), lower=True, most=3 if kind == "hail" else 4)
            run = run if kind == "told" else known(text, run)
            if kind == "told" and "\u4e00" <= text[gap.end() : gap.end() + 1] <= "\u9fff":
                run = han(text, gap.end(), RARE)
            yield Reading(run.begin, run.stop, _RULES[kind](text, run), run.going)


def _hail(text: str, run: Run) -> float:
    words = run.words(text)
    if _is_no_name(words) or not _HAILED.match(text, run.stop, run.stop + AHEAD):
        return _known(words[:1]) if words and not _is_no_name(words) and words[0][0].isupper() and is_given(words[0]) else 0.0
    likely = score(words)
    return likely or (LIKELY if words[0][0].isupper() and len(words[0]) > 1 else 0.0)


def _known(words: list[str]) -> float:
    return LIKELY if words and is_given(words[0]) else 0.0


def _told(text: str, run: Run) -> float:
    words = run.words(text)
    if _is_no_name(words):
        return 0.0
    return CERTAIN if words[0][0].isupper() or is_given(words[0]) else LIKELY


def _self(text: str, run: Run) -> float:
    words = run.words(text)
    if _is_no_name(words) or not _SELF.match(text, run.stop, run.stop + 10):
        return 0.0
    return score(words) if is_given(words[0]) else 0.0


def _this(text: str, run: Run) -> float:
    words = run.words(text)
    if _is_no_name(words) or not is_given(words[0]):
        return 0.0
    return CERTAIN if words[0][0].isupper() else WEAK


def _saya(text: str, run: Run) -> float:
    words = run.words(text)
    if _is_no_name(words) or not (is_given(words[0]) and words[0].lower() in INDONESIAN):
        return 0.0
    return LIKELY


def _named(text: str, run: Run) -> float:
    words = run.words(text)
    return 0.0 if _is_no_name(words) or not words[0][0].isupper() else _known(words[:1])


def _is_no_name(words: list[str]) -> bool:
    return not words or words[0].lower() in TITLES or is_public(" ".join(words))


_RULES = {"hail": _hail, "told": _told, "self": _self, "this": _this, "saya": _saya, "known": _named}


def _read_told_zh(text: str, begin: int) -> Iterator[Reading]:
    for m in _TOLD_ZH.finditer(text, begin):
        run = han(text, m.end(), RARE)
        if run.spans or run.going:
            yield Reading(run.begin, run.stop, LIKELY if run.spans else 0.0, run.going)


def _read_self_zh(text: str, begin: int) -> Iterator[Reading]:
    for m in _SELF_ZH.finditer(text, begin):
        run = han(text, m.end())
        name = text[run.begin : run.stop]
        sure = bool(name) and not is_doubtful(name) and _STOP_ZH.match(text, run.stop, run.stop + 1) is not None
        yield Reading(run.begin, run.stop, LIKELY if sure else 0.0, run.going)


_SELVES = (
    r"(?i)it['’]s|name(?:'s|’s| is)|this is|i['’]m |(?:^|[^a-z])im |i am|calls? me|nama (?:saya|aku)|namaku"
    r"|(?:^|[^a-z])(?:saya|aku)[.: ]"
    r"|nama(?: lengkap)?(?: saya|ku)? adalah|bernama|hedder|heter|mit navn er|navnet mitt er|(?:jeg|dette|det) er|mitt namn är"
    r"|hei(?:ß|ss)e|mein name ist|ich bin|m['’]appelle|me llamo|me chamo|mi nombre es|meu nome é|kenalkan,? saya|panggil saya"
)
SIGNS: tuple[Sign, ...] = (
    Cued("Greeting", (rf"(?i)(?:^|[^a-z])(?:{_HAILS.replace(' ', '|')})[.:]? ", _SELVES), _read, back=64),
    Cued("Greeting", ("叫|名字是|姓名是|亲爱的|本人",), _read_told_zh, back=24),
    Cued("Greeting", ("是",), _read_self_zh, back=24),
)
