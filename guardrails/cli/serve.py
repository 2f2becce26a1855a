"""`guardrails serve`: the guard between an application and its model."""

from __future__ import annotations

import errno
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import click

#: Settings that can be said when it is started. `guardrails doctor` takes the same ones.
OPTIONS = (
    click.option("--upstream", metavar="URL", help="The provider's address. Default: https://api.openai.com"),
    click.option("--host", help="Address to listen on. Default: 127.0.0.1 (others need keys)."),
    click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. Default: 8080"),
    click.option("--data", type=click.Path(path_type=Path), help="Folder for the log and the keys. Default: ./guardrails-data"),
    click.option(
        "--policy", type=click.Path(path_type=Path), multiple=True, help="A policy beside the default one; may be repeated."
    ),
    click.option("--only-these-policies", is_flag=True, default=None, help="Leave out the default policy."),
    click.option("--workers", type=click.IntRange(1, 256), help="Processes that share the port. Default: 1"),
    click.option("--admin-port", type=click.IntRange(0, 65535), help="A port of its own for /metrics, /readyz and /healthz."),
    click.option("--log-format", type=click.Choice(["text", "json"]), help="Of the lines on standard error. Default: text"),
    click.option(
        "--log-level", type=click.Choice(["info", "warning", "error"]), help="info: a line per call. Default: warning"
    ),
)


def with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(OPTIONS):
        command = option(command)
    return command


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings, as a YAML file.")
@with_options
def serve(config: Path | None, **options: Any) -> None:
    """Listen, hide personal data, disclose the AI, enforce the policy, keep the log.

    Point your SDK's base_url at the address this prints. Every setting can also stand in the file given with --config, or in
    the environment as GUARDRAILS_NAME.
    """
    from guardrails import app, assembly, logs, settings  # noqa: PLC0415 `--help` must not wait for a server's imports
    from guardrails.audit import keys  # noqa: PLC0415 likewise
    from guardrails.cli import server  # noqa: PLC0415 likewise
    from guardrails.cli.workers import Parent  # noqa: PLC0415 likewise
    from guardrails.policy import Level  # noqa: PLC0415 likewise

    if config is None and Path("guardrails.yaml").exists():
        click.echo(
            "There is a guardrails.yaml here, which is not used: start with --config guardrails.yaml to use it.", err=True
        )
    made = settings.load(config, os.environ, options)
    parts = assembly.Parts.of(made)
    policy = parts.policy()
    for warning in policy.warnings:
        if warning.level is Level.WARNING:  # advice on how to finish a policy is for `policy lint`
            click.echo(str(warning), err=True)
    with ExitStack() as opened:
        listeners = [opened.enter_context(_bound(made.host, made.port))]
        if made.admin_port:
            listeners.append(opened.enter_context(_bound(made.admin_host, made.admin_port, "--admin-port")))
        keys.master(made.data)
        logs.set_up(made.log_format, made.log_level)
        counted = app.measured(parts, policy, made.workers)
        shared = server.Shared(made, tuple(listeners), parts.warm(parts.guard(policy)), counted)
        ready = partial(_announced, made, policy.id, *listeners[0].getsockname()[:2])
        status = shared.serve(0, None, ready) if made.workers == 1 else Parent(shared.work, counted, ready).run()
    raise SystemExit(status)


def _announced(made: Any, policy: str, host: str, port: int) -> None:
    """What a person reads once calls are taken: every mistake is told before."""
    click.echo(f"guardrails listens on http://{f'[{host}]' if ':' in host else host}:{port}/v1 and calls {made.upstream}")
    click.echo(f"  Policy: {policy}. Log and keys: {made.data}")
    click.echo(f"  Read the last decision:  guardrails audit show --last 1 --data {made.data}")


def _bound(host: str, port: int, option: str = "--port") -> socket.socket:
    """A socket that listens there. Raises SettingsError where it cannot."""
    from guardrails.errors import SettingsError  # noqa: PLC0415 likewise

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise SettingsError(f"Cannot listen on {host}:{port}: {why}. Choose another with {option}.") from None
    listener.setblocking(False)  # it holds for all copies in all workers, and `dup` sets it anew to what it is here
    return listener
