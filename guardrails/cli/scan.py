"""`guardrails scan`: what would be found in these texts? For people with colours, for programs as JSON.

Exit status: 0 nothing was found; 1 something was; 2 what was named, or a row, could not be read (in a folder, images and
archives are no surprise: they are counted at the end); 130 interrupted. With `--jsonl`, whose rows say it all: 0 or 2.
"""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

import click

from guardrails.cli.scan_text import AROUND, DISGUISE, Failed, Hit, NotText, Search, in_text, order, pieces
from guardrails.detectors.spread import spread, surest
from guardrails.model import SPAN_ACTIONS, Action, Detector, Finding, Mode, Segment

#: Folders of what others wrote or a machine made; like the hidden ones (.git, .venv) they are left out.
NOT_OURS = frozenset({"node_modules", "__pycache__", "venv"})


@dataclass(frozen=True, slots=True)
class Looking:
    """What is looked for: the detectors for a language, and which of their findings count."""

    detectors: Callable[[str], Sequence[Detector]] = field(repr=False)
    language: str
    only: frozenset[str] = frozenset()  # none: all
    leave: frozenset[str] = frozenset()
    around: int = AROUND  # characters shown on either side

    def wanted(self, entity: str) -> bool:
        return (not self.only or entity in self.only) and entity not in self.leave

    def rows(self, text: str, language: str) -> list[Finding]:
        """A row is read as a call is: a name that was found spreads over all of it. Raises Failed."""
        found = in_text(self.detectors(language), text)
        found = surest([*found, *spread(found, [Segment("", text)])])
        return [f for f in sorted(found, key=order) if self.wanted(f.entity)]

    def hits(self, texts: Iterable[str]) -> Iterator[Hit]:
        """Raises Failed, and what `texts` raises."""
        last: tuple[int, int] | None = None
        for hit in Search(self.detectors(self.language), self.around).hits(texts):
            entity, span = hit.finding.entity, (hit.finding.start, hit.finding.end)
            if self.wanted(entity) or (entity == DISGUISE and span == last and DISGUISE not in self.leave):
                last = span
                yield hit


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…|-]")
@click.option("--lang", default="en", show_default=True, metavar="xx", help="Language of the text (BCP 47).")
@click.option("--countries", metavar="xx,yy", help="Countries whose numbers are looked for; else those of the language.")
@click.option("--only", metavar="KIND,…", multiple=True, help="Look for these kinds alone.")
@click.option("--except", "leave", metavar="KIND,…", multiple=True, help="Leave these kinds out.")
@click.option("--no-names", is_flag=True, help="Do not look for names of people and places.")
@click.option("--encoding", metavar="NAME", help="Of files that are not UTF-8: latin-1, utf-16-le, gb18030 …")
@click.option(
    "--config", type=click.Path(dir_okay=False, path_type=Path), help="Settings file: its recognizers, its countries."
)
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--jsonl", is_flag=True, help='Read rows {"id","lang","text"}, write rows {"id","findings"}.')
@click.option("--kinds", is_flag=True, help="Print every kind of personal data that a rule can name, and end.")
def scan(  # noqa: PLR0913, PLR0917 click gives one for each option
    paths: tuple[str, ...],
    lang: str,
    countries: str | None,
    only: tuple[str, ...],
    leave: tuple[str, ...],
    no_names: bool,
    encoding: str | None,
    config: Path | None,
    form: str,
    jsonl: bool,
    kinds: bool,
) -> None:
    """Find personal data in files, folders or standard input.

    PATH is a file or a folder; - or nothing is standard input. In a folder, hidden files, node_modules, venv and
    __pycache__ are left out, and so is what is no text.

    As text, lines and columns count from 1, and both ends are part of it. In JSON, offsets count characters (Unicode code
    points) from 0, and the end is not part of it.

    Ends with 0 where nothing was found, 1 where something was, 2 where something could not be read.
    """
    if encoding is not None:
        _known_encoding(encoding)
    if jsonl and len(paths) > 1:
        raise click.UsageError("--jsonl reads one FILE, or standard input.")
    parts = _parts(config, countries, names=not no_names)
    if kinds:  # what `detect: {pii: […]}` may say here: the table's kinds and those of the settings' own recognizers
        click.echo("\n".join(sorted(parts.entities)))
        return
    engine, gate = parts.personal(named := _kinds(only, "--only", parts.entities)), frozenset(parts.settings.countries)
    looking = Looking(lambda language: engine(gate, language), lang, named, _kinds(leave, "--except", parts.entities))
    if jsonl:
        sys.exit(_scan_rows(paths[0] if paths else "-", looking))
    sys.exit(_scan_paths(paths or ("-",), encoding, form, looking, lambda: _hiding(parts)))


def _known_encoding(name: str) -> None:
    try:
        "".encode(name)
        codecs.getincrementaldecoder(name)
    except (LookupError, ValueError):
        raise click.UsageError(f"There is no encoding {name!r}. Common ones: latin-1, cp1252, utf-16, gb18030.") from None


Hides = Callable[[Finding], bool]


def _parts(config: Path | None, countries: str | None, *, names: bool) -> Any:
    """The parts that a server with these settings is made of (`assembly.Parts`)."""
    from guardrails import assembly, settings  # noqa: PLC0415 - `--help` stays quick

    asked = [code.strip().upper() for code in (countries or "").split(",") if code.strip()]
    told = {"countries": tuple("GB" if code == "UK" else code for code in asked), "names": None if names else ("off",)}
    made = settings.load(config, os.environ, told)
    if strange := [c for c in made.countries if countries and not (len(c) == 2 and c.isalpha())]:
        raise click.UsageError(f"--countries: {strange[0]!r} is no country; write two letters each, such as dk,id,cn.")
    return assembly.Parts.of(made)


def _kinds(given: Sequence[str], option: str, known: frozenset[str]) -> frozenset[str]:
    """Kinds in any spelling that a policy takes."""
    from guardrails.policy.words import entity  # noqa: PLC0415 - likewise

    names = [word for one in given for word in one.split(",") if word.strip()]
    for word in names:
        if entity(word) not in known | {DISGUISE}:
            raise click.UsageError(f"{option}: there is no kind {word.strip()!r}; guardrails scan --kinds lists them.")
    return frozenset(map(entity, names))


def _hiding(parts: Any) -> Hides:
    """Whether the policy in force hides a finding from the model, were it in what the application sends."""
    enforced = [rule for rule in parts.policy().rules if rule.mode is Mode.ENFORCE]
    hiding = [rule for rule in enforced if rule.action in SPAN_ACTIONS or rule.action is Action.BLOCK]
    return lambda f: any((f.entity in rule.sought.entities or rule.sought.everything) and rule.takes(f) for rule in hiding)


def _scan_rows(path: str, looking: Looking) -> int:
    """One row in, one row out, in order. A row that is none has no row out: a line on standard error, and 2 at the end."""
    status = 0
    try:
        with _opened(path) as rows:
            for number, line in enumerate(rows, 1):
                if not line.strip():
                    continue
                row = _row(line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
                try:
                    if row is None:
                        raise Failed('not a row {"id", "text"}')
                    found = [_as_data(f) for f in looking.rows(row["text"], row.get("lang") or looking.language)]
                except Failed as e:
                    click.echo(f"{path}:{number}:1: {e}", err=True)
                    status = 2
                    continue
                click.echo(json.dumps({"id": row.get("id"), "findings": found}, ensure_ascii=False))
    except BrokenPipeError:
        raise
    except OSError as e:
        click.echo(f"{path}: {_why(e)}", err=True)
        return 2
    return status


def _row(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line.decode())
    except (ValueError, RecursionError):  # not UTF-8, not JSON, or nested beyond reason
        return None
    return row if isinstance(row, dict) and isinstance(row.get("text"), str) else None


def _as_data(f: Finding) -> dict[str, Any]:
    return {"entity": f.entity, "start": f.start, "end": f.end, "score": round(f.score, 3), "detector": f.detector}


def _scan_paths(paths: Sequence[str], encoding: str | None, form: str, looking: Looking, hides: Callable[[], Hides]) -> int:
    from guardrails.cli import scan_show as show  # noqa: PLC0415 - brings rich, which rows do not need

    files = [(file, size, path == file) for path in paths for file, size in _files(path)]
    sizes = [size for _, size, _ in files]
    moving = show.Moving(None if None in sizes else sum(size or 0 for size in sizes), len(files))
    shown: show.Show = show.Lines(moving) if form == "text" else show.Json(moving)
    looking = replace(looking, around=show.around())
    total, hit = show.Sum(), False
    try:
        for file, _, named in files:
            moving.file(file)
            whole = hit = False
            try:
                with _opened(file) as opened:
                    for found in looking.hits(pieces(opened, encoding, moving.read)):
                        hit = True
                        total.add(found.finding)
                        shown.hit(file, found)
                whole = True
            except BrokenPipeError:  # whoever read what is found has gone
                raise
            except (OSError, NotText, Failed) as e:
                quiet = isinstance(e, NotText) and e.binary and not named
                total.missed(binary=quiet, counts=named or isinstance(e, Failed))
                if not quiet:
                    show.told(f"{show.name(file)}: {_why(e) if isinstance(e, OSError) else e}", moving)
            shown.end(file, whole=whole)
            total.read(whole=whole, hit=hit)
    except KeyboardInterrupt:
        shown.end("", whole=False)
        total.stop(hit=hit)
    moving.aside()
    if form == "text":
        for line in total.lines(hides):
            show.told(line)
    return total.status


def _files(path: str) -> Iterator[tuple[str, int | None]]:
    """The file itself, or the files of a folder and below it, in order, without those that are hidden or not ours; and how
    many bytes each has, where that is known."""
    if path == "-" or not Path(path).is_dir():
        yield path, _size(path)
        return
    for folder, below, files in os.walk(path, onerror=_untold):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in NOT_OURS)
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file():
                yield str(file), _size(str(file))


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size or None if path != "-" else None
    except OSError:
        return 0


def _untold(error: OSError) -> None:
    click.echo(f"{error.filename}: {_why(error)}", err=True)


@contextmanager
def _opened(path: str) -> Iterator[IO[bytes]]:
    """The bytes: decoded strictly, line ends kept, so that offsets are those of the file's characters."""
    if path == "-":
        if sys.stdin.isatty():
            click.echo("Reading what you type, until Ctrl-D at the beginning of a line.", err=True)
        yield sys.stdin.buffer
        return
    with Path(path).open("rb") as file:
        yield file


def _why(error: OSError) -> str:
    return (error.strerror or "can't be read").lower()
