"""Gemini through `google-generativeai`, over REST.

The library's async client cannot stream over REST, so its blocking one runs in threads: one step of a stream at a time,
so that nothing piles up between the thread and the reader.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import google.generativeai as genai
from google.ai.generativelanguage import GenerativeServiceClient
from google.api_core.client_options import ClientOptions
from requests.exceptions import RequestException

from worker.models.gemini_errors import broken_off, finish_reason, model_error, unreadable
from worker.models.port import Assignment, Finish, FinishReason, Piece, Tokens
from worker.models.stoppable import Refused, Sockets, StoppableAdapter
from worker.prompts import prompt_for

T = TypeVar("T")

# Between two bytes of an answer. The reader is stricter about silence (worker/reading.py); this ends the thread.
READ_SECONDS = 90.0


class GeminiModel:
    """One Gemini model; at most `threads` streams at once."""

    def __init__(self, api_key: str, model: str, base_url: str, threads: int) -> None:
        self.name = model
        self._options = ClientOptions(api_key=api_key, api_endpoint=base_url or None)
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="gemini")

    async def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Yield what the model writes (promises: `worker.models.port.TextModel`)."""
        sockets = Sockets()
        try:
            messages = await self._step(lambda: self._open(assignment, sockets))
            read = map(list, map(pieces_of, messages))
            while (pieces := await self._step(lambda: next(read, None))) is not None:
                for piece in pieces:
                    yield piece
        finally:
            sockets.stop()

    async def _step(self, step: Callable[[], T]) -> T:
        """Carry out a blocking step in a thread; raises ModelError."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, step)
        except Refused as problem:
            raise model_error(problem.status, problem.body) from problem
        except (RequestException, ValueError) as problem:
            # ValueError: the library's word for a stream that ends inside its JSON.
            raise broken_off(problem) from problem
        except Exception as problem:  # the libraries read what they do not know in many ways
            raise unreadable(problem) from problem

    def _open(self, assignment: Assignment, sockets: Sockets) -> Iterator[Any]:
        """Send the request; return the messages of the answer as they come."""
        prompt = prompt_for(assignment)
        client = GenerativeServiceClient(transport="rest", client_options=self._options)
        # A session of its own for each call: its connection can be ended without touching another's.
        for scheme in ("http://", "https://"):
            client.transport._session.mount(scheme, StoppableAdapter(sockets))  # type: ignore[attr-defined]
        model = genai.GenerativeModel(  # type: ignore[attr-defined]
            self.name,
            system_instruction=prompt.system,
            generation_config={"response_mime_type": "application/json", "response_schema": prompt.schema},
        )
        request = model._prepare_request(contents=prompt.user, tools=None, tool_config=None)
        # Without `retry: None` the library repeats a 503 silently for ten minutes.
        return iter(client.stream_generate_content(request, retry=None, timeout=READ_SECONDS))


def pieces_of(message: Any) -> Iterator[Piece]:
    """Yield what one message of a stream says: its cost, its text, and whether it is the last."""
    usage = message.usage_metadata
    if usage.total_token_count:
        yield Tokens(usage.prompt_token_count, usage.total_token_count - usage.prompt_token_count)
    if message.prompt_feedback.block_reason:
        yield Finish(FinishReason.BLOCKED)
        return
    for candidate in message.candidates:
        if text := "".join(part.text for part in candidate.content.parts):
            yield text
        if candidate.finish_reason:
            # A reason that is newer than the library is a number.
            yield Finish(finish_reason(getattr(candidate.finish_reason, "name", "")))
