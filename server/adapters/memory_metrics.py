"""AttemptMetrics in memory, a shipped double."""

from collections import Counter
from collections.abc import Mapping

from server.domain.job import Usage
from server.ports import Tally


class MemoryAttemptMetrics:
    """The totals, as long as the process lives."""

    def __init__(self) -> None:
        self._totals: Counter[Tally] = Counter()

    async def count(self, outcome: str, usage: Usage) -> None:
        """Add one attempt to the totals."""
        self._totals[Tally("attempts", usage.model, outcome)] += 1
        self._totals[Tally("tokens", usage.model, "input")] += usage.input_tokens
        self._totals[Tally("tokens", usage.model, "output")] += usage.output_tokens

    async def totals(self) -> Mapping[Tally, int]:
        """Return the totals."""
        return dict(self._totals)
