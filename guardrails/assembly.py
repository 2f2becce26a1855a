"""Settings in, working parts out. The only module that knows every table: stores, providers, engines, detectors, policies."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path

from guardrails import __version__, audit, detectors, recognizers
from guardrails.audit import keys
from guardrails.detectors.patterns import Patterns
from guardrails.detectors.table import Table
from guardrails.errors import SettingsError
from guardrails.examiner import examiner as pipeline_examiner
from guardrails.guard import Guard
from guardrails.model import Detector
from guardrails.policy import Policy, load_all
from guardrails.providers import Provider
from guardrails.providers.demo import DemoProvider
from guardrails.providers.http import HttpProvider
from guardrails.relay import Relay
from guardrails.settings import Settings
from guardrails.trial import Examine

DEFAULT_POLICY = "default.yaml"


async def assemble(settings: Settings) -> Relay:
    """Everything that a server needs, opened: policy, detectors, keys, log, provider. Raises SettingsError or PolicyError."""
    table = await asyncio.to_thread(recognizers.load)
    policy = policies(settings.policy, table, default=not settings.only_these_policies)
    master = await asyncio.to_thread(keys.master, settings.data)
    log = await asyncio.to_thread(audit.open_log, "sqlite", settings.data)
    origin = {"instance": log.instance, "build": __version__, "config_sha256": settings.digest}
    return Relay(settings, guard(policy, settings, table), provider(settings), log, master, origin)


def policies(paths: Sequence[Path], table: Table, *, default: bool = True) -> Policy:
    """The policy in these files and folders, by default together with the one that ships. Raises PolicyError, SettingsError."""
    sources = [shipped(DEFAULT_POLICY)] if default else []
    for path in paths:
        files = sorted(path.glob("*.y*ml")) if path.is_dir() else [path]
        if not files:
            raise SettingsError(f"There is no policy in {path}: files must end in .yaml.")
        try:
            sources += [(str(file), file.read_text(encoding="utf-8")) for file in files]
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(
                f"{path} cannot be read as a policy: {getattr(error, 'strerror', None) or 'not UTF-8'}."
            ) from None
    return load_all(sources, entities=detectors.known_entities(table))


def shipped(name: str) -> tuple[str, str]:
    """A policy that comes with the package: its name and its text."""
    packaged = resources.files("guardrails").joinpath("_policies", name)
    beside = Path(__file__).parent.parent / "policies" / name  # a checkout installed with `pip install -e`
    text = packaged.read_text(encoding="utf-8") if packaged.is_file() else beside.read_text(encoding="utf-8")
    return f"policies/{name}", text


def known_entities() -> frozenset[str]:
    """Every entity that a rule can name."""
    return detectors.known_entities(recognizers.load())


def guard(policy: Policy, settings: Settings, table: Table) -> Guard:
    """The pipeline for a policy. What a call's countries and language change about detection is worked out once for each."""
    watches = tuple(detectors.build(watch) for watch in policy.watches)
    personal = ENGINES[settings.engine](settings, table, policy.entities)

    @lru_cache(maxsize=256)
    def bound(countries: frozenset[str], language: str) -> tuple[Detector, ...]:
        return (*personal(countries, language), *watches)

    return Guard(policy, lambda context: bound(context.countries, context.language))


def provider(settings: Settings) -> Provider:
    if settings.upstream.startswith("demo:"):
        return DemoProvider()
    return HttpProvider(settings.upstream, settings.upstream_timeout_s)


Engine = Callable[[frozenset[str], str], Sequence[Detector]]


def _patterns(settings: Settings, table: Table, asked: frozenset[str]) -> Engine:
    engine = Patterns(table, allow=frozenset((*settings.allow, *settings.own_domains)))
    return lambda countries, language: (engine.for_context(countries, language, asked),)


def _presidio(settings: Settings, table: Table, asked: frozenset[str]) -> Engine:  # noqa: ARG001 one shape for every engine
    from guardrails.detectors import presidio  # noqa: PLC0415 it brings 110 MB, and only this engine needs it

    return lambda countries, language: (presidio.engine(countries, language),)


#: `engine:` in the settings.
ENGINES: dict[str, Callable[[Settings, Table, frozenset[str]], Engine]] = {"patterns": _patterns, "presidio": _presidio}


def examiner(policy: Policy) -> Examine:
    """What runs the tests that stand beside a policy's rules: the pipeline as it is served, with the default settings."""
    return pipeline_examiner(guard(policy, Settings(), recognizers.load()))
