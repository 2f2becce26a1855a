"""Settings in, working parts out. The only module that knows every table: stores, providers, engines, detectors, policies."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from pathlib import Path

from guardrails import __version__, aside, audit, detectors, recognizers, taggers
from guardrails.audit import keys
from guardrails.detectors import presidio, windows
from guardrails.detectors.countries import countries_of
from guardrails.detectors.custom import Custom, Recognizer
from guardrails.detectors.names import known
from guardrails.detectors.names.known import NameList
from guardrails.detectors.personal import Personal, known_entities
from guardrails.detectors.public import is_allowed
from guardrails.detectors.seen import Seen
from guardrails.detectors.spread import spread
from guardrails.detectors.table import Table
from guardrails.detectors.windows import Windowed
from guardrails.errors import SettingsError
from guardrails.examiner import examiner
from guardrails.guard import Guard
from guardrails.model import Context, Detector, Finding, Segment, Stage
from guardrails.own import process, written
from guardrails.own.process import Apart, Worker
from guardrails.policy import Policy, load_all
from guardrails.providers import Provider
from guardrails.relay import Relay
from guardrails.settings import Settings
from guardrails.trial import Examine

DEFAULT_POLICY = "default.yaml"
YAML = (".yaml", ".yml")
#: Text that makes every engine build what it builds on first use.
WARM = ("Write to ann@example.com or call +1 202-555-0100.", "4000 0000 0000 0000", "192.0.2.1", "你好 hej")


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be found here, and what is made of it: Presidio's table, a team's own recognizers, the settings."""

    settings: Settings
    table: Table
    own: tuple[Apart, ...] = ()  # a team's recognizers in Python
    written: tuple[Recognizer, ...] = ()  # and those in YAML
    listed: tuple[NameList, ...] = ()  # names that the operator knows
    files_sha256: str = ""  # of the files in which recognizers and names are written

    @classmethod
    def of(cls, settings: Settings) -> Parts:
        """Raises SettingsError where a recognizer cannot be had, PolicyError where one is written wrongly."""
        texts = files(settings)  # first: to read is quicker than to start a process
        found = written.load([one for one in texts if one[0].endswith(YAML)])
        listed = tuple(known.parse(text, name) for name, text in texts if not name.endswith(YAML))
        return cls(settings, recognizers.load(), own_recognizers(settings), found, listed, digest(texts))

    @property
    def entities(self) -> frozenset[str]:
        """Every entity that a rule can name."""
        own = (*(one.entities for one in self.own), (one.entity for one in self.written), (one.entity for one in self.listed))
        return known_entities(self.table).union(windows.ENTITIES, *own)  # a rule for names sleeps where `names: off`

    def policy(self) -> Policy:
        """The policy in force: files and folders, by default together with the one that ships. Raises PolicyError."""
        sources = [] if self.settings.only_these_policies else [shipped(DEFAULT_POLICY)]
        return load_all([*sources, *policies(self.settings.policy)], entities=self.entities)

    def guard(self, policy: Policy) -> Guard:
        """The pipeline for a policy. What countries and language change about detection is worked out once for each."""
        watches = tuple(detectors.build(watch) for watch in policy.watches)
        personal = self.personal(policy.entities)

        @lru_cache(maxsize=256)
        def bound(countries: frozenset[str], language: str) -> tuple[Detector, ...]:
            if policy.regions:
                countries = policy.regions.union(countries_of(countries, language))
            return (*personal(countries, language), *watches)

        slow = bool(self.own) or not SLOW.isdisjoint((self.settings.engine, *map(_kind, self.settings.names)))
        return Guard(policy, lambda context: bound(context.countries, context.language), slow=slow, own=self.files_sha256)

    def personal(self, asked: frozenset[str] = frozenset()) -> Engine:
        """The engine, what finds names, and a team's own recognizers. `asked`: entities that rules name.

        Raises SettingsError where what finds names cannot be had.
        """
        engines = (ENGINES[self.settings.engine](self, asked), *(names(self, word, asked) for word in self.settings.names))
        custom = Custom(self.written, allow(self.settings)) if self.written else None
        listed = (_listed(self.listed, _public(self.settings)),) if self.listed else ()

        def bound(countries: frozenset[str], language: str) -> Sequence[Detector]:
            found = [detector for engine in engines for detector in engine(countries, language)]
            own = custom.for_context(countries, language) if custom else None
            return (*found, *listed, *self.own, *([own] if own else ()))

        return bound

    def warm(self, guard: Guard) -> Guard:
        """The same guard, with everything made that the first call would otherwise wait for, but for what each process of a
        server has for itself (`assemble`)."""
        context = Context(now="", countries=frozenset(self.settings.countries))
        _warmed([one for one in guard.bound(Stage.INPUT, context) if not isinstance(one, Apart)], WARM)
        return guard

    def examiner(self, policy: Policy) -> Examine:
        """What runs the tests that stand beside a policy's rules: the pipeline as it is served."""
        return examiner(self.guard(policy))


async def assemble(settings: Settings, guard: Guard | None = None) -> Relay:
    """Everything that a server needs, opened: policy, detectors, keys, log, provider. Raises SettingsError or PolicyError.

    `guard`: one that is ready, such as the one that the workers of a server share.
    """
    if guard is None:
        parts = await asyncio.to_thread(Parts.of, settings)
        guard = parts.guard(parts.policy())
    master = await asyncio.to_thread(keys.master, settings.data)
    guard = replace(guard, seen=Seen(hashlib.sha256(b"seen" + master).digest()))
    log = await asyncio.to_thread(audit.open_log, "sqlite", settings.data)
    config = hashlib.sha256(f"{settings.digest}{guard.own}".encode()).hexdigest() if guard.own else settings.digest
    origin = {"instance": log.instance, "build": __version__, "config_sha256": config}
    apart = [one for one in guard.bound(Stage.OUTPUT, Context(now="")) if isinstance(one, Apart)]
    await asyncio.to_thread(_warmed, apart, WARM[:1])
    workers = tuple({id(one.worker): one.worker for one in apart}.values())
    return Relay(settings, guard, provider(settings), log, master, origin, workers=workers)


def _warmed(detectors: Sequence[Detector], texts: Sequence[str]) -> None:
    for text in texts:
        for detector in detectors:
            with suppress(Exception):  # a detector that fails says so at each call, where a rule judges it
                list(detector.find(Segment("/messages/0/content", text)))


def scanner(settings: Settings) -> Callable[[str, str], list[Finding]]:
    """`find(text, language)`: what a server with these settings would find in a text, in order; findings of several detectors
    may overlap. Raises SettingsError here, and there what a team's own recognizer raises."""
    personal, countries = Parts.of(settings).personal(), frozenset(settings.countries)

    def find(text: str, language: str) -> list[Finding]:
        segment = Segment("", text)
        found = {found for detector in personal(countries, language) for found in detector.find(segment)}
        return sorted(found.union(spread([*found], [segment])))

    return find


def policies(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """The policies in these files and folders, as (name, text). Raises SettingsError."""
    found: list[tuple[str, str]] = []
    for path in paths:
        files = sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
        if not files:
            raise SettingsError(f"There is no policy in {path}: files must end in .yaml.")
        found += [_read(file, "a policy") for file in files]
    return found


def _read(file: Path, what: str) -> tuple[str, str]:
    try:
        return str(file), file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "not UTF-8"
        raise SettingsError(f"{file} cannot be read as {what}: {why}.") from None


def shipped(name: str) -> tuple[str, str]:
    """A policy that comes with the package: its name and its text."""
    packaged = resources.files("guardrails").joinpath("_policies", name)
    beside = Path(__file__).parent.parent / "policies" / name  # a checkout installed with `pip install -e`
    text = packaged.read_text(encoding="utf-8") if packaged.is_file() else beside.read_text(encoding="utf-8")
    return f"policies/{name}", text


def own_recognizers(settings: Settings) -> tuple[Apart, ...]:
    """A team's own recognizers in Python, each by "package.module:NAME". Raises SettingsError."""
    names = tuple(name for name in settings.recognizers if not name.endswith(YAML))
    if not names:
        return ()
    worker = Worker(names, settings.recognizer_s, settings.max_recognizer_bytes, aside.turn)
    return process.recognizers(worker, allow(settings))


def files(settings: Settings) -> list[tuple[str, str]]:
    """The files in which a team's own recognizers are written in YAML, and those that list names. Raises SettingsError."""
    own = [_read(Path(name), "a file of recognizers") for name in settings.recognizers if name.endswith(YAML)]
    return own + [_read(path, "a list of names") for path in settings.known_names]


def digest(texts: Sequence[tuple[str, str]]) -> str:
    """SHA-256 of these files in any order; "" of none."""
    each = sorted(hashlib.sha256(text.encode()).hexdigest() for _, text in texts)
    return hashlib.sha256("".join(each).encode()).hexdigest() if each else ""


def allow(settings: Settings) -> frozenset[str]:
    """What is public here: values, and domains with all that is at them."""
    return frozenset((*settings.allow, *settings.own_domains))


def provider(settings: Settings) -> Provider:
    if settings.upstream.startswith("demo:"):
        from guardrails.providers.demo import DemoProvider  # noqa: PLC0415 it can be a server itself, and imports one

        return DemoProvider()
    from guardrails.providers.http import HttpProvider  # noqa: PLC0415 brings aiohttp (0.15 s); only a server speaks to one

    return HttpProvider(settings.upstream, settings.connect_s)


Engine = Callable[[frozenset[str], str], Sequence[Detector]]


def _patterns(parts: Parts, asked: frozenset[str]) -> Engine:
    engine = Personal(parts.table, allow=allow(parts.settings))
    return lambda countries, language: (engine.for_context(countries, language, asked),)


def _presidio(_: Parts, __: frozenset[str]) -> Engine:
    return lambda countries, language: (presidio.engine(countries, language),)


#: `engine:` in the settings.
ENGINES: dict[str, Callable[[Parts, frozenset[str]], Engine]] = {"patterns": _patterns, "presidio": _presidio}


def _no_names(_: Parts, __: str, ___: frozenset[str]) -> Engine:
    return lambda countries, language: ()  # noqa: ARG005 as every engine is called


def _compact(parts: Parts, _: str, asked: frozenset[str]) -> Engine:
    from guardrails.taggers import compact  # noqa: PLC0415 brings numpy (0.1 s); only who looks for names needs it

    @lru_cache(maxsize=64)
    def found(language: str) -> Sequence[Detector]:
        return (compact.names(language, asked, _public(parts.settings)),)

    return lambda countries, language: found(language)  # noqa: ARG005 as every engine is called


def _public(settings: Settings) -> Callable[[str], bool]:
    """Is this value public here?"""
    allowed = frozenset(value.casefold() for value in allow(settings))
    return lambda value: bool(allowed) and is_allowed(value, allowed)


def _listed(lists: tuple[NameList, ...], is_public: Callable[[str], bool]) -> Detector:
    """Finds the names that the operator knows, whoever else looks for names."""
    from guardrails.detectors.names.detector import Names, Rule  # noqa: PLC0415 brings numpy, as above

    found = known.Known(lists)
    return Names(None, (Rule(found, known.REACH),), found.entities, is_public, name="pii/known-names")


def _tagger(parts: Parts, word: str, _: frozenset[str]) -> Engine:
    found = (replace(_loaded(word), allowed=_public(parts.settings)),)
    return lambda countries, language: found  # noqa: ARG005 likewise


@lru_cache(maxsize=8)
def _loaded(word: str) -> Windowed:
    """A model that is loaded from this machine, once, for every country and language."""
    kind, what = word.split(":", 1)
    return taggers.TABLE[kind](what)


#: `names:` in the settings, by what stands before the colon. Each is made of its whole word, and several are asked one after
#: another: what any of them finds is found.
NAMES: dict[str, Callable[[Parts, str, frozenset[str]], Engine]] = {
    "off": _no_names,
    "compact": _compact,
    **dict.fromkeys(taggers.TABLE, _tagger),
}
NO_NAMES = ("off",)
#: Those that take so long that no event loop should wait for them.
SLOW = frozenset({"presidio", *taggers.TABLE})


def names(parts: Parts, word: str, asked: frozenset[str] = frozenset()) -> Engine:
    """What finds names, for one word of the setting. Raises SettingsError with what to do."""
    if _kind(word) not in NAMES:
        raise SettingsError(f'names: this version has no "{word}"; it has {", ".join(NAMES)}.')
    return NAMES[_kind(word)](parts, word, asked)


def _kind(word: str) -> str:
    return word.partition(":")[0]
