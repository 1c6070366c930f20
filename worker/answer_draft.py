"""Reads an answer document while it grows: `{"answer", "avoid", "key_points"}`, the text first. Pure; never waits.

Only the text is shown before the document is complete. Whatever the split into pieces, the same answer comes out.
"""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from server.domain.events import TextWritten
from server.domain.fold import utf16_length
from server.domain.job import Answer
from worker.documents import Filled, MalformedOutput, Meter, clean, places, unfinished_text

# An answer is spoken in two or three minutes: 3,000 characters. More than this is a model that does not stop.
MAX_TEXT_CHARACTERS = 20_000
MAX_POINTS = 12

_Text = Annotated[str, AfterValidator(clean), StringConstraints(max_length=MAX_TEXT_CHARACTERS, min_length=1)]
_Points = Annotated[tuple[Filled, ...], Field(min_length=1, max_length=MAX_POINTS)]


class _Written(BaseModel):
    """A finished answer as a model writes it; keys beyond these are ignored."""

    model_config = ConfigDict(extra="ignore")

    answer: _Text
    key_points: _Points
    avoid: _Points


class AnswerDraft:
    """The answer of one stream. Like `QuestionDrafts`, it is fed pieces and tells how the text has grown."""

    # Nothing tells that an answer is complete but the model's own stop.
    is_full = False

    def __init__(self) -> None:
        self.answer: Answer | None = None
        self._document = ""
        self._meter = Meter()
        self._shown = ""

    def feed(self, piece: str) -> list[TextWritten]:
        """Take the next piece; return how the text grew. Raises MalformedOutput."""
        self._meter.count(piece)
        self._document += piece
        document = self._document.lstrip()
        if not document:
            return []
        if not document.startswith("{"):
            raise MalformedOutput(f"Where an answer should begin, there is {document[:20]!r}.")
        return self._grown(clean(unfinished_text(document, "answer")))

    def finish(self) -> None:
        """Take the model's clean stop: `answer` is there from now on. Raises MalformedOutput."""
        try:
            written = _Written.model_validate_json(self._document)
        except ValidationError as error:
            raise MalformedOutput(f"The answer does not fit its schema: {places(error)}.") from error
        self.answer = Answer(written.answer, written.key_points, written.avoid)

    def _grown(self, text: str) -> list[TextWritten]:
        if len(text) <= len(self._shown) or not text.startswith(self._shown):
            return []
        grown = TextWritten(0, utf16_length(self._shown), text[len(self._shown) :])
        self._shown = text
        return [grown]
