"""InterviewStore in memory, a shipped double."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from server.adapters.memory_database import MemoryDatabase
from server.domain.errors import GenerationActive, Unauthenticated
from server.domain.interview import DetailChanges, Interview, InterviewDetails, QuestionSet


class MemoryInterviewStore:
    """Users, interviews and their finished sets, as long as the process lives."""

    def __init__(self, database: MemoryDatabase) -> None:
        self._database = database

    async def add_user(self, user_id: str, now: datetime) -> None:
        """Make sure the user exists."""
        self._database.users.setdefault(user_id, now)

    async def create(self, user_id: str, interview_id: str, details: InterviewDetails, now: datetime) -> Interview:
        """Add an interview."""
        if user_id not in self._database.users:
            raise Unauthenticated("Sign in again.")
        new = Interview(interview_id, user_id, details, now, now)
        return self._counted(self._database.interviews.setdefault(interview_id, new))

    async def get(self, user_id: str, interview_id: str) -> Interview:
        """Return the user's interview."""
        return self._counted(self._database.interview(user_id, interview_id))

    async def list(self, user_id: str) -> Sequence[Interview]:
        """Return the user's interviews."""
        own = [each for each in self._database.interviews.values() if each.user_id == user_id]
        own.sort(key=lambda each: (each.created_at, each.id), reverse=True)
        return [self._counted(each) for each in own]

    async def update(self, user_id: str, interview_id: str, changes: DetailChanges, now: datetime) -> Interview:
        """Change those details that are named."""
        interview = self._database.interview(user_id, interview_id)
        changed = replace(interview, details=replace(interview.details, **changes), updated_at=now)
        self._database.interviews[interview_id] = changed
        return self._counted(changed)

    async def delete(self, user_id: str, interview_id: str) -> None:
        """Delete the interview with its jobs and sets."""
        database = self._database
        database.interview(user_id, interview_id)
        of_interview = [each.job for each in database.jobs.values() if each.job.interview_id == interview_id]
        for job in of_interview:
            if job.is_active:
                raise GenerationActive(job)
        del database.interviews[interview_id]
        for job in of_interview:
            del database.jobs[job.id]
        # A finished set may have outlived its job.
        database.sets = {key: each for key, each in database.sets.items() if each.interview_id != interview_id}

    async def question_sets(self, user_id: str, interview_id: str) -> Sequence[QuestionSet]:
        """Return the finished sets, newest first."""
        self._database.interview(user_id, interview_id)
        finished = [
            QuestionSet(each.id, each.number or 0, each.job_id, each.created_at, each.comment, each.stored)
            for each in self._database.finished_sets(interview_id)
        ]
        return sorted(finished, key=lambda each: each.number, reverse=True)

    def _counted(self, interview: Interview) -> Interview:
        questions = [question for each in self._database.finished_sets(interview.id) for question in each.stored]
        answered = [question for question in questions if question.answer]
        return replace(interview, question_count=len(questions), answer_count=len(answered))
