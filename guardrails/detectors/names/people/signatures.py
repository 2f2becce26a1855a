"""Names under a letter: behind "Best regards,", "Mvh", "Hormat saya,", "此致敬礼", on that line or the next, and below `-- `.

On the next line a name stands alone; on the same line it must be a known one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from guardrails.detectors.names.people.shapes import LIKELY, WEAK, han, is_given, scan, score
from guardrails.detectors.names.people.signs import Cued, Reading, Sign
from guardrails.detectors.names.people.titles import TITLES
from guardrails.detectors.names.public import is_public

_CLOSERS = (
    r"(?:(?:with )?(?:kind|kindest|best|warm|warmest) )?regards|best(?: wishes)?|all the best|cheers|many thanks|warmly"
    r"|respectfully"
    r"|thanks(?: again| so much| a lot| in advance)?|thank you(?: so much| very much| again| in advance)?|thx"
    r"|yours(?: sincerely| truly| faithfully)?"
    r"|sincerely(?: yours)?|love|lots of love|take care|xoxo|signed|talk soon|speak soon"
    r"|m\.?v\.?h\.?|med venlig hilsen|(?:mange |de bedste |bedste |venlige? |kærlig |hjertelig )?hilsn?(?:en|er)|v\.?h\.?|knus"
    r"|med vennlig hilsen|vennlig hilsen|(?:med )?vänliga? hälsning(?:ar)?|hälsningar|kram"
    r"|(?:wa)?salam(?: hormat| hangat| kenal)?|hormat (?:saya|kami)|terima ?kasih(?: banyak)?|makasih|ttd\.?|tertanda"
    r"|(?:mit )?freundliche[nm]? gr(?:ü|ue)(?:ß|ss)en?|(?:viele|liebe|beste|herzliche|schöne) gr(?:ü|ue)(?:ß|ss)e|mfg|lg|vg"
    r"|(?:bien )?cordialement|amicalement|bien à vous|atenciosamente|abraços?|(?:os melhores )?cumprimentos|obrigad[oa]"
    r"|(?:un )?(?:cordial )?saludos?(?: cordiales)?|atentamente|gracias"
)
_NEXT = rf"(?im)^[ \t>]{{0,8}}(?:{_CLOSERS})[ ]?[,.!]?[ \t]{{0,4}}(?:\r?\n[ \t>]{{0,8}}){{1,3}}(?:[-\u2013\u2014~*_]{{1,2}} ?)?"
_SAME = rf"(?im)(?:^[ \t>]{{0,8}}|[.!?] )(?:{_CLOSERS})(?:, ?| [-\u2013\u2014/] ?| )"
_DASHES = r"(?m)^-- ?\r?\n"
_UNDER = re.compile(_NEXT)
_BESIDE = re.compile(_SAME)
_BELOW = re.compile(_DASHES)
_ZH = re.compile(r"(?:此致[,，]?\s{0,4}敬礼|敬礼|敬上|祝好|顺祝商祺|顺颂商祺|商祺|谢谢|此致)[!！。,，]?[ \t]*\r?\n\s{0,8}")
_ALONE = re.compile(r"[ \t]{0,2}(?:[,|.]?[ \t]{0,2}(?:[\r\n]|\Z)|,|\|| [-\u2013\u2014(/]|[(])")
_ENDED = re.compile(r"[ \t]?(?:[.!,;)]|[\r\n]|\Z)")
_ZH_END = re.compile(r"\s|\Z|[，。,（(]")


def _is_name(words: list[str]) -> bool:
    return bool(words) and words[0].lower() not in TITLES and not is_public(" ".join(words))


def _under(text: str, begin: int) -> Iterator[Reading]:
    for m in _UNDER.finditer(text, begin):
        run = scan(text, m.end(), lower=True, most=4)
        if "\u4e00" <= text[m.end() : m.end() + 1] <= "\u9fff":
            run = han(text, m.end())
        words = run.words(text)
        sure = 0.0
        if _is_name(words) and _ALONE.match(text, run.stop):
            named = words[0][0].isupper() or words[0][0] >= "\u4e00"
            sure = score(words) or (WEAK if named and len(words[0]) > 1 else 0.0)
        yield Reading(run.begin, run.stop, sure, run.going)


def _beside(text: str, begin: int) -> Iterator[Reading]:
    for m in _BESIDE.finditer(text, begin):
        run = scan(text, m.end(), lower=True, most=4)
        words = run.words(text)
        known = _is_name(words) and is_given(words[0]) and _ENDED.match(text, run.stop) is not None
        yield Reading(run.begin, run.stop, score(words) if known else 0.0, run.going)


def _below(text: str, begin: int) -> Iterator[Reading]:
    for m in _BELOW.finditer(text, begin):
        run = scan(text, m.end(), most=4)
        words = run.words(text)
        alone = _is_name(words) and len(words) > 1 and _ALONE.match(text, run.stop) is not None
        yield Reading(run.begin, run.stop, max(score(words), WEAK) if alone else 0.0, run.going)


def _read_zh(text: str, begin: int) -> Iterator[Reading]:
    for m in _ZH.finditer(text, begin):
        run = han(text, m.end())
        alone = bool(run.spans) and _ZH_END.match(text, run.stop) is not None
        yield Reading(run.begin, run.stop, LIKELY if alone else 0.0, run.going)


SIGNS: tuple[Sign, ...] = (
    Cued("Signature", (rf"(?im)^[ \t>]*(?:{_CLOSERS})[ ]?[,.!]?[ \t]*\r?\n",), _under),
    Cued("Signature", (rf"(?im)(?:^[ \t>]*|[.!?] )(?:{_CLOSERS})[, ]",), _beside, back=80),
    Cued("Signature", (_DASHES,), _below, back=16),
    Cued("Signature", ("敬礼|敬上|祝好|商祺|谢谢|此致",), _read_zh, back=40),
)
