"""`guardrails serve`: the guard between an application and its model."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings, as a YAML file.")
@click.option("--upstream", metavar="URL", help="The provider's address. Default: https://api.openai.com")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1 (others need keys).")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. Default: 8080")
@click.option("--data", type=click.Path(path_type=Path), help="Folder for the log and the keys. Default: ./guardrails-data")
@click.option(
    "--policy", type=click.Path(path_type=Path), multiple=True, help="A policy beside the default one; may be repeated."
)
@click.option("--only-these-policies", is_flag=True, default=None, help="Leave out the default policy.")
def serve(config: Path | None, **options: Any) -> None:
    """Listen, hide personal data, disclose the AI, enforce the policy, keep the log.

    Point your SDK's base_url at the address this prints. Every setting can also stand in the file given with --config, or in
    the environment as GUARDRAILS_NAME.
    """
    import uvicorn  # noqa: PLC0415 `--help` must not wait for a server's imports

    from guardrails import app, assembly, settings  # noqa: PLC0415 likewise
    from guardrails.audit import keys  # noqa: PLC0415 likewise
    from guardrails.policy import Level  # noqa: PLC0415 likewise

    if config is None and Path("guardrails.yaml").exists():
        click.echo(
            "There is a guardrails.yaml here, which is not used: start with --config guardrails.yaml to use it.", err=True
        )
    made = settings.load(config, os.environ, options)
    policy = assembly.Parts.of(made).policy()
    for warning in policy.warnings:
        if warning.level is Level.WARNING:  # advice on how to finish a policy is for `policy lint`
            click.echo(str(warning), err=True)
    listener = _bound(made.host, made.port)
    with listener:  # every mistake is told before this line says that all is well
        keys.master(made.data)
        host, port = listener.getsockname()[:2]
        click.echo(f"guardrails listens on http://{host}:{port}/v1 and calls {made.upstream}")
        click.echo(f"  Policy: {policy.id}. Log and keys: {made.data}")
        click.echo(f"  Read the last decision:  guardrails audit show --last 1 --data {made.data}")
        server = uvicorn.Server(
            uvicorn.Config(
                app.build(made, assembly.assemble),
                log_level="warning",
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=30,
            )
        )
        server.run(sockets=[listener])
    if not server.started:
        raise SystemExit(2)


def _bound(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises SettingsError where it cannot."""
    from guardrails.errors import SettingsError  # noqa: PLC0415 likewise

    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = "another program listens there" if error.errno == errno.EADDRINUSE else error.strerror
        raise SettingsError(f"Cannot listen on {host}:{port}: {why}. Choose another with --port.") from None
