"""Settings: the later source wins, mistakes are told with the nearest right word, and the unsafe is refused or named."""

import re
from dataclasses import MISSING, fields
from pathlib import Path

import pytest

from guardrails.errors import SettingsError
from guardrails.settings import Settings, load


def written(tmp_path, text) -> Path:
    file = tmp_path / "guardrails.yaml"
    file.write_text(text)
    return file


def test_the_command_line_beats_the_environment_beats_the_file(tmp_path):
    file = written(tmp_path, "port: 1\nupstream: http://file\norg: Acme\n")
    made = load(
        file,
        {"GUARDRAILS_PORT": "2", "GUARDRAILS_UPSTREAM": "http://env", "UNRELATED": "x"},
        {"port": 3, "data": None},
    )
    assert (made.port, made.upstream, made.org) == (3, "http://env", "Acme")


def test_lists_in_the_environment_are_split_at_commas():
    made = load(None, {"GUARDRAILS_COUNTRIES": "DK, ID", "GUARDRAILS_POLICY": "a.yaml,b.yaml"}, {})
    assert (made.countries, made.policy) == (("DK", "ID"), (Path("a.yaml"), Path("b.yaml")))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("upstrem: http://x", 'did you mean "upstream"'),
        ("callers: acme", "stand in a settings file"),
        ("unsafe_no_keys: perhaps", "true or false"),
        ("port: many", '"port" must be a whole number'),
        ("port: 99999", "between 0 and 65535"),
        ("block_as: mistake", "answer, error"),
        ("engine: spacy", "patterns, presidio"),
        ("names: spacy", 'not "spacy"'),
        ("names: 'spacy:'", 'not "spacy:"'),
        ("names: [compact, best]", 'not "best"'),
        ("names: on", '"names" must be'),
        ("names: [compact, 'off']", "stands alone"),
        ("names: []", "stands alone"),
        ("upstream: api.openai.com", "must begin with http"),
        ("host: 0.0.0.0", "without keys"),
        ("host: '::'", "without keys"),
        ("host: example.org", "without keys"),
        ("callers: [{key: x}]", "key_sha256"),
        ("callers: [{key_sha256: '%s', tennant: x}]" % ("0" * 64), 'did you mean "tenant"'),
        ("a: [", "guardrails.yaml:"),
        ("- a", "setting: value"),
        ("only_these_policies: true", "at least one policy"),
    ],
)
def test_mistakes(tmp_path, text, words):
    with pytest.raises(SettingsError, match=r".") as error:
        load(written(tmp_path, text), {}, {})
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"GUARDRAILS_UPSTREM": "http://x"}, 'GUARDRAILS_UPSTREM names no setting; did you mean "GUARDRAILS_UPSTREAM"'),
        ({"GUARDRAILS_": "x"}, "names no setting"),
        ({"GUARDRAILS_TOTAL_S": "soon"}, '"total_s" must be a number'),
        ({"GUARDRAILS_TOTAL_S": "nan"}, '"total_s" must lie between'),
        ({"GUARDRAILS_BETWEEN_S": "0"}, '"between_s" must lie between'),
        ({"GUARDRAILS_UNSAFE_NO_KEYS": "nope"}, '"unsafe_no_keys" must be true or false, such as false'),
        ({"GUARDRAILS_CALLERS": "acme"}, "stand in a settings file"),
        ({"GUARDRAILS_WORKERS": "0"}, '"workers" must lie between 1 and 256'),
        ({"GUARDRAILS_ADMIN_PORT": "8080"}, "another port"),
        ({"GUARDRAILS_LOG_LEVEL": "loud"}, "info, warning, error"),
    ],
)
def test_mistakes_in_the_environment(environment, words):
    with pytest.raises(SettingsError, match=r".") as error:
        load(None, environment, {})
    assert words in str(error.value)


def test_the_table_of_settings_is_true():
    """docs/settings.md names every setting, in the order of the code, with its default."""
    page = (Path(__file__).parents[1] / "docs" / "settings.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)`)? \| (.+) \|$", page, re.MULTILINE)
    assert [(name, default) for name, default, _ in rows] == [(f.name, shown(f.default)) for f in fields(Settings)]
    for name, _, says in rows:
        assert says[0].isupper() or says[0] == "`", name
        assert says.endswith("."), name


def shown(default: object) -> str:
    """A default as a person writes it; "" for none."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, float):
        return f"{default:g}"
    if isinstance(default, tuple):
        return ", ".join(default)
    return "" if default in ("", MISSING) else str(default)


def test_spans_of_time_may_have_fractions():
    assert load(None, {"GUARDRAILS_SHUTDOWN_S": "0.5", "GUARDRAILS_CONNECT_S": "3"}, {}).shutdown_s == 0.5


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("names: off", ("off",)),
        ("names: 'off'", ("off",)),
        ("names: compact", ("compact",)),
        ("names: spacy:da_core_news_lg", ("spacy:da_core_news_lg",)),
        ("names: [compact, 'onnx:models/ner']", ("compact", "onnx:models/ner")),
        ("names: compact, onnx:x", ("compact", "onnx:x")),
    ],
)
def test_who_finds_names(tmp_path, text, names):
    assert load(written(tmp_path, text), {}, {}).names == names
    assert load(None, {"GUARDRAILS_NAMES": ",".join(names)}, {}).names == names


def test_a_file_that_is_not_there():
    with pytest.raises(SettingsError, match="cannot be read"):
        load(Path("nowhere.yaml"), {}, {})


def test_beyond_this_machine_with_keys_or_knowingly(tmp_path):
    key = "0" * 64
    assert load(written(tmp_path, f"host: 0.0.0.0\ncallers: [{{key_sha256: '{key}', tenant: a, roles: [x]}}]"), {}, {}).callers
    assert load(written(tmp_path, "host: 0.0.0.0\nunsafe_no_keys: true"), {}, {}).unsafe == ("unsafe_no_keys",)


def test_secrets_do_not_show():
    made = Settings(upstream_key="sk-very-secret")
    assert "secret" not in repr(made)
    assert made.digest == Settings().digest, "the digest that stands in records knows nothing of keys"
