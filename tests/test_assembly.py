"""Settings become parts: engines, a team's own recognizers, policies beside or instead of the default one."""

from pathlib import Path

import pytest

from guardrails import assembly
from guardrails.detectors.names.known import make
from guardrails.errors import PolicyError, SettingsError
from guardrails.model import Context, Stage
from guardrails.settings import Settings
from tests.planted import PLANTED
from tests.proxy.test_calls import records
from tests.running import running

OWN = "rules: [{id: own, detect: {pii: [%s]}, action: tokenize}]"
WRITTEN = r"""
- entity: CUSTOMER_NUMBER
  regex: '\bC\d{6}x?\b'
  examples: {match: our C123456, no_match: our C12}
"""


def test_a_teams_own_recognizer_plugs_in(tmp_path):
    (tmp_path / "p.yaml").write_text(OWN % "TAME")
    with running(tmp_path / "d", recognizers=("tests.own.odd:BOTH",), policy=(tmp_path / "p.yaml",)) as it:
        for stream in (False, True):
            answer = it.ask(f"A tame one, {PLANTED['EMAIL_ADDRESS']}", "demo-echo", stream=stream)
            assert b"tame one" not in it.seen[-1].body
            assert b"jane.cooper" not in it.seen[-1].body
            assert "A tame one" in answer.said()


@pytest.mark.parametrize("beside", [(), ("tests.own.odd:BOTH",)])
def test_recognizers_in_yaml_plug_in_too(tmp_path, beside):
    (tmp_path / "p.yaml").write_text(OWN % "CUSTOMER_NUMBER")
    (tmp_path / "own.yaml").write_text(WRITTEN)
    own = (*beside, str(tmp_path / "own.yaml"))
    with running(tmp_path / "d", recognizers=own, policy=(tmp_path / "p.yaml",)) as it:
        for stream in (False, True):
            answer = it.ask("I am C123456", "demo-echo", stream=stream)
            assert b"C123456" not in it.seen[-1].body
            assert "I am C123456" in answer.said()


def test_recognizers_in_yaml_keep_no_stream_from_flowing(tmp_path):
    (tmp_path / "own.yaml").write_text(WRITTEN)
    parts = assembly.Parts.of(Settings(recognizers=(str(tmp_path / "own.yaml"),)))
    guard = parts.guard(parts.policy())
    assert not guard.slow
    assert all(one.reach is not None for one in guard.bound(Stage.OUTPUT, Context(now="")))
    assert "CUSTOMER_NUMBER" in parts.entities


def test_a_record_knows_which_recognizers_there_were(tmp_path):
    """The digest of the settings covers what stands in the files, not where they lie or in which order they are named."""
    (tmp_path / "own.yaml").write_text(WRITTEN)
    (tmp_path / "more.yaml").write_text(WRITTEN.replace("CUSTOMER", "PARTNER"))
    names = [str(tmp_path / "own.yaml"), str(tmp_path / "more.yaml")]

    def digest(*recognizers):
        return assembly.digest(assembly.files(Settings(recognizers=recognizers)))

    before = digest(*names)
    assert before == digest(*reversed(names)) != digest(names[0]) != digest() == ""
    with running(tmp_path / "d", recognizers=tuple(names)) as it:
        it.ask("hello")
        first = records(it.data)[-1]["origin"]["config_sha256"]
    (tmp_path / "own.yaml").write_text(WRITTEN + "  score: 0.9\n")
    assert digest(*names) != before
    with running(tmp_path / "d", recognizers=tuple(names)) as it:
        it.ask("hello")
        assert records(it.data)[-1]["origin"]["config_sha256"] != first


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        (None, SettingsError, "own.yaml cannot be read as a file of recognizers: No such file"),
        (b"\xff", SettingsError, "not UTF-8"),
        (b"- {entity: A, regex: x}", PolicyError, "own.yaml:1:3: the recognizer has no examples"),
    ],
)
def test_a_file_of_recognizers_that_cannot_be_used(tmp_path, text, error, words):
    if text is not None:
        (tmp_path / "own.yaml").write_bytes(text)
    with pytest.raises(error, match=words):
        assembly.Parts.of(Settings(recognizers=(str(tmp_path / "own.yaml"),)))


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
    (tmp_path / "own.yaml").write_text(WRITTEN)
    own = ("tests.own.odd:BOTH", str(tmp_path / "own.yaml"))
    find = assembly.scanner(Settings(recognizers=own, allow=("81.2.69.142", "c123456x")))
    text = f"A tame one, C123456, C123456x, {PLANTED['EMAIL_ADDRESS']}, 81.2.69.142"
    found = find(text, "en")
    assert found == sorted(found)
    told = {(f.entity, text[f.start : f.end]) for f in found}
    assert told >= {("TAME", "tame"), ("CUSTOMER_NUMBER", "C123456"), ("EMAIL_ADDRESS", PLANTED["EMAIL_ADDRESS"])}
    assert {value for _, value in told}.isdisjoint({"81.2.69.142", "C123456x"})
    assert find("nothing here", "da") == []


def test_names_that_the_operator_knows_are_found_whoever_else_looks_for_names(tmp_path: Path) -> None:
    file = tmp_path / "customers.names"
    file.write_text(make(["Blue Heron", "Quiet Otter"], b"s" * 16).text, encoding="utf-8")
    text = "a letter from quiet otter to blue heron"
    for names in (("off",), ("compact",)):
        settings = Settings(names=names, known_names=(file,))
        found = {(f.entity, text[f.start : f.end], f.score) for f in assembly.scanner(settings)(text, "en")}
        assert found >= {("PERSON", "quiet otter", 1.0), ("PERSON", "blue heron", 1.0)}
    public = Settings(names=("off",), known_names=(file,), allow=("Blue Heron",))
    assert [text[f.start : f.end] for f in assembly.scanner(public)(text, "en")] == ["quiet otter"]


@pytest.mark.parametrize("written", ["Karen Blixen", "karen blixen"])
def test_a_name_that_is_public_here_stays(written: str) -> None:
    text = "Please ask Karen Blixen and Priya Raman about it."
    found = assembly.scanner(Settings(allow=(written,)))(text, "en")
    assert {text[f.start : f.end] for f in found if f.entity == "PERSON"} == {"Priya Raman"}
