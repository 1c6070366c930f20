"""Gemini through `google-genai`, the maintained library (optional): async all the way.

Blocked prompts and cut streams raise nothing there; they are found in what the messages say.
"""

import ssl
from collections.abc import AsyncGenerator, Iterator

import certifi
import httpx2
from google import genai
from google.genai import errors, types

from worker.models.gemini_errors import broken_off, finish_reason, model_error, unreadable
from worker.models.port import Assignment, Finish, FinishReason, Piece, Tokens
from worker.prompts import Prompt, prompt_for

# Between two bytes of an answer; the reader is stricter about silence (worker/reading.py).
READ_MILLISECONDS = 90_000


class GoogleGenaiModel:
    """One Gemini model."""

    def __init__(self, api_key: str, model: str, base_url: str) -> None:
        self.name = model
        self._api_key = api_key
        self._options = types.HttpOptions(
            base_url=base_url or None,
            timeout=READ_MILLISECONDS,
            retry_options=types.HttpRetryOptions(attempts=1),
            # One for all calls: reading the certificates takes longer than the rest of a client.
            async_client_args={"verify": ssl.create_default_context(cafile=certifi.where())},
        )

    async def write(self, assignment: Assignment) -> AsyncGenerator[Piece, None]:
        """Yield what the model writes (promises: `worker.models.port.TextModel`)."""
        prompt = prompt_for(assignment)
        # A client of its own for each call: closing the stream would leave its connection open, closing this does not.
        client = genai.Client(api_key=self._api_key, http_options=self._options)
        try:
            async for message in await client.aio.models.generate_content_stream(
                model=self.name, contents=prompt.user, config=_config(prompt)
            ):
                for piece in _pieces_of(message):
                    yield piece
        except errors.APIError as problem:
            raise model_error(problem.code, problem.details) from problem
        except (httpx2.HTTPError, ValueError) as problem:
            # ValueError: a message that was cut in its JSON.
            raise broken_off(problem) from problem
        except Exception as problem:  # the library reads what it does not know in many ways
            raise unreadable(problem) from problem
        finally:
            await client.aio.aclose()


def _config(prompt: Prompt) -> types.GenerateContentConfig:
    return types.GenerateContentConfig(
        system_instruction=prompt.system, response_mime_type="application/json", response_schema=prompt.schema
    )


def _pieces_of(message: types.GenerateContentResponse) -> Iterator[Piece]:
    """Yield what one message of a stream says: its cost, its text, and whether it is the last."""
    usage = message.usage_metadata
    if usage and usage.total_token_count:
        prompt = usage.prompt_token_count or 0
        yield Tokens(prompt, usage.total_token_count - prompt)
    if message.prompt_feedback and message.prompt_feedback.block_reason:
        yield Finish(FinishReason.BLOCKED)
        return
    for candidate in message.candidates or []:
        parts = candidate.content.parts if candidate.content and candidate.content.parts else []
        if text := "".join(part.text or "" for part in parts):
            yield text
        if candidate.finish_reason:
            yield Finish(finish_reason(candidate.finish_reason.name))
