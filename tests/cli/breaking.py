"""A group of the project's own kind whose commands end in every way that a command can."""

from __future__ import annotations

import click

from guardrails.cli import Commands, Row
from guardrails.errors import AuditUnavailable, LogBroken, PolicyError, SettingsError


@click.command()
def policy() -> None:
    raise PolicyError("rules.yaml:3:5: there is no action 'blok'; did you mean 'block'?")


@click.command()
def log() -> None:
    raise LogBroken("Entry 7 was altered.")


@click.command()
def settings() -> None:
    raise SettingsError("There is no setting 'prot'.")


@click.command()
def audit() -> None:
    raise AuditUnavailable("The log cannot be written.")


@click.command()
def interrupted() -> None:
    raise KeyboardInterrupt


@click.command()
def unreadable() -> None:
    raise click.FileError("words.txt", "no such file")


@click.command()
def falls_short() -> None:
    click.get_current_context().exit(1)


@click.command()
def endless() -> None:
    while True:
        print("y" * 1000)  # noqa: T201 a command that does not flush its own lines


@click.command()
def short() -> None:
    print("one line")  # noqa: T201 stays in the buffer until the command ends


ENDINGS = (policy, log, settings, audit, interrupted, unreadable, falls_short, endless, short)

group = click.group(
    cls=Commands, table={str(c.name): Row(f"tests.cli.breaking:{c.name}".replace("-", "_"), "Ends.") for c in ENDINGS}
)(lambda: None)

if __name__ == "__main__":
    group(prog_name="breaking")
