"""A small detector with a known contract, and policies for it: for tests of what stands above detection."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from guardrails.guard import Guard
from guardrails.model import Context, Finding, Segment
from guardrails.policy import load
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Vault

_TOKEN = re.compile(r"[^\s\ufffc\"<>()]+")
_KINDS = {
    "EMAIL_ADDRESS": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "CREDIT_CARD": re.compile(r"\d{16}"),
    "US_SSN": re.compile(r"\d{3}-\d{2}-\d{4}"),
}
ENTITIES = frozenset(_KINDS)


@dataclass(frozen=True)
class Tokens:
    """Finds e-mail addresses, card numbers and social security numbers that stand between blanks."""

    name: str = "pii/tokens"
    reach: int | None = 400

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        for token in _TOKEN.finditer(segment.text, start):
            for entity, pattern in _KINDS.items():
                if match := pattern.search(token[0]):
                    a, b = token.start() + match.start(), token.start() + match.end()
                    yield Finding(segment.path, a, b, entity, 0.9, self.name, segment.stage, segment.origin)
                    break

    def settled(self, text: str, start: int = 0) -> int:
        end = len(text)
        while end > start and _TOKEN.match(text[end - 1]):
            end -= 1
        return end


@dataclass(frozen=True)
class Broken(Tokens):
    """A detector that fails on whatever holds the word that breaks it."""

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        if "boom" in segment.text[start:]:
            raise RuntimeError("jane.cooper@contoso.com")  # an error's message may hold text: it must not get out
        return super().find(segment, start)


@dataclass(frozen=True)
class Near(Tokens):
    """Finds the same inside any text, and settles all but the last thirty characters, wherever that falls."""

    name: str = "pii/near"

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        for match in re.compile(r"\d{3}-\d{2}-\d{4}").finditer(segment.text, start):
            yield Finding(segment.path, *match.span(), "US_SSN", 0.7, self.name, segment.stage, segment.origin)

    def settled(self, text: str, start: int = 0) -> int:
        edge = max(start, len(text) - 30)
        crossing = [m.start() for m in re.compile(r"\d{3}-\d{2}-\d{4}").finditer(text, start) if m.start() < edge < m.end()]
        return min(crossing, default=edge)


HIDE = """
rules:
  - id: hide
    detect: {pii: [EMAIL_ADDRESS, CREDIT_CARD, US_SSN]}
    action: tokenize
  - id: invented
    stage: output
    detect: {pii: [EMAIL_ADDRESS, CREDIT_CARD, US_SSN]}
    action: mask
  - id: invented-in-tools
    stage: tool_call
    detect: {pii: [EMAIL_ADDRESS, CREDIT_CARD, US_SSN]}
    action: flag
"""
CONTEXT = Context(now="2026-11-21T10:00:00.000Z", route="/v1/chat/completions")


def guard(policy: str = HIDE, detectors=(Tokens(),)) -> Guard:
    return Guard(load(policy, "test.yaml", entities=ENTITIES), lambda _: tuple(detectors))


def vault(conversation: str | None = None, tenant: str = "default") -> Vault:
    return Vault(Words.of(b"m" * 32, tenant, conversation))
