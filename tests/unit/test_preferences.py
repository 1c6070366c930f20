"""How long a client would wait, in every form that RFC 7240 allows."""

import pytest
from starlette.requests import Request

from server.api.jobs import MAX_WAIT, preferred_wait


@pytest.mark.parametrize(
    ("prefer", "seconds"),
    [
        ("wait=10", 10),
        ("respond-async, wait=10", 10),
        ("WAIT=10", 10),
        ('wait = "10"; foo=1', 10),
        ("wait=99999", MAX_WAIT.total_seconds()),
        ("await=10", 0),
        ("wait=soon", 0),
        ("", 0),
    ],
)
def test_the_wait_that_is_preferred_is_bounded(prefer: str, seconds: float) -> None:
    request = Request({"type": "http", "headers": [(b"prefer", prefer.encode())]})
    assert preferred_wait(request).total_seconds() == seconds
