"""A job's states and positions: the tables of `server/domain/job.py`, read aloud."""

import pytest
from hypothesis import given

from server.domain.job import ACTIVE, TERMINAL, TRANSITIONS, Move, Position, Status, sources
from tests.support.strategies import positions

LEGAL = {
    (Status.QUEUED, Move.CLAIM): Status.PROCESSING,
    (Status.QUEUED, Move.CANCEL): Status.CANCELLED,
    (Status.PROCESSING, Move.POSTPONE): Status.QUEUED,
    (Status.PROCESSING, Move.COMPLETE): Status.COMPLETED,
    (Status.PROCESSING, Move.FAIL): Status.FAILED,
    (Status.PROCESSING, Move.CANCEL): Status.CANCELLED,
}


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("move", Move)
def test_a_move_leads_where_the_contract_says_or_nowhere(status: Status, move: Move) -> None:
    assert TRANSITIONS[status].get(move) == LEGAL.get((status, move))
    assert (status in sources(move)) is ((status, move) in LEGAL)


def test_a_job_ends_in_one_of_three_ways_and_stays_there() -> None:
    assert {Status.COMPLETED, Status.FAILED, Status.CANCELLED} == TERMINAL
    assert {Status.QUEUED, Status.PROCESSING} == ACTIVE


def test_every_active_job_can_be_cancelled_and_no_other() -> None:
    assert sources(Move.CANCEL) == ACTIVE


@pytest.mark.parametrize(
    ("position", "other", "follows"),
    [
        ("0-1", "0-0", True),
        ("1-2", "1-1", True),
        ("1-10", "1-9", True),
        ("1-1", "0-1", True),
        ("1-1", "0-0", True),
        ("4-1", "2-17", True),
        ("1-1", "1-1", False),
        ("1-3", "1-1", False),
        ("1-1", "1-2", False),
        ("2-2", "1-1", False),
        ("2-0", "1-9", False),
        ("1-2", "2-1", False),
        ("1-1", "2-0", False),
    ],
)
def test_a_position_follows_when_nothing_can_lie_between(position: str, other: str, follows: bool) -> None:
    assert Position.parse(position).follows(Position.parse(other)) is follows


@given(positions)
def test_the_next_position_follows(position: Position) -> None:
    assert position.next() > position
    assert position.next().follows(position)


@given(positions, positions)
def test_only_a_later_position_follows(one: Position, other: Position) -> None:
    assert not one.follows(other) or one > other


def test_positions_are_ordered_as_numbers_by_attempt_first() -> None:
    texts = ["0-0", "0-1", "1-0", "1-2", "1-9", "1-10", "2-0", "9-99", "10-1"]
    assert sorted(map(Position.parse, reversed(texts))) == [Position.parse(text) for text in texts]
    assert [str(Position.parse(text)) for text in texts] == texts


@pytest.mark.parametrize("text", ["", "1", "1-", "-1", "1-2-3", "a-b", "1-b"])
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Position.parse(text)
