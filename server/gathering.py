"""Reading active jobs for many users at once: whoever asks while a read is under way shares the next one.

A process whose users all come back at the same moment reads once for hundreds of them; a user who comes alone waits for
nobody.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.job import Job
from server.ports import JobStore

# The statement has a parameter for each user and for each job known to one: databases allow some 32,000.
MAX_USERS = 200


@dataclass(frozen=True, slots=True)
class _Question:
    """Who asks for what, and where the answer goes."""

    user_id: str
    known: Sequence[str]
    answer: asyncio.Future[list[Job]]


class ActiveJobs:
    """The reads of one process."""

    def __init__(self, jobs: JobStore) -> None:
        self._jobs = jobs
        self._asked: list[_Question] = []
        self._reading: asyncio.Task[None] | None = None

    async def read(self, user_id: str, known: Sequence[str] = ()) -> list[Job]:
        """Return the user's active jobs and the `known` ones, oldest first; raises Unavailable."""
        question = _Question(user_id, known, asyncio.get_running_loop().create_future())
        self._asked.append(question)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        return await question.answer

    async def _read(self) -> None:
        try:
            while self._asked:
                questions, self._asked = self._asked[:MAX_USERS], self._asked[MAX_USERS:]
                await self._answer(questions)
        finally:
            self._reading = None

    async def _answer(self, questions: Sequence[_Question]) -> None:
        # Who has gone away meanwhile has cancelled the future.
        try:
            users = sorted({question.user_id for question in questions})
            jobs = await self._jobs.active(users, sorted({job_id for each in questions for job_id in each.known}))
        except Exception as problem:  # whatever it is, it is for those who asked; nobody may wait for ever
            for question in questions:
                if not question.answer.done():
                    question.answer.set_exception(problem)
            return
        for question in questions:
            if not question.answer.done():
                question.answer.set_result([job for job in jobs if _is_for(question, job)])


def _is_for(question: _Question, job: Job) -> bool:
    return job.user_id == question.user_id and (job.is_active or job.id in question.known)
