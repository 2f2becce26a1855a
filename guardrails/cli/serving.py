"""An ASGI application on a real socket of this machine, in a thread, for as long as a block runs: the demo, and the tests."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

START_SECONDS = 30.0


@contextmanager
def serving(app: Any, *, grace_s: int = 5) -> Iterator[str]:
    """The address ("http://127.0.0.1:49152") at which `app` answers while the block runs.

    Its lifespan is run where it has one. At the end open answers get `grace_s` seconds, then the thread is gone. Raises
    RuntimeError where the server does not come up or does not stop, and what its thread raised.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_level="warning", ws="none", timeout_graceful_shutdown=grace_s)
    server = uvicorn.Server(config)
    faults: list[BaseException] = []

    def run() -> None:
        try:
            server.run(sockets=[listener])
        except BaseException as error:  # noqa: BLE001  what a thread raises would be lost: it is raised in the block's thread
            faults.append(error)

    thread = threading.Thread(target=run, name="serving", daemon=True)
    thread.start()
    try:
        deadline = time.monotonic() + START_SECONDS
        while not server.started:
            if not thread.is_alive() or time.monotonic() > deadline:
                raise RuntimeError("the server did not start") from (faults[0] if faults else None)
            time.sleep(0.002)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(START_SECONDS)
        listener.close()
    if faults and not isinstance(faults[0], SystemExit):
        raise faults[0]
    if thread.is_alive():
        raise RuntimeError("the server did not stop")
