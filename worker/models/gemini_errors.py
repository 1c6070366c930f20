"""What Gemini's REST API says of a failure, as a ModelError: the retry table of design.md. Pure.

The forms are those of google.rpc (google.aip.dev/193): `{"error": {"code", "message", "status", "details": [...]}}`.
"""

import json
import logging
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from worker.models.port import FinishReason, ModelError, ModelErrorCode

logger = logging.getLogger(__name__)

# The request itself is wrong, the key is, or the model is gone: the same request will fail again.
_MISCONFIGURED = frozenset({400, 401, 403, 404})
_TOO_MANY_REQUESTS = 429
# Quota ids read like `GenerateRequestsPerDayPerProjectPerModel-FreeTier`.
_PER_DAY = "PerDay"

# Finish reasons of the service; what is not named here is OTHER.
_FINISH = {
    "STOP": FinishReason.STOP,
    "MAX_TOKENS": FinishReason.LENGTH,
    **dict.fromkeys(
        ("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"), FinishReason.BLOCKED
    ),
}


def finish_reason(name: str) -> FinishReason:
    """Return what the service's `finishReason` means here."""
    return _FINISH.get(name, FinishReason.OTHER)


def broken_off(problem: Exception) -> ModelError:
    """Return the error of a connection that could not be had, or broke."""
    logger.warning("connection to the AI service lost: %r", problem)
    return ModelError(ModelErrorCode.UNAVAILABLE, "The AI service broke off.", retryable=True)


def unreadable(problem: Exception) -> ModelError:
    """Return the error of an answer that nobody has foreseen."""
    logger.error("the AI service answered with something that could not be read", exc_info=problem)
    return ModelError(ModelErrorCode.UNAVAILABLE, "The AI service answered with something unusable.", retryable=True)


def model_error(status: int, body: object) -> ModelError:
    """Return the error of an HTTP answer; `body` is its JSON, as text or read, whatever that is.

    Where a stream was asked for, the error may come as the one element of an array.
    """
    body = _read(body) if isinstance(body, bytes) else body
    [body, *_] = _list(body) or [body]
    error = _mapping(_mapping(body).get("error"))
    details = [_mapping(each) for each in _list(error.get("details"))]
    if status == _TOO_MANY_REQUESTS:
        return _too_many(details)
    if status in _MISCONFIGURED:
        # The operator's to mend, so the service's own words; users are told less.
        logger.error("the AI service refused: HTTP %d %s: %s", status, error.get("status"), error.get("message"))
        return ModelError(ModelErrorCode.MISCONFIGURED, "The AI service is not set up correctly.", retryable=False)
    return ModelError(ModelErrorCode.UNAVAILABLE, "The AI service is not available.", retryable=True)


def _too_many(details: Iterable[Mapping[str, Any]]) -> ModelError:
    if any(_PER_DAY in quota_id for quota_id in _quota_ids(details)):
        return ModelError(ModelErrorCode.QUOTA_EXHAUSTED, "Today's AI quota is used up.", retryable=False)
    return ModelError(
        ModelErrorCode.RATE_LIMITED, "The AI service is busy.", retryable=True, retry_after=_retry_delay(details)
    )


def _quota_ids(details: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    for detail in details:
        for violation in _list(detail.get("violations")):
            yield str(_mapping(violation).get("quotaId", ""))


def _retry_delay(details: Iterable[Mapping[str, Any]]) -> timedelta | None:
    """Return the wait that a RetryInfo asks for: a protobuf duration as JSON, such as `7s` or `0.5s`."""
    for detail in details:
        text = str(detail.get("retryDelay", ""))
        try:
            return timedelta(seconds=max(0.0, float(text.removesuffix("s"))))
        except (ValueError, OverflowError):
            continue
    return None


def _read(body: bytes) -> object:
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
