"""What the tests of the policy share: the entities that are known, and short ways to load."""

from __future__ import annotations

from guardrails.policy import Policy, load

ENTITIES = frozenset(
    ["EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "US_SSN", "IP_ADDRESS", "CRYPTO", "US_PASSPORT", "UK_NHS"]
)

#: The smallest policy: three lines of a rule.
SMALLEST = """\
rules:
  - id: no-cards
    detect: {pii: [CREDIT_CARD]}
    action: block
"""


def loaded(text: str, name: str = "p.yaml") -> Policy:
    return load(text, name, entities=ENTITIES)


def one_rule(*lines: str) -> str:
    """A policy with one rule that hides e-mail addresses, and these keys beside; a key that is given replaces ours."""
    ours = {"id": "r", "detect": "{pii: [EMAIL_ADDRESS]}", "action": "tokenize"}
    given = [line for line in lines if line]
    kept = [f"{key}: {value}" for key, value in ours.items() if not any(line.startswith(f"{key}:") for line in given)]
    return "rules:\n  - " + "\n    ".join([*kept, *given]) + "\n"
