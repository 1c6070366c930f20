"""`make bench`: the tables of figures that README.md quotes."""

import asyncio
import statistics
from collections.abc import Sequence

from tests.bench.crowds import RETURNING, RUNNING, reads_for_all_who_return, worker_megabytes
from tests.bench.delays import BROWSERS, delivery_milliseconds, submission_milliseconds
from tests.support.stack import Stack


def row(what: str, values: Sequence[float]) -> str:
    """Return one line of the table of delays."""
    ordered = sorted(values)
    median, p99 = statistics.median(ordered), ordered[int(len(ordered) * 0.99)]
    return f"| {what} | {len(ordered)} | {median:.1f} | {p99:.1f} | {ordered[-1]:.1f} |"


async def delays() -> None:
    """Measure how long people wait, and print it."""
    with Stack(settings={"SAMPLE_SECONDS": "60", "DAILY_GENERATIONS": "0"}) as stack:
        print("| milliseconds | samples | median | 99 % | most |\n|---|---|---|---|---|")
        print(row("`POST /api/ai/question` answers", await submission_milliseconds(stack)))
        print(row("an event reaches one browser after its append", await delivery_milliseconds(stack, 1)))
        print(row(f"an event reaches {BROWSERS} browsers of one user", await delivery_milliseconds(stack, BROWSERS)))


async def crowds() -> None:
    """Measure what many cost, and print it."""
    print("\n| what many cost | |\n|---|---|")
    reads, seconds = await reads_for_all_who_return()
    print(f"| {RETURNING:,} browsers return at once: transactions of the database | {reads} (in {seconds:.1f} s) |")
    for generator in ("gemini", "google-genai"):
        megabytes = await worker_megabytes(generator)
        print(f"| a worker that runs {RUNNING} generations by `{generator}` | {megabytes:.0f} MB |")


async def main() -> None:
    """Measure everything."""
    await delays()
    await crowds()


asyncio.run(main())
