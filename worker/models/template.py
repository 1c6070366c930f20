"""The shape of the sample generator's banks: question templates by category. Never the words themselves."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from server.domain.job import Category

# What a template can ask for beside {company} and {position}; it names at most one of them.
#   topic    a notable word of the comment, the posting or the résumé, or a general one
#   claim    one the résumé mentions
#   missing  one the posting mentions and the résumé does not
SLOTS = ("topic", "claim", "missing")


@dataclass(frozen=True, slots=True)
class Template:
    """A question with blanks; in Korean a blank may name its particle: `{topic:을/를}`."""

    text: str
    intent: str
    follow_up: str

    @property
    def slot(self) -> str | None:
        """The one of SLOTS that the text names; the other two parts name no more than the text does."""
        fields = {field for _, field, _, _ in Formatter().parse(self.text)}
        return next((slot for slot in SLOTS if slot in fields), None)


@dataclass(frozen=True, slots=True)
class Bank:
    """The templates of one language, and the topics to speak of where the interview itself offers none."""

    templates: Mapping[Category, tuple[Template, ...]]
    general_topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AnswerBank:
    """The parts of an answer in one language; blanks are {company}, {position} and {topic}."""

    openings: Mapping[Category, tuple[str, ...]]
    situations: tuple[str, ...]
    actions: tuple[str, ...]
    results: tuple[str, ...]
    closings: tuple[str, ...]
    key_points: Mapping[Category, tuple[str, ...]]
    general_points: tuple[str, ...]
    avoid: tuple[str, ...]
