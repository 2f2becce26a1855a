"""Places of a body: never two under one path, and a copy of no more than what changes."""

from guardrails.model import Edit, Origin, Stage
from guardrails.wire.places import Places, Spot

SPOT = Spot("/a", ("a",), Origin.USER, Stage.INPUT)


def test_two_places_never_share_a_path():
    places = Places()
    places.text(SPOT, "one")
    places.text(Spot("/a", ("b",), Origin.USER, Stage.INPUT), "two")
    first, second = places.segments
    assert first.path != second.path
    assert places.edited({"a": "one", "b": "two"}, [Edit(second.path, 0, 3, "x")]) == {"a": "one", "b": "x"}


def test_what_is_not_edited_is_the_same_object():
    body = {"a": ["x", {"y": "z"}], "b": {"c": 1}}
    places = Places()
    places.tree(Spot("", (), Origin.USER, Stage.INPUT), body)
    (path,) = [s.path for s in places.segments if s.text == "x"]
    edited = places.edited(body, [Edit(path, 0, 1, "w")])
    assert edited == {"a": ["w", {"y": "z"}], "b": {"c": 1}}
    assert edited["b"] is body["b"]
    assert edited["a"][1] is body["a"][1]
    assert body["a"][0] == "x"


def test_very_many_keys_that_would_become_one_stay_as_many():
    """Linear: a call that did this once for each pair of keys would hold up all others for minutes."""
    body = {"a": {f"person{n}@contoso.com": n for n in range(40_000)}}
    places = Places()
    places.tree(Spot("", (), Origin.USER, Stage.INPUT), body)
    edits = [Edit(s.path, 0, len(s.text), "•") for s in places.segments if "@" in s.text]
    edited = places.edited(body, edits)["a"]
    assert list(edited.values()) == list(range(40_000))
    assert list(edited)[:3] == ["•", "•_2", "•_3"]
