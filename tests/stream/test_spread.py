"""Known names spread through a whole call: over all of a request, forward in an answer, and alike however a stream is cut."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails.detectors.seen import Seen
from guardrails.guard import Guard
from guardrails.model import Finding, Segment, Stage
from guardrails.policy import load
from guardrails.stream.flow import Flow
from guardrails.stream.window import Judge
from guardrails.wire.chat import Request
from guardrails.wire.sse import DONE, encode
from tests.detecting import CONTEXT, ENTITIES, Tokens, vault
from tests.stream.test_flow import assembled, chunk, events, streamed, unstreamed

POLICY = """
rules:
  - {id: hide, detect: {pii: all}, action: tokenize}
  - {id: invented, stage: output, detect: {pii: all}, action: mask}
  - {id: invented-in-tools, stage: tool_call, detect: {pii: all}, action: flag}
"""


@dataclass(frozen=True)
class Signed:
    """Finds the one or two words behind a sign; settles all but what a sign near the end, or a delay, leaves open."""

    sign: str = "@"
    score: float = 0.9
    entity: str = "PERSON"
    delay: int = 0
    reach: int | None = 80
    read: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"pii/signed{self.sign}"

    def _spans(self, text: str, start: int) -> list[tuple[int, int]]:
        pattern = rf"{re.escape(self.sign)}([^\W\d_]{{1,12}}(?: [^\W\d_]{{1,12}})?)(?!\w)"
        return [m.span(1) for m in re.finditer(pattern, text[start:])]

    def find(self, segment: Segment, start: int = 0) -> Iterable[Finding]:
        self.read.append(segment.text)
        for a, b in self._spans(segment.text, start):
            yield Finding(segment.path, a + start, b + start, self.entity, self.score, self.name, segment.stage, segment.origin)

    def settled(self, text: str, start: int = 0) -> int:
        edge = max(start, len(text) - self.delay)
        last = text.rfind(self.sign, start, edge)
        return last if last >= 0 and edge - last < 30 else edge


def guard(*detectors, seen: Seen | None = None) -> Guard:
    return Guard(load(POLICY, "test.yaml", entities=ENTITIES), lambda _: detectors or (Signed(),), seen)


def sent(pipeline: Guard, messages: list[dict[str, object]], own=None) -> list[dict[str, object]]:
    screened = pipeline.screen(Request({"messages": messages}), Stage.INPUT, CONTEXT, own or vault())
    return screened.message.body["messages"]


def user(text: str) -> dict[str, object]:
    return {"role": "user", "content": text}


# --- requests ----------------------------------------------------------------------------------------------------------------


def test_a_name_is_hidden_in_every_text_of_the_call():
    call = {
        "id": "t",
        "type": "function",
        "function": {"name": "act", "arguments": json.dumps({"to": ["jane cooper"], "n": 1})},
    }
    messages = [
        {"role": "system", "content": "Ms Cooper's assistant"},
        user("from @Jane Cooper."),
        {"role": "assistant", "content": "Hello Jane", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "t", "content": json.dumps({"owner": "JANE COOPER", "note": "ask janet"})},
    ]
    told = json.dumps(sent(guard(), messages))
    assert not re.search("jane(?!t)|cooper", told, re.IGNORECASE)
    assert "ask janet" in told


def test_what_was_hidden_comes_back_as_it_was_written():
    own = vault()
    pipeline = guard()
    seen = sent(pipeline, [user("@Jane Cooper and jane\ncooper")], own)[0]["content"]
    assert "cooper" not in seen.lower()
    answer = {"role": "assistant", "content": seen}
    whole = unstreamed(pipeline, own, [answer])
    assert whole.message.body["choices"][0]["message"]["content"] == "@Jane Cooper and jane\ncooper"


def test_a_conversation_grows_behind_what_was_sent_before():
    """The forwarded turn n begins turn n + 1, with the memory of what was sent before and without it."""
    first = [
        user("I am @Jane Cooper and this text is long enough to be remembered."),
        {"role": "assistant", "content": "Hi Jane"},
    ]
    second = [*first, user("cooper again, and nobody else here in this text that is long too")]
    third = [*second, user("but here comes @Bent Quist")]
    remembering = guard(seen=Seen(b"k" * 32))
    for pipeline in (remembering, remembering, guard()):
        told = [sent(pipeline, turns) for turns in (first, second, third)]
        assert told[1][:2] == told[0]
        assert told[2][:3] == told[1]
        assert "cooper" not in json.dumps(told).lower()


def test_a_remembered_text_still_teaches():
    detector = Signed()
    pipeline = guard(detector, seen=Seen(b"k" * 32))
    known = user("I am @Jane Cooper and this text is long enough to be remembered.")
    sent(pipeline, [known])
    detector.read.clear()
    assert "cooper" not in json.dumps(sent(pipeline, [known, user("dear ms cooper")])).lower()
    assert known["content"] not in detector.read


def test_placeholders_and_masked_values_are_parts_of_no_name():
    messages = [user("@Jane Cooper"), user("<COOPER_7K2M9QX4> [COOPER] ••••Jane")]
    told = sent(guard(), messages)[1]["content"]
    assert told.endswith("[COOPER] ••••Jane")
    assert re.fullmatch(r"<PLACEHOLDER_\w{8}> .*", told)


# --- answers -----------------------------------------------------------------------------------------------------------------


def said(pipeline: Guard, own, text: str) -> str:
    whole = unstreamed(pipeline, own, [{"role": "assistant", "content": text}])
    return whole.message.body["choices"][0]["message"]["content"]


def test_in_an_answer_a_name_is_hidden_behind_the_place_where_it_was_found():
    assert said(guard(), vault(), "bent quist; @Bent Quist, Quist and bent") == "bent quist; @••••••••••, ••••• and bent"


def test_what_the_user_said_is_no_invention():
    own = vault()
    pipeline = guard()
    sent(pipeline, [user("my teacher is Quist and i know Bent Quist")], own)
    assert said(pipeline, own, "@Bent Quist, Bent Quist, Quist") == "@Bent Quist, Bent Quist, Quist"
    assert said(pipeline, own, "@Anna Quist, anna, Quist") == "@••••••••••, ••••, Quist"


def test_a_name_is_the_users_own_however_they_wrote_it():
    own = vault()
    pipeline = guard()
    sent(pipeline, [user("hi, i am quist, bent. who is 王小明? i_am_anna")], own)
    assert said(pipeline, own, "@Bent Quist, @Quist, @王小明") == "@Bent Quist, @Quist, @王小明"
    assert said(pipeline, own, "@Bent Krogh, krogh") == "@••••••••••, •••••"
    assert said(pipeline, own, "@Ben Quist") == "@•••••••••"
    assert said(guard(Tokens()), own, "hi@quist.bent") == "•" * 13


def test_one_text_of_an_answer_teaches_no_other():
    body = [{"role": "assistant", "content": "@Bent Quist"}, {"role": "assistant", "content": "quist"}]
    whole = unstreamed(guard(), vault(), body).message.body["choices"]
    assert [c["message"]["content"] for c in whole] == ["@••••••••••", "quist"]


PIECES = (
    *(
        "@Jane Cooper",
        "@Will",
        "#Anna Lund",
        "@王小明",
        "@Bo",
        "!Bredgade 12",
        "bob@evil.org",
        "Jane",
        "cooper",
        "Coopers",
        "Will",
    ),
    *(
        "will",
        "王小明",
        "王",
        "anna lund",
        "Lund",
        "jane\ncooper",
        "<PERSON_",
        "<PERSON_00000000>",
        "[",
        "••••",
        "{known}",
        "hash_",
    ),
    *("x" * 70, "é", "hello and more of it", "\n", "(", "s"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join) | st.lists(st.sampled_from(PIECES), max_size=9).map(
    "".join
)
CUTS = st.lists(st.integers(0, 300), max_size=30) | st.just(list(range(300)))
DETECTORS = (Signed(), Signed("#", 0.5), Signed("!", entity="ADDRESS", delay=25), Tokens())
#: At once, behind a word's end, and far behind.
SETS = st.sampled_from([DETECTORS[:2], (*DETECTORS[:2], Tokens()), DETECTORS])


@settings(max_examples=250, deadline=None)
@given(SETS, TEXTS, CUTS)
@example(DETECTORS[:2], "@Jane Cooper cooper jane cooper Coopers jane", list(range(60)))
@example(DETECTORS, "@Jane Cooper {known} cooper, jane cooper <PERSON_00000000>", list(range(80)))
def test_however_it_is_cut_the_same_leaves(detectors, text, cuts):
    """The chop law, with detectors that settle at different places."""
    pipeline, own = guard(*detectors), vault()
    text = text.replace("{known}", str(sent(pipeline, [user("@Kim Possible, known to Anna")], own)[0]["content"]).split(",")[0])
    whole = unstreamed(pipeline, own, [{"role": "assistant", "content": text}])
    stream = b"".join(encode(json.dumps(e).encode()) for e in events({"content": text}, 0, cuts)) + DONE
    got, flow = streamed(pipeline, own, stream)
    assert got[0].get("content", "") == whole.message.body["choices"][0]["message"]["content"]
    assert flow.decision == whole.decision
    assert len(flow.restored.edits) == len(whole.restored.edits)


def test_a_long_stream_forgets_its_text_and_not_its_names():
    """Beyond what a window keeps: the first name is hidden at the end too."""
    pipeline, own = guard(*DETECTORS), vault()
    prose = "All is well in the town of the long answers. " * 200
    text = f"@Jane Cooper. {prose}@Bent Quist came. So said jane cooper, and Cooper left quist."
    stream = [encode(json.dumps(chunk(0, {"content": text[i : i + 9]})).encode()) for i in range(0, len(text), 9)]
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    out = b"".join(b"".join(flow.feed([event])) for event in stream) + b"".join(flow.end())
    assert assembled(out)[0]["content"] == said(pipeline, own, text)
    assert assembled(out)[0]["content"].endswith("@•••••••••• came. So said •••••••••••, and •••••• left •••••.")


def test_a_detector_that_needs_the_whole_text_spreads_too():
    pipeline, own = guard(replace(Signed(), reach=None)), vault()
    text = "@Jane Cooper and jane cooper"
    stream = b"".join(encode(json.dumps(e).encode()) for e in events({"content": text}, 0, [3, 9, 20])) + DONE
    assert streamed(pipeline, own, stream)[0][0]["content"] == "@••••••••••• and •••••••••••"


def test_where_no_name_is_known_nothing_is_held_back():
    pipeline, own = guard(replace(Signed(), sign="\x01")), vault()
    flow = Flow(Judge(pipeline, CONTEXT, own), lambda _: "BLOCKED")
    for text in ("Jane", " Cooper", " came"):
        out = b"".join(flow.feed([encode(json.dumps(chunk(0, {"content": text})).encode())]))
        assert assembled(out)[0]["content"] == text
