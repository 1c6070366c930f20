"""A model that writes as long as a person may watch, and remembers what it was paid for: each call, job by job."""

import json
import re
from itertools import pairwise

from tests.support.fake_gemini import Answer, FakeGemini, Received, Stream, chunk

# With five questions a generation takes four seconds: most jobs see a fault.
SECONDS_PER_QUESTION = 0.8

_MARK = re.compile(r"[0-9a-f]{32}")
_COUNT = re.compile(r"면접 질문 (\d+)개")


class PaidModel(FakeGemini):
    """Writes what is asked for. A job is known by its comment, which is the key it was submitted with."""

    def take(self, received: Received) -> Answer:
        """Remember a call; write as many questions as it asks for."""
        self.received.append(received)
        asked, mark = _asked(received), _mark(received)
        texts = [_question(f"{mark} {len(self.received)}-{number}") for number in range(asked)]
        pieces = [chunk(("[" if number == 0 else ",") + text) for number, text in enumerate(texts)]
        return Stream([*pieces, chunk("]", finish="STOP")], pause_seconds=SECONDS_PER_QUESTION)

    def paid_twice(self) -> int:
        """Return how many calls asked again for a question that an earlier call of the job had written."""
        calls: dict[str, list[Received]] = {}
        for received in self.received:
            calls.setdefault(_mark(received), []).append(received)
        return sum(_is_repeated(before, after) for each in calls.values() for before, after in pairwise(each))


def _is_repeated(before: Received, after: Received) -> bool:
    # The piece after a question says that it is whole.
    written = max(before.sent - 1, 0)
    return _asked(after) > _asked(before) - written


def _asked(received: Received) -> int:
    return int(_found(_COUNT, received, group=1))


def _mark(received: Received) -> str:
    return _found(_MARK, received)


def _found(pattern: re.Pattern[str], received: Received, group: int = 0) -> str:
    found = pattern.search(json.dumps(received.body, ensure_ascii=False))
    assert found, received.body
    return found[group]


def _question(text: str) -> str:
    return json.dumps({"ask": f"{text}?", "category": "technical", "follow_up": "?", "intent": "."})
