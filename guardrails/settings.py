"""The operator's settings: a file `guardrails.yaml`, `GUARDRAILS_…` in the environment, options of the command line.

The later of these wins over the earlier. Every setting has a default that is safe on the operator's own machine; whatever gives
up protection begins with `unsafe_` and stands in every record while it is on.
"""

from __future__ import annotations

import difflib
import hashlib
import ipaddress
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

import yaml

from guardrails.errors import SettingsError

#: Model names that may stand in records as they are; any other string in `model` is the client's: written as a keyed hash.
MODELS = (
    *("gpt-4o", "gpt-4o-mini", "gpt-4.1", "gpt-4.1-mini", "gpt-4.1-nano", "gpt-5", "gpt-5-mini", "gpt-5-nano", "o3", "o3-mini"),
    *("o4-mini", "claude-opus-4-1", "claude-sonnet-4-5", "claude-haiku-4-5", "gemini-2.5-pro", "gemini-2.5-flash"),
    *("mistral-large-latest", "mistral-small-latest", "deepseek-chat", "deepseek-reasoner", "llama3.3", "qwen3"),
    *("demo", "demo-chat", "demo-echo", "demo-tools", "demo-invent", "demo-link", "demo-json", "demo-slow"),
    *("demo-invent-tool", "demo-reason", "demo-error-429", "demo-error-400"),
)

#: Settings that shape no decision, or that name keys and places: they are not part of the digest.
UNTOLD = frozenset(
    {"upstream_key", "data", "host", "port", "workers", "admin_port", "admin_host", "log_format", "log_level", "keep_alive_s"}
)
PREFIX = "GUARDRAILS_"
LOG_FORMATS = ("text", "json")
LOG_LEVELS = ("info", "warning", "error")
#: What `names:` may say: by itself, or before a colon and what it loads.
NAMES, NAMES_LOADED = ("compact", "off"), ("spacy", "onnx")
TRUTH = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
LONGEST_S = 86_400.0  # a span of time above a day is a slip of the keyboard


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: found by the SHA-256 of the key, never stored in the clear. What it may do comes from here alone.

    `ui`: this caller draws the notice itself and may acknowledge it. `channel: api`: no person reads what it gets.
    """

    key_sha256: str = field(default="", repr=False)
    tenant: str = "default"
    app: str = ""
    channel: str = ""
    roles: tuple[str, ...] = ()
    labels: tuple[tuple[str, str], ...] = ()
    ui: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    upstream: str = "https://api.openai.com"
    upstream_key: str = field(default="", repr=False)
    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("guardrails-data")
    policy: tuple[Path, ...] = ()  # files and folders, together with the default policy that ships
    only_these_policies: bool = False  # without the default policy
    callers: tuple[Caller, ...] = ()
    org: str = ""
    former_orgs: tuple[str, ...] = ()
    block_as: str = "answer"  # or "error"
    engine: str = "patterns"  # or "presidio"
    names: tuple[str, ...] = (
        "compact",
    )  # who finds names: "compact", "spacy:PACKAGE", "onnx:FOLDER", several of them, or "off"
    known_names: tuple[Path, ...] = ()  # lists of names (customers, staff) made by `guardrails names hash`
    recognizers: tuple[str, ...] = ()  # a team's own: "package.module:NAME" of a Presidio recognizer, or a YAML file
    countries: tuple[str, ...] = ()  # none: from the language of the call
    own_domains: tuple[str, ...] = ()
    allow: tuple[str, ...] = ()  # values that are public here: never hidden
    models: tuple[str, ...] = ()  # names that may stand in records, beside MODELS
    forward_headers: tuple[str, ...] = ()  # more of the client's headers that the provider gets
    connect_s: float = 10.0  # until there is a connection to the provider
    first_byte_s: float = 120.0  # until the provider's status and headers are there
    between_s: float = 60.0  # between two pieces of the provider's answer
    total_s: float = 600.0  # the whole call, streams included
    request_s: float = 30.0  # reading the client's request
    write_s: float = 60.0  # how long a client may read nothing of its answer
    screen_s: float = 30.0  # judging what is longer than 16 KB, or needs another process; what takes longer is refused
    recognizer_s: float = 1.0  # one text in one of a team's own recognizers; what takes longer was not looked at
    log_s: float = 15.0  # until a record is durable
    max_body_bytes: int = 20_000_000
    max_answer_bytes: int = 20_000_000  # of the provider's answer, decompressed; of a stream: what is held back at a time
    max_header_bytes: int = 65_536  # all headers of a request together
    max_open_calls: int = 1000  # in each worker; more are told to come back later
    max_recognizer_bytes: int = 2_000_000_000  # memory of the process that runs a team's own recognizers
    keep_alive_s: float = 5.0  # how long an idle connection stays open
    shutdown_s: float = 30.0  # how long open calls may go on after SIGTERM
    workers: int = 1  # processes that share the port and the log
    admin_port: int = 0  # a listener of its own for /metrics, /readyz and /healthz; 0: none
    admin_host: str = "127.0.0.1"
    log_format: str = "text"  # or "json"
    log_level: str = "warning"  # or "info": one line for each call; "error": only what needs a person
    unsafe_no_keys: bool = False  # listen beyond this machine without keys: an open relay

    def knows(self, model: str) -> bool:
        """May this name stand in records as it is?"""
        return model in _MODELS or model in self.models

    @property
    def unsafe(self) -> tuple[str, ...]:
        """The unsafe options that are on; they stand in every record."""
        return tuple(name for name in _UNSAFE if getattr(self, name))

    @property
    def digest(self) -> str:
        """SHA-256 of the settings that shape decisions, without keys and paths."""
        told = {f.name: repr(getattr(self, f.name)) for f in fields(self) if f.name not in UNTOLD}
        return hashlib.sha256(repr(sorted(told.items())).encode()).hexdigest()

    def checked(self) -> Settings:
        """These settings, or SettingsError with what to do: an open relay, an unknown word."""
        _one_of("block_as", self.block_as, ("answer", "error"))
        _one_of("engine", self.engine, ("patterns", "presidio"))
        self._known_names()
        _one_of("log_format", self.log_format, LOG_FORMATS)
        _one_of("log_level", self.log_level, LOG_LEVELS)
        if not self.upstream.startswith(("http://", "https://", "demo:")):
            raise SettingsError("upstream must begin with http:// or https://, such as https://api.openai.com")
        if not loopback(self.host) and not self.callers and not self.unsafe_no_keys:
            raise SettingsError(
                f"Refused to listen on {self.host} without keys: anyone who reaches this machine could use it as a relay. "
                "List callers with key_sha256 in a settings file (--config FILE), or listen on 127.0.0.1."
            )
        if self.only_these_policies and not self.policy:
            raise SettingsError("only_these_policies needs at least one policy, or nothing at all would be protected.")
        self._in_bounds()
        return self

    def _known_names(self) -> None:
        for word in self.names:
            kind, _, what = word.partition(":")
            if word not in NAMES and not (kind in NAMES_LOADED and what):
                raise SettingsError(
                    f'The setting "names" must be compact, spacy:PACKAGE, onnx:FOLDER, a list of these, or off; not "{word}".'
                )
        if not self.names or ("off" in self.names and len(self.names) > 1):
            raise SettingsError('The setting "names" is a list of what finds names, or off, which stands alone.')

    def _in_bounds(self) -> None:
        for name, least, most in BOUNDS:
            value = getattr(self, name)
            if not least <= value <= most:
                raise SettingsError(f'The setting "{name}" must lie between {least:g} and {most:g}.')
        if self.admin_port and self.admin_port == self.port:
            raise SettingsError("admin_port must be another port than port: what it shows is for operators only.")


#: What a number may be: name, least, most.
BOUNDS: tuple[tuple[str, float, float], ...] = (
    ("port", 0, 65_535),
    ("admin_port", 0, 65_535),
    ("workers", 1, 256),
    ("max_open_calls", 1, 1_000_000),
    ("max_body_bytes", 1, 2**31),
    ("max_answer_bytes", 1, 2**31),
    ("max_header_bytes", 1024, 2**24),
    ("max_recognizer_bytes", 2**26, 2**40),
    ("shutdown_s", 0, LONGEST_S),
    *((f.name, 0.001, LONGEST_S) for f in fields(Settings) if f.name.endswith("_s") and f.name != "shutdown_s"),
)


_MODELS = frozenset(MODELS)
_UNSAFE = tuple(f.name for f in fields(Settings) if f.name.startswith("unsafe_"))


def load(file: Path | None, environment: Mapping[str, str], options: Mapping[str, Any]) -> Settings:
    """The settings in force. `options`: those given on the command line, by setting name; None is not given."""
    told: dict[str, Any] = {}
    if file is not None:
        told |= _read(file)
    known = {f.name for f in fields(Settings)}
    for name in told:
        if name not in known:
            raise SettingsError(f'{file}: there is no setting "{name}"{_nearest(str(name), known)}')
    told |= _environment(environment, known)
    told |= {name: value for name, value in options.items() if value not in (None, ())}
    made = Settings()
    for name, value in told.items():
        made = replace(made, **{name: _shaped(name, value)})
    return made.checked()


def _environment(environment: Mapping[str, str], known: set[str]) -> dict[str, str]:
    """The settings in the environment. A name that is none is refused: a misspelt protection would silently be missing."""
    told: dict[str, str] = {}
    for variable, value in environment.items():
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            if name not in known:
                near = {PREFIX + one.upper() for one in known}
                raise SettingsError(f"The environment variable {variable} names no setting{_nearest(variable, near)}")
            told[name] = value
    return told


def _read(file: Path) -> dict[str, Any]:
    try:
        told = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    except OSError as error:
        raise SettingsError(f"{file} cannot be read: {error.strerror}.") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else str(file)
        raise SettingsError(f"{where}: this is not YAML; check the indentation and the colons.") from None
    if not isinstance(told, dict):
        raise SettingsError(f"{file}: must be a list of `setting: value` lines.")
    return told


def _shaped(name: str, value: Any) -> Any:
    """The value in the type of its setting; text from the environment is split at commas for lists."""
    if name == "callers":
        if not isinstance(value, list | tuple):
            raise SettingsError("callers are rows: they stand in a settings file (--config FILE).")
        return tuple(_caller(row) for row in value)
    default = next(f.default for f in fields(Settings) if f.name == name)
    try:
        if default is MISSING or isinstance(default, str):
            return str(value)
        if isinstance(default, bool):
            return value if isinstance(value, bool) else TRUTH[str(value).lower()]
        if isinstance(default, int | float | Path):
            return type(default)(value)
        if name == "names" and value is False:  # what YAML makes of `names: off`
            return ("off",)
        items = [v.strip() for v in value.split(",") if v.strip()] if isinstance(value, str) else list(value)
        return tuple(Path(v) if name in ("policy", "known_names") else str(v) for v in items)
    except (KeyError, TypeError, ValueError):
        kinds: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", Path: "a path"}
        kind, example = kinds.get(type(default), "a list"), str(default).lower() if isinstance(default, bool) else repr(default)
        raise SettingsError(f'The setting "{name}" must be {kind}, such as {example}.') from None


def _caller(row: Any) -> Caller:
    known = {f.name for f in fields(Caller)}
    if not isinstance(row, dict) or not isinstance(row.get("key_sha256"), str) or len(row["key_sha256"]) != 64:
        raise SettingsError(
            "Each of callers needs key_sha256: the SHA-256 of its key, 64 hexadecimal digits (sha256sum prints it)."
        )
    if strange := [key for key in row if key not in known]:
        raise SettingsError(f'callers: there is no "{strange[0]}"{_nearest(strange[0], known)}')
    shaped = {**row, "key_sha256": row["key_sha256"].lower(), "roles": tuple(row.get("roles", ()))}
    return Caller(**{**shaped, "labels": tuple(sorted((str(k), str(v)) for k, v in dict(row.get("labels", {})).items()))})


def _one_of(name: str, value: str, words: tuple[str, ...]) -> None:
    if value not in words:
        raise SettingsError(f'The setting "{name}" must be one of: {", ".join(words)}.')


def _nearest(word: str, words: set[str]) -> str:
    near = difflib.get_close_matches(word, words, 1)
    return f'; did you mean "{near[0]}"?' if near else "."


def loopback(host: str) -> bool:
    """Does only this machine reach what listens there?"""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
