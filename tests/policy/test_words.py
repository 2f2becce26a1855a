"""The words of the language are the words of the model, and every short form leads to one of them."""

from __future__ import annotations

import pytest

from guardrails.model import SPAN_ACTIONS, Action, Stage
from guardrails.policy.words import (
    ACTIONS,
    ALL_STAGES,
    CARRIED,
    DEFAULT_STAGES,
    ENTITY_ALIASES,
    IMPOSSIBLE,
    LATER_ACTIONS,
    entity,
    plain,
)


def test_every_action_of_the_model_is_a_word_now_or_later():
    assert set(ACTIONS) | LATER_ACTIONS == {a.word for a in Action}
    assert not set(ACTIONS) & LATER_ACTIONS


def test_defaults_are_possible():
    for action in ACTIONS.values():
        for stage in DEFAULT_STAGES.get(action, ALL_STAGES):
            assert (action, stage) not in IMPOSSIBLE


def test_no_act_is_changed_silently():
    assert {(a, Stage.TOOL_CALL) for a in SPAN_ACTIONS} <= IMPOSSIBLE.keys()


def test_every_stage_is_carried_by_some_message():
    assert frozenset().union(*CARRIED.values()) == frozenset(Stage)
    assert all(stage in carried for stage, carried in CARRIED.items())


@pytest.mark.parametrize("alias", ENTITY_ALIASES)
def test_an_alias_is_plain_and_leads_to_a_full_name(alias):
    assert plain(alias) == alias
    assert entity(alias) == ENTITY_ALIASES[alias] == ENTITY_ALIASES[alias].upper()
    assert ENTITY_ALIASES[alias].lower() not in ENTITY_ALIASES


@pytest.mark.parametrize("word", ["IBAN_CODE", "iban", "Iban", "iban-code", "IBAN code"])
def test_ways_to_write_one_entity(word):
    assert entity(word) == "IBAN_CODE"
