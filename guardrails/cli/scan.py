"""`guardrails scan`: what would be found in these texts? For people with colours, for programs as JSON.

Exit status: 0 nothing was found; 1 something was; 2 what was named, or a row, could not be read (in a folder, images and
archives are no surprise: a line on standard error tells of each). With `--jsonl`, whose rows say it all: 0 or 2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import click

from guardrails.model import Finding, Segment

Find = Callable[[str, str], list[Finding]]

#: Folders of what others wrote or a machine made; like the hidden ones (.git, .venv) they are left out.
NOT_OURS = frozenset({"node_modules", "__pycache__", "venv"})


def _told_kinds(context: click.Context, _: click.Parameter, asked: bool) -> None:
    """What `detect: {pii: […]}` may say here, in order: the table's kinds and those of the settings' own recognizers."""
    if asked and not context.resilient_parsing:
        from guardrails import assembly, settings  # noqa: PLC0415 - `--help` stays quick

        click.echo("\n".join(sorted(assembly.Parts.of(settings.load(None, os.environ, {})).entities)))
        context.exit()


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…|-]")
@click.option("--lang", default="en", show_default=True, metavar="xx", help="Language of the text (BCP 47).")
@click.option("--no-names", is_flag=True, help="Leave names of people out. (This version finds none yet.)")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--jsonl", is_flag=True, help='Read rows {"id","lang","text"}, write rows {"id","findings"}.')
@click.option(
    "--kinds",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_told_kinds,
    help="Print every kind of personal data that a rule can name.",
)
def scan(paths: tuple[str, ...], lang: str, no_names: bool, form: str, jsonl: bool) -> None:  # noqa: ARG001 - names are not looked for yet
    """Find personal data in files, folders or standard input.

    PATH is a file or a folder; - or nothing is standard input. In a folder, hidden files, node_modules, venv and
    __pycache__ are left out.

    As text, lines and columns count from 1, and both ends are part of it. In JSON, offsets count characters (Unicode code
    points) from 0, and the end is not part of it.
    """
    find = _finder()
    if jsonl:
        if len(paths) > 1:
            raise click.UsageError("--jsonl reads one FILE, or standard input.")
        sys.exit(_scan_rows(paths[0] if paths else "-", lang, find))
    sys.exit(_scan_paths(paths or ("-",), lang, form, find))


def _finder() -> Find:
    from guardrails import recognizers  # noqa: PLC0415 - `--help` stays quick
    from guardrails.detectors.personal import Personal  # noqa: PLC0415 - likewise

    engine = Personal(recognizers.load())

    def find(text: str, language: str) -> list[Finding]:
        return list(engine.for_context(language=language).find(Segment("", text)))

    return find


def _scan_rows(path: str, lang: str, find: Find) -> int:
    """One row in, one row out, in order. A row that is none has no row out: a line on standard error, and 2 at the end."""
    status = 0
    try:
        with _opened(path) as rows:
            for number, line in enumerate(rows, 1):
                if not line.strip():
                    continue
                row = _row(line)
                if row is None:
                    click.echo(f'{path}:{number}:1: not a row {{"id", "text"}}', err=True)
                    status = 2
                    continue
                found = [_as_data(f) for f in find(row["text"], row.get("lang") or lang)]
                click.echo(json.dumps({"id": row.get("id"), "findings": found}, ensure_ascii=False))
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


def _scan_paths(paths: Sequence[str], lang: str, form: str, find: Find) -> int:
    hides: Callable[[Finding], bool] | None = None
    show = _show_text() if form == "text" else _show_json
    found, unread, passed = 0, 0, set[str]()
    for path in paths:
        for file in _files(path):
            try:
                with _opened(file) as f:
                    text = f.read().decode()
            except (OSError, UnicodeDecodeError) as e:
                if file == path:  # asked for by name; in a folder, images and archives are no surprise
                    unread += 1
                click.echo(f"{file}: {_why(e)}", err=True)
                continue
            findings = find(text, lang)
            found += len(findings)
            show(file, text, findings)
            if findings and form == "text":
                hides = hides or _hides()
                passed.update(f.entity for f in findings if not hides(f))
    if passed:
        click.echo(f"Among these, the default policy does not hide: {', '.join(sorted(passed))}.", err=True)
    return 2 if unread else 1 if found else 0


def _hides() -> Callable[[Finding], bool]:
    """Whether the policy that ships hides a finding from the model, were it in what the application sends."""
    from guardrails import assembly, settings  # noqa: PLC0415 - likewise, and only once something was found

    rules = assembly.Parts.of(settings.Settings()).policy().rules
    return lambda f: any(f.entity in rule.sought.entities and rule.takes(f) for rule in rules)


def _files(path: str) -> Iterator[str]:
    """The file itself, or the files of a folder and below it, in order, without those that are hidden or not ours."""
    if path == "-" or not Path(path).is_dir():
        yield path
        return
    for folder, below, files in os.walk(path, onerror=_untold):
        below[:] = sorted(name for name in below if not name.startswith(".") and name not in NOT_OURS)
        for name in sorted(files):
            file = Path(folder, name)
            if not name.startswith(".") and file.is_file():
                yield str(file)


def _untold(error: OSError) -> None:
    click.echo(f"{error.filename}: {_why(error)}", err=True)


def _opened(path: str) -> IO[bytes]:
    """The bytes: decoded strictly, line ends kept, so that offsets are those of the file's characters."""
    return sys.stdin.buffer if path == "-" else Path(path).open("rb")


def _why(error: OSError | UnicodeDecodeError) -> str:
    return "is not UTF-8 text" if isinstance(error, UnicodeDecodeError) else (error.strerror or "can't be read").lower()


def _as_data(f: Finding) -> dict[str, Any]:
    return {"entity": f.entity, "start": f.start, "end": f.end, "score": round(f.score, 3), "detector": f.detector}


def _show_json(path: str, text: str, findings: Iterable[Finding]) -> None:  # noqa: ARG001 - one shape for both formats
    click.echo(json.dumps({"path": path, "findings": [_as_data(f) for f in findings]}, ensure_ascii=False))


def _show_text() -> Callable[[str, str, list[Finding]], None]:
    """A line for each finding, `file:line:first-last KIND score`, and once below those of one line that line, with them marked.

    Columns count from 1, both are part of it; where it ends in a later line, `first-line:last`.
    """
    from rich.console import Console  # noqa: PLC0415 - `--help` stays quick
    from rich.text import Text  # noqa: PLC0415 - likewise

    console = Console(highlight=False, soft_wrap=True)

    def show(path: str, text: str, findings: list[Finding]) -> None:
        for line, begin, end, here in _by_line(text, findings):
            shown = Text("  " + text[begin:end].rstrip("\r"))
            for f in here:
                place = f"{path}:{line}:{f.start - begin + 1}-{_last(text, line, begin, f.end)}"
                console.print(Text.assemble((place, "bold"), " ", (f"{f.entity} {f.score:.2f}", "cyan")))
                shown.stylize("bold red", f.start - begin + 2, f.end - begin + 2)
            console.print(shown)

    return show


def _last(text: str, line: int, begin: int, end: int) -> str:
    """The column of the last character before `end`, with its line before it where that is a later one than `line`."""
    later = text.count("\n", begin, end - 1)
    column = end - 1 - text.rfind("\n", begin, end - 1) if later else end - begin
    return f"{line + later}:{column}" if later else str(column)


def _by_line(text: str, findings: list[Finding]) -> Iterator[tuple[int, int, int, list[Finding]]]:
    """(line number from 1, its start, its end, the findings that begin in it) for the lines that hold any."""
    line, begin, waiting = 1, 0, findings
    while waiting:
        stop = text.find("\n", begin)
        end = len(text) if stop < 0 else stop
        here = [f for f in waiting if f.start <= end]
        if here:
            yield line, begin, end, here
            waiting = waiting[len(here) :]
        line, begin = line + 1, end + 1
