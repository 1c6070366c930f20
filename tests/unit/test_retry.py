"""What follows from a failed attempt."""

from datetime import timedelta

import pytest

from worker.models.port import ModelError, ModelErrorCode
from worker.retry import MAX_FAILURES, MAX_SECONDS, GiveUp, TryAgain, decide


def error(*, retryable: bool = True, retry_after: timedelta | None = None) -> ModelError:
    return ModelError(ModelErrorCode.UNAVAILABLE, "away", retryable=retryable, retry_after=retry_after)


def test_what_cannot_pass_is_given_up_at_once() -> None:
    assert decide(error(retryable=False), 0, 0.5) == GiveUp()


def test_four_failures_are_enough() -> None:
    assert isinstance(decide(error(), MAX_FAILURES - 2, 0.5), TryAgain)
    assert decide(error(), MAX_FAILURES - 1, 0.5) == GiveUp()


def test_the_wait_the_service_asked_for_is_kept() -> None:
    assert decide(error(retry_after=timedelta(seconds=17)), 0, 0.0) == TryAgain(timedelta(seconds=17))


@pytest.mark.parametrize(("failures", "most_seconds"), [(0, 2), (1, 4), (2, 8)])
def test_the_backoff_doubles_with_full_jitter(failures: int, most_seconds: float) -> None:
    assert decide(error(), failures, 0.0) == TryAgain(timedelta(0))
    assert decide(error(), failures, 0.5) == TryAgain(timedelta(seconds=most_seconds / 2))
    assert most_seconds < MAX_SECONDS
