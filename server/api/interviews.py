"""`/api/interviews`: what is being prepared for, and the question sets made for it."""

from dataclasses import asdict
from typing import Annotated, cast

from pydantic import Field
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from uuid_utils import uuid7

from server.api.requests import Input, id_in_path, parts_of, read_body, user_of
from server.domain.errors import InvalidInput
from server.domain.interview import (
    DetailChanges,
    Interview,
    InterviewDetails,
    Language,
    QuestionSet,
    StoredAnswer,
    StoredQuestion,
)
from server.domain.wire import Json, answer_json, time_text

Line = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
# A long posting or résumé has 10,000 characters; twice that still fits a prompt.
Document = Annotated[str, Field(max_length=20_000, pattern=r"^[^\x00]*$")]


class NewInterview(Input):
    """The body of a POST."""

    company: Line
    position: Line
    job_posting: Document = ""
    resume: Document = ""
    language: Language = Field(default=Language.KOREAN, strict=False)


class InterviewChange(Input):
    """The body of a PATCH: what is left out stays as it is."""

    company: Line | None = None
    position: Line | None = None
    job_posting: Document | None = None
    resume: Document | None = None
    language: Language | None = Field(default=None, strict=False)


async def create(request: Request) -> Response:
    """Add an interview."""
    parts, user_id = parts_of(request), user_of(request)
    body = await read_body(request, NewInterview)
    details = InterviewDetails(**body.model_dump())
    interview = await parts.interviews.create(user_id, str(uuid7()), details, parts.clock.now())
    return JSONResponse(interview_json(interview), 201, {"Location": f"/api/interviews/{interview.id}"})


async def index(request: Request) -> Response:
    """List the user's interviews, newest first."""
    interviews = await parts_of(request).interviews.list(user_of(request))
    return JSONResponse({"interviews": [interview_json(interview) for interview in interviews]})


async def show(request: Request) -> Response:
    """Show one interview."""
    interview = await parts_of(request).interviews.get(user_of(request), interview_id_of(request))
    return JSONResponse(interview_json(interview))


async def change(request: Request) -> Response:
    """Change some details; a generation that runs keeps those it began with."""
    parts, user_id, interview_id = parts_of(request), user_of(request), interview_id_of(request)
    body = await read_body(request, InterviewChange)
    changes = cast(DetailChanges, body.model_dump(exclude_unset=True))
    if None in changes.values():
        raise InvalidInput("A detail can be changed, not removed: leave it out or send text.")
    interview = await parts.interviews.update(user_id, interview_id, changes, parts.clock.now())
    return JSONResponse(interview_json(interview))


async def delete(request: Request) -> Response:
    """Delete an interview with everything generated for it."""
    await parts_of(request).interviews.delete(user_of(request), interview_id_of(request))
    return Response(status_code=204)


async def question_sets(request: Request) -> Response:
    """List an interview's finished question sets, newest first."""
    sets = await parts_of(request).interviews.question_sets(user_of(request), interview_id_of(request))
    return JSONResponse({"question_sets": [set_json(each) for each in sets]})


def interview_id_of(request: Request) -> str:
    """Return the id in the path."""
    return id_in_path(request, "interview_id")


def interview_json(interview: Interview) -> Json:
    """Return an interview as the browser sees it."""
    return {
        "id": interview.id,
        **asdict(interview.details),
        "created_at": time_text(interview.created_at),
        "updated_at": time_text(interview.updated_at),
        "question_count": interview.question_count,
        "answer_count": interview.answer_count,
    }


def set_json(question_set: QuestionSet) -> Json:
    """Return a question set as the browser sees it."""
    return {
        "id": question_set.id,
        "number": question_set.number,
        "job_id": question_set.job_id,
        "created_at": time_text(question_set.created_at),
        "comment": question_set.comment,
        "questions": [_question_json(stored) for stored in question_set.questions],
    }


def _question_json(stored: StoredQuestion) -> Json:
    answer = None if stored.answer is None else _answer_json(stored.answer)
    return {"id": stored.id, **asdict(stored.question), "answer": answer}


def _answer_json(stored: StoredAnswer) -> Json:
    return {
        "id": stored.id,
        "job_id": stored.job_id,
        **answer_json(stored.answer),
        "comment": stored.comment,
        "created_at": time_text(stored.created_at),
    }
