"""Reads a question document while it grows: what is final, and how the unfinished text has grown. Pure; never waits.

Only the text (`ask`) of the unfinished question is ever shown. Whatever the split into pieces, the same questions come
out.
"""

import json
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from server.domain.events import TextWritten
from server.domain.fold import utf16_length
from server.domain.job import Category, Question
from worker.documents import Filled, Line, MalformedOutput, Meter, clean, places, unfinished_text

_JSON_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


class _Expected(StrEnum):
    """What the document must go on with; the message of MalformedOutput."""

    ARRAY = "an array"
    QUESTION_OR_END = "a question or the end"
    QUESTION = "a question"
    COMMA_OR_END = "a comma or the end"
    NOTHING = "nothing more"


# A missing key is the malformed document. After `{` comes a whole question.
_NEXT: dict[_Expected, dict[str, _Expected]] = {
    _Expected.ARRAY: {"[": _Expected.QUESTION_OR_END},
    _Expected.QUESTION_OR_END: {"{": _Expected.COMMA_OR_END, "]": _Expected.NOTHING},
    _Expected.QUESTION: {"{": _Expected.COMMA_OR_END},
    _Expected.COMMA_OR_END: {",": _Expected.QUESTION, "]": _Expected.NOTHING},
    _Expected.NOTHING: {},
}


class _Written(BaseModel):
    """A finished question as a model writes it; keys beyond these are ignored."""

    model_config = ConfigDict(extra="ignore")

    ask: Filled
    category: Category
    intent: Line
    follow_up: Line


def fingerprint(text: str) -> str:
    """Return what makes two texts the same question: letters and digits alone, whatever their case and width."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


class QuestionDrafts:
    """The questions of one stream: indexes go on from `first_index`, and nothing after `limit` questions is read.

    Questions that repeat one of `taken`, or one of this stream, are dropped: the next one gets their index.
    """

    answer = None

    def __init__(self, first_index: int, limit: int, taken: Iterable[str] = ()) -> None:
        self._index = first_index
        self._end = first_index + limit
        self._seen = set(map(fingerprint, taken))
        self._expected = _Expected.ARRAY
        self._unread = ""  # starts where the unfinished question starts
        self._meter = Meter()
        self._shown = ""
        self._problem: MalformedOutput | None = None

    @property
    def next_index(self) -> int:
        """The index the next question will get: `first_index` plus how many are final."""
        return self._index

    @property
    def is_full(self) -> bool:
        """Whether every question asked for is final: the model may be stopped."""
        return self._index >= self._end

    def feed(self, piece: str) -> list[TextWritten | Question]:
        """Take the next piece; return what became final, and how the unfinished text grew.

        Raises MalformedOutput. What was read before the flaw is returned first, and the next call raises.
        """
        found: list[TextWritten | Question] = []
        try:
            self._check(piece)
            self._read(piece, found)
        except MalformedOutput as problem:
            self._problem = problem
            if not found:
                raise
        return found

    def finish(self) -> None:
        """Take the model's clean stop; raises MalformedOutput when the document is not complete."""
        if self._problem:
            raise self._problem
        if not self.is_full and self._expected is not _Expected.NOTHING:
            raise MalformedOutput(f"The text ended where {self._expected} should follow.")
        if self._index == 0:
            raise MalformedOutput("The document holds no question.")

    def _check(self, piece: str) -> None:
        if self._problem:
            raise self._problem
        self._meter.count(piece)

    def _read(self, piece: str, found: list[TextWritten | Question]) -> None:
        self._unread += piece
        # A question ends with a brace: without a new one the unfinished question is still unfinished.
        may_end = "}" in piece
        while not self.is_full and (unread := self._unread.lstrip(_JSON_SPACE)):
            after = _NEXT[self._expected].get(unread[0])
            if after is None:
                raise MalformedOutput(f"Where {self._expected} should follow, there is {unread[:20]!r}.")
            end = 1
            if unread[0] == "{":
                end = self._read_question(unread, found) if may_end else 0
            if not end:
                self._grow(unread, found)
                return
            self._unread = unread[end:]
            self._expected = after

    def _read_question(self, unread: str, found: list[TextWritten | Question]) -> int:
        """Take the question that `unread` starts with; return where it ends, 0 when it does not end yet."""
        try:
            # Tells where the object ends and no more: lone surrogates would pass it, but not the parser below.
            _, end = _DECODER.raw_decode(unread)
        except (ValueError, RecursionError):
            return 0
        try:
            written = _Written.model_validate_json(unread[:end])
        except ValidationError as error:
            raise MalformedOutput(f"A question does not fit its schema: {places(error)}.") from error
        if (mark := fingerprint(written.ask)) not in self._seen:
            self._seen.add(mark)
            found.append(Question(self._index, written.ask, written.category, written.intent, written.follow_up))
            self._index += 1
        elif self._shown:
            # What was shown of a repeated question is taken back.
            found.append(TextWritten(self._index, 0, ""))
        self._shown = ""
        return end

    def _grow(self, unread: str, found: list[TextWritten | Question]) -> None:
        """Show how far the text of the unfinished question has come."""
        text = clean(unfinished_text(unread, "ask"))
        if len(text) > len(self._shown) and text.startswith(self._shown):
            grown = text[len(self._shown) :]
            found.append(TextWritten(self._index, utf16_length(self._shown), grown))
            self._shown = text
