"""The command `guardrails`: one row for each subcommand, imported only when it is called, so that `--help` costs nothing.

This file imports click, the standard library and the tree of errors; what a subcommand needs, its own module imports.
Exit status: 0 all is well; 1 the thing examined falls short; 2 it could not be examined; 130 interrupted; 141 the reader of
our output has gone (128 + SIGINT and 128 + SIGPIPE, as a shell reports them).
"""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Mapping
from importlib import import_module
from typing import Any, NamedTuple

import click

from guardrails import __version__
from guardrails.errors import GuardrailsError, LogBroken, PolicyError

#: What is multiplied here is small: more threads would only wait for one another. To be said before numpy is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


class Row(NamedTuple):
    """Where a subcommand lives (`module:attribute`), and what `--help` says of it in one line."""

    target: str
    help: str


#: In the order in which a newcomer meets them.
COMMANDS: dict[str, Row] = {
    "demo": Row("guardrails.cli.demo:demo", "See the whole promise on one screen: no key, no network."),
    "serve": Row("guardrails.cli.serve:serve", "Stand between an application and its model."),
    "scan": Row("guardrails.cli.scan:scan", "Find personal data in files, folders or standard input."),
    "policy": Row("guardrails.cli.policy:policy", "Check and test policies."),
    "names": Row("guardrails.cli.names:names", "Make and try lists of names, kept as hashes alone."),
    "doctor": Row("guardrails.cli.doctor:doctor", "Say what is in the way when it does not work."),
    "audit": Row("guardrails.cli.audit:audit", "Read the log of decisions, and prove that it is whole."),
}

#: These say that what was examined falls short; every other error says that it could not be examined.
FALLS_SHORT = (PolicyError, LogBroken)


class Commands(click.Group):
    """A group whose members stand in a table. An error of ours ends it with one sentence, never with a traceback."""

    def __init__(self, table: Mapping[str, Row], **attributes: Any) -> None:
        super().__init__(**attributes)
        self.table = table

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 click's signature
        return list(self.table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.table:
            near = difflib.get_close_matches(cmd_name, self.table, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else "Choose one of: " + ", ".join(self.table) + "."
            ctx.fail(f"No such command {cmd_name!r}. {hint}")
        module, _, attribute = self.table[cmd_name].target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 click's signature
        with formatter.section("Commands"):
            formatter.write_dl([(name, row.help) for name, row in self.table.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here, where a closed pipe can still be answered; at exit Python would print a warning
        except GuardrailsError as error:
            # A policy's error begins with file:line:column, which editors read: nothing may stand before it.
            click.echo(str(error) if isinstance(error, PolicyError) else f"Error: {error}", err=True)
            ctx.exit(1 if isinstance(error, FALLS_SHORT) else 2)
        except click.FileError as error:
            error.show()
            ctx.exit(2)  # click would say 1, which here means that something was examined
        except KeyboardInterrupt:
            ctx.exit(130)
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # or Python would try once more at exit
            ctx.exit(141)


@click.group(cls=Commands, table=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message="guardrails %(version)s")
def main() -> None:
    """A guard between an application and any language model.

    It hides personal data, says that an AI is speaking, enforces policies, and keeps a log that verifies.
    """
