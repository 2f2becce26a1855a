"""Recognizers in YAML: what their authors may write, and what they are told where it is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guardrails.detectors.custom import Custom
from guardrails.errors import PolicyError
from guardrails.own.written import CHECKSUMS, BrokenRecognizers, are_meant, checksum_names, load, read
from guardrails.policy import Level
from tests.detectors.streams import values

WHOLE = r"""
# Everything that can be said.
- entity: customer number
  name: Customer
  deny_list: [Zaphod Beeblebrox, 王小明]
  regex:
    - '\bC-\d{6}\b'
    - '\bK\d{6}\b'
  ignore_case: true
  context: [customer, client no, 客户]
  score: 0.5
  score_with_context: 0.9
  languages: [en, da-DK]
  countries: [dk, US]
  examples:
    match:
      - Zaphod  Beeblebrox is here
      - text: c-123456, K12
        finds: c-123456
      - {text: "the customer K654321", finds: K654321}
    no_match: [C-12, "Zaphod, Beeblebrox"]
"""
LEAST = "- {entity: STAFF, deny_list: Acme, examples: {match: at Acme, no_match: acmes}}"


def test_everything_that_can_be_said() -> None:
    [one] = load([("r.yaml", WHOLE)])
    assert (one.name, one.entity, one.ignore_case) == ("Customer", "CUSTOMER_NUMBER", (True, True))
    assert (one.words, one.patterns) == (("Zaphod Beeblebrox", "王小明"), (r"\bC-\d{6}\b", r"\bK\d{6}\b"))
    assert (one.context, one.score, one.named) == (("client no", "customer", "客户"), 0.5, 0.9)
    assert (one.languages, one.countries) == ({"en", "da"}, {"DK", "US"})


def test_the_least_that_can_be_said() -> None:
    [one] = load([("r.yaml", LEAST)])
    assert (one.name, one.entity, one.words, one.score, one.ignore_case) == (
        "StaffRecognizer",
        "STAFF",
        ("Acme",),
        1.0,
        (True, False),
    )


@pytest.mark.parametrize(
    ("lines", "scores"),
    [
        ("", (1.0, 1.0)),
        ("score: 0.6", (0.6, 0.6)),
        ("context: [at]", (0.0, 1.0)),  # with context words alone, nothing counts without them
        ("{context: [at], score: 0.5}", (0.5, 1.0)),
        ("{context: [at], score: 0.2, score_with_context: 0.7}", (0.2, 0.7)),
    ],
)
def test_how_sure(lines: str, scores: tuple[float, float]) -> None:
    more = lines.strip("{}")
    [one] = load([("r.yaml", LEAST[:-1] + (f", {more}}}" if more else "}"))])
    assert (one.score, one.named) == scores


def test_several_files_and_documents_are_read_together() -> None:
    other = LEAST.replace("STAFF", "OTHER")
    made = load([("b.yaml", f"---\n{other}\n"), ("a.yaml", LEAST)])
    assert [one.entity for one in made] == ["STAFF", "OTHER"]
    assert load([("a.yaml", LEAST + "\n---\n" + other)]) == made
    with pytest.raises(BrokenRecognizers, match=r"b\.yaml:1:3: a second recognizer is called StaffRecognizer; .*a\.yaml:1:3"):
        load([("a.yaml", LEAST), ("b.yaml", LEAST)])


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("luhn", "4111 1111 1111 1111", "4111 1111 1111 1112"),
        ("mod97", "3214282912345698765432161182", "3214282912345698765432161183"),
        ("mod11_10", "07945", "07944"),
        ("verhoeff", "2363", "2364"),
        ("iban", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        ("Mod11-10", "07945", "07944"),
        ("dk.cvr", "13585628", "13585627"),
        ("id.npwp", "01.300.066.6-091.000", "01.300.067.6-091.000"),
        ("cn.ric", "360426199101010071", "360426199101010072"),
        ("isbn", "978-0-471-11709-4", "978-0-471-11709-5"),
    ],
)
def test_checksums_by_name(name: str, good: str, bad: str) -> None:
    text = f"""
- entity: NUMBER
  regex: '[0-9A-Z][0-9A-Z .-]{{2,40}}[0-9A-Z]'
  checksum: {name}
  examples:
    match: ["{good}"]
    no_match: ["{bad}"]
"""
    [one] = load([("r.yaml", text)])
    assert values(Custom([one]).everywhere(), f"no: {good}!") == [("NUMBER", good)]
    for odd in ("", "x", "²" * 10, "0" * 40, "\ufffd", "Ａ"):
        assert one.check is not None
        assert one.check(odd) in (True, False)


def test_every_checksum_of_our_own_is_tried_above() -> None:
    assert set(CHECKSUMS) == {"luhn", "mod97", "mod11_10", "verhoeff", "iban"}
    assert {"dk.cpr", "id.npwp", "luhn"} <= set(checksum_names())


#: What is wrong, at which line and column, and words of what the author is told.
WRONG = [
    ("", "1:1", "the file is empty; begin with - entity:"),
    ("[]", "1:1", "the list is empty"),
    ("entity: STAFF", "1:1", "the file is not a list; begin each recognizer with a hyphen"),
    ("staff", "1:1", "this is no recognizer; begin each"),
    ("- staff", "1:3", "a recognizer is a group of lines like key: value"),
    ("- {entity: STAFF", "2:1", "a group in {braces} goes wrong here"),
    (
        "- {entity: A, regx: x, examples: {match: x, no_match: y}}",
        "1:15",
        'a recognizer has no key "regx"; did you mean "regex"?',
    ),
    ("- {regex: x, examples: {match: x, no_match: y}}", "1:3", "does not say what it finds; add entity:"),
    ("- {entity: '12', regex: x, examples: {match: x, no_match: y}}", "1:12", '"12" cannot be an entity\'s name'),
    ("- {entity: A, examples: {match: x, no_match: y}}", "1:3", "does not say what it looks for; add deny_list:"),
    ("- {entity: A, name: a b, regex: x, examples: {match: x, no_match: y}}", "1:21", "cannot be"),
    ("- {entity: A, regex: '(', examples: {match: x, no_match: y}}", "1:22", "the pattern is not understood"),
    ("- {entity: A, regex: '(?=x)', examples: {match: x, no_match: y}}", "1:22", "looking ahead or back"),
    ("- {entity: A, regex: 'x*', examples: {match: x, no_match: y}}", "1:22", "fits where nothing stands"),
    ("- {entity: A, regex: " + "x" * 1001 + ", examples: {match: x, no_match: y}}", "1:22", "more than 1,000 characters"),
    ("- {entity: A, deny_list: [" + "x" * 201 + "], examples: {match: x, no_match: y}}", "1:27", "more than 200 characters"),
    ("- {entity: A, deny_list: [], examples: {match: x, no_match: y}}", "1:26", "the list of words is empty"),
    (
        "- {entity: A, deny_list: ['\u200b'], examples: {match: x, no_match: y}}",
        "1:27",
        "there is no letter and no digit in it",
    ),
    (
        "- {entity: A, regex: x, context: '...', examples: {match: x, no_match: y}}",
        "1:34",
        "there is no letter and no digit in it",
    ),
    (
        "- {entity: A, regex: '\\d–\\d', examples: {match: 1–2, no_match: y}}",
        "1:49",
        'the pattern fits what is written, but that is looked at as "1-2"; write the pattern for that',
    ),
    ("- {entity: A, deny_list: [''], examples: {match: x, no_match: y}}", "1:27", "one of words is empty"),
    (
        "- {entity: A, deny_list: x, checksum: luhn, examples: {match: x, no_match: y}}",
        "1:29",
        "there is no pattern; add regex:",
    ),
    ("- {entity: A, regex: x, checksum: dk.cprr, examples: {match: x, no_match: y}}", "1:35", 'did you mean "dk.cpr"?'),
    ("- {entity: A, regex: x, checksum: os, examples: {match: x, no_match: y}}", "1:35", "there is no checksum"),
    ("- {entity: A, regex: x, checksum: exceptions, examples: {match: x, no_match: y}}", "1:35", "there is no checksum"),
    ("- {entity: A, regex: x, ignore_case: maybe, examples: {match: x, no_match: y}}", "1:38", "there is no ignore_case"),
    ("- {entity: A, regex: x, score: 2, examples: {match: x, no_match: y}}", "1:32", "score is a number from 0 to 1"),
    ("- {entity: A, regex: x, score: 0.3, examples: {match: x, no_match: y}}", "1:32", "it would never be found: below 0.4"),
    (
        "- {entity: A, regex: x, score_with_context: 0.9, examples: {match: x, no_match: y}}",
        "1:25",
        "no context words are given; add context:",
    ),
    (
        "- {entity: A, regex: x, context: a, score: 0.9, score_with_context: 0.5, examples: {match: x, no_match: y}}",
        "1:69",
        "a context word would make it less sure; write 0.9 or more",
    ),
    ("- {entity: A, regex: x, languages: english!, examples: {match: x, no_match: y}}", "1:36", "no language code"),
    (
        "- {entity: A, regex: x, countries: Denmark, examples: {match: x, no_match: y}}",
        "1:36",
        "no country code; write two letters",
    ),
    ("- {entity: A, regex: x}", "1:3", "the recognizer has no examples; add examples: {match:"),
    ("- {entity: A, regex: x, examples: {match: x}}", "1:25", "examples has no no_match"),
    ("- {entity: A, regex: x, examples: {no_match: y}}", "1:25", "examples has no match"),
    ("- {entity: A, regex: x, examples: {match: [], no_match: y}}", "1:43", "the list of examples is empty"),
    ("- {entity: A, regex: x, examples: {match: {text: x}, no_match: y}}", "1:43", "needs both; write {text:"),
    ("- {entity: A, regex: x, examples: {match: y, no_match: z}}", "1:43", "finds nothing: the pattern fits nowhere"),
    (
        "- {entity: A, deny_list: x, examples: {match: xs, no_match: z}}",
        "1:47",
        "none of its words stands there as a whole word",
    ),
    (
        "- {entity: A, regex: '\\d+', checksum: luhn, examples: {match: '12', no_match: z}}",
        "1:63",
        'finds nothing: the checksum refuses "12"; take a number with right check digits',
    ),
    (
        "- {entity: A, regex: x, context: word, examples: {match: x, no_match: z}}",
        "1:58",
        "finds nothing: no context word stands within 7 words and 64 characters before it; add the word",
    ),
    ("- {entity: A, regex: x, examples: {match: x, no_match: [y, axb]}}", "1:60", 'must not match, but ARecognizer finds "x"'),
    (
        "- {entity: A, regex: 'x.', examples: {match: {text: xyz, finds: xyz}, no_match: y}}",
        "1:46",
        'ARecognizer finds "xy", not "xyz"; mend the pattern',
    ),
]


@pytest.mark.parametrize(("text", "place", "words"), WRONG)
def test_what_is_wrong_is_told_at_its_place_with_what_to_do(text: str, place: str, words: str) -> None:
    with pytest.raises(PolicyError) as error:
        load([("own.yaml", text)])
    [line] = [line for line in str(error.value).splitlines() if words in line]
    assert line.startswith(f"own.yaml:{place}: ")


@pytest.mark.parametrize(
    ("pattern", "words"),
    [("x.*y", "no one knows how long"), ("^x", "no one knows how long"), ("x.{0,300}y", "a match can have 302 characters")],
)
def test_what_makes_streams_wait_is_said(pattern: str, words: str) -> None:
    made, faults = read([("own.yaml", f"- {{entity: A, regex: '{pattern}', examples: {{match: xyxy, no_match: n}}}}")])
    assert (made[0].patterns, len(faults)) == ((pattern,), 1)
    assert words in str(faults[0])
    assert str(faults[0]).startswith("own.yaml:1:22: advice: ")


LINES = WHOLE.strip().splitlines()


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, len(LINES) - 1), max_size=12),
    st.lists(st.tuples(st.integers(0, len(LINES) - 1), st.sampled_from("-:[]{}'\"#&*!|>%@ \t\n\\é\u200b0")), max_size=6),
)
def test_whatever_is_written_is_read_or_refused_at_a_line(lost: list[int], put: list[tuple[int, str]]) -> None:
    lines = [line for number, line in enumerate(LINES) if number not in lost]
    for number, sign in put:
        if number < len(lines):
            lines[number] = lines[number][: number * 3] + sign + lines[number][number * 3 :]
    text = "\n".join(lines)
    are_meant(text)
    made, faults = read([("own.yaml", text)])
    assert made or any(fault.level is Level.ERROR for fault in faults)
    assert all(1 <= fault.place.line <= len(text.splitlines()) + 1 for fault in faults)


def test_all_faults_are_told_at_once() -> None:
    text = "- {entity: A, regex: '('}\n- {entity: '1', deny_list: x, score: 7, examples: {match: x, no_match: y}}\n"
    with pytest.raises(BrokenRecognizers) as error:
        load([("own.yaml", text)])
    assert [fault.place.line for fault in error.value.faults] == [1, 1, 2, 2]
