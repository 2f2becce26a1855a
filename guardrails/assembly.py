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

from guardrails import __version__, aside, audit, detectors, recognizers
from guardrails.audit import keys
from guardrails.detectors import presidio
from guardrails.detectors.personal import Personal
from guardrails.detectors.seen import Seen
from guardrails.detectors.table import Table
from guardrails.errors import SettingsError
from guardrails.examiner import examiner
from guardrails.guard import Guard
from guardrails.model import Context, Detector, Finding, Segment, Stage
from guardrails.own import process
from guardrails.own.process import Apart
from guardrails.policy import Policy, load_all
from guardrails.providers import Provider
from guardrails.relay import Relay
from guardrails.settings import Settings
from guardrails.trial import Examine

DEFAULT_POLICY = "default.yaml"
#: Text that makes every engine build what it builds on first use.
WARM = ("Write to ann@example.com or call +1 202-555-0100.", "4000 0000 0000 0000", "192.0.2.1", "你好 hej")


@dataclass(frozen=True, slots=True)
class Parts:
    """What can be found here, and what is made of it: Presidio's table, a team's own recognizers, the settings."""

    settings: Settings
    table: Table
    own: tuple[Apart, ...] = ()

    @classmethod
    def of(cls, settings: Settings) -> Parts:
        """Raises SettingsError where a recognizer cannot be had."""
        return cls(settings, recognizers.load(), own_recognizers(settings))

    @property
    def entities(self) -> frozenset[str]:
        """Every entity that a rule can name."""
        return detectors.known_entities(self.table).union(*(one.entities for one in self.own))

    def policy(self) -> Policy:
        """The policy in force: files and folders, by default together with the one that ships. Raises PolicyError."""
        sources = [] if self.settings.only_these_policies else [shipped(DEFAULT_POLICY)]
        return load_all([*sources, *written(self.settings.policy)], entities=self.entities)

    def guard(self, policy: Policy) -> Guard:
        """The pipeline for a policy. What countries and language change about detection is worked out once for each."""
        watches = tuple(detectors.build(watch) for watch in policy.watches)
        personal = self.personal(policy.entities)

        @lru_cache(maxsize=256)
        def bound(countries: frozenset[str], language: str) -> tuple[Detector, ...]:
            return (*personal(countries, language), *watches)

        slow = bool(self.own) or self.settings.engine in SLOW
        return Guard(policy, lambda context: bound(context.countries, context.language), slow=slow)

    def personal(self, asked: frozenset[str] = frozenset()) -> Engine:
        """The engine, and a team's own recognizers beside it. `asked`: entities that rules name."""
        engine = ENGINES[self.settings.engine](self, asked)
        return lambda countries, language: (*engine(countries, language), *self.own)

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
    origin = {"instance": log.instance, "build": __version__, "config_sha256": settings.digest}
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
        return sorted({found for detector in personal(countries, language) for found in detector.find(segment)})

    return find


def written(paths: Sequence[Path]) -> list[tuple[str, str]]:
    """The policies in these files and folders, as (name, text). Raises SettingsError."""
    found: list[tuple[str, str]] = []
    for path in paths:
        files = sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
        if not files:
            raise SettingsError(f"There is no policy in {path}: files must end in .yaml.")
        try:
            found += [(str(file), file.read_text(encoding="utf-8")) for file in files]
        except (OSError, UnicodeDecodeError) as error:
            why = getattr(error, "strerror", None) or "not UTF-8"
            raise SettingsError(f"{path} cannot be read as a policy: {why}.") from None
    return found


def shipped(name: str) -> tuple[str, str]:
    """A policy that comes with the package: its name and its text."""
    packaged = resources.files("guardrails").joinpath("_policies", name)
    beside = Path(__file__).parent.parent / "policies" / name  # a checkout installed with `pip install -e`
    text = packaged.read_text(encoding="utf-8") if packaged.is_file() else beside.read_text(encoding="utf-8")
    return f"policies/{name}", text


def own_recognizers(settings: Settings) -> tuple[Apart, ...]:
    """A team's own recognizers in Python, each by "package.module:NAME". Raises SettingsError."""
    return process.recognizers(settings.recognizers, settings.recognizer_s, settings.max_recognizer_bytes, aside.turn)


def provider(settings: Settings) -> Provider:
    if settings.upstream.startswith("demo:"):
        from guardrails.providers.demo import DemoProvider  # noqa: PLC0415 it can be a server itself, and imports one

        return DemoProvider()
    from guardrails.providers.http import HttpProvider  # noqa: PLC0415 brings aiohttp (0.15 s); only a server speaks to one

    return HttpProvider(settings.upstream, settings.connect_s)


Engine = Callable[[frozenset[str], str], Sequence[Detector]]


def _patterns(parts: Parts, asked: frozenset[str]) -> Engine:
    engine = Personal(parts.table, allow=frozenset((*parts.settings.allow, *parts.settings.own_domains)))
    return lambda countries, language: (engine.for_context(countries, language, asked),)


def _presidio(_: Parts, __: frozenset[str]) -> Engine:
    return lambda countries, language: (presidio.engine(countries, language),)


#: `engine:` in the settings.
ENGINES: dict[str, Callable[[Parts, frozenset[str]], Engine]] = {"patterns": _patterns, "presidio": _presidio}
#: Those that take so long that no event loop should wait for them.
SLOW = frozenset({"presidio"})
