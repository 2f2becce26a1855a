"""What is remembered of a text is where something was found, for one tenant, and never the text."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hypothesis import given
from hypothesis import strategies as st

from guardrails.detectors import seen
from guardrails.detectors.seen import Seen
from guardrails.guard import Guard
from guardrails.model import Context, Finding, Kind, Origin, Segment, Stage
from guardrails.policy import load
from tests.detecting import ENTITIES, HIDE, Broken, Tokens

CONTEXT = Context(now="2026-11-21T10:00:00.000Z")
LONG = "Please write to jane.cooper@contoso.com about the order that came last week, thank you"


@dataclass(frozen=True)
class Counting(Tokens):
    """Counts the texts that it is asked to read."""

    read: list[str] = field(default_factory=list)

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        self.read.append(segment.text)
        return super().find(segment, start)


def guard(detector: Tokens) -> Guard:
    return Guard(load(HIDE, "hide.yaml", entities=ENTITIES), lambda _: [detector], Seen(b"k" * 32))


def found(own: Guard, text: str, context: Context = CONTEXT, **changed: object) -> list[Finding]:
    segment = replace(Segment("/messages/0/content", text), **changed)
    shelf = own.seen.shelf(context, own.detectors(context)) if own.seen else None
    return own.find(own.detectors(context), [segment], shelf=shelf)[0]


def test_a_text_is_read_once() -> None:
    detector = Counting()
    own = guard(detector)
    first = found(own, LONG)
    assert first == found(own, LONG)
    assert len(first) == 1
    assert detector.read == [LONG]


def test_the_finding_says_where_it_stands_now() -> None:
    own = guard(Counting())
    found(own, LONG)
    assert [f.path for f in found(own, LONG, path="/messages/4/content")] == ["/messages/4/content"]


def test_what_a_finding_depends_on_is_part_of_the_name() -> None:
    detector = Counting()
    own = guard(detector)
    asked = [
        {},
        {"kind": Kind.ID},
        {"stage": Stage.TOOL_RESULT},
        {"origin": Origin.SYSTEM},
        {"context": replace(CONTEXT, tenant="other")},
        {"context": replace(CONTEXT, language="da")},
        {"context": replace(CONTEXT, countries=frozenset({"DK"}))},
        {"text": LONG + " "},
    ]
    for each in asked:
        found(own, **{"text": LONG, **each})
    assert len(detector.read) == len(asked)
    for each in asked:
        assert found(own, **{"text": LONG, **each})[0].stage == each.get("stage", Stage.INPUT)
    assert len(detector.read) == len(asked)


def test_a_detector_that_failed_is_asked_again() -> None:
    own = guard(Broken())
    segment = Segment("/messages/0/content", LONG + " boom")
    shelf = own.seen.shelf(CONTEXT, [Broken()])
    assert [own.find([Broken()], [segment], shelf=shelf)[1] != [] for _ in range(2)] == [True, True]


def test_it_forgets_what_was_not_asked_for_longest() -> None:
    detector = Counting()
    own = guard(detector)
    for number in range(seen.TEXTS):
        found(own, f"{LONG} {number}")
    found(own, f"{LONG} 0")
    found(own, f"{LONG} and one more")
    assert len(own.seen.shelf(CONTEXT, [detector]).texts) == seen.TEXTS
    detector.read.clear()
    found(own, f"{LONG} 0")
    assert detector.read == []
    found(own, f"{LONG} 1")
    assert len(detector.read) == 1


def test_no_tenant_pushes_out_another_ones_texts() -> None:
    detector = Counting()
    own = guard(detector)
    found(own, LONG)
    for number in range(seen.TEXTS + 1):
        found(own, f"{LONG} {number}", replace(CONTEXT, tenant="loud"))
    detector.read.clear()
    found(own, LONG)
    assert detector.read == []


def test_tenants_are_forgotten_too() -> None:
    own = guard(Counting())
    for number in range(seen.TENANTS + 5):
        found(own, LONG, replace(CONTEXT, tenant=f"t{number}"))
    assert len(own.seen._tenants) == seen.TENANTS


@given(st.text(min_size=60))
def test_nothing_of_the_text_is_kept(text: str) -> None:
    own = guard(Tokens())
    found(own, text + " jane.cooper@contoso.com")
    shelf = own.seen.shelf(CONTEXT, own.detectors(CONTEXT))
    assert all(len(name) == 16 for name in shelf.texts)
    assert not any("jane" in str(value) for places in shelf.texts.values() for place in places for value in place)
