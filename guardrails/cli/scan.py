"""`guardrails scan`: what would be found in these texts? For people with colours, for programs as JSON.

Exit status: 0 nothing was found; 1 something was; 2 something could not be read. With `--jsonl`, whose rows say it all: 0 or 2.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO, Any

import click

from guardrails.model import Finding, Segment

Find = Callable[[str, str], list[Finding]]


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH…|-]")
@click.option("--lang", default="en", show_default=True, metavar="xx", help="Language of the text (BCP 47).")
@click.option("--no-names", is_flag=True, help="Leave names of people out. (This version finds none yet.)")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--jsonl", is_flag=True, help='Read rows {"id","lang","text"}, write rows {"id","findings"}.')
def scan(paths: tuple[str, ...], lang: str, no_names: bool, form: str, jsonl: bool) -> None:  # noqa: ARG001 - names are not looked for yet
    """Find personal data in files, folders or standard input.

    PATH is a file or a folder; - or nothing is standard input. Offsets count characters (Unicode code points) from 0.
    """
    find = _finder()
    if jsonl:
        if len(paths) > 1:
            raise click.UsageError("--jsonl reads one FILE, or standard input.")
        sys.exit(_scan_rows(paths[0] if paths else "-", lang, find))
    sys.exit(_scan_paths(paths or ("-",), lang, form, find))


def _finder() -> Find:
    from guardrails import recognizers  # noqa: PLC0415 - `--help` stays quick
    from guardrails.detectors.patterns import Patterns  # noqa: PLC0415 - likewise

    engine = Patterns(recognizers.load())

    def find(text: str, language: str) -> list[Finding]:
        return list(engine.for_context(language=language).find(Segment("", text)))

    return find


def _scan_rows(path: str, lang: str, find: Find) -> int:
    """One row in, one row out, in order; a row that is none ends it, because a row left out would look clean."""
    try:
        with _opened(path) as rows:
            for number, line in enumerate(rows, 1):
                if not line.strip():
                    continue
                row = _row(line.decode())
                if row is None:
                    click.echo(f'{path}:{number}:1: not a row {{"id", "text"}}', err=True)
                    return 2
                found = [_as_data(f) for f in find(row["text"], row.get("lang") or lang)]
                click.echo(json.dumps({"id": row.get("id"), "findings": found}, ensure_ascii=False))
    except (OSError, UnicodeDecodeError) as e:
        click.echo(f"{path}: {_why(e)}", err=True)
        return 2
    return 0


def _row(line: str) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) and isinstance(row.get("text"), str) else None


def _scan_paths(paths: Sequence[str], lang: str, form: str, find: Find) -> int:
    show = _show_text() if form == "text" else _show_json
    found, unread = 0, 0
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
    return 2 if unread else 1 if found else 0


def _files(path: str) -> Iterator[str]:
    """The file itself, or the files of a folder and below it, in order; hidden ones are left out."""
    root = Path(path)
    if path == "-" or not root.is_dir():
        yield path
        return
    for file in sorted(root.rglob("*")):
        if file.is_file() and not any(part.startswith(".") for part in file.relative_to(root).parts):
            yield str(file)


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
    """One line for each line of the text that holds findings: file:line:column, the entities, the line with them marked."""
    from rich.console import Console  # noqa: PLC0415 - `--help` stays quick
    from rich.text import Text  # noqa: PLC0415 - likewise

    console = Console(highlight=False, soft_wrap=True)

    def show(path: str, text: str, findings: list[Finding]) -> None:
        for line, begin, end, here in _by_line(text, findings):
            out = Text(f"{path}:{line}:{here[0].start - begin + 1}: ", style="bold")
            out.append(", ".join(f"{f.entity} {f.score:.2f}" for f in here), style="cyan")
            shown = Text("  " + text[begin:end])
            for f in here:
                shown.stylize("bold red", f.start - begin + 2, f.end - begin + 2)
            console.print(out)
            console.print(shown)

    return show


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
