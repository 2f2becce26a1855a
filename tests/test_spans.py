"""The stronger wins for each character; equals that overlap become one; nothing is lost and nothing overlaps."""

from hypothesis import given
from hypothesis import strategies as st

from guardrails.spans import Claim, paint, without

claims = st.lists(
    st.builds(
        lambda start, length, strength, weight: Claim(start, start + length, strength, (weight,), (strength, weight)),
        st.integers(0, 30),
        st.integers(0, 10),
        st.integers(1, 3),
        st.integers(0, 5),
    ),
    max_size=8,
)


@given(claims)
def test_each_character_goes_to_the_strongest_that_wants_it(wanted):
    painted = paint(wanted)
    for index in range(45):
        strengths = [c.strength for c in wanted if c.start <= index < c.end]
        got = [p.strength for p in painted if p.start <= index < p.end]
        assert got == ([max(strengths)] if strengths else [])


@given(claims)
def test_the_order_of_the_claims_has_no_meaning(wanted):
    assert [(p.start, p.end, p.strength) for p in paint(wanted)] == [(p.start, p.end, p.strength) for p in paint(wanted[::-1])]


def test_equals_that_overlap_become_one_under_the_weightiest_label():
    assert paint([Claim(0, 10, 1, (1,), "url"), Claim(5, 15, 1, (2,), "email")]) == [Claim(0, 15, 1, (2,), "email")]


def test_equals_that_only_touch_stay_apart():
    assert [p.label for p in paint([Claim(0, 5, 1, (1,), "a"), Claim(5, 9, 1, (1,), "b")])] == ["a", "b"]


def test_the_stronger_is_cut_out_of_the_weaker():
    assert [(p.start, p.end, p.label) for p in paint([Claim(0, 10, 1, (1,), "mask"), Claim(3, 5, 2, (1,), "redact")])] == [
        (0, 3, "mask"),
        (3, 5, "redact"),
        (5, 10, "mask"),
    ]


def test_without():
    assert without(0, 10, [(2, 4), (8, 20)]) == [(0, 2), (4, 8)]
