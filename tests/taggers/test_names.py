"""The setting `names:` from one end to the other: a server, the scanner and the doctor, with models made here."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import example, given, settings
from hypothesis import strategies as st

from guardrails import assembly, taggers
from guardrails.cli import main
from guardrails.detectors.windows import Windowed
from guardrails.errors import SettingsError
from guardrails.model import Context, Stage
from guardrails.redact.placeholders import Words
from guardrails.redact.vault import Vault
from guardrails.settings import NAMES_LOADED, Settings
from guardrails.wire.sse import DONE, encode
from tests.running import running
from tests.stream.test_flow import events, streamed, unstreamed
from tests.taggers.tiny import onnx_folder, spacy_folder

ROOT = Path(__file__).parents[2]
POLICY = "rules: [{id: names, detect: {pii: [PERSON, LOCATION]}, action: tokenize}]"


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> dict[str, str]:
    """What `names:` says, by kind."""
    folder = tmp_path_factory.mktemp("models")
    return {"spacy": f"spacy:{spacy_folder(folder / 's')}", "onnx": f"onnx:{onnx_folder(folder / 'o')}"}


@pytest.fixture
def policy(tmp_path):
    (tmp_path / "p.yaml").write_text(POLICY)
    return (tmp_path / "p.yaml",)


def test_every_kind_is_tried_here(words):
    assert set(words) == set(taggers.TABLE) == set(NAMES_LOADED)
    assert set(assembly.NAMES) >= {"off", *taggers.TABLE}


@pytest.mark.parametrize("kinds", [("spacy",), ("onnx",), ("spacy", "onnx")])
def test_names_are_hidden_and_come_back(tmp_path, words, policy, kinds):
    with running(tmp_path / "d", names=tuple(words[kind] for kind in kinds), policy=policy) as it:
        for stream in (False, True):
            answer = it.ask("I met Jane Cooper in Copenhagen. So said jane", "demo-echo", stream=stream)
            sent = it.saw()["messages"][0]["content"]
            assert "jane" not in sent.lower()
            assert "Copenhagen" not in sent
            assert "I met Jane Cooper in Copenhagen. So said jane" in answer.said()


def test_what_any_of_them_finds_is_found(words):
    find = assembly.scanner(Settings(names=tuple(words.values())))
    text = "Contoso of Copenhagen, 王小明"
    assert {(f.entity, text[f.start : f.end], f.detector.split("-")[0]) for f in find(text, "en")} >= {
        ("ORGANIZATION", "Contoso", "pii/spacy"),
        ("ORGANIZATION", "Contoso", "pii/onnx"),
        ("PERSON", "王小明", "pii/onnx"),
    }


def test_no_event_loop_waits_for_a_model_and_it_is_loaded_once(words):
    for word in words.values():
        parts = assembly.Parts.of(Settings(names=(word,)))
        one, other = (parts.guard(parts.policy()) for _ in range(2))
        assert one.slow
        context = Context(now="")
        tags = [{id(d.tag) for d in guard.bound(Stage.OUTPUT, context) if isinstance(d, Windowed)} for guard in (one, other)]
        assert tags[0] == tags[1] != set()
        assert all(detector.reach is not None for detector in one.bound(Stage.OUTPUT, context))
    assert not assembly.Parts.of(Settings()).guard(assembly.Parts.of(Settings()).policy()).slow


def test_a_stream_flows_a_sentence_at_a_time(tmp_path, words, policy):
    parts = assembly.Parts.of(Settings(names=(words["spacy"],), policy=policy))
    (tagger,) = assembly.names(parts, words["spacy"])(frozenset(), "en")
    assert tagger.settled("All is well. And then") == len("All is well. ")


@pytest.fixture(scope="module")
def served(tmp_path_factory, words):
    """The pipeline as a server has it: what has a form, both models, known names spreading, names of the model's own masked."""
    file = tmp_path_factory.mktemp("policy") / "p.yaml"
    file.write_text("rules: [{id: names, stage: output, detect: {pii: [PERSON, LOCATION]}, action: mask}]")
    parts = assembly.Parts.of(Settings(names=tuple(words.values()), policy=(file,)))
    return parts.guard(parts.policy())


PIECES = (
    "Jane Cooper",
    "jane",
    "Quist",
    "COOPER's",
    "Copenhagen",
    "王小明",
    "好",
    ". ",
    "\n",
    ", ",
    "a b c " * 30,
    "bob@evil.org",
)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=12).map(" ".join), st.lists(st.integers(0, 600), max_size=20))
@example("I met Jane Cooper. So jane and Quist came to Copenhagen, said cooper", list(range(80)))
def test_however_it_is_cut_the_same_leaves(served, text, cuts):
    own = Vault(Words.of(b"m" * 32, "default", None))
    whole = unstreamed(served, own, [{"role": "assistant", "content": text}])
    stream = b"".join(encode(json.dumps(e).encode()) for e in events({"content": text}, 0, cuts)) + DONE
    got, flow = streamed(served, own, stream)
    assert got[0].get("content", "") == whole.message.body["choices"][0]["message"]["content"]
    assert flow.decision == whole.decision


@pytest.mark.parametrize("word", ["spacy:nowhere_at_all", "onnx:nowhere", "unheard:of"])
def test_what_cannot_be_had_stops_the_start(word):
    parts = assembly.Parts.of(Settings(names=(word,)))
    with pytest.raises(SettingsError, match="names: "):
        parts.guard(parts.policy())


def test_what_is_not_asked_for_is_not_loaded():
    """A server that names no model pays for none."""
    program = """
import sys
from guardrails import assembly
from guardrails.settings import Settings
parts = assembly.Parts.of(Settings())
parts.guard(parts.policy())
sys.exit(bool({"spacy", "onnxruntime", "tokenizers"} & sys.modules.keys()))
"""
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=60, check=False).returncode == 0


def run(*arguments: str, given: str = "") -> tuple[int, str]:
    result = CliRunner().invoke(main, list(arguments), input=given)
    assert not result.exception or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def test_scan_finds_them_unless_told_otherwise(tmp_path, words):
    (tmp_path / "g.yaml").write_text(json.dumps({"names": words["spacy"]}))
    options = ("scan", "--config", str(tmp_path / "g.yaml"))
    status, told = run(*options, given="I met Jane Cooper")
    assert status == 1
    assert "PERSON" in told
    assert run(*options, "--no-names", given="I met Jane Cooper")[0] == 0
    row = json.dumps({"id": 1, "text": "I met Jane Cooper. so said jane"})
    found = json.loads(run(*options, "--jsonl", given=row)[1])["findings"]
    assert [(f["start"], f["end"], f["detector"]) for f in found] == [
        (6, 17, "pii/spacy-en_tiny-1.2.3"),
        (27, 31, "pii/spread"),
    ]


@pytest.mark.parametrize(
    ("kind", "says"), [("spacy", "spacy-en_tiny-1.2.3 is loaded"), ("onnx", "is loaded"), ("off", "are not looked for")]
)
def test_the_doctor_says_who_finds_names(tmp_path, words, kind, says):
    (tmp_path / "g.yaml").write_text(json.dumps({"names": words.get(kind, "off")}))
    _, told = run(
        "doctor", "--port", "0", "--config", str(tmp_path / "g.yaml"), "--data", str(tmp_path / "d"), "--upstream", "demo:"
    )
    assert says in told


def test_the_doctor_says_what_is_missing(tmp_path):
    (tmp_path / "g.yaml").write_text("names: spacy:da_core_news_lg")
    options = ("--port", "0", "--data", str(tmp_path / "d"), "--upstream", "demo:")
    status, told = run("doctor", "--config", str(tmp_path / "g.yaml"), *options)
    assert status == 1
    assert "pip install" in told
