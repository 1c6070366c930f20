"""Every failure the service speaks of: the exception tree and the WebSocket close codes. Never an HTTP status.

ServiceError
├── InvalidInput            the caller's words do not fit the contract
├── Unauthenticated         no token, or one that is invalid or expired
├── Forbidden               known, but not allowed (a foreign origin, guests switched off)
├── NotFound                no such thing, or another user's: nobody can tell which
├── GenerationActive        the user already has a generation running; carries it
├── IdempotencyKeyReused    the key was used with another body
├── DailyLimitReached       the user has started as many generations today as one may
├── TooManyStreams          the user has too many streams open in this process
├── NotRetryable            only a failed or cancelled job can be done over
├── Unavailable             a part behind us does not answer in time; nothing was changed
└── Fenced                  a higher attempt owns the job: stop at once, write nothing
"""

from datetime import datetime, timedelta
from enum import IntEnum
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from server.domain.job import Job


class ServiceError(Exception):
    """A failure with a stable `code` for programs and a sentence for people."""

    code = "internal"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(ServiceError):
    """What was sent does not fit the contract; nothing was changed."""

    code = "invalid_input"


class Unauthenticated(ServiceError):
    """The token is missing, invalid or expired."""

    code = "unauthenticated"


class Forbidden(ServiceError):
    """The caller is not allowed to do this."""

    code = "forbidden"


class NotFound(ServiceError):
    """There is no such thing among what belongs to this user."""

    code = "not_found"


class GenerationActive(ServiceError):
    """The user already has an active generation, `job`: one at a time."""

    code = "generation_active"

    def __init__(self, job: "Job") -> None:
        super().__init__("One generation at a time. Try again when the current one ends.")
        self.job = job


class IdempotencyKeyReused(ServiceError):
    """This Idempotency-Key was used with another body."""

    code = "idempotency_key_reused"


class DailyLimitReached(ServiceError):
    """The user has started `limit` generations today (UTC); `retry_after_seconds` until tomorrow."""

    code = "daily_limit"

    def __init__(self, limit: int, now: datetime) -> None:
        super().__init__(f"{limit} generations a day, and today's are used up. Try again tomorrow.")
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
        self.retry_after_seconds = ceil((midnight - now).total_seconds())


class TooManyStreams(ServiceError):
    """The user has too many streams open in this process; close some."""

    code = "too_many_streams"


class NotRetryable(ServiceError):
    """Only a failed or cancelled job can be done over."""

    code = "not_retryable"


class Unavailable(ServiceError):
    """The database or Redis did not answer in time; try again shortly."""

    code = "unavailable"


class Fenced(ServiceError):
    """A higher attempt has taken the job over: this one may write nothing more."""

    code = "fenced"


class CloseCode(IntEnum):
    """WebSocket close codes; the range tells a client whether to come back (protocol.md, Close codes)."""

    RESTART = 1012
    OVERLOADED = 1013
    NOT_A_FRAME = 4400
    TOKEN_REJECTED = 4401
    NOT_ALLOWED = 4403
    NO_CONNECT = 4508
    TOO_MANY_FRAMES = 4529
