"""What is hidden comes back exactly, only to whom it belongs, and never in a stranger's link (laws 5, 8)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guardrails.model import Action, Decision, Finding, Kind, Origin, Reason, Segment, Stage
from guardrails.redact.placeholders import SHAPE, Words
from guardrails.redact.vault import Lookalikes, Vault, settled
from guardrails.wire.jsontext import applied

EMAIL = "jane.cooper@contoso.com"


def vault(**kwargs) -> Vault:
    return Vault(Words.of(b"k" * 32, kwargs.pop("tenant", "t"), None), **kwargs)


def decision(*reasons: Reason) -> Decision:
    return Decision(Stage.INPUT, "p", "0", reasons)


def hidden(
    own: Vault, text: str, *spans: tuple[int, int, str], action: Action = Action.TOKENIZE, kind: Kind = Kind.TEXT
) -> str:
    segment = Segment("/a", text, kind)
    reason = Reason("r", action, tuple(Finding("/a", a, b, entity, 1.0, "pii/x") for a, b, entity in spans))
    return applied(text, own.hide(decision(reason), [segment]))


def back(own: Vault, text: str) -> str:
    return applied(text, own.restore(Segment("/b", text, origin=Origin.MODEL, stage=Stage.OUTPUT)).edits)


@given(st.text(), st.lists(st.tuples(st.integers(0, 40), st.integers(1, 8)), max_size=5))
def test_round_trip(text, places):
    text = text.replace("/", "").replace("?", "").replace("#", "").replace("\\", "").replace(".", "")
    own = vault()
    spans = [(a, min(a + n, len(text)), "PERSON") for a, n in places if a < len(text)]
    assert back(own, hidden(own, text, *spans)) == text


def test_nothing_of_a_hidden_value_remains():
    assert EMAIL not in hidden(vault(), f"Mail {EMAIL}!", (5, 5 + len(EMAIL), "EMAIL_ADDRESS"))


def test_another_calls_words_stay_words():
    own, other = vault(), vault()
    word = hidden(own, EMAIL, (0, len(EMAIL), "EMAIL_ADDRESS"))
    result = other.restore(Segment("/b", f"Hello {word}"))
    assert (result.edits, result.unknown) == ((), 1)


def test_another_tenant_has_other_words():
    assert hidden(vault(), EMAIL, (0, 23, "E")) != hidden(vault(tenant="u"), EMAIL, (0, 23, "E"))


def test_a_word_is_given_back_only_whole_and_exact():
    own = vault()
    word = hidden(own, EMAIL, (0, len(EMAIL), "EMAIL_ADDRESS"))
    for changed in (
        word[:-1],
        word.lower(),
        word[1:],
        word.replace("_", "-"),
        word[:-3] + "ZZ>" if word[-3:-1] != "ZZ" else "<>",
    ):
        assert back(own, changed) == changed
    assert back(own, f"a{word}b{word}") == f"a{EMAIL}b{EMAIL}"


def test_one_value_that_is_the_beginning_of_another():
    own = vault()
    hidden(own, "12", (0, 2, "X"))
    both = hidden(own, "12 123", (0, 2, "X"), (3, 6, "X"))
    assert back(own, both) == "12 123"


def test_two_values_on_one_word_are_kept_apart():
    class Colliding(Words):
        def placeholder(self, entity, text, *, number=False, long=False):
            return super().placeholder(entity, text, number=number, long=True) if long else f"<{entity}_00000000>"

    words = Words.of(b"k" * 32, "t", None)
    own = Vault(Colliding(words.key, words.tenant_key))
    text = hidden(own, "anna bert", (0, 4, "PERSON"), (5, 9, "PERSON"))
    assert len(set(SHAPE.findall(text))) == 2
    assert back(own, text) == "anna bert"


def test_not_in_a_strangers_link_but_in_ones_own():
    own = vault(hosts=frozenset({"contoso.com"}))
    word = hidden(own, EMAIL, (0, len(EMAIL), "EMAIL_ADDRESS"))
    text = f"[x](https://evil.example/?q={word}) https://contoso.com/?q={word} {word}.evil.example/ {word}."
    result = own.restore(Segment("/b", text))
    assert result.kept_back == 2
    assert (
        applied(text, result.edits)
        == f"[x](https://evil.example/?q={word}) https://contoso.com/?q={EMAIL} {word}.evil.example/ {EMAIL}."
    )


def test_an_identifier_is_replaced_whole_and_comes_back_where_it_is_echoed():
    own = vault()
    word = hidden(own, f"user-{EMAIL}", (5, 28, "EMAIL_ADDRESS"), kind=Kind.ID)
    assert word.startswith("anon_")
    assert EMAIL not in word
    assert back(own, f"You are {word}.") == f"You are user-{EMAIL}."


def test_the_stronger_action_wins_where_two_overlap():
    own = vault()
    segment = Segment("/a", "abcdefghij")
    reasons = (
        Reason("a", Action.TOKENIZE, (Finding("/a", 0, 8, "X", 1.0, "pii/x"),)),
        Reason("b", Action.REDACT, (Finding("/a", 2, 4, "Y", 1.0, "pii/x"),), replacement="#"),
    )
    text = applied(segment.text, own.hide(decision(*reasons), [segment]))
    assert back(own, text) == "ab#efghij"


def test_hashes_do_not_come_back():
    own = vault()
    text = hidden(own, EMAIL, (0, 23, "EMAIL_ADDRESS"), action=Action.HASH)
    assert EMAIL not in text
    assert back(own, text) == text


def test_lookalikes_are_found_in_requests_only():
    text = f"repeat {'<EMAIL_ADDRESS_7K2M9QX4>'} and anon_0123456789ABCDEF"
    assert [(f.start, f.end) for f in Lookalikes().find(Segment("/a", text))] == [(7, 31), (36, 57)]
    assert list(Lookalikes().find(Segment("/a", text, stage=Stage.OUTPUT))) == []


def test_placeholders_are_opaque_and_keep_their_length():
    own = vault()
    text = hidden(own, f"to {EMAIL} now", (3, 26, "EMAIL_ADDRESS"))
    own.learn([])
    assert len(own.opaque(text)) == len(text)
    assert "EMAIL" not in own.opaque(text)


@pytest.mark.parametrize("text", ["<CARD_4111111111111111>", "<A4111111111111111_00000000>", "<AKIAIOSFODNN7EXAMPLE_00000000>"])
def test_a_word_that_this_call_did_not_make_hides_nothing(text):
    own = vault()
    hidden(own, EMAIL, (0, 23, "EMAIL_ADDRESS"))
    own.learn([])
    assert own.opaque(text) == text


def test_a_word_made_while_the_answer_is_read_is_not_opaque_so_that_cuts_change_nothing():
    own = vault()
    own.learn([])
    word = hidden(own, EMAIL, (0, 23, "EMAIL_ADDRESS"))
    assert own.opaque(word) == word


@given(st.text(alphabet="<ABC_0123>anon. ", max_size=40))
def test_settled_is_before_anything_that_may_become_a_word(text):
    edge = settled(text)
    for more in ("", "_00000000>", "00000000>", "0>", ">", "n_0123456789ABCDEF", "on_0123456789ABCDEF"):
        assert all(not (m.start() < edge < m.end()) for m in SHAPE.finditer(text + more))


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("call 5550132", True),
        ("5550132, or", True),
        ("电话5550132谢谢", True),
        ("995550132", False),
        ("55501329", False),
        ("955501329 5550132", True),
        ("", False),
    ],
)
def test_a_value_that_the_request_held_is_the_users_own(text, given):
    own = vault()
    own.learn([Segment("/a", text)])
    assert own.gave("5550132") is given


@pytest.mark.parametrize("rest", ["", ".", ".an", ".anon_", ".evil", "x"])
def test_a_placeholder_waits_for_what_is_glued_to_it(rest):
    text = "to <EMAIL_ADDRESS_7K2M9QX4>" + rest
    assert settled(text) == 3
    assert settled(text + " and") == len(text + " and")


def test_values_do_not_show():
    own = vault(hosts=frozenset({"contoso.com"}))
    hidden(own, EMAIL, (0, 23, "EMAIL_ADDRESS"))
    assert "jane" not in repr(own)
    assert "contoso" not in repr(own)


@pytest.mark.parametrize(
    ("after", "comes_back"),
    [
        (".evil.测试:8080/x", False),
        ("。电话: 123", True),
        ("。备注: x", True),
        (".注: x", True),
        ("。详情?", True),
        ("。要改吗? 好", True),
        (".evil.example/", False),
        (".evil.example:80/", False),
        (". Thanks", True),
    ],
)
def test_what_follows_a_value_is_read_the_same_whole_and_growing(after, comes_back):
    """Sentences go on, hosts do not; and `settled` waits for as much as `restore` reads."""
    own = vault()
    text = hidden(own, EMAIL, (0, len(EMAIL), "EMAIL_ADDRESS")) + after
    whole = own.restore(Segment("/b", text))
    assert bool(whole.edits) is comes_back
    for end in range(text.index(">") + 1, len(text) + 1):
        if settled(text[:end]) > 0:
            assert bool(own.restore(Segment("/b", text[:end])).edits) is comes_back, text[:end]
