"""The documents that models write, made from what they say: for who has the whole before the first piece."""

from typing import Any

from server.domain.job import Answer, Question


def question_document(question: Question) -> dict[str, Any]:
    """Return one question as it stands in a document."""
    fields = {"category": question.category, "follow_up": question.follow_up, "intent": question.intent}
    return {"ask": question.text, **fields}


def answer_document(answer: Answer) -> dict[str, Any]:
    """Return an answer as a document."""
    return {"answer": answer.text, "avoid": answer.avoid, "key_points": answer.key_points}
