"""What Hypothesis draws: any value of the domain, and the few examples by hand that tests start from."""

from datetime import UTC, datetime, timedelta

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
from server.domain.job import (
    Answer,
    AnswerResult,
    Category,
    Draft,
    Job,
    JobError,
    JobType,
    Partial,
    Position,
    Progress,
    Question,
    QuestionsResult,
    Stage,
    Status,
)
from server.domain.view import View, view_of

CREATED_AT = datetime(2026, 11, 23, 14, 30, tzinfo=UTC)
JOB_ID = "0199aa00-0000-7000-8000-000000000001"
OTHER_JOB_ID = "0199aa00-0000-7000-8000-000000000009"
USER_ID = "0199aa00-0000-7000-8000-0000000000aa"
OTHER_USER_ID = "0199aa00-0000-7000-8000-0000000000bb"
A_JOB = Job(
    id=JOB_ID,
    user_id=USER_ID,
    interview_id="0199aa00-0000-7000-8000-000000000002",
    type=JobType.QUESTION,
    status=Status.QUEUED,
    count=3,
    language="ko",
    created_at=CREATED_AT,
)
A_VIEW = view_of(A_JOB)
AN_ERROR = JobError("model_unavailable", "The model is overloaded.", True)


def seconds(count: float) -> datetime:
    """Return the moment so many seconds after the job was created."""
    return CREATED_AT + timedelta(seconds=count)


def a_question(index: int, text: str | None = None) -> Question:
    """Return a finished question."""
    return Question(index, text or f"Question {index}?", Category.TECHNICAL, "To learn.", "And then?")


# Letters that UTF-16 counts once and twice, Hangul whole and in parts, a joiner, and what JSON and JavaScript escape.
texts = st.text(
    st.sampled_from('ab 한글\u1112\u1161\u200d😀🚀𠮷"\\\n\u2028é') | st.characters(codec="utf-8"), max_size=12
)
ids = st.uuids().map(str)
positions = st.builds(Position, st.integers(0, 12), st.integers(0, 120))
# Times stay in UTC and whole milliseconds, as the one clock of the system gives them.
times = st.integers(0, 10_000_000).map(lambda milliseconds: CREATED_AT + timedelta(milliseconds=milliseconds))
stages = st.sampled_from(Stage)
small = st.integers(0, 20)

questions = st.builds(Question, small, texts, st.sampled_from(Category), texts, texts)
question_tuples = st.lists(questions, max_size=4, unique_by=lambda question: question.index).map(
    lambda drawn: tuple(sorted(drawn, key=lambda question: question.index))
)
partials = st.builds(Partial, question_tuples, st.none() | st.builds(Draft, small, texts))
progresses = st.builds(Progress, stages, small, small)
lines = st.lists(texts, max_size=3).map(tuple)
results = st.builds(QuestionsResult, ids, st.integers(1, 99), question_tuples) | st.builds(
    AnswerResult, ids, ids, st.builds(Answer, texts, lines, lines)
)
errors = st.builds(JobError, texts, texts, st.booleans())

views: st.SearchStrategy[View] = st.builds(
    View,
    id=ids,
    interview_id=ids,
    question_id=st.none() | ids,
    type=st.sampled_from(JobType),
    status=st.sampled_from(Status),
    comment=st.none() | texts,
    position=positions,
    progress=st.none() | progresses,
    partial=partials,
    result=st.none() | results,
    error=st.none() | errors,
    retry_at=st.none() | times,
    created_at=times,
    started_at=st.none() | times,
    completed_at=st.none() | times,
    estimated_seconds=st.none() | st.floats(0, 3600),
)

facts: st.SearchStrategy[Fact] = st.one_of(
    st.builds(Queued, views),
    st.builds(Started, small),
    st.builds(Progressed, stages, small, small),
    st.builds(TextWritten, small, st.integers(0, 40), texts),
    st.builds(QuestionWritten, questions),
    st.builds(Retrying, errors, times),
    st.builds(Completed, results),
    st.builds(Failed, errors),
    st.just(Cancelled()),
    st.builds(Restored, views),
)

events: st.SearchStrategy[Event] = st.builds(Event, ids, positions, times, facts)
