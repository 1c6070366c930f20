"""What of arq's own reports reaches the operator."""

import asyncio
import logging

import pytest

from worker.listener import is_failure


@pytest.mark.parametrize(("error", "is_told"), [(asyncio.CancelledError(), False), (ValueError(), True), (None, True)])
def test_a_ring_that_was_cancelled_is_no_failure(error: BaseException | None, is_told: bool) -> None:
    details = (type(error), error, None) if error else None
    record = logging.LogRecord("arq.worker", logging.ERROR, "", 0, "a ring ended", (), details)
    assert is_failure(record) is is_told
