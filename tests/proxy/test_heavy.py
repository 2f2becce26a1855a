"""A body that takes long to judge: others are answered meanwhile, and it is refused where it takes too long."""

import threading
import time
from pathlib import Path

from tests.proxy.test_calls import records
from tests.running import running

SLOW = "12 34 56 78 " * 40_000  # half a megabyte of numbers, any of which might be a phone's


def test_others_are_answered_meanwhile(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        it.ask("warm")
        answers: list[int] = []
        heavy = threading.Thread(target=lambda: answers.append(it.ask(SLOW).status))
        heavy.start()
        light = 0
        while heavy.is_alive() and light < 5:
            assert it.ask("hello").status == 200
            light += heavy.is_alive()
        heavy.join()
        assert answers == [200]
        assert light == 5


def test_it_is_refused_where_it_takes_too_long(tmp_path: Path) -> None:
    with running(tmp_path, screen_s=0.2) as it:
        before = len(it.seen)
        answered = it.ask(SLOW * 4)
        assert answered.status == 503
        assert answered.body["error"]["code"] == "screening_timeout"
        assert "screen_s" in answered.body["error"]["message"]
        assert len(it.seen) == before
        time.sleep(0.1)
        assert it.ask("hello").status == 200
    mine = records(tmp_path, answered.headers["x-guardrails-decision"])
    assert [r["type"] for r in mine] == ["decision.intent", "decision.outcome"]
    assert mine[1]["ending"] == "detector_error"


def test_a_heavy_answer_is_judged_aside_too(tmp_path: Path) -> None:
    with running(tmp_path) as it:
        said = "You said: " + "a quiet word and " * 8_000
        answered = it.ask(said, model="demo-echo")
        assert answered.status == 200
        assert "a quiet word and " * 7_000 in answered.said()
