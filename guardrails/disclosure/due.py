"""Is a notice due, how does it reach the person, and how is it taken out again of what the client sends back?

Due = no assistant turn of the call carries a known notice, and no valid acknowledgement came. Nothing is remembered between
calls: the history that the client sends is the memory, so a truncated history has the notice said again, never forgotten.

As text it stands before the answer. Where no person reads the text, or where text would break what a program parses
(JSON mode, tool calls, embeddings), it stands in a header and a field only. Whoever cannot be told counts as a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from guardrails.disclosure.notices import Notice, current, currents, texts

FIRST = "first"
BLANK_LINE = "\n\n"
NO_READER = frozenset({"api"})  # channels of which the table of callers says that no person reads them


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What one call owes its reader. `notice` is None where nothing is due."""

    notice: Notice | None
    as_text: bool
    already: bool  # an assistant turn of the call carries a notice, or the client showed one itself
    fallback: bool = False  # the notice is in English because the reader's language has none

    @property
    def prefix(self) -> str:
        """What stands before the text of every choice, in a stream as a delta of its own: "" where nothing does."""
        return self.notice.text + BLANK_LINE if self.notice and self.as_text else ""

    @property
    def header(self) -> str:
        """The value of `x-ai-disclosure`: an RFC 9651 item, ASCII, true before the first byte of the answer is known."""
        if self.notice is None:
            return "ai;shown"
        n = self.notice
        return f'ai;notice={n.id};version={n.version};language={n.language};digest="{n.digest}"'

    @property
    def field(self) -> dict[str, Any]:
        """The value of `guardrails.disclosure` in the body; a client that draws the notice itself finds its words here."""
        if self.notice is None:
            return {"ai": True, "due": False}
        n = self.notice
        said = {"notice": n.id, "version": n.version, "language": n.language, "text": n.text, "digest": n.digest}
        return {"ai": True, "due": True, **said, "fallback": self.fallback, "placement": "text" if self.as_text else "field"}

    def without_text(self) -> Disclosure:
        """For a choice that turned out to be a tool call, or empty: the same notice as header and field only."""
        return replace(self, as_text=False)


@dataclass(frozen=True, slots=True)
class Known:
    """Every notice this installation can have shown. `of` is told the operator's name, and names it had before.

    Only exact texts count. A notice under a name that is not listed stays where it is and is not taken for one: the reader
    is told again, under the present name, and nothing that merely looks like a notice is ever taken out of a turn.
    """

    texts: tuple[str, ...] = field(repr=False)

    @classmethod
    def of(cls, org: str | None = None, former: Iterable[str] = ()) -> Known:
        return _known(org, tuple(former))

    def carries(self, text: str) -> bool:
        """Does this assistant turn begin with a notice? What follows does not matter: it was shown."""
        return text.startswith(self.texts)

    def strip(self, text: str) -> tuple[int, int] | None:
        """The part at the start of a resent assistant turn that this installation put there: notice and blank line.

        At most one notice: where two installations stand behind one another, the second belongs to the inner one, which
        has to see it. A notice that runs on into the same line was not put there by `prefix` and stays.
        """
        notice = self._opening(text)
        if notice is None:
            return None
        if len(text) == len(notice):
            return 0, len(notice)  # clients trim: an empty answer leaves the notice alone
        return (0, len(notice) + len(BLANK_LINE)) if text.startswith(BLANK_LINE, len(notice)) else None

    def _opening(self, text: str) -> str | None:
        if not text.startswith(self.texts):
            return None
        return next(notice for notice in self.texts if text.startswith(notice))


@lru_cache(maxsize=64)
def _known(org: str | None, former: tuple[str, ...]) -> Known:
    return Known(tuple(texts(org, former)))


@lru_cache(maxsize=64)
def _currents(org: str | None) -> frozenset[tuple[str, str]]:
    return currents(org)


def acknowledges(value: str | None, org: str | None = None) -> bool:
    """Is `x-guardrails-notice-shown: first@<digest>` the id and digest of a notice as it is shown today, in any language?"""
    id_, _, digest = (value or "").strip().partition("@")
    return id_ == FIRST and (id_, digest.lower()) in _currents(org)


def plan(  # noqa: PLR0913  each is one fact about the call; the caller names them all
    *,
    assistant_texts: Sequence[str],
    acknowledged: str | None,
    channel: str,
    may_acknowledge: bool,
    text_allowed: bool,
    language: str,
    org: str | None = None,
    fallback: bool = False,
    known: Known | None = None,
) -> Disclosure:
    """What this call owes its reader.

    `assistant_texts`: the assistant turns as the client sent them. `acknowledged`: the client's `x-guardrails-notice-shown`,
    heard only where `may_acknowledge` (the caller's table entry allows `ui`). `channel`: from the table of callers.
    `text_allowed`: False in JSON mode and for embeddings. `language`, `fallback`: from `language.chosen`.
    """
    shown = (may_acknowledge and acknowledges(acknowledged, org)) or any(map((known or Known.of(org)).carries, assistant_texts))
    if shown:
        return Disclosure(None, as_text=False, already=True)
    as_text = text_allowed and channel not in NO_READER
    return Disclosure(current(FIRST, language, org), as_text=as_text, already=False, fallback=fallback)
