"""The sample generator: questions from the interview's own words, the same for the same job, at a human pace."""

import json
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.interview import InterviewDetails, Language
from server.domain.job import Category, JobType, Question
from worker.drafts import QuestionDrafts, fingerprint
from worker.models.bank_en import BANK as ENGLISH
from worker.models.bank_ko import BANK as KOREAN
from worker.models.composer import compose
from worker.models.keywords import keywords, without_particle
from worker.models.particles import KoreanWord, particle
from worker.models.port import Assignment, Finish, FinishReason, Piece, TextModel
from worker.models.sample import SampleModel
from worker.models.template import SLOTS, Bank

KOREAN_INTERVIEW = InterviewDetails(
    company="카카오뱅크",
    position="백엔드 개발자",
    job_posting=(
        "- 대규모 트래픽을 처리하는 분산 시스템을 설계합니다.\n"
        "- Kafka, Spring Boot 개발 경험\n"
        "- 결제 시스템에 대한 이해"
    ),
    resume="홍길동\nhong@example.com\nSpring Boot와 PostgreSQL을 사용해 정산 배치를 구축했습니다.",
)
ENGLISH_INTERVIEW = InterviewDetails(
    company="Acme",
    position="Backend Engineer",
    job_posting="You will operate distributed systems on Kubernetes.\nExperience with event-driven architecture.",
    resume="Jane Doe\nDesigned a payment reconciliation service in Go and introduced load testing.",
    language=Language.ENGLISH,
)
BARE_INTERVIEW = InterviewDetails(company="Acme", position="PM")

each_interview = pytest.mark.parametrize("interview", [KOREAN_INTERVIEW, ENGLISH_INTERVIEW, BARE_INTERVIEW])
each_bank = pytest.mark.parametrize("bank", [KOREAN, ENGLISH], ids=["ko", "en"])


def assign(interview: InterviewDetails, count: int = 10, comment: str | None = None) -> Assignment:
    return Assignment("job-1", JobType.QUESTION, interview, comment, count)


class Clock:
    """Sleeps without waiting, and remembers for how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def pieces_of(assignment: Assignment, clock: Clock, seconds: float = 0.0) -> list[Piece]:
    model: TextModel = SampleModel(seconds, clock.sleep)
    return [piece async for piece in model.write(assignment)]


async def questions_of(assignment: Assignment) -> list[Question]:
    """Return what a worker reads of the model's text."""
    drafts = QuestionDrafts(len(assignment.kept), assignment.count, assignment.taken)
    pieces = [piece for piece in await pieces_of(assignment, Clock()) if isinstance(piece, str)]
    found = [item for piece in pieces for item in drafts.feed(piece) if isinstance(item, Question)]
    drafts.finish()
    return found


def texts(questions: Sequence[Question]) -> list[str]:
    return [question.text for question in questions]


@each_interview
@pytest.mark.parametrize("count", [1, 10, 20])
async def test_a_worker_can_read_as_many_questions_as_it_asked_for(interview: InterviewDetails, count: int) -> None:
    questions = await questions_of(assign(interview, count))
    assert [question.index for question in questions] == list(range(count))


async def test_the_last_thing_it_yields_is_a_clean_stop() -> None:
    pieces = await pieces_of(assign(KOREAN_INTERVIEW), Clock())
    assert pieces[-1] == Finish(FinishReason.STOP)
    assert json.loads("".join(piece for piece in pieces if isinstance(piece, str)))


@each_interview
async def test_the_same_job_gets_the_same_pieces_and_another_job_others(interview: InterviewDetails) -> None:
    first = await pieces_of(assign(interview), Clock())
    assert await pieces_of(assign(interview), Clock()) == first
    assert await pieces_of(replace(assign(interview), job_id="job-2"), Clock()) != first


@each_interview
async def test_an_attempt_that_resumes_writes_what_the_first_one_would_have_written(
    interview: InterviewDetails,
) -> None:
    whole = await questions_of(assign(interview, 20))
    resumed = replace(assign(interview, 13), kept=tuple(whole[:7]))
    assert await questions_of(resumed) == whole[7:]


@each_interview
def test_five_sets_of_twenty_questions_repeat_nothing(interview: InterviewDetails) -> None:
    earlier: tuple[str, ...] = ()
    for number in range(5):
        new = compose(replace(assign(interview, 20), job_id=f"job-{number}", earlier=earlier))
        assert len(new) == 20
        earlier += tuple(question.text for question in new)
    assert len(set(map(fingerprint, earlier))) == 100


def test_it_writes_fewer_questions_rather_than_the_same_again() -> None:
    everything = compose(assign(BARE_INTERVIEW, 100_000))
    taken = tuple(question.text for question in everything[:-2])
    left = compose(replace(assign(BARE_INTERVIEW, 10), earlier=taken))
    assert [question.text for question in left] == [question.text for question in everything[-2:]]


@each_interview
def test_ten_questions_cover_every_category(interview: InterviewDetails) -> None:
    assert {question.category for question in compose(assign(interview, 10))} == set(Category)


def test_the_questions_speak_of_the_interview_in_its_own_words() -> None:
    korean = " ".join(question.text for question in compose(assign(KOREAN_INTERVIEW, 20)))
    assert all(word in korean for word in ["카카오뱅크", "백엔드 개발자", "‘분산 시스템’", "Kafka", "‘정산 배치’"])
    english = " ".join(question.text for question in compose(assign(ENGLISH_INTERVIEW, 20)))
    assert all(word in english for word in ["Acme", "Backend Engineer", "“distributed systems”", "Kubernetes"])


def test_what_the_comment_asks_for_comes_first() -> None:
    questions = compose(assign(KOREAN_INTERVIEW, 10, comment="장애 대응 위주로 부탁드려요"))
    assert any("‘장애 대응’" in question.text for question in questions)


def test_nobody_is_asked_about_their_name_or_address() -> None:
    everything = " ".join(question.text for question in compose(assign(KOREAN_INTERVIEW, 1000)))
    assert "홍길동" not in everything
    assert "hong" not in everything


@given(st.text(), st.text(), st.text(), st.text(), st.sampled_from(Language))
def test_it_makes_questions_of_whatever_people_paste(
    company: str, posting: str, resume: str, comment: str, language: Language
) -> None:
    details = InterviewDetails(company, "PM", posting, resume, language)
    questions = compose(assign(details, 20, comment))
    assert len({fingerprint(question.text) for question in questions}) == 20


@pytest.mark.parametrize("seconds", [6.0, 60.0, 200.0])
@each_interview
async def test_a_job_takes_the_seconds_it_is_given(interview: InterviewDetails, seconds: float) -> None:
    clock = Clock()
    await pieces_of(assign(interview), clock, seconds)
    assert sum(clock.slept) == pytest.approx(seconds, rel=0.01)


async def test_an_attempt_that_resumes_takes_its_share_of_the_time() -> None:
    clock = Clock()
    kept = tuple(Question(n, f"{n}?", Category.GAPS, "", "") for n in range(6))
    await pieces_of(replace(assign(KOREAN_INTERVIEW, 4), kept=kept), clock, 60.0)
    assert sum(clock.slept) == pytest.approx(24.0, rel=0.01)


@each_interview
async def test_at_a_minute_pieces_of_a_few_letters_come_about_twelve_times_a_second(
    interview: InterviewDetails,
) -> None:
    clock = Clock()
    pieces = await pieces_of(assign(interview), clock, 60.0)
    thinking, *pauses = clock.slept
    assert 1 <= thinking <= 3
    assert all(0.05 <= pause <= 0.12 for pause in pauses)
    letters = [len(piece) for piece in pieces if isinstance(piece, str)]
    assert 1 <= sum(letters) / len(letters) <= 12


async def test_without_waiting_others_still_get_their_turn_between_pieces() -> None:
    clock = Clock()
    pieces = await pieces_of(assign(KOREAN_INTERVIEW), clock)
    assert set(clock.slept) == {0.0}
    assert len(clock.slept) == len(pieces) >= 40


async def test_closing_the_stream_stops_the_writing() -> None:
    clock = Clock()
    stream = SampleModel(60.0, clock.sleep).write(assign(KOREAN_INTERVIEW))
    await anext(stream)
    await stream.aclose()
    slept = len(clock.slept)
    with pytest.raises(StopAsyncIteration):
        await anext(stream)
    assert len(clock.slept) == slept


@each_bank
def test_a_bank_has_forty_questions_over_all_categories(bank: Bank) -> None:
    templates = [template for category in bank.templates.values() for template in category]
    assert set(bank.templates) == set(Category)
    assert len({template.text for template in templates}) == len(templates) >= 40


@each_bank
def test_every_template_can_be_filled_with_its_one_slot(bank: Bank) -> None:
    for template in (template for templates in bank.templates.values() for template in templates):
        words = {"company": KoreanWord("c"), "position": KoreanWord("p")}
        if template.slot is not None:
            assert template.slot in SLOTS
            words[template.slot] = KoreanWord("w")
        for part in (template.text, template.intent, template.follow_up):
            assert "{" not in part.format(**words)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("네이버", "네이버는 네이버가 네이버를 네이버와 네이버로"),
        ("카카오뱅크", "카카오뱅크는 카카오뱅크가 카카오뱅크를 카카오뱅크와 카카오뱅크로"),
        ("당근마켓", "당근마켓은 당근마켓이 당근마켓을 당근마켓과 당근마켓으로"),
        ("구글", "구글은 구글이 구글을 구글과 구글로"),
        ("‘분산 시스템’", "‘분산 시스템’은 ‘분산 시스템’이 ‘분산 시스템’을 ‘분산 시스템’과 ‘분산 시스템’으로"),
        ("Kafka", "Kafka는 Kafka가 Kafka를 Kafka와 Kafka로"),
        ("Python", "Python은 Python이 Python을 Python과 Python으로"),
        ("MySQL", "MySQL은 MySQL이 MySQL을 MySQL과 MySQL로"),
        ("AWS", "AWS는 AWS가 AWS를 AWS와 AWS로"),
        ("PM", "PM은 PM이 PM을 PM과 PM으로"),
        ("GA4", "GA4는 GA4가 GA4를 GA4와 GA4로"),
        ("Web3", "Web3은 Web3이 Web3을 Web3과 Web3으로"),
        ("Next.js", "Next.js는 Next.js가 Next.js를 Next.js와 Next.js로"),
        ("C++", "C++는 C++가 C++를 C++와 C++로"),
        ("東京", "東京는 東京가 東京를 東京와 東京로"),
        ("", "는 가 를 와 로"),
    ],
)
def test_a_korean_particle_follows_the_sound_before_it(word: str, expected: str) -> None:
    pairs = ("은/는", "이/가", "을/를", "과/와", "으로/로")
    assert " ".join(word + particle(word, pair) for pair in pairs) == expected


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Redis", "vowel"),
        ("Docker", "vowel"),
        ("React", "vowel"),
        ("NAVER", "vowel"),
        ("LINE", "consonant"),
        ("Git", "consonant"),
        ("Slack", "vowel"),
        ("Spring", "consonant"),
        ("Pipeline", "consonant"),
        ("Oracle", "consonant"),
        ("API", "vowel"),
        ("ML", "consonant"),
    ],
)
def test_a_latin_word_is_taken_as_koreans_read_it(word: str, kind: str) -> None:
    assert particle(word, "consonant/vowel") == kind


@pytest.mark.parametrize(
    ("word", "noun"),
    [
        ("트래픽을", "트래픽"),
        ("데이터베이스와", "데이터베이스"),
        ("사용자가", "사용자"),
        ("동료와의", "동료"),
        ("환경에서", "환경"),
        ("전문가", "전문가"),
        ("난이도", "난이도"),
        ("주간회의", "주간회의"),
        ("속도", "속도"),
        ("Kafka", "Kafka"),
    ],
)
def test_a_korean_noun_loses_its_particle_and_nothing_else(word: str, noun: str) -> None:
    assert without_particle(word) == noun


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("대규모 트래픽을 처리하는 분산 시스템을 운영합니다.", ("대규모 트래픽", "분산 시스템")),
        ("Java 또는 Kotlin, Spring Boot 개발 경험 3년 이상", ("Java", "Kotlin", "Spring Boot")),
        ("focus on system design and leadership please", ("system design", "leadership")),
        ("Building data pipelines with Apache Kafka on AWS.", ("data pipelines", "Apache Kafka", "AWS")),
        ("Call +82 10-1234-5678 or write to me@example.com, https://example.com/cv", ()),
        ("", ()),
    ],
)
def test_the_notable_words_of_a_text_are_its_names_and_noun_phrases(text: str, expected: tuple[str, ...]) -> None:
    assert keywords(text) == expected
