"""Notable words and phrases of a Korean or English text, by rules of thumb: no dictionary, no statistics of a language.

A phrase is a run of up to three words between stop words, verbs and punctuation; names in Latin letters stand alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from worker.models.particles import Ending, ending
from worker.models.stop_words import BREAKERS, TITLES, WEAK

# More would only push the first, most notable ones out of the questions.
MAX_KEYWORDS = 12
# A posting or résumé beyond this says little that is new, and its reading should stay a matter of milliseconds.
MAX_CHARACTERS = 20_000
_MAX_WORDS = 3
# A lone English word below this is seldom a subject (an acronym counts as a name).
_MIN_LONE_LETTERS = 7
# What is longer is a key or a file name rather than a word.
_MAX_LETTERS = 30

# Addresses and telephone numbers; the bounds keep the search linear.
_PRIVATE = re.compile(r"https?://\S+|www\.\S+|\S{1,64}@\S+|\+?\d[\d\s().-]{6,20}\d")
_CLAUSE_END = re.compile(r"[\n,;:!?()\[\]{}<>|/·•∙‘’“”\"'–—~]|\.(?=\s|$)|\s-\s|^[ \t]*[-*]\s", re.MULTILINE)
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#.&-]*|(?<![\d가-힣])[가-힣]+")
_NAME = re.compile(r"[A-Za-z0-9.+#&-]*[A-Z][A-Za-z0-9.+#&-]*")
_HANGUL = re.compile(r"[가-힣]+")

# How Korean verbs and adjectives end; English participles and adverbs, but for those that name a subject.
_NOT_A_NOUN = re.compile(
    r".*(하는|하고|하며|하여|해서|했던|했고|했으며|하신|하실|하기|하게|한|할|함|해|된|되는|되어|되며|되고)"
    r"|.*(있는|있고|있으며|있으신|없는|없이|같은|좋은|많은|높은|깊은|새로운|빠른|적인|적으로|싶은)"
    r"|.*(니다|던|이며|지만|려는|면서|다|봐|줘)|.{2}적|.{2,}요"
    r"|(?!distributed|embedded|automated|applied).+(ed|ly)"
)
_PARTICLES = {
    None: ("에서는", "에서의", "에서", "에게", "까지", "부터", "으로", "의", "에", "로서", "로써"),
    Ending.CONSONANT: ("은", "이", "을", "과"),
    Ending.VOWEL: ("는", "가", "를", "와", "로"),
}
_AFTER_CONSONANT = frozenset({Ending.CONSONANT, Ending.RIEUL})
# Nouns whose last syllable only looks like a particle.
_WHOLE = re.compile(r".*(결과|효과|성과|회의|논의|문의|협의|합의|주의|심의|평가)")


def keywords(text: str, without: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the most notable words and phrases of `text`, most notable first; none of the words in `without`."""
    unwanted = {word.casefold() for phrase in without for word in _WORD.findall(phrase)}
    counts = Counter(
        phrase
        for clause in _CLAUSE_END.split(_PRIVATE.sub("\n", text[:MAX_CHARACTERS]))
        for phrase in _phrases(clause, unwanted)
    )
    spellings: dict[str, str] = {}
    for phrase in counts:
        spellings.setdefault(phrase.casefold(), phrase)
    ranked = sorted(spellings.values(), key=lambda phrase: -_weight(phrase, counts[phrase]))
    return tuple(ranked[:MAX_KEYWORDS])


def is_name(phrase: str) -> bool:
    """Tell whether `phrase` is a name in Latin letters (Kafka, SQL): it reads naturally without quotation marks."""
    return all(_NAME.fullmatch(word) for word in phrase.split())


def _weight(phrase: str, count: int) -> int:
    """Return how notable a phrase is: repeated ones first, then names and phrases, then lone words."""
    return 2 * min(count, 3) + (1 if is_name(phrase) or " " in phrase else 0)


def _phrases(clause: str, unwanted: set[str]) -> Iterator[str]:
    run: list[str] = []
    for token in _WORD.findall(clause):
        word = token.rstrip(".-&")
        noun = without_particle(word)
        is_noun = noun.casefold() not in BREAKERS | unwanted and not (_breaks(noun) or _breaks(word))
        # A name stands alone, and so does what comes before it: "Kafka 운영" speaks of Kafka.
        if run and (not is_noun or is_name(noun) != is_name(run[0])):
            yield from _phrase(run)
            run = []
        if is_noun:
            run.append(noun)
        if noun != word:  # a particle ends the phrase
            yield from _phrase(run)
            run = []
    yield from _phrase(run)


def _breaks(word: str) -> bool:
    return word.isdigit() or len(word) > _MAX_LETTERS or _NOT_A_NOUN.fullmatch(word.lower()) is not None


def _phrase(run: list[str]) -> Iterator[str]:
    """Yield the phrase that a run of words makes, if it says anything: its last words, where the head noun is."""
    while len(run) > _MAX_WORDS and run[-1].casefold() in WEAK:
        run = run[:-1]
    words = run[-_MAX_WORDS:]
    while words and len(words[0]) >= _MIN_LONE_LETTERS and words[0].endswith("ing"):  # "building data pipelines"
        words = words[1:]
    if words and words[-1].casefold() not in TITLES and _is_notable(words):
        yield " ".join(words)


def _is_notable(words: list[str]) -> bool:
    if len(words) == 1:
        least = 2 if _HANGUL.fullmatch(words[0]) or is_name(words[0]) else _MIN_LONE_LETTERS
        return len(words[0]) >= least and words[0].casefold() not in WEAK
    # Two weak Korean nouns still say something (시스템 설계); "software engineer" does not.
    return any(_HANGUL.fullmatch(word) or word.casefold() not in WEAK for word in words)


def without_particle(word: str) -> str:
    """Return a Korean word without the particle at its end, as far as its sound tells; others as they are."""
    if not _HANGUL.fullmatch(word) or _WHOLE.fullmatch(word):
        return word
    for needed, particles in _PARTICLES.items():
        for particle in particles:
            stem = word.removesuffix(particle)
            if stem != word and len(stem) >= 2 and _fits(ending(stem), needed):
                return without_particle(stem) if particle == "의" else stem  # 동료와의
    return word


def _fits(sound: Ending, needed: Ending | None) -> bool:
    return needed is None or (sound in _AFTER_CONSONANT) == (needed in _AFTER_CONSONANT)
