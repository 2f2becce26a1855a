"""Words before a number: whole, near, to the left only."""

import pytest

from guardrails.detectors.labels import OTHER, PHONE, WINDOW, is_other, label, left_of, nearest


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("", ""),
        ("Call ME on ", "call me on"),
        ("old paragraph\n\nSSN: ", "ssn"),
        ("one two three four five six seven eight nine ", "three four five six seven eight nine "),
        ("a" * (WINDOW + 9) + " b ", " b "),
        ("public " + "x" * (WINDOW - 3), "x" * (WINDOW - 3)),
    ],
)
def test_left_of(text: str, left: str) -> None:
    found = left_of(text + "123", len(text))
    assert [w for w, _ in found.words] == left.split()


@pytest.mark.parametrize(
    ("names", "left", "found"),
    [
        (["lic"], "public ", False),
        (["lic"], "lic. ", True),
        (["driving licence"], "driving-licence: ", True),
        (["driving licence"], "driving a licence ", False),
        (["ssn"], '"ssn_backup": "', True),
        (["account#"], "account #", True),
        (["手机"], "我的手机号是", True),
        (["hp"], "nomor hp ", True),
        ([], "anything", False),
    ],
)
def test_nearest(names: list[str], left: str, found: bool) -> None:
    assert (nearest(label(names), left_of(left, len(left))) >= 0) is found


@pytest.mark.parametrize(
    ("left", "other"),
    [
        ("order ", True), ("order number is ", True), ("call about order ", True), ("order, please call ", False),
        ("order for my dear ", False),
    ],
)  # fmt: skip
def test_the_nearer_label_wins(left: str, other: bool) -> None:
    before = left_of(left, len(left))
    assert is_other(before, nearest(PHONE, before), OTHER) is other
