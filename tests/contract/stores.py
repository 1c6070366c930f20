"""The stores under test with what every test of them begins with: a user, an interview, a job."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import uuid4

from server.adapters.sql_database import Database
from server.domain.events import Event, Fact
from server.domain.fold import fold_all
from server.domain.interview import Interview, InterviewDetails, Language
from server.domain.job import Hold, Job, JobType, Position, Question
from server.domain.view import View, view_of
from server.ports import InterviewStore, JobStore, NewJob
from tests.support.strategies import CREATED_AT, a_question

LEASE = timedelta(seconds=30)
OWNER = "a worker"


def new_id() -> str:
    """Return an id nobody has."""
    return str(uuid4())


def view_after(job: Job, *facts: Fact) -> View:
    """Return the view of a running job after it wrote these facts."""
    places = (Position(job.attempt, n) for n in range(1, len(facts) + 1))
    return fold_all(view_of(job), (Event(job.id, at, CREATED_AT, fact) for at, fact in zip(places, facts, strict=True)))


@dataclass(frozen=True)
class Stores:
    """Both stores of one implementation; `database` is None where there is none."""

    jobs: JobStore
    interviews: InterviewStore
    count_sets: Callable[[], Awaitable[int]]
    database: Database | None = None

    async def add_interview(self, user_id: str | None = None, at: datetime = CREATED_AT) -> Interview:
        """Add an interview, of a new user unless one is given."""
        owner = user_id or new_id()
        await self.interviews.add_user(owner, at)
        details = InterviewDetails("카카오뱅크", "백엔드 개발자", "Kotlin 🙂", "", Language.ENGLISH)
        return await self.interviews.create(owner, new_id(), details, at)

    async def queue(self, interview: Interview | None = None, at: datetime = CREATED_AT) -> Job:
        """Queue a job, for a new interview unless one is given."""
        return (await self.jobs.create(a_request(interview or await self.add_interview()), at))[0]

    async def start(self, interview: Interview | None = None, at: datetime = CREATED_AT) -> Job:
        """Queue a job and claim it at once."""
        return await self.claim(await self.queue(interview, at), at)

    async def claim(self, job: Job, at: datetime = CREATED_AT) -> Job:
        """Claim a job that is due."""
        claimed = await self.jobs.claim(job.id, OWNER, at, LEASE)
        assert claimed is not None
        return claimed

    async def renew(self, job_id: str, attempt: int, at: datetime) -> bool:
        """Renew one lease; False when it is lost."""
        hold = Hold(job_id, attempt)
        return hold in await self.jobs.renew([hold], at, LEASE)

    async def keep(self, job: Job, *questions: Question, at: datetime = CREATED_AT) -> Job:
        """Write questions as rows; return the job as it then is."""
        for question in questions:
            await self.jobs.checkpoint(job.id, job.attempt, question, new_id(), at)
        return await self.jobs.get(job.user_id, job.id)

    async def finish(self, interview: Interview, count: int = 2, at: datetime = CREATED_AT) -> Job:
        """Run a job to its end, with so many questions."""
        job = await self.keep(await self.start(interview, at), *map(a_question, range(count)), at=at)
        return await self.jobs.complete(job.id, view_of(job), at)


def a_request(interview: Interview, key: str | None = None, **changes: str) -> NewJob:
    """Return a request for a set of questions; `changes` replace its text fields."""
    new = NewJob(new_id(), interview.user_id, interview.id, JobType.QUESTION, 3, "백엔드 중심", "hash", key)
    return replace(new, **changes)  # type: ignore[arg-type]


def an_answer_request(question_id: str, interview: Interview) -> NewJob:
    """Return a request for an answer to a question."""
    new = a_request(interview, question_id=question_id)
    return replace(new, interview_id=None, type=JobType.ANSWER, count=1)
