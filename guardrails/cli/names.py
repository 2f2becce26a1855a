"""`guardrails names …`: an operator's own list of names as hashes, so that the server needs no list in clear.

Exit status: 0 all is well; 1 some lines were no names that a list can hold, or `check` found something; 2 nothing could be
done.
"""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path

import click

from guardrails.errors import SettingsError

SHOWN = 20  # refused lines that are told one by one
MAX_BYTES = 256_000_000  # what cannot be a list of names is not read into memory


@click.group()
def names() -> None:
    """Make and try lists of names that only hashes are kept of."""


@names.command("hash")
@click.argument("source", metavar="FILE|-")
@click.option(
    "--out", required=True, metavar="LIST", type=click.Path(dir_okay=False, path_type=Path), help="Where the list goes."
)
@click.option("--entity", default="PERSON", show_default=True, metavar="KIND", help="What a rule calls these names.")
@click.option("--force", is_flag=True, help="Replace LIST where it is there.")
def hash_names(source: str, out: Path, entity: str, force: bool) -> None:
    """Turn a file with one name a line (- is standard input) into a list of keyed hashes.

    Capitals, accents typed with two keys, and what stands between words do not count: one line for each name is enough.
    Nicknames and other orders ("Cooper, Jane") are names of their own. Ends with 1 where lines were refused: those names are
    not in the list.
    """
    from guardrails.detectors.names.known import SALT_BYTES, make, parse  # noqa: PLC0415 --help stays quick

    if out.exists() and not force:
        raise SettingsError(f"{out} is there already; choose another name, or --force to replace it.")
    made = make(_read(source).splitlines(), secrets.token_bytes(SALT_BYTES), entity)
    if not made.kept:
        raise SettingsError(
            f"{_called(source)} holds no name that a list can hold, so {out} was not written; write one name on each line."
        )
    parse(made.text, str(out))
    _write(out, made.text)
    click.echo(f"{out}: {_many(made.kept, 'name')} as {entity}, {_many(made.duplicates, 'duplicate')} left out.")
    if made.single:
        click.echo(f"{_many(made.single, 'name')} of one word: found wherever that word stands.")
    for number, why in made.refused[:SHOWN]:
        click.echo(f"{_called(source)}:{number}:1: refused: {why}", err=True)
    if len(made.refused) > SHOWN:
        click.echo(f"{len(made.refused) - SHOWN} more lines were refused.", err=True)
    sys.exit(1 if made.refused else 0)


@names.command()
@click.argument("names_list", metavar="LIST", type=click.Path(dir_okay=False, path_type=Path))
@click.argument("text", default="-", metavar="[TEXT|-]")
def check(names_list: Path, text: str) -> None:
    """Say where names of LIST stand in a text, or in standard input; the text itself is not shown.

    Offsets count characters from 0, and the end is not part of it. Ends with 0 where nothing was found, 1 where something was.
    """
    from guardrails.detectors.names.known import Known, parse  # noqa: PLC0415 likewise

    known = Known([parse(_read(str(names_list)), str(names_list))])
    found = sorted(known.find(_read("-") if text == "-" else text))
    for hit in found:
        click.echo(f"{hit.start}-{hit.end} {hit.entity}")
    click.echo(f"{_many(len(found), 'name')} found.")
    sys.exit(1 if found else 0)


def _read(source: str) -> str:
    try:
        if source == "-":
            raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with Path(source).open("rb") as file:
                raw = file.read(MAX_BYTES + 1)
        if len(raw) > MAX_BYTES:
            raise SettingsError(f"{_called(source)} has more than {MAX_BYTES // 1_000_000} MB; split it into several lists.")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise SettingsError(f"{_called(source)}: {error.strerror}; name a file that can be read.") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{_called(source)} is not UTF-8 text; save it as UTF-8.") from None


def _write(out: Path, text: str) -> None:
    """Whole or not at all, and readable by this user alone: whoever has a list can try names against it."""
    part = out.with_name(f".{out.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        part.replace(out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise SettingsError(f"{out}: {error.strerror}; choose a folder that can be written with --out.") from None


def _called(source: str) -> str:
    return "standard input" if source == "-" else source


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
