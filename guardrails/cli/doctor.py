"""`guardrails doctor`: what a person runs when it does not work. It looks, changes nothing, and says what to do.

Exit status 0: nothing is in the way, advice aside; 1: something is; 2: it could not be examined.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import click

from guardrails.cli.serve import with_options

MARKS = {"ok": "✓", "advice": "!", "fault": "✗"}
PLAIN = {"ok": "ok", "advice": "!", "fault": "X"}  # where the terminal cannot show the others


@click.command()
@click.option("--config", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The settings that serve gets.")
@with_options
@click.option("--format", "shape", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
def doctor(config: Path | None, shape: str, **options: Any) -> None:
    """Look at everything that serve needs, and say what is in its way.

    Give it the options that serve gets. It sends no credentials and no text; the provider is asked for /v1/models.
    """
    from guardrails import settings as known  # noqa: PLC0415 heavy: only when asked for
    from guardrails.cli import checks  # noqa: PLC0415 likewise
    from guardrails.errors import SettingsError  # noqa: PLC0415 likewise

    found = [("settings", told) for told in checks.unused_file(config)]
    try:
        made = known.load(config, os.environ, options)
    except SettingsError as error:
        made, wanted = known.Settings(), checks.ALONE
        found.append(("settings", checks.broken_settings(error)))
    else:
        wanted = tuple(checks.CHECKS)
        found.append(("settings", checks.ok("The settings are understood.")))
    for name in wanted:
        found += [(name, told) for told in checks.CHECKS[name](made)]
    well = not any(told.state is checks.State.FAULT for _, told in found)
    if shape == "json":
        rows = [{"check": name, "state": str(told.state), "says": told.says, "do": told.do} for name, told in found]
        click.echo(json.dumps({"well": well, "checks": rows}, indent=2))
    else:
        marks = MARKS if "utf" in (sys.stdout.encoding or "").lower() else PLAIN
        for _, told in found:
            click.echo(f"{marks[told.state]} {told.says}" + (f"\n    {told.do}" if told.do else ""))
        click.echo("Nothing is in the way." if well else "Something is in the way: see the lines that are marked.")
    sys.exit(0 if well else 1)
