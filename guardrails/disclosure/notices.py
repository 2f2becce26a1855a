"""What people are told, word for word: one row for each notice, version and language; a row that was ever shipped stays.

A text that has once been shown is history that clients send back, so a change is a new row with the next version, never an
edit of an old one. The texts are drafts of 2026-11-21: native speakers and lawyers have still to read them. Laws they help
with: Regulation (EU) 2024/1689 art. 50(1) and (5) (told clearly, at the first interaction at the latest); GB 45438-2025
§5.1 and §6 (the words must hold 人工智能 or AI, and 生成 or 合成); SE Menkominfo 9/2023 (say that it is generative AI).

`{org}` is the operator's own name. Where none is set a sentence of its own stands there: a notice says only what is true.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from guardrails.errors import SettingsError

ORG = "{org}"
LONGEST_ORG = 80  # characters
_NOT_PLAIN = frozenset("<>{}[]`|\\")  # markup, and what other templates take for a hole


@dataclass(frozen=True, slots=True)
class Row:
    """One text as it ships: `named` holds `{org}` once, `plain` is the sentence for an operator without a name."""

    id: str
    version: int
    language: str  # BCP 47
    named: str
    plain: str


ROWS: tuple[Row, ...] = (
    Row(
        "first",
        1,
        "en",
        "You are chatting with an AI system of {org}, not a human. "
        "Answers are AI-generated and can be wrong; please check what matters.",
        "You are chatting with an AI system, not a human. "
        "Answers are AI-generated and can be wrong; please check what matters.",
    ),
    Row(
        "first",
        1,
        "id",
        "Anda sedang berkomunikasi dengan sistem AI (kecerdasan buatan) {org}, bukan dengan manusia. "
        "Jawaban dihasilkan oleh AI dan bisa keliru; mohon periksa kembali informasi penting.",
        "Anda sedang berkomunikasi dengan sistem AI (kecerdasan buatan), bukan dengan manusia. "
        "Jawaban dihasilkan oleh AI dan bisa keliru; mohon periksa kembali informasi penting.",
    ),
    Row(
        "first",
        1,
        "zh-Hans",
        "您正在与{org}的人工智能（AI）系统对话，对方不是真人。回复内容由人工智能生成，可能有误，重要信息请核实。",
        "您正在与人工智能（AI）系统对话，对方不是真人。回复内容由人工智能生成，可能有误，重要信息请核实。",
    ),
    Row(
        "first",
        1,
        "da",
        "Du chatter med et AI-system fra {org}, ikke med et menneske. "
        "Svarene er genereret af AI og kan indeholde fejl; tjek vigtige oplysninger.",
        "Du chatter med et AI-system, ikke med et menneske. "
        "Svarene er genereret af AI og kan indeholde fejl; tjek vigtige oplysninger.",
    ),
)


@dataclass(frozen=True, slots=True)
class Notice:
    """One text as it is shown. `digest` is the SHA-256 of exactly these words in UTF-8, hexadecimal."""

    id: str
    version: int
    language: str
    text: str

    @property
    def digest(self) -> str:
        return _sha256(self.text)


@lru_cache(maxsize=256)
def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def organisation(name: str | None) -> str | None:
    """The operator's name as it may stand in a notice: one line of plain text. Raises SettingsError; blank is no name."""
    name = (name or "").strip()
    if len(name) > LONGEST_ORG:
        raise SettingsError(f"the organisation's name is longer than {LONGEST_ORG} characters: use a shorter form of it")
    if not name.isprintable() or _NOT_PLAIN & set(name) or "//" in name:
        raise SettingsError("the organisation's name must be one line of plain text, without markup, brackets or an address")
    return name or None


def worded(row: Row, org: str | None) -> Notice:
    """This row for this operator. The name is put in once, as it is: a name is never read as a template."""
    org = organisation(org)
    return Notice(row.id, row.version, row.language, row.plain if org is None else row.named.replace(ORG, org, 1))


@lru_cache(maxsize=256)
def current(id: str, language: str, org: str | None = None) -> Notice:  # noqa: A002  a notice's id is called id everywhere
    """The newest version of a notice; in English where the language has none."""
    rows = [row for row in ROWS if row.id == id]
    spoken = [row for row in rows if row.language == language] or [row for row in rows if row.language == "en"]
    return worded(max(spoken, key=lambda row: row.version), org)


def currents(org: str | None = None) -> frozenset[tuple[str, str]]:
    """Id and digest of every notice that is shown today, in all languages: what an acknowledgement may name."""
    newest = {(row.id, row.language): row for row in sorted(ROWS, key=lambda row: row.version)}
    return frozenset((notice.id, notice.digest) for notice in (worded(row, org) for row in newest.values()))


def texts(org: str | None = None, former: Iterable[str] = ()) -> Sequence[str]:
    """Every text this installation can have shown, longest first: with no name, this one and former ones."""
    known = {worded(row, name).text for row in ROWS for name in (None, org, *former)}
    return sorted(known, key=lambda text: (-len(text), text))
