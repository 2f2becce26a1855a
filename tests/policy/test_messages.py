"""What people are told, in their language."""

from __future__ import annotations

import pytest

from guardrails.policy.messages import BLOCKED, FIELDS, blocked, filled, pick
from tests.policy.texts import loaded, one_rule

BOTH = {"en": "e", "da": "d"}


@pytest.mark.parametrize(
    ("messages", "language", "told"),
    [
        (BOTH, "da", "d"),
        (BOTH, "da-DK", "d"),
        (BOTH, "DA_dk", "d"),
        (BOTH, "zh", "e"),
        ({"zh-hans": "z", "en": "e"}, "zh-Hans", "z"),
        ({"zh-hans": "z", "en": "e"}, "zh", "z"),
        ({"zh-hans": "z", "en": "e"}, "zh-Hant", "z"),
        ({"": "all"}, "zh", "all"),
        ({"da": "d"}, "zh", None),
        ({}, "en", None),
    ],
)
def test_the_nearest_language(messages, language, told):
    assert pick(messages, language) == told


@pytest.mark.parametrize("language", BLOCKED)
def test_our_own_words_name_the_rule_and_the_reference_where_there_is_one(language):
    with_number, without = blocked(language, reference=True), blocked(language, reference=False)
    assert "{{ title }}" in with_number
    assert "{{ id }}" in with_number
    assert "{{ id }}" not in without
    assert without[-1] in ".。"


def test_a_template_is_filled_once():
    assert filled("{{ title }}: {{count}}", {"title": "{{ count }}", "count": 2}) == "{{ count }}: 2"
    assert filled("a {{ id }} b", {}) == "a  b"


def test_what_a_policy_tells():
    policy = loaded(
        one_rule("title: Mail stays", 'message: {en: "{{ count }} × {{ finding.type }} ({{ rule }}, {{ id }})", da: Nej}')
        + "  - {id: s, detect: {pii: all}, action: block}\n"
    )
    assert policy.message("r", "en-GB", count=2, finding_type="EMAIL_ADDRESS", id="7") == "2 × EMAIL_ADDRESS (r, 7)"
    assert policy.message("r", "da") == "Nej"
    assert policy.message("s", "da", id="7") == 'Din forespørgsel blev stoppet af reglen "s" (reference 7).'
    assert policy.message("s", "sv") == 'Your request was not processed because of the rule "s".'
    with pytest.raises(KeyError):
        policy.message("t", "en")


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_may_stand_in_a_message(name):
    assert loaded(one_rule(f'message: "{{{{ {name} }}}}"')).rule("r").messages
