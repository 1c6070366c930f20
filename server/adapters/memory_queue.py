"""JobQueue in memory, a shipped double: it remembers who rang."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Ring:
    """One ring of the doorbell."""

    job_id: str
    attempt: int
    delay: timedelta


class MemoryJobQueue:
    """The doorbell; `rings` in the order they came."""

    def __init__(self) -> None:
        self.rings: list[Ring] = []
        self.is_forgetful = False

    async def ring(self, job_id: str, attempt: int, delay: timedelta = timedelta()) -> None:
        """Remember the ring."""
        self.rings.append(Ring(job_id, attempt, delay))

    async def has_forgotten(self) -> bool:
        """Tell what a test has decided."""
        return self.is_forgetful
