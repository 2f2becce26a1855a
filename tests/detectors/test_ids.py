"""Every row of the table of ids: found behind its name in every country, alone where it says so, never after an order's."""

import re
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import luhn as std_luhn
from stdnum import verhoeff as std_verhoeff
from stdnum.be import nn
from stdnum.cn import ric, uscc
from stdnum.dk import cpr, cvr
from stdnum.id import nik, npwp
from stdnum.no import fodselsnummer

from guardrails.detectors.checksums import Check
from guardrails.detectors.ids import ENTITIES, KINDS, checks
from guardrails.detectors.ids.kind import Kind
from guardrails.detectors.labelled import DOUBTED
from guardrails.detectors.patterns import THRESHOLD
from guardrails.detectors.personal import Personal
from guardrails.model import Finding
from tests.detectors.id_values import ROWS
from tests.detectors.streams import whole

LINES = [[part.strip() for part in line.split("|")] for line in ROWS.strip().splitlines()]
CASES = [
    pytest.param(kind, tuple(values), id=f"{entity}-{country}-{n}")
    for n, (kind, (entity, country, *values)) in enumerate(zip(KINDS, LINES, strict=True))
]
ABROAD = frozenset({"AQ"})


def found(personal: Personal, text: str, countries: frozenset[str]) -> list[Finding]:
    return [f for f in whole(personal.for_context(countries), text) if f.entity != "OBFUSCATION"]


def own(personal: Personal, text: str, countries: frozenset[str], kind: Kind) -> list[str]:
    """What the table's own rows of this entity find, and not Presidio's recognizer of the same name."""
    hits = found(personal, text, countries)
    return [text[f.start : f.end] for f in hits if f.entity == kind.entity and f.detector == f"pii/{kind.entity}"]


def home(kind: Kind) -> frozenset[str]:
    return frozenset({kind.country}) if kind.country else ABROAD


def refused(kind: Kind, value: str) -> list[str]:
    """Values that differ in one place, of the same form, which the check refuses and no other row of the entity takes."""
    rows = [k for k in KINDS if k.entity == kind.entity]
    other = [
        value[:i] + c + value[i + 1 :]
        for i in reversed(range(len(value)))
        for c in ("0123456789" if value[i].isdigit() else "ABCDEFGHJKLMNPRSTUVWXYZ" if value[i].isalpha() else "")
        if c != value[i]
    ]

    def takes(row: Kind, v: str) -> bool:
        return re.fullmatch(row.form, v, re.IGNORECASE) is not None and (not row.check or row.check(v) is not False)

    fits = (v for v in other if re.fullmatch(kind.form, v) and kind.check and kind.check(v) is False)
    return list(islice((v for v in fits if not any(takes(row, v) for row in rows)), 3))


def test_every_row_has_its_values() -> None:
    assert [(k.entity, k.country or "-") for k in KINDS] == [(entity, country) for entity, country, *_ in LINES]
    assert all(len(values) >= 2 for _, _, *values in LINES)


@pytest.mark.parametrize(("kind", "values"), CASES)
def test_found_behind_its_name(personal: Personal, kind: Kind, values: tuple[str, ...]) -> None:
    for value in values:
        text = f"{kind.labels[0]}: {value}, thank you"
        assert [(f.entity, text[f.start : f.end]) for f in found(personal, text, home(kind))] == [(kind.entity, value)]


@pytest.mark.parametrize(("kind", "values"), CASES)
def test_a_name_beats_the_country_gate(personal: Personal, kind: Kind, values: tuple[str, ...]) -> None:
    for value in values:
        text = f"{kind.labels[0]} {value}"
        assert text[next(f.start for f in found(personal, text, ABROAD)) :] == value


@pytest.mark.parametrize(("kind", "values"), CASES)
def test_alone(personal: Personal, kind: Kind, values: tuple[str, ...]) -> None:
    for value in values:
        expected = [value] if kind.alone >= THRESHOLD else []
        rivals = {k.entity for k in KINDS if k.alone >= kind.alone and k.country in {kind.country, None}}
        text = f"there it is: {value}."
        got = own(personal, text, home(kind), kind)
        assert got == expected or {f.entity for f in found(personal, text, home(kind))} & rivals


@pytest.mark.parametrize(("kind", "values"), CASES)
def test_the_number_of_an_order_is_none(personal: Personal, kind: Kind, values: tuple[str, ...]) -> None:
    for value in values:
        for text in (f"order number {value}", f"订单 {value}", f"faktura nr. {value}", f"pesanan {value}"):
            assert own(personal, text, home(kind), kind) == []


@pytest.mark.parametrize(("kind", "values"), [c for c in CASES if c.values[0].check])
def test_what_its_check_refuses(personal: Personal, kind: Kind, values: tuple[str, ...]) -> None:
    wrong = [v for value in values for v in refused(kind, value)]
    for value in wrong:
        text = f"{kind.labels[0]}: {value}"
        hits = [f for f in found(personal, text, home(kind)) if f.detector == f"pii/{kind.entity}" and text[f.start :] == value]
        scores = [f.score for f in hits]
        assert scores in ([], [DOUBTED])
        assert not scores or not kind.decisive
        assert own(personal, f"there it is: {value}", home(kind), kind) == []


def test_the_checks_refuse_something() -> None:
    judged = [c for c in CASES if c.values[0].check and any(refused(c.values[0], v) for v in c.values[1])]
    assert len(judged) > 120


def test_entities_are_written_like_presidios() -> None:
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*", e) for e in ENTITIES)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.entity)
def test_forms_are_bounded(kind: Kind) -> None:
    assert not re.search(r"(?<!\\)[*+](?!\))", re.sub(r"\[[^\]]*\]|\\.", "", kind.form))
    assert all(label == label.strip().lower() and label for label in kind.labels)


DATE = st.tuples(st.integers(1, 31), st.integers(1, 12), st.integers(0, 99)).map(lambda p: "".join(f"{n:02}" for n in p))
ENDS = [f"{n:02}" for n in range(100)]


def body(size: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=size, max_size=size)


PAIRS = [
    pytest.param(checks.danish_cvr, cvr.is_valid, body(6), id="cvr"),
    pytest.param(checks.norwegian, fodselsnummer.is_valid, st.tuples(DATE, st.integers(0, 4), body(2)), id="fodselsnummer"),
    # The serials of the 1900s, so that no date lies ahead.
    pytest.param(
        lambda v: checks.danish_cpr(v) is not False, cpr.is_valid, st.tuples(DATE, st.integers(0, 3), body(1)), id="cpr"
    ),
    pytest.param(checks.chinese_credit_code, uscc.is_valid, st.from_regex(r"91\d{6}[0-9A-H]{8}", fullmatch=True), id="uscc"),
    pytest.param(checks.indonesian_npwp, npwp.is_valid, st.tuples(st.just("01"), body(6), body(5)), id="npwp"),
    pytest.param(checks.saudi, std_luhn.is_valid, st.tuples(st.just("1"), body(7)), id="saudi"),
    pytest.param(
        lambda v: checks.luxembourgish(v) and len(v) == 13,
        lambda v: std_luhn.is_valid(v[:12]) and std_verhoeff.is_valid(v[:11] + v[12]),
        st.tuples(st.just("19850617"), body(3)),
        id="luxembourg",
    ),
]
#: python-stdnum knows more of these than the arithmetic (each district), or asks today's date: what it takes, we take.
WIDER = [
    pytest.param(
        checks.chinese_resident,
        ric.is_valid,
        st.tuples(st.just("11010519"), st.integers(10, 99), st.just("12310"), body(1)),
        id="ric",
    ),
    pytest.param(checks.indonesian_nik, nik.is_valid, st.tuples(st.just("317302"), DATE, body(2)), id="nik"),
    pytest.param(checks.belgian, nn.is_valid, st.tuples(st.integers(10, 99), st.just("0617"), body(3)), id="nn"),
]


def joined(parts: object) -> str:
    return "".join(map(str, parts)) if isinstance(parts, tuple) else str(parts)


@pytest.mark.parametrize(("ours", "theirs", "bodies"), PAIRS)
def test_like_stdnum(ours: Check, theirs: Check, bodies: st.SearchStrategy[object]) -> None:
    @settings(max_examples=25, deadline=None)
    @given(bodies.map(joined))
    def check(start: str) -> None:
        for value in (start + end for end in ENDS):
            assert bool(ours(value)) is bool(theirs(value)), value

    check()


@pytest.mark.parametrize(("ours", "theirs", "bodies"), WIDER)
def test_what_stdnum_takes(ours: Check, theirs: Check, bodies: st.SearchStrategy[object]) -> None:
    taken = []

    @settings(max_examples=25, deadline=None)
    @given(bodies.map(joined))
    def check(start: str) -> None:
        for value in (start + end for end in [*ENDS, *(f"{n}X" for n in range(10))]):
            if theirs(value) and value[-4:] != "0000":  # no serial
                taken.append(value)
                assert ours(value), value

    check()
    assert taken


@pytest.mark.parametrize(
    ("check", "value", "expected"),
    [
        (checks.danish_cpr, "310290-1234", False),  # no such day
        (checks.danish_cpr, "010107-4000", None),  # since 2007 without the modulus
        (checks.indonesian_nik, "3173024505920003", True),  # a woman: day + 40
        (checks.indonesian_nik, "3173027505920003", False),
        (checks.indonesian_nik, "9973024505920003", False),  # no such province
        (checks.indonesian_nik, "3173024505920000", False),
        (checks.indonesian_kk, "3173024505920003", False),
        (checks.indonesian_kk, "3173020505120003", True),
        (checks.chinese_resident, "110105491231002", None),
        (checks.chinese_resident, "110105491331002", False),
        (checks.hong_kong, "A123456(3)", True),
        (checks.hong_kong, "A123456(4)", False),
        (checks.taiwanese, "A123456789", True),
        (checks.taiwanese, "A123456788", False),
        (checks.singaporean, "S1234567D", True),
        (checks.singaporean, "S1234567E", False),
        (checks.my_number, "123456789018", True),
        (checks.my_number, "123456789019", False),
        (checks.snils, "112-233-445 95", True),
        (checks.snils, "112-233-445 96", False),
        (checks.uruguayan, "1.234.567-2", True),
        (checks.machine_readable, "L898902C36UTO7408122F1204159ZE184226B", True),
        (checks.machine_readable, "L898902C46UTO7408122F1204159ZE184226B", False),
        (checks.scanned_ssn, "5E6-90-4399", False),
        (checks.scanned_ssn, "53G-9O-4399", None),
        (checks.scanned_ssn, "SSS-BO-BISS", False),
    ],
)
def test_known_values(check: Check, value: str, expected: bool | None) -> None:
    assert check(value) is expected
