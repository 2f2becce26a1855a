"""Which of the notices' languages is this conversation in? From the person's own words, offline, in microseconds.

A chat turn is three words long; what gives its language away are the small words (hvor, gimana, where), not letter
statistics. So this is a table (`words.py`): one row of small and everyday words for each language, with rows for the
neighbours too, so that Malay is not taken for Indonesian nor Norwegian for Danish. Whole scripts decide by themselves.
Measured against kept libraries in docs/decisions/0007-disclosure.md.

What the person asked for (`x-guardrails-language`, BCP 47) goes before anything that is guessed. Other languages get English,
and the fallback is said, never hidden.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from guardrails.disclosure.words import LOANS, WORDS

ENGLISH = "en"
SPOKEN = ("en", "id", "zh-Hans", "da")

_ROWS = {row: frozenset(words.split()) for row, words in WORDS.items()}
_HALF, _WHOLE = 1, 2  # evidence is counted in half words, so that sums are exact
_SPEAKS = {
    word: tuple((row, _HALF if row == ENGLISH and word in LOANS else _WHOLE) for row, words in _ROWS.items() if word in words)
    for word in frozenset().union(*_ROWS.values())
}
#: Words that speak for the same rows are counted together.
_ROWS_OF = tuple(sorted(set(_SPEAKS.values())))
_GROUP = {word: _ROWS_OF.index(rows) for word, rows in _SPEAKS.items()}
#: The first of equals wins: one of the four before its neighbours.
_ORDER = {row: -place for place, row in enumerate((*SPOKEN, *(row for row in WORDS if row not in SPOKEN), "zh-Hant", "other"))}

READ = (300, 100)  # characters that are read of a turn: of its start and of its end
TURNS = 4  # the latest turns that are heard
_FADE = 0.45  # what an earlier turn weighs against the one after it
_NOT_SPOKEN = re.compile(
    r"```.*?(?:```|\Z)"  # code
    r"|<[A-Z][A-Z0-9_]*>"  # a value that is hidden already
    r"|(?<![!-~])[!-~]*@[!-~]+|https?://[!-~]+",  # addresses, which Chinese writes without blanks around them
    re.DOTALL,
)
_QUOTED = re.compile(r"(?<!\w)'[^'\n]{1,80}'(?!\w)|\"[^\"\n]{1,80}\"|“[^”\n]{1,80}”|‘[^’\n]{1,80}’(?!\w)")
_NOT_SPOKEN_MARKS = ("`", "<", "@", "://")  # a text with none of them holds nothing of that
_QUOTES = ("'", '"', "“", "‘")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTERS_ONLY = {code: " " for code in range(128) if not chr(code).isalpha()}
_ENDED = re.compile(  # Indonesian and Malay build their words so
    r"\w{3,}nya|(?:meng|meny|mem|men|ber|di)\w{2,}(?:kan|an)|(?:per|pem|pen|ke)\w{3,}an"
)
_BEGUN = frozenset({"me", "be", "di", "pe", "ke"})
_LETTERS = (  # what Danish writes, and what it never does
    (frozenset("æø"), (("da", _HALF), ("nb", _HALF))),
    (frozenset("å"), (("da", _HALF), ("nb", _HALF), ("sv", _HALF))),
    (frozenset("äö"), (("sv", _WHOLE), ("de", _WHOLE))),
)
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\u1100-\u11ff\uac00-\ud7af]")
#: Characters that only the traditional script writes, from the commonest words of a chat.
_TRADITIONAL = re.compile(
    "[們個說時來對為國會過學後發開關問還沒點話請讓麼謝訂單電腦網號碼證費錢買賣帳戶設轉經業務應該現產與當從無嗎幾見視覺聽讀寫"
    "東車門間長樂體頭邊幫總聯繫機購優惠貨運遞層級準備專員類確認規則條約處結賬嚴選擇圖書館題樣聲誰這裡裏]"
)
_SIMPLIFIED = re.compile(
    "[们个说时来对为国会过学后发开关问还没点话请让么谢订单电脑网号码证费钱买卖帐户设转经业务应该现产与当从无吗几见视觉听读写"
    "东车门间长乐体头边帮总联系机购优货运递层级准备专员类确认规则条约处结账严选择图书馆题样声谁这里]"
)
_HAN_PER_WORD = 2


@dataclass(frozen=True, slots=True)
class Language:
    """One of SPOKEN. `fallback`: it stands in for another language, or nothing spoke for any."""

    tag: str
    fallback: bool = False


def language(texts: Sequence[str], asked: str | None = None) -> str:
    """The language for the notices of a conversation: "en", "id", "zh-Hans" or "da". `texts`: the person's, oldest first."""
    return chosen(texts, asked).tag


def chosen(texts: Sequence[str], asked: str | None = None) -> Language:
    """The same, with the word whether it is a fallback. `asked`: BCP 47; what is no language tag at all is not heard."""
    return (asked_for(asked) if asked else None) or heard(texts)


def asked_for(tag: str) -> Language | None:
    """A language tag (RFC 5646; `_` is taken for `-`) as one of SPOKEN; None where it names no language."""
    first, *rest = tag.strip().replace("_", "-").lower().split("-")
    if not re.fullmatch("[a-z]{2,3}", first) or first in {"und", "mul", "zxx", "mis"} or not all(map(_SUBTAG.fullmatch, rest)):
        return None
    if first in {"zh", "cmn", "yue"}:
        traditional = "hant" in rest or ("hans" not in rest and not {"tw", "hk", "mo"}.isdisjoint(rest))
        return Language("zh-Hans", fallback=traditional or first == "yue")
    known = {
        "en": ENGLISH,
        "eng": ENGLISH,
        "id": "id",
        "in": "id",
        "ind": "id",
        "da": "da",
        "dan": "da",
        "zho": "zh-Hans",
        "chi": "zh-Hans",
    }
    return Language(known[first]) if first in known else Language(ENGLISH, fallback=True)


def heard(texts: Sequence[str]) -> Language:
    """What the turns speak for. The latest weighs most; an earlier one weighs less than half of the one after it."""
    total: dict[str, float] = {}
    weight = 1.0
    for text in reversed(texts[-TURNS:]):
        evidence = _evidence(text)
        most = max(evidence.values(), default=0)
        strength = weight * min(1.0, 0.2 * most)  # one word is a hint, three are sure
        for row, halves in evidence.items():
            total[row] = total.get(row, 0.0) + strength * halves / most
        weight *= _FADE
        first, second = ([*sorted(total.values(), reverse=True), 0.0, 0.0])[:2]
        if first - second > weight / (1 - _FADE):
            break  # nothing that was said before could change it
    if not total:
        return Language(ENGLISH, fallback=True)
    row = max(total, key=lambda row: (round(total[row], 9), _ORDER[row]))
    if row in SPOKEN:
        return Language(row)
    return Language("zh-Hans" if row == "zh-Hant" else ENGLISH, fallback=True)


_SUBTAG = re.compile("[a-z0-9]{1,8}")


def _evidence(text: str) -> dict[str, int]:
    """Half words that speak for each row."""
    if len(text) > sum(READ):
        text = text[: READ[0]] + "\n" + text[-READ[1] :]
    own = _NOT_SPOKEN.sub(" ", text) if any(map(text.__contains__, _NOT_SPOKEN_MARKS)) else text
    said = _QUOTED.sub(" ", own) if any(map(own.__contains__, _QUOTES)) else own
    said = said if _WORD.search(said) else own  # a quotation alone is all there is
    words = _words(said)
    counted = [(_ROWS_OF[group], times) for group, times in Counter(map(_GROUP.get, words)).items() if group is not None]
    strange = [word for word in words if word not in _GROUP]
    if said.isascii():
        strange = [word for word in strange if word[:2] in _BEGUN or word[-3:] == "nya"]  # no other has a shape
    counted += [(_shape(word), 1) for word in strange]
    evidence: dict[str, int] = {}
    for rows, times in counted:
        for row, halves in rows:
            evidence[row] = evidence.get(row, 0) + halves * times
    if not said.isascii() and (han := len(_HAN.findall(said))):
        foreign = bool(_KANA_HANGUL.search(said))
        traditional = len(_TRADITIONAL.findall(said)) > len(_SIMPLIFIED.findall(said))
        evidence["other" if foreign else "zh-Hant" if traditional else "zh-Hans"] = max(1, 2 * han // _HAN_PER_WORD)
    return evidence


def _words(said: str) -> list[str]:
    """Runs of letters, lower case, with an apostrophe between them at most."""
    if said.isascii() and "'" not in said:  # the same, four times as fast
        return said.lower().translate(_LETTERS_ONLY).split()
    return _WORD.findall(said.lower().replace("’", "'"))


def _shape(word: str) -> tuple[tuple[str, int], ...]:
    """What a word that no row knows says by its look: its affixes, or its script."""
    if word.isascii():
        return (("id", _WHOLE), ("ms", _HALF)) if _ENDED.fullmatch(word) else ()
    if word[0] >= "\u0370" and not _HAN.match(word):
        return (("other", _WHOLE),)  # Greek, Cyrillic, Arabic, Thai, kana: none of the four
    return next((rows for letters, rows in _LETTERS if not letters.isdisjoint(word)), ())
