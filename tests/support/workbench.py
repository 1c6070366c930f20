"""What the tests of one attempt work with: memory stores, a log that can be away, a model that says what it is told."""

from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime, timedelta

from server.adapters.memory_database import MemoryDatabase
from server.adapters.memory_interviews import MemoryInterviewStore
from server.adapters.memory_jobs import MemoryJobStore
from server.adapters.memory_log import MemoryEventLog
from server.adapters.memory_metrics import MemoryAttemptMetrics
from server.adapters.memory_queue import MemoryJobQueue
from server.domain.errors import Unavailable
from server.domain.events import Event
from server.domain.interview import InterviewDetails
from server.domain.job import Job, JobType, Question
from server.domain.view import view_of
from server.domain.wire import dumps
from server.ports import Appended, NewJob
from tests.support.strategies import CREATED_AT, JOB_ID, USER_ID, a_question
from worker.attempt import Workshop
from worker.lease import Leases
from worker.models.documents import question_document
from worker.models.port import Assignment, Finish, FinishReason, Piece

INTERVIEW_ID = "0199aa00-0000-7000-8000-000000000002"
QUESTION_ID = "0199aa00-0000-7000-8000-000000000003"
ANSWER_JOB_ID = "0199aa00-0000-7000-8000-000000000004"


class WallClock:
    """This machine's time, and as far `ahead` as a test wants it."""

    ahead = timedelta()

    def now(self) -> datetime:
        """Return it, cut to milliseconds."""
        now = datetime.now(UTC) + self.ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


class UnreliableLog(MemoryEventLog):
    """A log that can be away, with or without having taken what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.is_away = False
        self.takes_what_it_does_not_confirm = False
        self.appends = 0

    async def append(self, user_id: str, events: Sequence[Event]) -> Appended:
        """Append, or be away."""
        self.appends += 1
        if not self.is_away:
            return await super().append(user_id, events)
        if self.takes_what_it_does_not_confirm:
            await super().append(user_id, events)
        raise Unavailable("Redis does not answer.")


class ScriptedModel:
    """Yields what it was given; an exception in the script is raised."""

    name = "script"

    def __init__(self, *script: Piece | Exception) -> None:
        self.script = script
        self.assignments: list[Assignment] = []
        self.is_stopped = False

    async def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Play the script."""
        self.assignments.append(assignment)
        try:
            for line in self.script:
                if isinstance(line, Exception):
                    raise line
                yield line
        finally:
            self.is_stopped = True


def document(*questions: Question) -> str:
    """Return what a model writes for these questions."""
    return f"[{','.join(dumps(question_document(each)) for each in questions)}]"


def a_finish() -> Finish:
    return Finish(FinishReason.STOP)


class Workbench:
    """A queued job and a workshop to run it in."""

    def __init__(self, model: ScriptedModel, lease: timedelta = timedelta(seconds=30)) -> None:
        self.database = MemoryDatabase()
        self.jobs = MemoryJobStore(self.database)
        self.interviews = MemoryInterviewStore(self.database)
        self.log = UnreliableLog()
        self.queue = MemoryJobQueue()
        self.model = model
        self.clock = WallClock()
        self.metrics = MemoryAttemptMetrics()
        self.shop = Workshop(
            self.jobs,
            self.interviews,
            self.log,
            self.queue,
            self.metrics,
            model,
            self.clock,
            Leases(self.jobs, self.clock, lease),
        )

    async def queue_job(self, count: int = 2) -> Job:
        """Describe an interview and queue a job for it."""
        await self.interviews.add_user(USER_ID, CREATED_AT)
        details = InterviewDetails("카카오뱅크", "백엔드 개발자")
        await self.interviews.create(USER_ID, INTERVIEW_ID, details, CREATED_AT)
        new = NewJob(JOB_ID, USER_ID, INTERVIEW_ID, JobType.QUESTION, count, None, "hash")
        return (await self.jobs.create(new, CREATED_AT))[0]

    async def queue_answer(self) -> Job:
        """Queue an answer to the first question of a finished set."""
        queued = await self.queue_job(1)
        done = await self.jobs.claim(queued.id, "a worker", CREATED_AT, self.shop.leases.length)
        assert done is not None
        await self.jobs.checkpoint(done.id, done.attempt, a_question(0), QUESTION_ID, CREATED_AT)
        await self.jobs.complete(done.id, view_of(done), CREATED_AT)
        new = NewJob(ANSWER_JOB_ID, USER_ID, None, JobType.ANSWER, 1, "수치 중심", "hash", question_id=QUESTION_ID)
        return (await self.jobs.create(new, CREATED_AT))[0]

    async def claim(self, job_id: str = JOB_ID) -> Job:
        """Claim the job."""
        job = await self.jobs.claim(job_id, "a worker", self.clock.now(), self.shop.leases.length)
        assert job is not None
        return job

    async def events(self, job_id: str = JOB_ID) -> list[Event]:
        """Return the job's log."""
        return list((await self.log.read(USER_ID, [job_id]))[job_id])
