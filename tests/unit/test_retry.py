"""What follows from a failed attempt."""

from datetime import timedelta

import pytest

from worker.models.port import ModelError, ModelErrorCode
from worker.retry import MAX_FAILURES, MAX_SECONDS, MAX_WAIT, MAX_WAITS, GiveUp, TryAgain, decide


def error(*, retryable: bool = True, retry_after: timedelta | None = None) -> ModelError:
    return ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=retryable, retry_after=retry_after)


def test_what_cannot_pass_is_given_up_at_once() -> None:
    assert decide(error(retryable=False), 0, 0, 0.5) == GiveUp()


def test_four_failures_are_enough() -> None:
    assert isinstance(decide(error(), MAX_FAILURES - 2, 0, 0.5), TryAgain)
    assert decide(error(), MAX_FAILURES - 1, 0, 0.5) == GiveUp()


def test_the_wait_the_service_asked_for_is_kept_and_is_no_failure() -> None:
    asked = error(retry_after=timedelta(seconds=17))
    assert decide(asked, MAX_FAILURES - 1, MAX_WAITS - 1, 0.0) == TryAgain(timedelta(seconds=17), is_failure=False)


def test_the_sixth_wait_is_a_failure() -> None:
    asked = error(retry_after=timedelta(seconds=17))
    assert decide(asked, 0, MAX_WAITS, 0.5) == TryAgain(timedelta(seconds=1), is_failure=True)
    assert decide(asked, MAX_FAILURES - 1, MAX_WAITS, 0.5) == GiveUp()


def test_nobody_waits_for_hours() -> None:
    assert decide(error(retry_after=timedelta(hours=9)), 0, 0, 0.5) == TryAgain(MAX_WAIT, is_failure=False)


@pytest.mark.parametrize(("failures", "most_seconds"), [(0, 2), (1, 4), (2, 8)])
def test_the_backoff_doubles_with_full_jitter(failures: int, most_seconds: float) -> None:
    assert decide(error(), failures, 0, 0.0) == TryAgain(timedelta(0), is_failure=True)
    assert decide(error(), failures, 0, 0.5) == TryAgain(timedelta(seconds=most_seconds / 2), is_failure=True)
    assert most_seconds < MAX_SECONDS
