"""What `guardrails doctor` looks at, one function for each: it examines, changes nothing, and says what a person should do.

A check is a row of `CHECKS`: a function from what is examined to what it found. Nothing of a call, no key and no credential is
read beyond its permissions, and none is sent.
"""

from __future__ import annotations

import base64
import http.client
import json
import os
import re
import resource
import socket
import ssl
import stat
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit

from yarl import URL

from guardrails import assembly, recognizers
from guardrails.audit import keys
from guardrails.audit.file import FILE
from guardrails.audit.instances import promises
from guardrails.audit.read import Unreadable, snapshot
from guardrails.errors import GuardrailsError, LogBroken, PolicyError, SettingsError
from guardrails.policy import Level
from guardrails.providers.http import address as to_provider
from guardrails.providers.http import target
from guardrails.providers.proxies import proxy_for
from guardrails.proxy.life import LEAST_FREE_BYTES
from guardrails.settings import Settings
from guardrails.tlog import Checkpoint, Frontier, Note

DISTRIBUTION = "guardrails-proxy"
PATIENCE_S = 5.0
ROOM_BYTES = 2**30  # below this the disk should be looked at
DRIFT_S = 60  # a clock that is further off makes records hard to read beside other logs
SPARE_FILES = 64  # what a server opens beside its connections
FILES_PER_CALL = 2


class State(StrEnum):
    OK = "ok"
    ADVICE = "advice"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Found:
    """One sentence on what is so, and one on what to do about it where something is to be done."""

    state: State
    says: str
    do: str = ""


def ok(says: str) -> Found:
    return Found(State.OK, says)


def advice(says: str, do: str) -> Found:
    return Found(State.ADVICE, says, do)


def fault(says: str, do: str) -> Found:
    return Found(State.FAULT, says, do)


def python(_: Settings) -> Iterator[Found]:
    """The interpreter, and whether every package that this one needs is there in a version that it knows."""
    try:
        needed = metadata.requires(DISTRIBUTION) or []
    except metadata.PackageNotFoundError:
        yield advice(
            f"{DISTRIBUTION} runs from its source and is not installed.", "pip install . installs it with what it needs."
        )
        return
    wanted = [one for one in map(_requirement, needed) if one]
    wrong = [told for name, bounds in wanted if (told := _unmet(name, bounds))]
    for told in wrong:
        yield fault(told, f"pip install --upgrade {DISTRIBUTION} brings the right one.")
    others = sorted(set(metadata.packages_distributions().get("guardrails", ())) - {DISTRIBUTION})
    if others:
        yield fault(
            f"Another package also uses the import name guardrails: {', '.join(others)}.",
            f"pip uninstall {' '.join(others)} && pip install --force-reinstall {DISTRIBUTION}",
        )
    if not wrong and not others:
        version = ".".join(map(str, sys.version_info[:3]))
        own = metadata.version(DISTRIBUTION)
        yield ok(f"Python {version}, guardrails {own}, and its {len(wanted)} packages are as they should be.")


def policy(settings: Settings) -> Iterator[Found]:
    try:
        parts = assembly.Parts.of(settings)
    except (PolicyError, SettingsError) as error:
        yield fault(f"What is looked for cannot be had: {error}", "docs/recognizers.md says what recognizers may be.")
        return
    try:
        made = parts.policy()
    except (PolicyError, SettingsError) as error:
        yield fault(f"The policy cannot be used: {error}", "guardrails policy lint FILE says all that is wrong with a policy.")
        return
    for warning in made.warnings:
        if warning.level is Level.WARNING:
            yield advice(f"The policy can be used, but: {warning}", "guardrails policy lint FILE says more.")
    yield ok(f"The policy {made.id} holds {len(made.rules)} rules.")


def names(settings: Settings) -> Iterator[Found]:
    """Who finds names, and whether it can be loaded."""
    if settings.names == assembly.NO_NAMES:
        yield ok("Names of people and places are not looked for (the setting names).")
        return
    try:
        parts = assembly.Parts.of(settings)
    except (PolicyError, SettingsError):
        return  # the check before this one has said so
    for word in settings.names:
        try:
            found = assembly.names(parts, word)(frozenset(), "en")
        except SettingsError as error:
            yield fault(f"What finds names cannot be had: {error}", "docs/names.md says what names: may be.")
        else:
            loaded = ", ".join(one.name.removeprefix("pii/") for one in found)
            yield ok(f"Names are found by {word.partition(':')[0]}: {loaded} is loaded.")


def cache(_: Settings) -> Iterator[Found]:
    """The table of recognizers, without which each start takes a second or two more."""
    folder = recognizers.cache_directory()
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if os.access(nearest, os.W_OK | os.X_OK):
        yield ok(f"The table of recognizers is kept in {folder}.")
    else:
        yield advice(
            f"{folder} cannot be written, so each start reads Presidio anew.", "Set XDG_CACHE_HOME to a writable folder."
        )


def data(settings: Settings) -> Iterator[Found]:
    """The data directory: is it there, whose is it, who else can read it, is there room."""
    folder = settings.data
    if not folder.exists():
        nearest = next(path for path in folder.absolute().parents if path.exists())
        if os.access(nearest, os.W_OK | os.X_OK):
            yield ok(f"The data directory {folder} does not exist yet; the first start makes it.")
        else:
            yield fault(f"{folder} does not exist, and {nearest} cannot be written.", "Choose another place with --data.")
        return
    if not folder.is_dir():
        yield fault(f"{folder} is no directory.", "Choose another place with --data.")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield fault(f"This user cannot write {folder}.", f"chown it to the user who runs guardrails: {_user()}.")
        return
    secret = [path for path in sorted((folder / "keys").glob("*")) if path.is_file()]
    open_to_others = [
        path for path in (folder / "keys", *secret) if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    for path in open_to_others:
        yield fault(f"Others than its owner may use {path}.", f"chmod {'700' if path.is_dir() else '600'} {path}")
    foreign = [path for path in (folder, *secret) if path.stat().st_uid != os.getuid()]
    for path in foreign:
        yield fault(f"{path} belongs to another user.", f"chown it to the user who runs guardrails: {_user()}.")
    room = os.statvfs(folder)
    free = room.f_bavail * room.f_frsize
    if free < LEAST_FREE_BYTES:
        yield fault(f"The disk of {folder} is full, so nothing can be recorded or forwarded.", "Make room, or move the data.")
    elif free < ROOM_BYTES:
        yield advice(f"The disk of {folder} has {free // 2**20} MB left.", "Make room: without it calls are refused.")
    if not open_to_others and not foreign and free >= ROOM_BYTES:
        yield ok(f"The data directory {folder} is this user's alone and has {free // 2**30} GB of room.")


def log(settings: Settings) -> Iterator[Found]:
    """The log's head: is it what the key of this directory signed last? `guardrails audit verify` reads every byte."""
    folder = settings.data
    if not (folder / FILE).exists():
        yield _no_log(folder)
        return
    again = f"guardrails audit verify --data {folder} says what is wrong."
    try:
        public = keys.public(folder)
        with snapshot(folder) as file:
            size, frontier = file.execute("SELECT size, frontier FROM head").fetchone()
            last = file.execute("SELECT max(idx) FROM entries").fetchone()[0]
            note = file.execute("SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1").fetchone()[0]
        signed = Note.parse(note.decode() if isinstance(note, bytes) else note)
        root = Frontier.decode(size, frontier).root()
    except (Unreadable, SettingsError, LogBroken) as error:
        yield fault(f"The log cannot be used: {error}", again)
        return
    except (TypeError, ValueError):
        yield fault("The log's head is damaged.", again)
        return
    if not signed.good(public, keys.verify) or Checkpoint.of(signed) != Checkpoint(public.name, size, root) or last + 1 != size:
        yield fault("The log's head is not what its key signed last.", again)
    else:
        yield ok(f"The log opens, and its head of {size} entries is signed by its key.")


def _no_log(folder: Path) -> Found:
    back = f"Put {FILE} back, or choose another place with --data."
    if any(promises(folder).values()):
        return fault(f"The log of {folder} is gone, and its writer did not end it: serve will not begin another.", back)
    if (folder / "log.pub").exists():
        return advice(f"There is a log's public key in {folder}, and no log: the next start begins an empty one.", back)
    return ok("There is no log yet; the first start makes it.")


def port(settings: Settings) -> Iterator[Found]:
    yield from _listening(settings.host, settings.port, "--port")
    if settings.admin_port:
        yield from _listening(settings.admin_host, settings.admin_port, "--admin-port")


def credentials(settings: Settings) -> Iterator[Found]:
    """Who pays: with a table of callers the SDK's key is one of ours, and the provider needs one of its own."""
    if settings.callers and not settings.upstream_key and not settings.upstream.startswith("demo:"):
        yield advice(
            "Callers have keys here, and no upstream_key is set: the provider gets a key only from those who send it beside "
            "x-guardrails-key.",
            "Set upstream_key (GUARDRAILS_UPSTREAM_KEY) to the provider's key.",
        )


def upstream(settings: Settings) -> Iterator[Found]:
    """The provider: its name, its port, its certificate, and what it answers to GET /v1/models without credentials."""
    if settings.upstream.startswith("demo:"):
        yield ok("The provider is the demo model, which needs no network.")
        return
    address = urlsplit(settings.upstream)
    if "/chat/completions" in address.path or address.path.rstrip("/").endswith("/v1/v1"):
        yield fault(
            f"upstream is {settings.upstream}, to which /v1/chat/completions is added.",
            "Give the address only up to, and without, /v1.",
        )
        return
    try:
        where = target(to_provider(settings.upstream), "/v1/models")
        proxy = proxy_for(where)
    except SettingsError as error:
        yield fault(str(error), "Set it to an address, or leave it out.")
        return
    if proxy is not None:
        yield ok(f"Calls go through the HTTP proxy {proxy.raw_host} (from {where.scheme.upper()}_PROXY).")
    try:
        status, date = _asked(where, proxy)
    except (OSError, http.client.HTTPException) as error:
        yield fault(*_unreached(settings.upstream, where.host or "", error))
        return
    yield _answered(settings.upstream, where.raw_path, status)
    yield from _clock(date)


def files(settings: Settings) -> Iterator[Found]:
    """How many files the process may open: a call needs a connection to its client and one to the provider."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.max_open_calls * FILES_PER_CALL + SPARE_FILES
    if soft != resource.RLIM_INFINITY and soft < needed:
        told = "as many as it likes" if hard == resource.RLIM_INFINITY else str(hard)
        yield advice(
            f"A process may open {soft} files, and {settings.max_open_calls} open calls need {needed}.",
            f"ulimit -n {needed} before the start (this user may ask for {told}), or a smaller max_open_calls.",
        )
    else:
        yield ok(f"A process may open {'any number of' if soft == resource.RLIM_INFINITY else soft} files.")
    cores = os.cpu_count() or 1
    if settings.workers > cores:
        yield advice(
            f"{settings.workers} workers share {cores} processors.", f"--workers {cores} serves as much with less memory."
        )


#: What can be looked at without settings.
ALONE: tuple[str, ...] = ("python", "cache")
#: In the order of a start.
CHECKS: dict[str, Callable[[Settings], Iterator[Found]]] = {
    "python": python,
    "policy": policy,
    "names": names,
    "cache": cache,
    "data": data,
    "log": log,
    "port": port,
    "credentials": credentials,
    "upstream": upstream,
    "files": files,
}


# --- parts ------------------------------------------------------------------------------------------------------------


def _requirement(line: str) -> tuple[str, str] | None:
    """Name and bounds of a requirement that holds here: 'aiohttp<4,>=3.12' is ("aiohttp", "<4,>=3.12")."""
    asked, _, marker = line.partition(";")
    if "extra" in marker or ("win32" in marker and sys.platform == "win32"):
        return None
    found = re.match(r"([\w.-]+)\s*\(?([^)]*)\)?", asked.strip())
    return (found[1], found[2]) if found else None


def _unmet(name: str, bounds: str) -> str:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return f"The package {name} is not installed."
    for bound in filter(None, (part.strip() for part in bounds.split(","))):
        operator, asked = re.match(r"([<>=!~]+)\s*(.*)", bound).groups()  # type: ignore[union-attr]  # PEP 508 has no other form
        here, there = _numbers(version), _numbers(asked)
        if (operator == ">=" and here < there) or (operator == "<" and here >= there):
            return f"The package {name} is {version}, and {bounds} is needed."
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", re.split(r"[a-z+]", version)[0])[:3])


def _user() -> str:
    return f"user id {os.getuid()}"


def _listening(host: str, number: int, option: str) -> Iterator[Found]:
    if number == 0:
        yield ok("Any free port is taken at the start.")
        return
    near = "127.0.0.1" if host in ("0.0.0.0", "") else "::1" if host == "::" else host  # noqa: S104 asked about, not bound
    try:
        family = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, number), family=family).close()
    except PermissionError:
        yield fault(f"This user may not listen on port {number}.", f"Choose one above 1023 with {option}.")
    except OSError as error:
        kind = _who(near, number)
        if kind is None:
            yield fault(f"Cannot listen on {host}:{number}: {error.strerror}.", f"Choose another with --host or {option}.")
        elif kind:
            yield ok(kind)
        else:
            yield fault(f"Another program listens on {host}:{number}.", f"End it, or choose another port with {option}.")
    else:
        yield ok(f"{host}:{number} is free.")


def _who(host: str, number: int) -> str | None:
    """Who listens there: a sentence where it is a guardrails, "" where it is something else, None where nobody does."""
    connection = http.client.HTTPConnection(host, number, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/healthz")
        told = json.loads(connection.getresponse().read(1000))
        connection.request("GET", "/readyz")
        ready = json.loads(connection.getresponse().read(1000))
    except ConnectionRefusedError:
        return None
    except (OSError, ValueError, http.client.HTTPException):
        return ""
    finally:
        connection.close()
    if not isinstance(told, dict) or set(told) != {"status", "version"} or not isinstance(ready, dict):
        return ""
    state = "is ready" if ready.get("status") == "ready" else f"is not ready: {ready.get('reason', 'unknown')}"
    return f"guardrails {told['version']} runs on {host}:{number} and {state}."


def _asked(where: URL, proxy: URL | None) -> tuple[int, str]:
    """The status and the date that an unnamed caller gets, on the way that calls take."""
    first, headers = proxy or where, {"accept": "application/json", "user-agent": "guardrails-doctor"}
    own = {}
    if proxy is not None and proxy.user is not None:
        said = f"{proxy.user}:{proxy.password or ''}"
        own = {"proxy-authorization": f"Basic {base64.b64encode(said.encode()).decode()}"}
    connection = http.client.HTTPConnection(first.host or "", first.port, timeout=PATIENCE_S)
    asked = where.raw_path_qs
    if where.scheme == "https":
        tls = ssl.create_default_context()
        connection = http.client.HTTPSConnection(first.host or "", first.port, timeout=PATIENCE_S, context=tls)
        if proxy is not None:
            connection.set_tunnel(where.raw_host or "", where.port, own)
    elif proxy is not None:
        asked, headers = str(where), {**headers, **own}
    try:
        connection.request("GET", asked, headers=headers)
        response = connection.getresponse()
        return response.status, response.getheader("date") or ""
    finally:
        connection.close()


#: What is wrong with a provider that cannot be reached, and what to do; the first that fits.
UNREACHED: tuple[tuple[type[Exception], str, str], ...] = (
    (socket.gaierror, "The name {host} is not known to this machine.", "Check its spelling, and this machine's DNS."),
    (ssl.SSLCertVerificationError, "The certificate of {host} is not trusted ({why}).", "Give its authority in SSL_CERT_FILE."),
    (ssl.SSLError, "{address} does not speak TLS.", "Check whether upstream should begin with http://, and its port."),
    (TimeoutError, "{address} does not answer within {wait:g} seconds.", "Check the address, and firewalls on the way."),
    (ConnectionRefusedError, "Nobody listens at {address}.", "Start the provider there, or check the port of upstream."),
    (http.client.HTTPException, "{address} does not speak HTTP.", "Check whether upstream should begin with https://."),
    (Exception, "{address} cannot be reached ({kind}).", "Check the address, and the network of this machine."),
)


def _unreached(address: str, host: str, error: Exception) -> tuple[str, str]:
    says, do = next((says, do) for kind, says, do in UNREACHED if isinstance(error, kind))
    why = getattr(error, "verify_message", "")
    return says.format(address=address, host=host, why=why, wait=PATIENCE_S, kind=type(error).__name__), do


def _answered(address: str, path: str, status: int) -> Found:
    if status < 300 or status in (401, 403):
        return ok(
            f"The provider at {address} answers (status {status} to GET {path} without credentials, which is as expected)."
        )
    if status == 404:
        return advice(
            f"The provider at {address} has no {path} (status 404).",
            "If calls get 404 too, a part of its path is missing or too much: /v1/chat/completions is added to upstream, whose "
            "own last /v1 is taken off before.",
        )
    if status < 400:
        return advice(f"{address} redirects (status {status}), which is not followed.", "Give the address that it points to.")
    return advice(f"The provider at {address} answers with status {status}.", "Look at its status page, or try again later.")


def _clock(date: str) -> Iterator[Found]:
    """The provider's clock beside ours: records carry our time."""
    try:
        apart = time.time() - parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return
    if abs(apart) > DRIFT_S:
        way = "ahead of" if apart > 0 else "behind"
        yield advice(
            f"This machine's clock is {abs(apart):.0f} s {way} the provider's.", "Switch on time synchronisation (NTP)."
        )
    else:
        yield ok("This machine's clock agrees with the provider's.")


def broken_settings(error: GuardrailsError) -> Found:
    return fault(f"The settings cannot be used: {error}", "Mend that first: what depends on them was not looked at.")


def unused_file(config: Path | None) -> Iterator[Found]:
    if config is None and Path("guardrails.yaml").exists():
        yield advice("There is a guardrails.yaml here, which is not used.", "Give --config guardrails.yaml, here and to serve.")
