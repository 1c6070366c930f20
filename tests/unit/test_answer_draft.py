"""An answer document as it grows: only the text is shown early, and every split into pieces says the same."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.events import TextWritten
from server.domain.fold import utf16_length, utf16_prefix
from server.domain.job import Answer
from worker.answer_draft import MAX_POINTS, MAX_TEXT_CHARACTERS, AnswerDraft
from worker.documents import MAX_DOCUMENT_BYTES, MalformedOutput

ANSWER = Answer('먼저 "상황"을 말씀드리면 🙂\n\n결과는 \\ 이렇습니다.', ("수치", "근거"), ("남 탓",))


def document(answer: Answer = ANSWER, *, is_ascii: bool = False) -> str:
    fields = {"answer": answer.text, "key_points": answer.key_points, "avoid": answer.avoid}
    return json.dumps(fields, ensure_ascii=is_ascii)


def read(*pieces: str) -> tuple[AnswerDraft, str]:
    """Return the draft after these pieces, and the text as a browser would have folded it."""
    draft, shown = AnswerDraft(), ""
    for piece in pieces:
        for item in draft.feed(piece):
            assert item == TextWritten(0, utf16_length(shown), item.text)
            shown = utf16_prefix(shown, item.offset) + item.text
    return draft, shown


@given(st.lists(st.integers(0, len(document(is_ascii=True)))), st.booleans())
def test_every_split_gives_the_same_answer(cuts: list[int], is_ascii: bool) -> None:
    text = document(is_ascii=is_ascii)
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    draft, shown = read(*(text[start:end] for start, end in pairwise(places)))
    draft.finish()
    assert (draft.answer, shown) == (ANSWER, ANSWER.text)


def test_the_text_is_shown_while_it_grows_and_nothing_else() -> None:
    draft, shown = read('{"answer": "하나', ' 둘", "key_points": ["셋')
    assert (shown, draft.answer) == ("하나 둘", None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "an answer",
        document()[:-1],
        document() + "{}",
        document(Answer(" ", ("a",), ("b",))),
        document(Answer("text", (), ("b",))),
        document(Answer("text", ("a",), ())),
        document(Answer("text", ("",), ("b",))),
        document(Answer("text", ("a",) * (MAX_POINTS + 1), ("b",))),
        document(Answer("x" * (MAX_TEXT_CHARACTERS + 1), ("a",), ("b",))),
        '{"key_points": ["a"], "avoid": ["b"]}',
        '{"answer": 5, "key_points": ["a"], "avoid": ["b"]}',
    ],
)
def test_what_is_no_answer_is_refused(text: str) -> None:
    with pytest.raises(MalformedOutput):
        read(text)[0].finish()


def test_a_model_that_does_not_stop_is_stopped() -> None:
    draft, _ = read('{"answer": "')
    with pytest.raises(MalformedOutput):
        draft.feed("x" * MAX_DOCUMENT_BYTES)
