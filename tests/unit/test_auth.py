"""Tokens and origins: who is let in, and every way of not being let in."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from server.auth import SESSION_LIFETIME, Tokens, bearer_token, is_own_origin, require_own_origin
from server.domain.errors import Forbidden, Unauthenticated

NOW = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
TOKENS = Tokens("for tests only")
NONE_ALLOWED: frozenset[str] = frozenset()


def test_a_token_proves_its_user_until_it_expires() -> None:
    token, identity = TOKENS.issue("ada", NOW)
    assert identity.user_id == "ada"
    assert TOKENS.verify(token, NOW) == identity
    with pytest.raises(Unauthenticated, match="expired"):
        TOKENS.verify(token, NOW + SESSION_LIFETIME)


@pytest.mark.parametrize(
    "forged",
    [
        "",
        "not.a.token",
        "\ud83d",
        Tokens("another secret").issue("ada", NOW)[0],
        jwt.encode({"iss": "interview-live", "sub": "ada", "exp": NOW + timedelta(days=1)}, "", algorithm="none"),
    ],
)
def test_a_forged_token_proves_nothing(forged: str) -> None:
    with pytest.raises(Unauthenticated):
        TOKENS.verify(forged, NOW)


@pytest.mark.parametrize("exp", [10**18, float("inf"), [], "x"])
def test_a_token_that_ends_at_no_time_proves_nothing(exp: object) -> None:
    token = jwt.encode({"iss": "interview-live", "sub": "ada", "exp": exp}, TOKENS._key, algorithm="HS256")
    with pytest.raises(Unauthenticated):
        TOKENS.verify(token, NOW)


@pytest.mark.parametrize(
    ("header", "token"),
    [("Bearer abc", "abc"), ("bearer abc", "abc"), ("Basic abc", None), ("Bearer ", None), ("", None)],
)
def test_only_a_bearer_header_carries_a_token(header: str, token: str | None) -> None:
    assert bearer_token({"authorization": header}) == token


@pytest.mark.parametrize(
    ("origin", "is_own"),
    [
        ("http://localhost:8000", True),
        ("https://localhost:8000", True),
        ("http://localhost:9000", False),
        ("http://localhost:8000.evil.example", False),
        ("evil://localhost:8000", False),
        ("https://friend.example", True),
        ("null", False),
        ("", False),
    ],
)
def test_an_origin_is_our_own_when_it_names_this_host_or_is_listed(origin: str, is_own: bool) -> None:
    headers = {"host": "localhost:8000", "origin": origin}
    assert is_own_origin(headers, frozenset({"https://friend.example"})) is is_own


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE"])
def test_an_unsafe_method_needs_its_own_origin(method: str) -> None:
    with pytest.raises(Forbidden):
        require_own_origin(method, {"host": "a"}, NONE_ALLOWED)
    require_own_origin(method, {"host": "a", "origin": "https://a"}, NONE_ALLOWED)
    require_own_origin("GET", {"host": "a"}, NONE_ALLOWED)
