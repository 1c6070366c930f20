"""What follows from a failed attempt: try again after a while, or give up. Pure: chance comes in as an argument."""

from dataclasses import dataclass
from datetime import timedelta

from server.domain.job import JobError
from worker.models.port import ModelError

# Four attempts ride out the minutes for which model services usually fail.
MAX_FAILURES = 4
BASE_SECONDS = 2.0
MAX_SECONDS = 60.0
# Waits the service asked for are no failures; a service that asks for one after another is one.
MAX_WAITS = 5
# A longer one is more than a reader waits for; asked again too early, the service says so again.
MAX_WAIT = timedelta(minutes=5)
# A worker that dies three times with a job is killed by that job.
MAX_CRASHES = 3

CRASHED = JobError("crashed", "The generation stopped three times without finishing. Try again.", retryable=True)
WORKER_LOST = JobError("worker_lost", "The worker was lost; another one goes on.", retryable=True)
WORKER_STOPPED = JobError("worker_stopped", "The worker is restarting; another one goes on.", retryable=True)


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Give the job back to the queue for `delay`; whether that counts as a failure, or as a wait asked for."""

    delay: timedelta
    is_failure: bool


@dataclass(frozen=True, slots=True)
class GiveUp:
    """End the job."""


def decide(error: ModelError, failures: int, waits: int, chance: float) -> TryAgain | GiveUp:
    """Return what to do after a failure; `failures` and `waits` came before, `chance` is the jitter in [0, 1)."""
    if not error.retryable:
        return GiveUp()
    if error.retry_after is not None and waits < MAX_WAITS:
        return TryAgain(min(error.retry_after, MAX_WAIT), is_failure=False)
    if failures + 1 >= MAX_FAILURES:
        return GiveUp()
    return TryAgain(timedelta(seconds=chance * min(MAX_SECONDS, BASE_SECONDS * 2**failures)), is_failure=True)
