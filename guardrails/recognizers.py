"""Read Presidio's recognizers out of the installed package, once per version, in a helper process.

Importing Presidio costs 0.8 s and 110 MB (it brings spaCy), so the server never does: `python -m guardrails.recognizers`
imports it, writes what it found as JSON to its standard output and ends. `load` keeps that beside the version's number in a
cache directory and gives a pure `Table`. No network is touched: `tldextract`, which would fetch a list on its first use,
is asked for its bundled snapshot only.
"""

from __future__ import annotations

import inspect
import json
import os
import subprocess
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import Any

from guardrails.detectors.table import SCHEMA, Pattern, Recognizer, Table, from_data, iso_country
from guardrails.errors import SettingsError

HELPER_SECONDS = 120.0
#: Those for which Presidio's default configuration switches recognizers on.
LANGUAGES = ("en", "es", "it", "pl", "de", "fi", "ko", "sv", "th", "tr")


def load(cache: Path | None = None) -> Table:
    """The table of the installed Presidio: from the cache, or read anew by the helper process.

    `cache`: a directory; default `$XDG_CACHE_HOME/guardrails` or `~/.cache/guardrails`. A cache that can't be written
    only costs the second or two again at the next start. Raises SettingsError where Presidio is absent or broken.
    """
    try:
        version = metadata.version("presidio-analyzer")
    except metadata.PackageNotFoundError as e:
        raise SettingsError("presidio-analyzer is not installed: pip install guardrails-proxy brings it") from e
    path = (cache or cache_directory()) / f"recognizers-{SCHEMA}-{version}.json"
    table = _read(path, version)
    if table is None:
        raw = _ask_helper()
        table = from_data(json.loads(raw))
        _write(path, raw)
    return table


def cache_directory() -> Path:
    """XDG Base Directory Specification 0.8: a relative `XDG_CACHE_HOME` is to be ignored."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(home) if Path(home).is_absolute() else Path.home() / ".cache") / "guardrails"


def _read(path: Path, version: str) -> Table | None:
    try:
        table = from_data(json.loads(path.read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # absent or damaged: read anew
    return table if table.version == version else None


def _write(path: Path, raw: bytes) -> None:
    """Write beside, then rename: another process sees the old file or the whole new one."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as f:
            f.write(raw)
        Path(name).replace(path)
    except OSError:
        return  # a read-only home: the next start asks the helper again


def _ask_helper() -> bytes:
    # TLDEXTRACT_…: the belt to `_domains`'s braces, should Presidio one day extract a domain while it is being imported.
    env = dict(os.environ) | {"TLDEXTRACT_PUBLIC_SUFFIX_LIST_URLS": ""}
    command = [sys.executable, "-m", "guardrails.recognizers"]
    try:
        done = subprocess.run(command, env=env, capture_output=True, check=True, timeout=HELPER_SECONDS)  # noqa: S603 - our own module
    except (OSError, subprocess.SubprocessError) as e:
        raise SettingsError(f"could not read Presidio's recognizers; run `{' '.join(command)}` to see why") from e
    return done.stdout


def read_installed() -> Table:
    """Import Presidio and read it. Only the helper process and tests call this."""
    from presidio_analyzer import PatternRecognizer, RecognizerRegistry, predefined_recognizers  # noqa: PLC0415 - costs 0.8 s

    registry = RecognizerRegistry(supported_languages=list(LANGUAGES))
    registry.load_predefined_recognizers(languages=list(LANGUAGES))
    on = {type(r).__name__ for r in registry.recognizers}
    found = []
    shipped: dict[str, Any] = vars(predefined_recognizers)
    for name, kind in sorted(shipped.items()):
        if name == "PhoneRecognizer":
            phone = kind()
            entity, words = phone.supported_entities[0], tuple(phone.context)
            found.append(Recognizer(name, entity, (), words, None, checks=False, default=True))
        if not (inspect.isclass(kind) and issubclass(kind, PatternRecognizer)):
            continue
        made: Any = kind()
        found.append(
            Recognizer(
                name=name,
                entity=made.supported_entities[0],
                patterns=tuple(Pattern(p.regex, p.score, int(made.global_regex_flags)) for p in made.patterns),
                context=tuple(w.strip() for w in made.context or ()),
                country=iso_country(getattr(kind, "COUNTRY_CODE", None)),
                checks=any(
                    getattr(kind, m) is not getattr(PatternRecognizer, m) for m in ("validate_result", "invalidate_result")
                ),
                default=name in on,
            )
        )
    return Table(metadata.version("presidio-analyzer"), tuple(found), _domains())


def _domains() -> frozenset[str]:
    """The last labels of the public suffixes in tldextract's bundled snapshot: what makes `a@b.xyz` an address."""
    from tldextract import TLDExtract  # noqa: PLC0415 - comes with Presidio, needed in the helper only

    return frozenset(suffix.rpartition(".")[2] for suffix in TLDExtract(suffix_list_urls=(), cache_dir=None).tlds)


if __name__ == "__main__":
    sys.stdout.buffer.write(json.dumps(read_installed().as_data(), ensure_ascii=False).encode())
