"""Who is calling: signed session tokens, and the two places a request may carry one. Never a password."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import jwt

from server.domain.errors import Forbidden, Unauthenticated
from server.domain.session import Identity

SESSION_COOKIE = "session"
# A guest's only key to the work is this token: a month survives a holiday.
SESSION_LIFETIME = timedelta(days=30)

_ISSUER = "interview-live"
# Behind a proxy that ends TLS, this process cannot tell which of them it is.
WEB_SCHEMES = frozenset({"http", "https"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Tokens:
    """Issues and verifies session tokens: JWT signed with HS256 (RFC 7519)."""

    def __init__(self, secret_key: str) -> None:
        # Hashed to the 32 bytes that HS256 asks for, whatever the length of the secret.
        self._key = hashlib.sha256(secret_key.encode()).digest()

    def issue(self, user_id: str, now: datetime) -> tuple[str, Identity]:
        """Return a token for the user, and the identity it proves."""
        identity = Identity(user_id, (now + SESSION_LIFETIME).replace(microsecond=0))
        claims = {"iss": _ISSUER, "sub": user_id, "iat": int(now.timestamp()), "exp": identity.expires_at}
        return jwt.encode(claims, self._key, algorithm="HS256"), identity

    def verify(self, token: str, now: datetime) -> Identity:
        """Return who the token speaks for; raises Unauthenticated when it is invalid or expired at `now`."""
        try:
            claims = jwt.decode(
                token,
                self._key,
                algorithms=["HS256"],
                issuer=_ISSUER,
                options={"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False},
            )
            identity = Identity(claims["sub"], datetime.fromtimestamp(claims["exp"], UTC))
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError, OSError) as problem:
            raise Unauthenticated("The token is not valid. Sign in again.") from problem
        if identity.expires_at <= now:
            raise Unauthenticated("The session has expired. Sign in again.")
        return identity


def bearer_token(headers: Mapping[str, str]) -> str | None:
    """Return the token of an `Authorization: Bearer` header (RFC 6750)."""
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


def is_own_origin(headers: Mapping[str, str], allowed: frozenset[str]) -> bool:
    """Tell whether `Origin` names this very host, or one that the settings allow."""
    origin = headers.get("origin", "")
    scheme, _, host = origin.partition("://")
    return origin in allowed or (scheme in WEB_SCHEMES and host == headers.get("host"))


def require_own_origin(method: str, headers: Mapping[str, str], allowed: frozenset[str]) -> None:
    """Refuse an unsafe method that a cookie alone authorises from elsewhere: another site may have sent it."""
    if method not in _SAFE_METHODS and not is_own_origin(headers, allowed):
        raise Forbidden("A request signed in by a cookie must come from this site (Origin).")
