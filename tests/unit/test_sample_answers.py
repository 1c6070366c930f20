"""The sample generator's answers: in the interview's language, of its words, steered by the comment."""

from itertools import product

import pytest

from server.domain.interview import InterviewDetails, Language
from server.domain.job import Category, JobType, Question
from worker.answer_draft import AnswerDraft
from worker.models.answer_composer import compose_answer
from worker.models.port import Assignment
from worker.models.sample import SampleModel

DETAILS = {
    Language.KOREAN: InterviewDetails("카카오뱅크", "백엔드 개발자", "Kotlin과 Kafka를 씁니다.", "Redis"),
    Language.ENGLISH: InterviewDetails("Acme", "Engineer", "Kafka and Kotlin at scale.", "Redis", Language.ENGLISH),
}


def an_assignment(language: Language, category: Category, comment: str | None = None, job_id: str = "a") -> Assignment:
    question = Question(0, "How would you introduce Kafka?", category, "", "")
    return Assignment(job_id, JobType.ANSWER, DETAILS[language], comment, 1, question=question)


@pytest.mark.parametrize(("language", "category"), list(product(Language, Category)))
async def test_an_answer_streams_whole_and_fits_its_schema(language: Language, category: Category) -> None:
    assignment, draft = an_assignment(language, category), AnswerDraft()
    async for piece in SampleModel(seconds=0).write(assignment):
        if isinstance(piece, str):
            draft.feed(piece)
    draft.finish()
    assert draft.answer == compose_answer(assignment)
    assert draft.answer.text.count("\n\n") == 2
    assert "{" not in "".join((draft.answer.text, *draft.answer.key_points, *draft.answer.avoid))
    assert 3 <= len(draft.answer.key_points) <= 5
    assert len(set(draft.answer.avoid)) == 3


@pytest.mark.parametrize("language", Language)
def test_it_speaks_of_what_the_question_asks_and_of_what_the_comment_wishes(language: Language) -> None:
    plain = compose_answer(an_assignment(language, Category.TECHNICAL))
    steered = compose_answer(an_assignment(language, Category.TECHNICAL, "Terraform"))
    assert "Kafka" in plain.text
    assert "Terraform" in steered.text
    assert DETAILS[language].company in "".join(plain.key_points)


def test_another_generation_writes_another_answer() -> None:
    answers = {compose_answer(an_assignment(Language.KOREAN, Category.GAPS, job_id=str(n))).text for n in range(10)}
    assert len(answers) > 5
