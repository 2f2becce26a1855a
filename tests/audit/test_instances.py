"""A writer is alive as long as its process is, and dead however it ended."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from guardrails.audit.ids import uuid7
from guardrails.audit.instances import Instance
from tests.audit.logs import ROOT

HOLD = "import sys; from pathlib import Path; from guardrails.audit.instances import Instance; " + (
    "i = Instance(Path(sys.argv[1])); print(i.id, flush=True); sys.stdin.read()"
)


def test_a_writer_is_alive_until_its_process_is_killed(tmp_path: Path) -> None:
    own = Instance(tmp_path)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with other:
        assert other.stdout is not None
        name = other.stdout.readline().strip()
        assert not own.gone(name)
        own.sweep(own.dead())
        assert (tmp_path / "instances" / name).exists()
        other.kill()
    assert own.gone(name)
    own.sweep(own.dead())
    assert [path.name for path in (tmp_path / "instances").iterdir()] == [own.id]
    own.close()


def test_never_itself_and_always_the_unknown(tmp_path: Path) -> None:
    own, second = Instance(tmp_path), Instance(tmp_path)
    assert not own.gone(own.id)
    assert not own.gone(second.id)
    second.close()
    second.close()
    assert own.gone(second.id)
    assert own.gone(uuid7())
    own.close()
