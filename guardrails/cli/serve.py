"""`guardrails serve`: the guard between an application and its model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click


@click.command()
@click.option("--config", type=click.Path(path_type=Path), help="Settings, as a YAML file.")
@click.option("--upstream", metavar="URL", help="The provider's address. Default: https://api.openai.com")
@click.option("--host", help="Address to listen on. Default: 127.0.0.1 (others need keys).")
@click.option("--port", type=int, help="Port to listen on. Default: 8080")
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
    from guardrails.policy import Level  # noqa: PLC0415 likewise

    made = settings.load(config, os.environ, options)
    policy = assembly.Parts.of(made).policy()  # a mistake is told before anything listens
    for warning in policy.warnings:
        if warning.level is Level.WARNING:  # advice on how to finish a policy is for `policy lint`
            click.echo(str(warning), err=True)
    click.echo(f"guardrails listens on http://{made.host}:{made.port}/v1 and calls {made.upstream}")
    click.echo(f"  Log and keys: {made.data}   Read the last decision: guardrails audit show --last 1 --data {made.data}")
    config_ = uvicorn.Config(
        app.build(made, assembly.assemble),
        host=made.host,
        port=made.port,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=30,
    )
    server = uvicorn.Server(config_)
    server.run()
    if not server.started:
        raise SystemExit(2)
