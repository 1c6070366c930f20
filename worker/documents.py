"""What documents of questions and of answers have in common: limits, fields, the unfinished text. Pure."""

from typing import Annotated, Any

import jiter
from pydantic import AfterValidator, StringConstraints, ValidationError

from server.domain.errors import ServiceError

# Twenty questions take about 20 KB, 60 KB when every letter is escaped: more is a model that does not stop.
MAX_DOCUMENT_BYTES = 256 * 1024
# A question is a sentence or two; a frame and a table row should stay small.
MAX_FIELD_CHARACTERS = 2000


class MalformedOutput(ServiceError):
    """What the model wrote is not the document it was asked for."""

    code = "malformed_output"


class Meter:
    """Counts the bytes of one document."""

    def __init__(self) -> None:
        self._bytes = 0

    def count(self, piece: str) -> None:
        """Add a piece; raises MalformedOutput when the document has become too long."""
        self._bytes += len(piece.encode("utf-8", "surrogatepass"))
        if self._bytes > MAX_DOCUMENT_BYTES:
            raise MalformedOutput(f"The text is longer than {MAX_DOCUMENT_BYTES} bytes.")


def clean(text: str) -> str:
    """Return `text` trimmed and without NUL, which PostgreSQL cannot store; a prefix cleans to a prefix."""
    return text.replace("\0", "").strip()


Line = Annotated[str, AfterValidator(clean), StringConstraints(max_length=MAX_FIELD_CHARACTERS)]
Filled = Annotated[Line, StringConstraints(min_length=1)]


def unfinished_text(unread: str, key: str) -> str:
    """Return the text under `key` of the object `unread` starts with, up to its last whole character, or ""."""
    try:
        # Cached strings would be of no use: a growing text is new every time.
        data: Any = jiter.from_json(unread.encode(), partial_mode="trailing-strings", cache_mode="keys")
    except ValueError as error:
        raise MalformedOutput(f"The text is not JSON: {error}.") from error
    text = data.get(key)
    return text if isinstance(text, str) else ""


def places(error: ValidationError) -> str:
    """Return which fields are wrong and how, without the model's own words."""
    return "; ".join(f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors())
