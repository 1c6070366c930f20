"""Korean particles (은/는, 이/가, 을/를, 과/와, 으로/로), chosen by how the word before them sounds. Never grammar."""

import re
from enum import Enum

_HANGUL_FIRST, _HANGUL_LAST = "가", "힣"
# A Hangul syllable's code point counts its 28 possible finals (0 for none) fastest; the eighth is ㄹ.
_FINALS = 28
_FINAL_RIEUL = 8

# Digits as they are read: 일, 칠, 팔 end in ㄹ; 영, 삼, 육 in another consonant.
_DIGITS_RIEUL, _DIGITS_CONSONANT = "178", "036"
# Letters as they are named: 엘, 알; 엠, 엔.
_LETTERS_RIEUL, _LETTERS_CONSONANT = "lr", "mn"
# An upper-case word up to this long is spelled letter by letter (SQL, AWS); a longer one is a word (NAVER, LINE).
_SPELLED_LENGTH = 3

_LATIN_TAIL = re.compile(r"[A-Za-z]+$")
_WORD_RIEUL = re.compile(r"(l|le)$")  # Excel 엑셀, Google 구글
_WORD_CONSONANT = re.compile(r"(m|n|me|ne|ng|[aeiou][ckpt])$")  # Python 파이썬, pipeline 파이프라인, Git 깃


class Ending(Enum):
    """How a word ends when it is read aloud."""

    VOWEL = "vowel"
    RIEUL = "rieul"
    CONSONANT = "consonant"


def ending(word: str) -> Ending:
    """Return how the last letter or digit of `word` sounds; VOWEL where nothing is known of its script."""
    read = re.sub(r"[\W_]+$", "", word)
    last = read[-1:]
    if last and _HANGUL_FIRST <= last <= _HANGUL_LAST:
        return _syllable_ending(last)
    if latin := _LATIN_TAIL.search(read):
        return _latin_ending(latin[0])
    return _one_of(last, _DIGITS_RIEUL, _DIGITS_CONSONANT)


def _syllable_ending(syllable: str) -> Ending:
    final = (ord(syllable) - ord(_HANGUL_FIRST)) % _FINALS
    if final == 0:
        return Ending.VOWEL
    return Ending.RIEUL if final == _FINAL_RIEUL else Ending.CONSONANT


def _latin_ending(word: str) -> Ending:
    lower = word.lower()
    is_acronym = len(word) <= _SPELLED_LENGTH and word.isupper()
    if is_acronym or not re.search("[aeiouy]", lower):
        return _one_of(lower[-1], _LETTERS_RIEUL, _LETTERS_CONSONANT)
    if _WORD_RIEUL.search(lower):
        return Ending.RIEUL
    return Ending.CONSONANT if _WORD_CONSONANT.search(lower) else Ending.VOWEL


def _one_of(last: str, rieul: str, consonant: str) -> Ending:
    if last and last in rieul:
        return Ending.RIEUL
    return Ending.CONSONANT if last and last in consonant else Ending.VOWEL


def particle(word: str, pair: str) -> str:
    """Return the form of `pair` (after a consonant / after a vowel, as `을/를`) that fits `word`."""
    after_consonant, after_vowel = pair.split("/")
    match ending(word):
        case Ending.VOWEL:
            return after_vowel
        case Ending.RIEUL if after_consonant.startswith("으"):
            return after_vowel  # 서울로, not 서울으로
        case _:
            return after_consonant


class KoreanWord(str):
    """A word that takes its particle in a template: `"{company:은/는}"`."""

    __slots__ = ()

    def __format__(self, pair: str) -> str:
        return f"{self!s}{particle(self, pair)}" if pair else str(self)
