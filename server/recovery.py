"""Recovery: what a viewer sees of a job, from its row and its log. The one way back for whoever missed something."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from server.domain.errors import Unavailable
from server.domain.events import Event, Queued, Restored
from server.domain.fold import fold_all
from server.domain.job import Job, Partial, Position, Status
from server.domain.view import View, view_of
from server.gathering import ActiveJobs
from server.ports import EventLog, JobStore


def recover(job: Job, log: Sequence[Event]) -> View:
    """Fold `log` over the row; an ended row, or one that is ahead of the log, decides and the log's text stays."""
    row = view_of(job)
    if job.is_sealed or not log:
        return row
    folded = fold_all(_before(row, log[0]), log)
    if folded.position > row.position or (job.is_active and folded.position == row.position):
        return _postponed(row, folded)
    joined = replace(row, partial=_joined(row.partial, folded.partial), progress=folded.progress or row.progress)
    # An attempt that was claimed and never told of has not begun for anybody.
    return joined if job.is_active else replace(joined, started_at=folded.started_at)


def _postponed(row: View, folded: View) -> View:
    """Return the fold, waiting if the row does: a worker may have died before it could tell."""
    if row.status is Status.QUEUED and folded.position.attempt == row.position.attempt:
        return replace(folded, status=row.status, retry_at=row.retry_at)
    return folded


def is_told(view: View, log: Sequence[Event]) -> bool:
    """Tell whether who has followed the log from its beginning sees just this."""
    match log:
        case [Event(fact=Queued(job) | Restored(job)), *_]:
            return fold_all(job, log) == view
    return False


def missed(view: View, log: Sequence[Event], after: Position, now: datetime) -> list[Event]:
    """Return what leads from `after` to `view`: the log's events, or one Restored where some are gone."""
    events = [event for event in log if event.position > after]
    restored = [Event(view.id, view.position, now, Restored(view))]
    if events and _continues(events[0], after):
        # What is not told yet will be; of an end nobody may do so any more.
        return events + restored if view.is_terminal and events[-1].position < view.position else events
    is_unheard_claim = view.position.n == 0 and log
    return restored if view.position > after and not is_unheard_claim else []


def _continues(event: Event, after: Position) -> bool:
    return isinstance(event.fact, Queued | Restored) or event.position.follows(after)


def _joined(row: Partial, log: Partial) -> Partial:
    """Return the questions of both, and the log's draft unless its question is final: the log may have stood still."""
    questions = {question.index: question for question in (*log.questions, *row.questions)}
    text = log.text if log.text and log.text.index not in questions else None
    return Partial(tuple(questions[index] for index in sorted(questions)), text)


def _before(row: View, first: Event) -> View:
    """Return a view that the log's first event can follow: the row's, as it was before whatever ended the job."""
    if isinstance(first.fact, Queued | Restored):
        return first.fact.job
    before = Position(first.position.attempt, first.position.n - 1)
    return replace(row, position=before, status=Status.PROCESSING, result=None, error=None, completed_at=None)


class Recovery:
    """Reads views: rows from the database, what they lack from the logs, many jobs at a time."""

    def __init__(self, jobs: JobStore, log: EventLog) -> None:
        self._jobs = jobs
        self._active = ActiveJobs(jobs)
        self._log = log

    async def view(self, user_id: str, job_id: str) -> View:
        """Return one job's view; raises NotFound."""
        return (await self.views(user_id, [await self._jobs.get(user_id, job_id)]))[0]

    async def missed(self, user_id: str, job_id: str, after: Position, now: datetime) -> tuple[View, list[Event]]:
        """Return a job's view, and what happened to it after a position; raises NotFound."""
        job = await self._jobs.get(user_id, job_id)
        log = (await self._read(user_id, [job_id])).get(job_id, ())
        view = recover(job, log)
        return view, missed(view, log, after, now)

    async def active(self, user_id: str, known: Iterable[str] = ()) -> list[View]:
        """Return every active job of the user and the `known` ones, oldest first."""
        return await self.views(user_id, await self._active.read(user_id, tuple(known)))

    async def known(self, user_id: str, job_ids: Sequence[str]) -> list[View]:
        """Return those of `job_ids` that are the user's, oldest first."""
        return await self.views(user_id, await self._jobs.select(user_id, job_ids) if job_ids else [])

    async def recent(self, user_id: str, limit: int) -> list[View]:
        """Return the user's newest jobs, newest first."""
        return await self.views(user_id, await self._jobs.recent(user_id, limit))

    async def views(self, user_id: str, jobs: Sequence[Job]) -> list[View]:
        """Return the view of each row; from the rows alone while Redis cannot be read."""
        logs = await self._read(user_id, [job.id for job in jobs if not job.is_sealed])
        return [recover(job, logs.get(job.id, ())) for job in jobs]

    async def _read(self, user_id: str, job_ids: Sequence[str]) -> Mapping[str, Sequence[Event]]:
        try:
            return await self._log.read(user_id, job_ids) if job_ids else {}
        except Unavailable:
            return {}
