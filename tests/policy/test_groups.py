"""Every kind that can be found stands in one group, or in none for a reason; a rule may name groups."""

from itertools import combinations

import pytest

from guardrails.assembly import Parts
from guardrails.detectors.personal import known_entities
from guardrails.errors import PolicyError
from guardrails.model import Context, Segment, Stage
from guardrails.policy import load
from guardrails.policy.groups import ALONE, GROUPS
from guardrails.policy.words import ENTITY_ALIASES
from guardrails.recognizers import load as table
from guardrails.settings import Settings

RULE = """\
apiVersion: guard/v1
kind: Policy
metadata: {{id: one, version: 1.0.0}}
rules:
  - id: hide
    detect: {{pii: {pii}}}
    when: {{any_finding: {{{when}}}}}
    action: tokenize
    tests:
      - {{input: "{text}", expect: tokenize}}
      - {{input: "hello", expect: no_match}}
"""


def test_every_kind_has_its_place() -> None:
    known = known_entities(table())
    assert known == ALONE.union(*GROUPS.values())
    assert not any(a & b for a, b in combinations([*GROUPS.values(), ALONE], 2))
    assert not GROUPS.keys() & ENTITY_ALIASES.keys()


@pytest.mark.parametrize("said", ["[contact, SECRET]", "[Contact, secrets]", "[email, phone, password]"])
def test_a_rule_asks_for_groups(said: str) -> None:
    policy = load(
        RULE.format(pii=said, when="entities: [contact]", text="jane.cooper@contoso.com"), "p", entities=known_entities(table())
    )
    assert policy.entities == {"EMAIL_ADDRESS", "PHONE_NUMBER", "SECRET"}
    assert next(r for r in policy.rules if r.id == "hide").condition.entities == {"EMAIL_ADDRESS", "PHONE_NUMBER"}


def test_only_what_can_be_found_here() -> None:
    policy = load(RULE.format(pii="[contact]", when="", text="x"), "p", entities=frozenset({"EMAIL_ADDRESS"}))
    assert policy.entities == {"EMAIL_ADDRESS"}


@pytest.mark.parametrize(
    ("pii", "when", "told"), [("[contcat]", "", "contact"), ("[contact]", "entity: money", "does not look for money")]
)
def test_what_cannot_be_meant(pii: str, when: str, told: str) -> None:
    with pytest.raises(PolicyError, match=told):
        load(RULE.format(pii=pii, when=when, text="x"), "p", entities=known_entities(table()))


@pytest.mark.parametrize(("regions", "found"), [("[ID]", True), ("[eu, id]", True), ("[UK]", False)])
def test_regions_add_to_what_is_looked_for(regions: str, found: bool) -> None:
    """An Indonesian id without its name is found where a rule names the country, beside what the language says."""
    text = RULE.format(pii=f"{{types: [national_ids, contact], regions: {regions}}}", when="", text="jane.cooper@contoso.com")
    parts = Parts.of(Settings())
    guard = parts.guard(load(text, "p", entities=parts.entities))
    segment = Segment("/a", "number 3174055203920008 and +1 415-555-0132, SSN 536-90-4399")
    kinds = {f.entity for d in guard.bound(Stage.INPUT, Context(now="")) for f in d.find(segment)}
    assert {"PHONE_NUMBER", "US_SSN"} <= kinds
    assert ("ID_NIK" in kinds) is found
