"""The two contracts as a client reads them, and what is wrong with an answer or a frame that does not fit."""

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from server.api.contracts import FOLDER
from server.domain.wire import Json

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
# Those that mean something: one that is not in the contract may not be sent.
HEADERS = ("allow", "etag", "location", "preference-applied", "retry-after", "set-cookie", "www-authenticate")
JSON_TYPES = ("application/json", "application/problem+json")


def _load(name: str) -> Json:
    document: Json = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    return document


OPENAPI = _load("openapi.json")
ASYNCAPI = _load("asyncapi.json")


def resolve(document: Json, pointer: str) -> Any:
    """Return what a `$ref` within the document names; raises KeyError."""
    value: Any = document
    for part in pointer.removeprefix("#/").split("/"):
        value = value[part.replace("~1", "/").replace("~0", "~")]
    return value


def _followed(document: Json, value: Json) -> Json:
    while "$ref" in value:
        value = resolve(document, value["$ref"])
    return value


def closed(value: Any) -> Any:
    """Return a schema that also refuses fields it does not name: an answer may grow, but not in silence."""
    match value:
        case dict():
            inner = {key: closed(each) for key, each in value.items()}
            is_open = inner.get("type") == "object" and "properties" in inner
            return {"additionalProperties": False} | inner if is_open else inner
        case list():
            return [closed(each) for each in value]
        case _:
            return value


# Closing them takes longer than holding a value against them.
CLOSED = {each["info"]["title"]: {"schemas": closed(each["components"]["schemas"])} for each in (OPENAPI, ASYNCAPI)}


def complaints(document: Json, schema: Json, value: object) -> list[str]:
    """Return what is wrong with a value: nothing may be missing, misspelt or unheard of."""
    rooted = {"allOf": [closed(schema)], "components": CLOSED[document["info"]["title"]]}
    found = Draft202012Validator(rooted).iter_errors(value)
    return [f"{error.json_path}: {error.message}" for error in found]


def named(name: str) -> Json:
    """Return the schema of this name, in whichever document."""
    return {"$ref": f"#/components/schemas/{name}"}


def frame_complaints(frame: Json) -> list[str]:
    """Return what is wrong with a frame, by its type."""
    messages = ASYNCAPI["channels"]["live"]["messages"]
    if frame.get("type") not in messages:
        return [f"no message is a {frame.get('type')!r}"]
    return complaints(ASYNCAPI, _followed(ASYNCAPI, messages[frame["type"]])["payload"], frame)


def operations() -> Iterator[tuple[str, str, Json]]:
    """Yield method, path and operation of everything that can be asked for."""
    for path, item in OPENAPI["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, item[method]


def answers(operation: Json) -> dict[int, Json]:
    """Return what an operation may answer, by status."""
    return {int(status): _followed(OPENAPI, answer) for status, answer in operation["responses"].items()}


class Auditor:
    """Holds every answer of an HTTP client against the contract; `seen` holds each operation and status."""

    def __init__(self) -> None:
        self.seen: set[tuple[str, int]] = set()

    def watch(self, http: httpx.AsyncClient) -> httpx.AsyncClient:
        """Check whatever this client is answered."""
        http.event_hooks = {"response": [self._check]}
        return http

    async def _check(self, answer: httpx.Response) -> None:
        operation = _operation_of(answer.request)
        name, status = operation["operationId"], answer.status_code
        told = answers(operation).get(status)
        assert told is not None, f"{name} never answers {status}"
        self.seen.add((name, status))
        found = [*_header_complaints(told, answer.headers), *await _body_complaints(told, answer)]
        if answer.is_success and "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            found += complaints(OPENAPI, schema, json.loads(answer.request.content))
        assert not found, f"{name} {status}: {found}"


def _operation_of(request: httpx.Request) -> Json:
    for method, path, operation in operations():
        pattern = re.sub(r"\{\w+\}", "[^/]+", path)
        if request.method == method.upper() and re.fullmatch(pattern, request.url.path):
            return operation
    raise AssertionError(f"the contract has no {request.method} {request.url.path}")


def _header_complaints(told: Json, headers: httpx.Headers) -> list[str]:
    named_headers = {name.lower(): _followed(OPENAPI, each) for name, each in told.get("headers", {}).items()}
    missing = [name for name, each in named_headers.items() if each.get("required") and name not in headers]
    unheard_of = [name for name in HEADERS if name in headers and name not in named_headers]
    wrong = [
        complaint
        for name, each in named_headers.items()
        if name in headers
        for complaint in complaints(OPENAPI, each["schema"], headers[name])
    ]
    return [*(f"no {name}" for name in missing), *(f"unheard of: {name}" for name in unheard_of), *wrong]


async def _body_complaints(told: Json, answer: httpx.Response) -> list[str]:
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if kind not in told.get("content", {"": {}}):
        return [f"never {kind or 'empty'}"]
    if kind not in JSON_TYPES:
        return []
    await answer.aread()
    return complaints(OPENAPI, told["content"][kind]["schema"], answer.json())
