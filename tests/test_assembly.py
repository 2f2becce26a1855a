"""Settings become parts: engines, a team's own recognizers, policies beside or instead of the default one."""

import pytest

from guardrails import assembly
from guardrails.errors import SettingsError
from guardrails.settings import Settings
from tests.planted import PLANTED
from tests.running import running

STAFF = "rules: [{id: staff, detect: {pii: [STAFF_NUMBER]}, action: tokenize}]"


def test_a_teams_own_recognizer_plugs_in(tmp_path):
    (tmp_path / "p.yaml").write_text(STAFF)
    with running(tmp_path / "d", recognizers=("tests.own.staff:STAFF",), policy=(tmp_path / "p.yaml",)) as it:
        for stream in (False, True):
            answer = it.ask(f"Staff EMP-12345, {PLANTED['EMAIL_ADDRESS']}", "demo-echo", stream=stream)
            assert b"EMP-12345" not in it.seen[-1].body
            assert b"jane.cooper" not in it.seen[-1].body
            assert "EMP-12345" in answer.said()


def test_presidios_own_engine_is_a_choice(tmp_path):
    with running(tmp_path, engine="presidio") as it:
        values = [PLANTED[name] for name in ("EMAIL_ADDRESS", "CREDIT_CARD", "IBAN_CODE")]
        for stream in (False, True):
            answer = it.ask("Mail {}, card {}, IBAN {}.".format(*values), "demo-echo", stream=stream)
            for value in values:
                assert value.encode() not in it.seen[-1].body
                assert value in answer.said()


def test_a_recognizer_that_is_not_there():
    with pytest.raises(SettingsError, match="recognizers: there is no"):
        assembly.Parts.of(Settings(recognizers=("nowhere:X",)))


def test_policies_come_on_top_of_the_default_one_unless_it_is_left_out(tmp_path):
    (tmp_path / "p.yaml").write_text("rules: [{id: mine, detect: {pii: [URL]}, action: flag}]")
    both = assembly.Parts.of(Settings(policy=(tmp_path,))).policy()
    alone = assembly.Parts.of(Settings(policy=(tmp_path,), only_these_policies=True)).policy()
    assert "mine" in {r.id for r in both.rules}
    assert len(both.rules) > len(alone.rules) == 1


def test_an_empty_folder_of_policies_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="no policy"):
        assembly.Parts.of(Settings(policy=(tmp_path,))).policy()


def test_values_that_are_public_here(tmp_path):
    with running(tmp_path, own_domains=("contoso.com",), allow=("81.2.69.142",)) as it:
        it.ask("Mail info@contoso.com or anna@fabrikam.com, host 81.2.69.142")
        sent = it.saw()["messages"][0]["content"]
        assert "info@contoso.com" in sent
        assert "81.2.69.142" in sent
        assert "anna" not in sent


def test_a_scanner_finds_what_a_server_would(tmp_path):
    """The engine's findings and a team's own, in order; the countries and public values of the settings hold."""
    find = assembly.scanner(Settings(recognizers=("tests.own.staff:STAFF",), allow=("81.2.69.142",)))
    text = f"Staff EMP-12345, {PLANTED['EMAIL_ADDRESS']}, 81.2.69.142"
    assert [(f.entity, text[f.start : f.end]) for f in find(text, "en")] == [
        ("STAFF_NUMBER", "EMP-12345"),
        ("EMAIL_ADDRESS", PLANTED["EMAIL_ADDRESS"]),
    ]
    assert find("nothing here", "da") == []
