"""Legal histories of one job: what worker, server and sweeper do to its row and its log, with Redis good and bad.

The model keeps their order: the row first, then the event; a claim, a cancel and a sweep raise the attempt.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime

from hypothesis import strategies as st

from server.domain.events import (
    Cancelled,
    Completed,
    Event,
    Fact,
    Failed,
    Progressed,
    QuestionWritten,
    Queued,
    Restored,
    Retrying,
    Started,
    TextWritten,
)
from server.domain.fold import fold, utf16_length
from server.domain.job import Partial, Position, Question, QuestionsResult, Stage, Status
from server.domain.view import View, view_of
from server.recovery import is_told, recover
from tests.support.strategies import A_JOB, AN_ERROR, a_question, texts
from tests.support.world import World

# Beyond this many unsent events the model's worker writes its whole view instead.
MAX_UNSENT = 4


@dataclass
class Worker:
    """One attempt: the fold of what it wrote, what is still to be appended, and how much of that was sent."""

    view: View
    draft: str = ""
    pending: list[Event] = field(default_factory=list)
    sent: int = 0


class History(World):
    """One job from its birth on; each method named after a step takes it, or does nothing where it is illegal."""

    def __init__(self, *, is_queued_told: bool) -> None:
        super().__init__()
        # Positions at which the questions written so far may lawfully differ: see `_announce` and `start`.
        self.loose: set[Position] = set()
        # Positions at which the job may have been given back: the row knows, and the log is told later.
        self.untold: set[Position] = set()
        self._worker: Worker | None = None
        self._zombie: Worker | None = None
        if is_queued_told:
            first = Position(0, 1)
            self.append([self.event(first, Queued(replace(self.ideal, position=first)))])

    # What a worker does.

    def claim(self, _: str) -> None:
        if self.row.status is Status.QUEUED:
            self.change(status=Status.PROCESSING, attempt=self.row.attempt + 1, started_at=self.now(), run_after=None)
            self._worker = Worker(view_of(self.row))

    def start(self, _: str) -> None:
        if not self._worker or self._worker.view.position.n:
            return
        kept = self.row.partial.questions
        self._write(self._worker, Started(len(kept)), self.row.started_at)
        for question in kept:
            # Who had the kept questions from the row is ahead of who waits for them to be told again.
            self.loose.add(self._worker.view.position)
            self._write(self._worker, QuestionWritten(question))
        self._flush(self._worker)

    def think(self, _: str) -> None:
        if worker := self._started():
            self._write(worker, Progressed(Stage.THINKING, 0, self.row.count))

    def write_text(self, text: str) -> None:
        if worker := self._started():
            self._write_text(worker, text)
            self._flush(worker)

    def write_text_unsent(self, text: str) -> None:
        if worker := self._started():
            self._write_text(worker, text)

    def rewrite_text(self, text: str) -> None:
        worker = self._started()
        if worker and (draft := worker.view.partial.text):
            kept = draft.value[: len(draft.value) // 2]
            worker.draft = kept + text
            self._write(worker, TextWritten(draft.index, utf16_length(kept), text))
            self._flush(worker)

    def write_question(self, text: str) -> None:
        if (worker := self._started()) and (question := self._checkpoint(worker, text)):
            self._write(worker, QuestionWritten(question))
            self._write(worker, Progressed(Stage.WRITING, question.index + 1, self.row.count))
            self._flush(worker)

    def lose_answer(self, text: str) -> None:
        if (worker := self._started()) and self.is_redis_up:
            self._write_text(worker, text)
            pending = list(worker.pending)
            self._flush(worker)
            if not worker.pending and self.log and self.log[-1] == pending[-1]:
                worker.pending, worker.sent = pending, len(pending)

    def die(self, text: str) -> None:
        if worker := self._started():
            self._checkpoint(worker, text)
            self._worker = None

    def postpone(self, _: str) -> None:
        if worker := self._started():
            self._worker = None
            self.untold.update(event.position for event in (*self.log[-1:], *worker.pending))
            self.change(status=Status.QUEUED, run_after=self.now())
            assert self.row.run_after
            self._write(worker, Retrying(AN_ERROR, self.row.run_after))
            self._flush(worker)

    def complete(self, _: str) -> None:
        if worker := self._started():
            self._flush(worker)
            result = QuestionsResult(A_JOB.interview_id, 1, worker.view.partial.questions)
            self._end(worker, Completed(result), status=Status.COMPLETED, result=result)

    def fail(self, _: str) -> None:
        if worker := self._started():
            self._flush(worker)
            self._end(worker, Failed(AN_ERROR), status=Status.FAILED, error=AN_ERROR)

    def haunt(self, text: str) -> None:
        if self._zombie:
            self._write_text(self._zombie, text)
            self._flush(self._zombie)

    # What the server and the sweeper do.

    def cancel(self, _: str) -> None:
        if self.row.is_active:
            self._take_over()
            self._raise(status=Status.CANCELLED, completed_at=self.now())
            self._announce(Cancelled())
            self._seal()

    def sweep(self, _: str) -> None:
        if self.row.status is Status.PROCESSING:
            self._take_over()
            now = self.now()
            self._raise(status=Status.QUEUED, run_after=now)
            self._announce(Retrying(AN_ERROR, now))

    def sweep_last(self, _: str) -> None:
        if self.row.status is Status.PROCESSING:
            self._take_over()
            self._raise(status=Status.FAILED, error=AN_ERROR, completed_at=self.now())
            self._announce(Failed(AN_ERROR))
            self._seal()

    # What happens to Redis.

    def stop_redis(self, _: str) -> None:
        self.is_redis_up = False

    def start_redis(self, _: str) -> None:
        self.is_redis_up = True

    def kill_redis(self, _: str) -> None:
        self.lose_log()

    # How it comes about.

    def _started(self) -> Worker | None:
        return self._worker if self._worker and self._worker.view.position.n else None

    def _write_text(self, worker: Worker, text: str) -> None:
        draft, index = worker.view.partial.text, len(worker.view.partial.questions)
        offset = utf16_length(draft.value) if draft and draft.index == index else 0
        worker.draft += text
        self._write(worker, TextWritten(index, offset, text))

    def _checkpoint(self, worker: Worker, text: str) -> Question | None:
        index = len(worker.view.partial.questions)
        if index >= self.row.count:
            return None
        question = a_question(index, text)
        worker.draft = ""
        self.change(partial=Partial((*self.row.partial.questions, question)))
        return question

    def _end(self, worker: Worker, fact: Fact, **changes: object) -> None:
        view, now = worker.view, self.now()
        self._worker = None
        self.change(
            **changes,
            completed_at=now,
            last=view.position.next(),
            partial=view.partial,
            progress=view.progress,
            is_sealed=True,
        )
        self._write(worker, fact, now)
        self._flush(worker)

    def _take_over(self) -> None:
        self._zombie, self._worker = self._worker if self._started() else self._zombie, None

    def _raise(self, status: Status, **changes: object) -> None:
        attempt = self.row.attempt + 1
        last = None if status is Status.QUEUED else Position(attempt, 1)
        self.change(status=status, attempt=attempt, last=last, **changes)

    def _announce(self, fact: Fact) -> None:
        """Tell the first event of an attempt without a worker: it says nothing of what was written before it.

        Who was there knows that; who comes later knows what row and log tell. The two differ when Redis lost it.
        """
        position = Position(self.row.attempt, 1)
        row, ideal = self.row, self.ideal
        is_told = row.partial.questions == ideal.partial.questions
        if not (self.is_redis_up and self.is_log_whole and is_told):
            self.loose.add(position)
        self.append([self.event(position, fact, self.row.completed_at)])

    def _seal(self) -> None:
        if self.is_redis_up:
            view = recover(self.row, self.log)
            if not is_told(view, self.log):
                view = replace(view, position=view.position.next())
                self.append([self.event(view.position, Restored(view))])
            self.change(
                last=view.position,
                partial=view.partial,
                progress=view.progress,
                started_at=view.started_at,
                is_sealed=True,
            )

    def _write(self, worker: Worker, fact: Fact, at: datetime | None = None) -> None:
        event = self.event(worker.view.position.next(), fact, at)
        worker.view = fold(worker.view, event)[0] or worker.view
        worker.pending.append(event)
        if len(worker.pending) - worker.sent > MAX_UNSENT and not worker.view.is_terminal and not self.is_redis_up:
            position = worker.pending[worker.sent].position
            worker.view = replace(worker.view, position=position)
            worker.pending[worker.sent :] = [self.event(position, Restored(worker.view))]

    def _flush(self, worker: Worker) -> None:
        """Append what is pending; where the log is lost, the whole view (worker/log_writer.py)."""
        if worker.pending and self.is_redis_up:
            if not self.append(worker.pending):
                self.append([self.event(worker.view.position, Restored(worker.view))])
            worker.pending, worker.sent = [], 0
        if worker is self._worker and not worker.pending:
            assert self.ideal.partial.questions == self.row.partial.questions
            assert (self.ideal.partial.text.value if self.ideal.partial.text else "") == worker.draft


WRITING = ("write_text", "write_text", "write_text_unsent", "write_question", "write_question", "rewrite_text", "think")
TROUBLE = ("die", "haunt")
STORM = ("stop_redis", "start_redis", "start_redis", "kill_redis", "lose_answer")
# After the first two another attempt may follow.
STOPS = ("postpone", "sweep", "cancel", "postpone cancel", "sweep cancel", "complete", "fail", "sweep_last")
# Claimed again, and over before anybody was told.
SUDDEN_STOPS = ("postpone claim cancel", "sweep claim cancel", "postpone claim sweep_last")


def _histories(names: tuple[str, ...], is_queued_told: st.SearchStrategy[bool]) -> st.SearchStrategy[History]:
    steps = st.lists(st.tuples(st.sampled_from(names), texts), max_size=12)
    attempts = st.lists(st.tuples(st.sampled_from(STOPS[:2]), steps), max_size=3)
    return st.builds(_history, steps, attempts, st.sampled_from((*STOPS, *SUDDEN_STOPS)), steps, is_queued_told)


def _history(
    first: list[tuple[str, str]],
    attempts: list[tuple[str, list[tuple[str, str]]]],
    stop: str,
    last: list[tuple[str, str]],
    is_queued_told: bool,
) -> History:
    history = History(is_queued_told=is_queued_told)
    for before, steps in [("", first), *attempts, (stop, last)]:
        for name in [*before.split(), "claim", "start"]:
            getattr(history, name)("")
        for name, text in steps:
            getattr(history, name)(text)
    return history


# Redis keeps everything and always answers; anything else may happen. / Redis may also stop, forget and not answer.
calm_histories = _histories((*WRITING, *TROUBLE), st.just(True))
stormy_histories = _histories((*WRITING, *TROUBLE, *STORM), st.booleans())
