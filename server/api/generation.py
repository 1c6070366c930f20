"""`/api/ai/*`: commands that start a generation and return at once."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from server.api.requests import Input, parts_of, read_body, user_of
from server.domain.errors import InvalidInput, NotFound
from server.domain.frames import is_id
from server.domain.view import View
from server.domain.wire import view_json
from server.ports import Clock

MAX_KEY_CHARACTERS = 200

Comment = Annotated[str, Field(max_length=2_000, pattern=r"^[^\x00]*$")]


class QuestionRequest(Input):
    """The body of `POST /api/ai/question`."""

    interview_id: str
    comment: Comment | None = None
    count: int = Field(default=10, ge=1, le=20)


class AnswerRequest(Input):
    """The body of `POST /api/ai/answer`."""

    question_id: str
    comment: Comment | None = None


async def question(request: Request) -> Response:
    """Queue a set of questions: 202 with the job's view before any generation starts."""
    parts, user_id = parts_of(request), user_of(request)
    key = _idempotency_key(request)
    body = await read_body(request, QuestionRequest)
    if not is_id(body.interview_id):
        raise NotFound("There is no such interview.")
    view = await parts.generation.queue_question_generation(
        user_id, body.interview_id, body.count, body.comment or None, key
    )
    return accepted(view, parts.clock)


async def answer(request: Request) -> Response:
    """Queue an answer to a question: as `question`."""
    parts, user_id = parts_of(request), user_of(request)
    key = _idempotency_key(request)
    body = await read_body(request, AnswerRequest)
    if not is_id(body.question_id):
        raise NotFound("There is no such question.")
    view = await parts.generation.queue_answer_generation(user_id, body.question_id, body.comment or None, key)
    return accepted(view, parts.clock)


def accepted(view: View, clock: Clock) -> Response:
    """Return 202 with the view and where to find it."""
    return JSONResponse(view_json(view, clock.now()), 202, {"Location": f"/api/jobs/{view.id}"})


def _idempotency_key(request: Request) -> str | None:
    key = request.headers.get("idempotency-key")
    if key is not None and not 0 < len(key) <= MAX_KEY_CHARACTERS:
        raise InvalidInput(f"Idempotency-Key: 1 to {MAX_KEY_CHARACTERS} characters")
    return key
