"""Texts in which nobody's data stands: which of them does the policy that ships change all the same, and for what?

From the data's text/*.jsonl[.gz] (rows {"text", "lang", "label", "source"}; label 0 is harmless), from those of pii/ in which
nothing is marked although everything would be, and code: Python's standard library and this project's own, in pieces of 1 KB.
Nobody has marked personal data in text/, so a strict look leaves out what holds an address or a telephone number by its
plainest form; how many those are is told.
"""

from __future__ import annotations

import re
import sysconfig
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from benchmarks import marked
from benchmarks.targets import ROOT
from guardrails.assembly import Parts
from guardrails.guard import Guard
from guardrails.model import SPAN_ACTIONS, Context, Stage
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Vault
from guardrails.settings import Settings
from guardrails.wire.chat import Request

PIECE = 1024
#: Of each kind, spread over its sources.
EACH = 1000
DOCUMENTS = frozenset(
    {
        *(
            "bold_wiki",
            "bbq_context",
            "bipia_clean_email",
            "bipia_clean_table",
            "indonlu_facqa_ctx",
            "ud_danish_ddt",
            "wiki_talk",
        ),
        *("openai_moderation_eval", "piianon_clinical", "piianon_legal", "piianon_technology"),
    }
)
CODE = frozenset({"bipia_clean_code", "codealpaca"})
#: What a text that holds nobody's data does not hold: an address, a telephone number in a country's plainest form.
_HELD = {
    "an e-mail address": re.compile(r"[\w.+-]@[\w-]+\.\w"),
    "a telephone number": re.compile(
        r"(?<![\w.-])(?:\(\d{3}\) ?|\d{3}[ .-])\d{3}[ .-]\d{4}(?![\w-])|\+\d{2}"  # North America; with its country's prefix
        r"|(?<!\d)0\d{2,3}[-—]\d{7,8}(?!\d)|(?<!\d)1[3-9]\d{9}(?!\d)|电话[^\d\n]{0,4}\d{7,}"  # China
        r"|(?<!\d)08\d\d[ -]?\d{3,4}[ -]?\d{3,5}(?!\d)|\(021\) ?\d{7,8}"  # Indonesia
    ),
}
#: Modules whose business such values are.
_ABOUT_THEM = frozenset({"ipaddress", "smtplib", "nturl2path", "uuid", "email", "test", "idlelib", "lib2to3", "site-packages"})


class Text(NamedTuple):
    kind: str  # chat, document, code
    source: str
    language: str
    text: str


@dataclass(slots=True)
class Changed:
    """How many texts there were, how many were changed, and by which entities."""

    texts: Counter[str] = field(default_factory=Counter)
    changed: Counter[str] = field(default_factory=Counter)
    entities: Counter[tuple[str, str]] = field(default_factory=Counter)
    shown: list[tuple[Text, str, str]] = field(default_factory=list, repr=False)

    def share(self, kind: str | None = None) -> float:
        """Per hundred; of all kinds where none is named."""
        if kind is None:
            return 100 * marked.ratio(self.changed.total(), self.texts.total())
        return 100 * marked.ratio(self.changed[kind], self.texts[kind])


def texts(where: Path) -> list[Text]:
    """All of them, each once."""
    return list(dict.fromkeys([*_harmless(where / "text"), *_unmarked(where / "pii"), *_code()]))


def held(text: str) -> str | None:
    """What a strict look finds in it."""
    return next((name for name, form in _HELD.items() if form.search(text)), None)


def drawn(all_of_them: list[Text], each: int = EACH) -> list[Text]:
    """`each` texts of every kind, spread evenly over its sources and over each source."""
    found: list[Text] = []
    for kind in dict.fromkeys(t.kind for t in all_of_them):
        by_source: dict[str, list[Text]] = {}
        for text in all_of_them:
            if text.kind == kind:
                by_source.setdefault(text.source, []).append(text)
        turns = sorted((n / len(group), source, text) for source, group in by_source.items() for n, text in enumerate(group))
        found += [text for _, _, text in turns[:: max(1, len(turns) // each)]][:each]
    return found


def _harmless(where: Path) -> Iterator[Text]:
    for path in sorted(where.glob("*.jsonl*")):
        for data in marked.lines(path):
            if data["label"] == 0 and data["task"] != "bias_probe":
                source = data["source"]
                kind = "document" if source in DOCUMENTS else "code" if source in CODE else "chat"
                yield Text(kind, source, data["lang"], data["text"])


def _unmarked(where: Path) -> Iterator[Text]:
    for row in marked.rows(where):
        if row.labels is None and not row.marked and not row.optional:
            yield Text("document" if row.source in DOCUMENTS else "chat", row.source, row.language, row.text)


def _code() -> Iterator[Text]:
    library = Path(sysconfig.get_path("stdlib"))
    for name, root in (("the standard library", library), ("this project", ROOT / "guardrails")):
        for path in sorted(root.rglob("*.py")):
            if not _ABOUT_THEM & set(path.relative_to(root).with_suffix("").parts):
                source = path.read_text(encoding="utf-8", errors="replace")
                # The second piece and the last one: the first is mostly a licence.
                for at in sorted({PIECE, len(source) // PIECE * PIECE - PIECE}):
                    if at > 0:
                        yield Text("code", name, "en", source[at : at + PIECE])


def guard() -> Guard:
    """The pipeline with the policy that ships; without names, which are no mistakes in harmless texts (benchmarks/names.py)."""
    parts = Parts.of(Settings(names=("off",)))
    return parts.guard(parts.policy())


def run(pipeline: Guard, given: list[Text]) -> Changed:
    """Each text as a user's message."""
    result = Changed()
    for one in given:
        context = Context(now="1970-01-01T00:00:00.000Z", language=one.language)
        vault = Vault(Words.of(b"\0" * 32, "bench", None))
        screened = pipeline.screen(Request({"messages": [{"role": "user", "content": one.text}]}), Stage.INPUT, context, vault)
        result.texts[one.kind] += 1
        edits, decision = getattr(screened, "edits", ()), getattr(screened, "decision", None)
        if edits and decision:
            result.changed[one.kind] += 1
            hits = {f for r in decision.reasons if r.action in SPAN_ACTIONS for f in r.findings}
            result.entities.update({(one.kind, f.entity) for f in hits})
            result.shown += [(one, f.entity, one.text[f.start : f.end]) for f in sorted(hits)]
    return result
