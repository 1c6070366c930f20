"""The fold, case by case: the vectors that web/live/view.js must pass too."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.domain.events import Event, Progressed, TextWritten
from server.domain.fold import Verdict, fold, fold_all, newer, utf16_length, utf16_prefix
from server.domain.job import Position, Stage
from server.domain.view import View
from server.domain.wire import event_json, parse_event, parse_view, view_json
from tests.support.strategies import A_VIEW, JOB_ID, seconds

CASES = json.loads((Path(__file__).parent.parent / "vectors" / "fold.json").read_text(encoding="utf-8"))

each_case = pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])


@each_case
def test_the_fold_makes_of_each_event_what_the_vector_says(case: dict[str, Any]) -> None:
    view = case["view"] and parse_view(case["view"])
    shown_seconds = case["view"] and case["view"]["elapsed_seconds"]
    for number, step in enumerate(case["steps"], start=1):
        event = parse_event(step["event"])
        view, verdict = fold(view, event)
        assert verdict == step["verdict"], f"step {number}: {step['event']}"
        if verdict == "applied" and "job" in step["event"]:
            shown_seconds = step["event"]["job"]["elapsed_seconds"]
    assert _shown(view, shown_seconds) == case["end"]


@each_case
def test_the_vectors_are_spelt_as_the_server_spells(case: dict[str, Any]) -> None:
    for given in [step["event"] for step in case["steps"]]:
        written = event_json(parse_event(given))
        if "job" in given:
            shown_at = parse_view(given["job"]).created_at + timedelta(seconds=given["job"]["elapsed_seconds"])
            written["job"] = view_json(parse_view(given["job"]), shown_at)
        # `keeps` may be absent; the server always writes it.
        assert written == ({"keeps": 0} | given if given["type"] == "job.started" else given)
        assert next(iter(given)) == "type"


def test_every_vector_has_a_name_of_its_own_and_every_verdict_and_event_occurs() -> None:
    steps = [step for case in CASES for step in case["steps"]]
    assert len({case["name"] for case in CASES}) == len(CASES)
    assert {step["verdict"] for step in steps} == set(Verdict)
    assert len({step["event"]["type"] for step in steps}) == 10


def test_a_given_view_replaces_the_one_held_unless_its_position_is_older() -> None:
    held, same = _at("2-4"), replace(_at("2-4"), comment="read again")
    assert newer(None, held) is held
    assert newer(held, same) is same
    assert newer(held, _at("2-3")) is held
    assert newer(held, _at("1-30")) is held
    assert newer(_at("2-9"), later := _at("2-10")) is later
    assert newer(_at("9-9"), later := _at("10-0")) is later


def test_fold_all_skips_what_does_not_apply() -> None:
    progress = [Event(JOB_ID, Position.parse(text), seconds(1), Progressed(Stage.WRITING, n, 9))
                for n, text in enumerate(["1-3", "1-4", "1-6", "1-4", "1-5"])]  # fmt: skip
    folded = fold_all(_at("1-3"), progress)
    assert folded.position == Position(1, 5)
    assert folded.progress and folded.progress.done == 4


def test_folding_changes_nothing_it_was_given() -> None:
    view = _at("1-1")
    after, _ = fold(view, Event(JOB_ID, Position(1, 2), seconds(1), TextWritten(0, 0, "x")))
    assert after is not view
    assert view == _at("1-1")


@pytest.mark.parametrize(
    ("text", "units"), [("", 0), ("abc", 3), ("한글", 2), ("😀", 2), ("a𠮷b", 4), ("👩‍💻", 5), ("\u1112\u1161", 2)]
)
def test_text_is_measured_as_browsers_measure_it(text: str, units: int) -> None:
    assert utf16_length(text) == units
    assert utf16_prefix(text + "rest", units) == text


def _at(position: str) -> View:
    return replace(A_VIEW, position=Position.parse(position))


def _shown(view: View | None, elapsed_seconds: float | None) -> dict[str, Any] | None:
    """Return the JSON of a view whose time, while it is active, is the one last told: folding does not move it."""
    if view is None or elapsed_seconds is None:
        return None
    return view_json(view, view.created_at + timedelta(seconds=elapsed_seconds))
