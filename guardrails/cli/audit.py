"""`guardrails audit …`: is the log what it was, and what does it say. Exit status 0 well, 1 falls short, 2 not examined.

The modules that read the log are imported inside the commands, so that `--help` stays quick.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

DATA = click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("guardrails-data"),
    envvar="GUARDRAILS_DATA",
    show_default=True,
    show_envvar=True,
    help="The data directory that `serve` writes to.",
)
FORMAT = click.option(
    "--format", "shape", type=click.Choice(["text", "json"]), default="text", show_default=True, help="For people or programs."
)


@click.group(help="Read the log of decisions, and prove that it is whole.", no_args_is_help=True)
def audit() -> None:
    """The group; its commands stand below."""


@audit.command()
@DATA
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A checkpoint of this log that was kept elsewhere: shows that nothing was cut off or written anew.",
)
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="If the log is intact, write its last checkpoint here: take it elsewhere and give it back with --checkpoint.",
)
@FORMAT
def verify(data: Path, checkpoint: Path | None, keep: Path | None, shape: str) -> None:
    """Hash every byte of the log again and check every signature.

    Without an outside checkpoint the verdict says UNANCHORED: a log alone cannot show that its end was not cut off.
    """
    from guardrails.audit.verify import verify as verified  # noqa: PLC0415  heavy: only when asked for

    with _readable(shape):
        report = verified(data, checkpoint)
    if keep and report.intact:
        _write(keep, report.note)
    if shape == "json":
        from dataclasses import asdict  # noqa: PLC0415  only here

        click.echo(json.dumps({"intact": report.intact} | asdict(report), indent=2))
    else:
        click.echo("\n".join(_verdict(report)))
    sys.exit(report.exit_code)


def _language(ctx: click.Context, option: click.Parameter, value: str) -> str:
    """One of the languages in the table of sentences; the table is read only when a story is to be told."""
    from guardrails.audit.show import SENTENCES  # noqa: PLC0415  heavy: only when asked for

    chosen: str = click.Choice(sorted(SENTENCES)).convert(value, option, ctx)
    return chosen


@audit.command()
@click.argument("call", required=False)
@click.option("--last", type=click.IntRange(1, 1000), metavar="N", help="The last N calls, newest first.  [default: 1]")
@DATA
@click.option(
    "--lang", default="en", metavar="CODE", show_default=True, callback=_language, help="The language of the sentences."
)
@FORMAT
def show(call: str | None, last: int | None, data: Path, lang: str, shape: str) -> None:
    """Say in plain words what happened to one CALL, and why.

    CALL is the id that the answer carries in its header x-guardrails-decision.
    """
    from guardrails.audit.show import stories, tell  # noqa: PLC0415  heavy: only when asked for

    if call and last:
        raise click.UsageError("Give either a CALL or --last N, not both.")
    with _readable(shape):
        found = stories(data, call=call, last=last or 1)
    if shape == "json":
        click.echo(json.dumps([_plain(story) for story in found], indent=2, ensure_ascii=False))
    else:
        click.echo("\n\n".join(tell(story, lang) for story in found) or "The log holds no such call.")
    sys.exit(0 if found and all(story.proof.verified for story in found) else 1)


@contextmanager
def _readable(shape: str) -> Iterator[None]:
    """What cannot be examined is told to a program in JSON, too; to people as one sentence. Exit status 2 either way."""
    from guardrails.audit.read import Unreadable  # noqa: PLC0415  heavy: only when asked for

    try:
        yield
    except Unreadable as error:
        if shape == "json":
            click.echo(json.dumps({"verdict": "UNREADABLE", "intact": False, "reason": str(error)}, indent=2))
        raise


def _write(path: Path, note: str) -> None:
    try:
        path.write_text(note, "utf-8")
    except OSError as error:
        raise click.FileError(str(path), error.strerror) from None


def _plain(story: Any) -> dict[str, Any]:
    proof = story.proof
    return {
        "call": story.call,
        "verified": proof.verified,
        "why": proof.why,
        "log": {"name": proof.name, "size": proof.size, "signed": proof.signed},
        "entries": [{"index": index, "record": body} for index, body in story.entries],
    }


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _verdict(report: Any) -> list[str]:
    lines = _headline(report)
    entries, checkpoints = (
        _count(report.entries, "entry", "entries"),
        _count(report.checkpoints, "signed checkpoint", "signed checkpoints"),
    )
    judged = f"{entries} judged, {report.not_judged} not" if report.missing is not None else entries
    lines.append(f"{judged}, {checkpoints}. Root {report.root}")
    lines.append(f"Key {report.key}")
    if report.verdict == "intact but UNANCHORED":
        lines.append("UNANCHORED: that the end was cut off, or that all of it was written anew with the real key, cannot be")
        lines.append("excluded. Write a checkpoint with --keep, keep it elsewhere, and give it back with --checkpoint.")
    elif report.anchored_at:
        first = "entry" if report.anchored_at == 1 else f"{report.anchored_at} entries"
        lines.append(f"Consistent with the checkpoint kept elsewhere, over the first {first}.")
    if report.first_bad is not None:
        lines.append(f"First bad entry: {report.first_bad}")
    lines += [f"  - {fault.what}" for fault in report.faults]
    if report.fault_count > len(report.faults):
        lines.append(f"  - and {report.fault_count - len(report.faults)} more")
    if report.open_intents:
        calls = _count(report.open_intents, "call has", "calls have")
        lines.append(
            f"{calls} no outcome yet, the first at entry {report.first_open}: still running, or the server died before the end."
        )
    if report.regressions:
        entries = _count(report.regressions, "entry is", "entries are")
        lines.append(
            f"{entries} earlier in time than one before from the same server, the first being entry "
            f"{report.first_regression}: its clock was set back."
        )
    return lines


def _headline(report: Any) -> list[str]:
    """The verdict; where the checkpoint may simply be the wrong file, that comes first."""
    if report.foreign:
        same = "the same name, but another key" if report.foreign == report.log else f"this log is {report.log}"
        return [
            f"The checkpoint may belong to another log: it is of {report.foreign}; {same}. Compare these first.",
            f"If it was kept of this log, the log is {report.verdict}: do not rely on it.",
        ]
    return [f"The log is {report.verdict}." if report.intact else f"The log is {report.verdict}: do not rely on it."]
