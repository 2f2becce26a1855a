"""Every broken policy is told its place and a remedy; every right one becomes the policy that was meant."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.errors import PolicyError
from guardrails.model import Action, Mode, Origin, Severity, Stage
from guardrails.policy import BrokenPolicy, Level, Place, lint, load, load_all
from tests.policy.broken import BROKEN
from tests.policy.texts import ENTITIES, SMALLEST, loaded, one_rule

POLICIES = Path(__file__).parents[2] / "policies"


def broken(text: str) -> BrokenPolicy:
    with pytest.raises(BrokenPolicy) as caught:
        loaded(text)
    return caught.value


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
def test_a_fault_is_told_at_its_place_with_a_remedy(case):
    error = broken(case.text)
    assert [f.place for f in error.faults] == [Place("p.yaml", case.line, case.column)], str(error)
    assert case.remedy in error.faults[0].remedy, str(error)
    assert str(error).startswith(f"p.yaml:{case.line}:{case.column}: ")
    assert str(error).count("\n") == 0
    assert isinstance(error, PolicyError)


def test_all_faults_are_told_at_once_in_the_order_of_the_file():
    error = broken("rules:\n  - {id: a, detect: {pii: [EMIAL]}, action: blok, severity: hihg}\n  - {id: a b}\n")
    assert [(f.place.line, f.place.column) for f in error.faults] == [(2, 28), (2, 45), (2, 61), (3, 5), (3, 10)]


def test_a_file_that_is_all_wrong_is_told_briefly():
    error = broken("rules:\n" + "".join(f"  - {{id: r{n}, detect: {{pii: all}}, action: blok}}\n" for n in range(150)))
    assert len(error.faults) == 150
    assert str(error).endswith("\n… and 50 more")


# --- what is right -----------------------------------------------------------------------------------------------------------


def test_the_smallest_policy_is_three_lines_of_a_rule():
    """Law 10: the count may only fall."""
    shipped = (POLICIES / "examples" / "no-cards.yaml").read_text("utf-8")
    assert shipped == SMALLEST
    assert len(SMALLEST.splitlines()) - 1 == 3
    (rule,) = loaded(SMALLEST).rules
    assert (rule.id, rule.action, rule.sought.entities) == ("no-cards", Action.BLOCK, {"CREDIT_CARD"})
    assert (rule.stages, rule.severity, rule.mode) == (frozenset(Stage), Severity.MEDIUM, Mode.ENFORCE)
    assert rule.fail_closed
    assert not rule.holds


@pytest.mark.parametrize(
    ("action", "stages"),
    [
        ("tokenize", {Stage.INPUT, Stage.TOOL_RESULT}),
        ("mask", {Stage.INPUT, Stage.TOOL_RESULT, Stage.OUTPUT}),
        ("redact", {Stage.INPUT, Stage.TOOL_RESULT, Stage.OUTPUT}),
        ("hash", {Stage.INPUT, Stage.TOOL_RESULT, Stage.OUTPUT}),
        ("allow", set(Stage)),
        ("flag", set(Stage)),
        ("block", set(Stage)),
    ],
)
def test_where_a_rule_looks_when_it_does_not_say(action, stages):
    assert loaded(one_rule(f"action: {action}")).rule("r").stages == stages


@pytest.mark.parametrize(
    ("detect", "entities", "everything"),
    [
        ("{pii: [EMAIL_ADDRESS, iban]}", {"EMAIL_ADDRESS", "IBAN_CODE"}, False),
        ("{pii: {types: [Credit-Card, ssn]}}", {"CREDIT_CARD", "US_SSN"}, False),
        ("{pii: phone}", {"PHONE_NUMBER"}, False),
        ("[{pii: [email]}, {pii: [ip]}]", {"EMAIL_ADDRESS", "IP_ADDRESS"}, False),
        ("{pii: all}", set(), True),
        ("{pii: {types: [all]}}", set(), True),
    ],
)
def test_ways_to_ask_for_personal_data(detect, entities, everything):
    sought = loaded(one_rule(f"detect: {detect}")).rule("r").sought
    assert (sought.entities, sought.everything, sought.pii) == (entities, everything, True)


def test_words_and_patterns_become_watches():
    detect = "[{phrases: [beta, alpha]}, {regex: 'K-[0-9]+', entity: customer number}, {phrases: no}, {pii: email}]"
    policy = loaded(one_rule(f"detect: {detect}"))
    told = [(w.name, w.kind, w.terms, w.entity, w.ignore_case) for w in policy.watches]
    assert told == [
        ("phrases/r", "phrases", ("alpha", "beta"), "PHRASE", True),
        ("phrases/r/2", "phrases", ("no",), "PHRASE", True),
        ("regex/r", "regex", ("K-[0-9]+",), "CUSTOMER_NUMBER", False),
    ]


def test_nothing_is_guessed_from_the_look_of_a_word():
    """YAML 1.1 makes `no` false, `1_0` ten and `2026-01-01` a date; here a text is what was written."""
    policy = loaded(one_rule("detect: {phrases: [no, on, ~, 1_0, 0x1F, 2026-01-01, null]}", "message: {no: nei, en: yes}"))
    assert policy.watches[0].terms == ("0x1F", "1_0", "2026-01-01", "no", "null", "on", "~")
    assert policy.rule("r").messages == {"no": "nei", "en": "yes"}


def test_a_whole_rule():
    rule = loaded(
        one_rule(
            "title: Mail stays here",
            "severity: High",
            "stage: [input, tool-result]",
            "when: {any_finding: {min_score: 0.6, entities: [email], origin: [user, document], kind: pii}, at_least: 3}",
            'action: {redact: {with: "[mail removed]"}}',
            "mode: shadow",
            "on_error: unsafe_ignore",
            "controls: [gdpr:art32, gdpr:art25]",
            "known_false_positives: [handles]",
        )
    ).rule("r")
    assert (rule.title, rule.severity, rule.stages) == ("Mail stays here", Severity.HIGH, {Stage.INPUT, Stage.TOOL_RESULT})
    assert (rule.action, rule.replacement, rule.mode) == (Action.REDACT, "[mail removed]", Mode.SHADOW)
    assert (rule.fail_closed, rule.holds, rule.controls) == (False, True, ("gdpr:art25", "gdpr:art32"))
    condition = rule.condition
    assert (condition.min_score, condition.entities, condition.at_least) == (0.6, {"EMAIL_ADDRESS"}, 3)
    assert (condition.origins, condition.kinds) == ({Origin.USER, Origin.DOCUMENT}, {"pii"})


def test_anchors_write_a_list_once():
    text = one_rule("detect: {pii: &own [email, iban]}") + "  - {id: s, detect: {pii: *own}, action: flag}\n"
    policy = loaded(text)
    assert policy.rule("r").sought == policy.rule("s").sought


def test_tabs_are_welcome_inside_texts():
    policy = loaded(one_rule("message: |", "  first", "  \tsecond", "title: 'a\tb'"))
    assert policy.rule("r").messages == {"": "first\n\tsecond\n"}


@pytest.mark.parametrize(
    ("text", "org", "shown"),
    [
        ("disclosure: {org: Acme}\n", "Acme", True),
        ("disclosure: {org: Acme, notice: first}\n", "Acme", True),
        ("disclosure: {unsafe_no_disclosure: true}\n", None, False),
        ("disclosure: {unsafe_no_disclosure: false}\n", None, True),
        ("", None, True),
    ],
)
def test_disclosure(text, org, shown):
    disclosure = loaded(text + SMALLEST).disclosure
    assert (disclosure.org, disclosure.shown, disclosure.notice) == (org, shown, "first")


def test_a_rule_may_be_tried_while_others_bite():
    policy = loaded("mode: shadow\n" + SMALLEST + "  - {id: a, detect: {pii: all}, action: flag, mode: enforce}\n")
    assert [(r.id, r.mode) for r in policy.rules] == [("a", Mode.ENFORCE), ("no-cards", Mode.SHADOW)]
    assert policy.mode is Mode.ENFORCE
    assert loaded("mode: shadow\n" + SMALLEST).mode is Mode.SHADOW


# --- words of later versions -------------------------------------------------------------------------------------------------

LATER = [
    ("promote", one_rule("promote: {after: 14d}"), 1),
    ("review", one_rule("review: {sample: 0.05}"), 1),
    ("timeout", one_rule("timeout: 400ms"), 1),
    ("pass_then_stop", one_rule("stream: pass_then_stop"), 1),
    ("judge beside another form", one_rule("detect: [{pii: email}, {judge: {question: Why?}}]"), 1),
    ("record floor", one_rule("detect: {pii: {types: all, regions: [EU], record_floor: 0.3}}"), 1),
    ("context of a test", one_rule("tests: [{context: {a: b}, input: x, expect: no_match}]"), 1),
    ("scope", "scope: {match: {apps: [a]}}\n" + one_rule(), 1),
    ("exceptions", "exceptions: [{id: E}]\n" + one_rule(), 1),
    ("params", "params: {low: {type: number}}\n" + one_rule(), 1),
    ("timeout of all", "defaults: {timeout: 400ms, on_error: fail_closed}\n" + one_rule(), 1),
    *(
        (f"action {word}", one_rule(f"action: {word}"), 0)
        for word in ["sample", "append_notice", "reroute", "regenerate", "replace", "review", "strip_tool", "deny_tool"]
    ),
    ("action with options", one_rule("action: {regenerate: {feedback: Better, else: block}}"), 0),
    ("all of a rule whose action comes later", one_rule("action: replace", "detect: {urls: {}}", "when: {cel: 'true'}"), 0),
    ("a notice", "rules:\n  - {id: r, when: {notice_due: first}, action: {append_notice: {id: first}}, stage: output}\n", 0),
]


@pytest.mark.parametrize(("name", "text", "rules"), LATER, ids=[name for name, _, _ in LATER])
def test_a_word_of_a_later_version_is_a_warning_and_no_typing_error(name, text, rules):
    policy = loaded(text)
    warned = [w for w in policy.warnings if w.level is Level.WARNING]
    assert warned
    assert all("is not in this version; " in str(w) and ": warning: " in str(w) for w in warned)
    assert [r.id for r in policy.rules if r.id == "r"] == ["r"] * rules


def test_what_is_unsafe_is_warned_of():
    text = "disclosure: {unsafe_no_disclosure: true}\ndefaults: {on_error: unsafe_ignore}\n" + SMALLEST
    warned = [w for w in loaded(text).warnings if w.level is Level.WARNING]
    assert [(w.place.line, w.place.column) for w in warned] == [(1, 14), (2, 12)]
    assert not loaded(text).rule("no-cards").fail_closed


def test_advice_says_what_an_auditor_will_miss():
    advice = [str(w) for w in loaded(SMALLEST).warnings]
    assert [line.split(":")[3] for line in advice] == [" advice", " advice"]
    assert "no test that must match, no test that must not match, no controls" in advice[1]


# --- several files, and the order of things ----------------------------------------------------------------------------------


def test_several_files_make_one_policy():
    a = "metadata: {id: a, version: '1'}\n" + SMALLEST
    b = "metadata: {id: b, version: '2'}\nidentifiers: always\ndisclosure: {org: Acme}\n" + one_rule("id: mail")
    policy = load_all([("b.yaml", b), ("a.yaml", a)], entities=ENTITIES)
    assert [r.id for r in policy.rules] == ["builtin-placeholder-lookalike", "mail", "no-cards"]
    assert (policy.id, policy.version, policy.identifiers, policy.disclosure.org) == ("a+b", "1+2", "always", "Acme")
    assert policy == load_all([("a.yaml", a), ("b.yaml", b)], entities=ENTITIES)


def test_two_documents_of_one_file_are_like_two_files():
    assert [r.id for r in loaded(one_rule("id: a") + "---\n" + one_rule("id: b")).rules if r.place] == ["a", "b"]


@pytest.mark.parametrize(
    ("a", "b", "place"),
    [
        (SMALLEST, SMALLEST, Place("b.yaml", 2, 9)),
        ("disclosure: {org: A}\n", "disclosure: {org: B}\n", Place("b.yaml", 1, 1)),
    ],
)
def test_files_that_contradict_each_other_are_refused(a, b, place):
    with pytest.raises(BrokenPolicy) as caught:
        load_all([("a.yaml", a), ("b.yaml", b)], entities=ENTITIES)
    assert [f.place for f in caught.value.faults] == [place]
    assert "a.yaml:" in caught.value.faults[0].remedy


RULES = [
    "  - {id: a, detect: {pii: [email, iban]}, action: tokenize}\n",
    "  - {id: b, detect: [{phrases: [x, y]}, {regex: 'k+'}], action: block, message: {en: No, da: Nej}}\n",
    "  - {id: c, detect: {pii: all}, action: flag, when: {at_least: 2}, mode: shadow}\n",
    "  - {id: d, detect: {pii: card}, action: {redact: {with: '[x]'}}, severity: low}\n",
]


@given(st.permutations(RULES))
def test_the_order_of_rules_has_no_meaning(rules):
    made, first = loaded("rules:\n" + "".join(rules)), loaded("rules:\n" + "".join(RULES))
    assert made.digest == first.digest
    assert [r.id for r in made.rules] == [r.id for r in first.rules]


def test_the_digest_names_what_decides_and_nothing_else():
    base = one_rule()
    same = [
        "# a comment\n" + base,
        base.replace("{pii: [EMAIL_ADDRESS]}", "\n      pii:\n        - email"),
        one_rule("tests: [{input: a, expect: no_match}]"),
        one_rule("known_false_positives: [handles]"),
        "metadata: {owner: someone, status: stable}\n" + base,
    ]
    assert {loaded(text, f"{n}.yaml").digest for n, text in enumerate(same)} == {loaded(base).digest}
    other = [
        base,
        one_rule("action: mask"),
        one_rule("mode: shadow"),
        one_rule("severity: high"),
        one_rule("stage: input"),
        one_rule("on_error: unsafe_ignore"),
        one_rule("stream: hold"),
        one_rule("message: No"),
        one_rule("title: Mail"),
        one_rule("controls: [gdpr:art32]"),
        one_rule("when: {any_finding: {min_score: 0.5}}"),
        one_rule("when: {any_finding: {origin: user}}"),
        one_rule("when: {any_finding: {kind: pii}}"),
        one_rule("when: {at_least: 3}"),
        one_rule("detect: {pii: all}"),
        one_rule("detect: {phrases: [a]}"),
        one_rule("detect: {phrases: [b]}"),
        one_rule("detect: {regex: [b]}"),
        one_rule("id: s"),
        "metadata: {id: mine}\n" + base,
        "metadata: {version: '2'}\n" + base,
        "identifiers: always\n" + base,
        "disclosure: {org: Acme}\n" + base,
        "disclosure: {unsafe_no_disclosure: true}\n" + base,
    ]
    assert len({loaded(text).digest for text in other}) == len(other)


@given(st.text(alphabet=st.sampled_from("ab:-{}[]&*!|>'\"#%@\n\t ,?rules0.~<\\"), max_size=60))
def test_no_text_makes_the_reader_stumble(text):
    """Whatever is written: a policy, or faults at places that exist."""
    for fault in lint([("p.yaml", text)], entities=ENTITIES):
        assert 1 <= fault.place.line <= text.count("\n") + 2
        assert fault.place.column >= 1


@given(st.lists(st.sampled_from([*SMALLEST, *"&*!{}[]:-\n "]), max_size=3), st.integers(0, len(SMALLEST)))
def test_a_slip_of_the_pen_never_makes_it_stumble(slip, at):
    lint([("p.yaml", SMALLEST[:at] + "".join(slip) + SMALLEST[at:])], entities=ENTITIES)


# --- size ------------------------------------------------------------------------------------------------------------------


def test_ten_thousand_rules_load():
    rules = "".join(f"  - {{id: r{n}, detect: {{phrases: [word {n}]}}, action: flag}}\n" for n in range(10_000))
    assert len(loaded("rules:\n" + rules).rules) == 10_000


LAUGHS = "a: &a [x, x, x]\n" + "".join(f"b{n}: &b{n} [{', '.join([f'*b{n - 1}' if n else '*a'] * 9)}]\n" for n in range(12))
CHAIN = "a: &a [x]\n" + "".join(f"b{n}: &b{n} [*{f'b{n - 1}' if n else 'a'}]\n" for n in range(60))


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        (LAUGHS, "anchors"),
        (CHAIN, "flatter"),
        ("[" * 4_000_000, "flatter"),
        ("- " * 3_000_000, "flatter"),
        ("!a " * 9, "quotes"),
    ],
    ids=["billion laughs", "long chain", "brackets", "hyphens", "tags"],
)
def test_what_explodes_is_refused_before_it_does(text, remedy):
    (fault,) = broken(text).faults
    assert remedy in fault.remedy


@pytest.mark.parametrize("path", sorted(POLICIES.rglob("*.yaml")), ids=lambda p: p.name)
def test_a_policy_that_ships_names_only_what_lint_understands(path):
    """Every fault but unknown entities, which depend on the installed recognizers and are looked at by `policy lint`."""
    known = frozenset(
        word.strip("-[],{} ") for word in itertools.chain(*(line.split() for line in path.read_text("utf-8").splitlines()))
    )
    policy = load(path.read_text("utf-8"), path.name, entities=known | ENTITIES)
    assert [w for w in policy.warnings if w.level is Level.WARNING] == []
