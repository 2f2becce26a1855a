"""Who wins a region: the surest, whatever the order of finding, and in time that grows with the number of findings."""

import random
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from guardrails.detectors.hits import Hit, strongest

HITS = st.lists(
    st.builds(
        lambda start, size, score, entity: Hit(start, start + size, entity, score, "r"),
        st.integers(0, 60),
        st.integers(1, 12),
        st.sampled_from([0.3, 0.5, 1.0]),
        st.sampled_from(["A", "B"]),
    ),
    max_size=25,
)


@given(HITS, st.randoms())
def test_the_surest_win_and_nothing_overlaps(hits: list[Hit], chance: random.Random) -> None:
    won = strongest(hits)
    assert won == sorted(won)
    assert all(a.end <= b.start for a, b in pairwise(won))
    for hit in set(hits) - set(won):
        over = [k for k in won if k.start < hit.end and hit.start < k.end]
        assert max(k.score for k in over) >= hit.score
    chance.shuffle(hits)
    assert strongest(hits) == won


def test_a_hundred_thousand_findings_are_no_more_work_than_so_many() -> None:
    many = [Hit(n * 3, n * 3 + 2, "A", 1.0, "r") for n in range(100_000)]
    random.Random(1).shuffle(many)
    assert len(strongest(many)) == 100_000
