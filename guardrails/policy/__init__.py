"""The policy: what its authors write (YAML), what it becomes (frozen rules), what it says about findings (a decision).

`load` reads, `decide` decides, `merge` joins decisions about parts of one message. Rules judge findings; they never read text.
"""

from guardrails.policy.decide import decide, merge
from guardrails.policy.faults import BrokenPolicy, Fault, Level, Place
from guardrails.policy.load import lint, load, load_all
from guardrails.policy.rules import Case, Condition, Disclosure, Expect, Policy, Rule, Sought, policy

__all__ = [
    "BrokenPolicy",
    "Case",
    "Condition",
    "Disclosure",
    "Expect",
    "Fault",
    "Level",
    "Place",
    "Policy",
    "Rule",
    "Sought",
    "decide",
    "lint",
    "load",
    "load_all",
    "merge",
    "policy",
]
