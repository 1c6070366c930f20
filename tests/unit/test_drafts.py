"""Reading a question document while it grows: the pieces may be cut anywhere, what comes out is the same."""

import json
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.domain.events import TextWritten
from server.domain.fold import utf16_length, utf16_prefix
from server.domain.job import Category, Question
from worker.documents import MAX_DOCUMENT_BYTES, MalformedOutput
from worker.drafts import QuestionDrafts, fingerprint

Item = TextWritten | Question
Written = dict[str, str]


def written(text: str, category: str = "technical") -> Written:
    """Return a question as a model writes it."""
    return {"ask": text, "category": category, "intent": "why", "follow_up": "and then?"}


def read(drafts: QuestionDrafts, pieces: Sequence[str]) -> list[Item]:
    """Feed the pieces; return everything that came out."""
    return [item for piece in pieces for item in drafts.feed(piece)]


def read_to_the_end(pieces: Sequence[str]) -> None:
    """Feed the pieces and the model's clean stop."""
    drafts = QuestionDrafts(0, 20)
    read(drafts, pieces)
    drafts.finish()


def questions(items: Sequence[Item]) -> list[Question]:
    return [item for item in items if isinstance(item, Question)]


def draft(items: Sequence[Item]) -> str:
    """Return the unfinished text that a browser would show after `items`."""
    shown = ""
    for item in items:
        shown = "" if isinstance(item, Question) else utf16_prefix(shown, item.offset) + item.text
    return shown


def cut(document: str, at: Sequence[int]) -> list[str]:
    bounds = sorted({0, len(document), *(position % (len(document) + 1) for position in at)})
    return [document[start:end] for start, end in pairwise(bounds)]


# No lone surrogates: no model can write them as UTF-8.
texts = st.text(st.characters(codec="utf-8"), max_size=30)
documents = st.lists(
    st.fixed_dictionaries(
        {
            "ask": texts.filter(lambda text: text.replace("\0", "").strip()),
            "category": st.sampled_from([category.value for category in Category]),
            "intent": texts,
            "follow_up": texts,
        }
    ),
    max_size=6,
)
json_texts = st.builds(
    lambda document, escaped, indent: json.dumps(document, ensure_ascii=escaped, indent=indent),
    documents,
    st.booleans(),
    st.sampled_from([None, 2]),
)
cuts = st.lists(st.integers(0, 10_000), max_size=60)


@given(json_texts, cuts)
@example(json.dumps([written("a 😀 b"), written("c")]), list(range(300)))
def test_any_split_gives_the_questions_of_one_feed(document: str, at: list[int]) -> None:
    whole, split = QuestionDrafts(3, 20), QuestionDrafts(3, 20)
    assert questions(read(split, cut(document, at))) == questions(whole.feed(document))
    split.finish()
    whole.finish()


@given(json_texts, st.integers(0, 10_000), cuts)
def test_any_split_of_a_torn_document_shows_the_same(document: str, torn: int, at: list[int]) -> None:
    head = document[: torn % (len(document) + 1)]
    whole, split = QuestionDrafts(0, 20).feed(head), read(QuestionDrafts(0, 20), cut(head, at))
    assert questions(split) == questions(whole)
    assert draft(split) == draft(whole)


@given(json_texts, st.integers(0, 10_000), st.characters(), cuts)
def test_any_split_of_a_corrupt_document_keeps_the_same_questions(
    document: str, where: int, letter: str, at: list[int]
) -> None:
    place = where % (len(document) + 1)
    corrupt = document[:place] + letter + document[place + 1 :]
    assert kept_questions(cut(corrupt, at)) == kept_questions([corrupt])


def kept_questions(pieces: Sequence[str]) -> list[Question]:
    drafts, kept = QuestionDrafts(0, 20), list[Question]()
    try:
        for piece in pieces:
            kept += questions(drafts.feed(piece))
        drafts.finish()
    except MalformedOutput:
        pass
    return kept


@given(json_texts, cuts)
def test_a_draft_is_always_a_prefix_of_the_final_text_in_utf16_units(document: str, at: list[int]) -> None:
    shown: dict[int, str] = {}
    taken_back: set[int] = set()
    for item in read(QuestionDrafts(0, 20), cut(document, at)):
        if isinstance(item, Question):
            assert item.index in taken_back or item.text.startswith(shown.get(item.index, ""))
        elif item.text:
            before = shown.get(item.index, "") if item.offset else ""
            assert item.offset == utf16_length(before)
            shown[item.index] = before + item.text
            item.text.encode()  # never half a surrogate pair
        else:
            taken_back.add(item.index)
            shown[item.index] = ""


def test_a_surrogate_pair_cut_in_two_waits_for_its_other_half() -> None:
    drafts = QuestionDrafts(0, 1)
    assert drafts.feed(r'[{"ask": "a\ud83d') == [TextWritten(0, 0, "a")]
    assert drafts.feed(r"\ude0") == []
    assert drafts.feed("0b") == [TextWritten(0, 1, "😀b")]
    assert drafts.feed("c") == [TextWritten(0, 4, "c")]


def test_a_question_is_final_once_its_object_has_ended() -> None:
    drafts = QuestionDrafts(4, 2)
    document = json.dumps([written("Why us?", "culture_fit")])
    assert questions(drafts.feed(document[:-2])) == []
    assert drafts.feed("}") == [Question(4, "Why us?", Category.CULTURE_FIT, "why", "and then?")]
    assert drafts.next_index == 5


def test_what_follows_the_last_question_asked_for_is_not_read() -> None:
    drafts = QuestionDrafts(0, 2)
    found = drafts.feed(json.dumps([written("one"), written("two"), written("three")]))
    assert [question.text for question in questions(found)] == ["one", "two"]
    assert drafts.is_full
    assert drafts.feed("no longer JSON") == []
    drafts.finish()


def test_a_repeated_question_is_dropped_and_the_next_one_gets_its_index() -> None:
    document = json.dumps([written("What is TCP?"), written("what is “tcp”"), written("Known."), written("New?")])
    found = QuestionDrafts(1, 9, taken=["known"]).feed(document)
    assert [(question.index, question.text) for question in questions(found)] == [(1, "What is TCP?"), (2, "New?")]


def test_what_was_shown_of_a_repeated_question_is_taken_back() -> None:
    drafts = QuestionDrafts(0, 9, taken=["Known"])
    assert drafts.feed('[{"ask": "Known') == [TextWritten(0, 0, "Known")]
    assert drafts.feed('", "category": "gaps", "intent": "", "follow_up": ""}') == [TextWritten(0, 0, "")]


def test_blanks_around_a_text_and_nul_in_it_are_never_shown() -> None:
    drafts = QuestionDrafts(0, 1)
    assert drafts.feed(r'[{"ask": "  \u0000 Tell ') == [TextWritten(0, 0, "Tell")]
    found = drafts.feed(r'me \u0000", "category": "gaps", "intent": " x ", "follow_up": ""}]')
    assert found == [Question(0, "Tell me", Category.GAPS, "x", "")]


@pytest.mark.parametrize(
    "document",
    [
        pytest.param('{"ask": "a"}', id="no array"),
        pytest.param("```json\n[]\n```", id="fenced"),
        pytest.param('["a"]', id="not an object"),
        pytest.param(json.dumps([written("a", "gossip")]), id="unknown category"),
        pytest.param(json.dumps([written(" \0 ")]), id="blank text"),
        pytest.param(json.dumps([written("a" * 2001)]), id="endless text"),
        pytest.param('[{"ask": "a"}]', id="missing field"),
        pytest.param('[{"ask": 1, "category": "gaps", "intent": "", "follow_up": ""}]', id="a number for a text"),
        pytest.param(r'[{"ask": "a\ud83d", "category": "gaps", "intent": "", "follow_up": ""}]', id="lone surrogate"),
        pytest.param(r'[{"ask": "a\q', id="unknown escape"),
        pytest.param('[{"ask": "a" "intent": ""}]', id="missing comma in an object"),
        pytest.param("[] and more", id="text after the end"),
        pytest.param("[", id="stopped before a question"),
        pytest.param('[{"ask": "a', id="stopped inside a question"),
        pytest.param("", id="empty"),
        pytest.param("[" + " " * MAX_DOCUMENT_BYTES, id="too long"),
    ],
)
def test_what_is_no_document_of_questions_is_malformed(document: str) -> None:
    with pytest.raises(MalformedOutput):
        read_to_the_end(cut(document, range(0, len(document), 997)))


def test_questions_before_a_flaw_in_the_same_piece_are_kept() -> None:
    drafts = QuestionDrafts(0, 20)
    assert questions(drafts.feed(json.dumps([written("good"), written("bad", "gossip")])))[0].text == "good"
    with pytest.raises(MalformedOutput):
        drafts.feed(" ")
    with pytest.raises(MalformedOutput):
        drafts.finish()


def test_two_texts_are_the_same_question_whatever_their_case_spacing_and_width() -> None:
    assert fingerprint("왜  TCP인가요?") == fingerprint("왜 ｔｃｐ인가요")
    assert fingerprint("왜 TCP인가요?") != fingerprint("왜 UDP인가요?")


def test_twenty_questions_in_small_pieces_take_no_time_to_speak_of() -> None:
    document = json.dumps(
        [written(f"질문 {number} " + "가나다 라마 " * 30) for number in range(20)], ensure_ascii=False
    )
    started_at = time.process_time()
    read(QuestionDrafts(0, 20), [document[start : start + 5] for start in range(0, len(document), 5)])
    # About 15 ms; the slack is for a busy machine, a quadratic reader would need far more.
    assert time.process_time() - started_at < 0.2
