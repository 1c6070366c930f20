"""The two contracts as documents: valid, whole, and saying what the code says."""

import copy
import json
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from pydantic import ValidationError

from server.api.generation import AnswerRequest, QuestionRequest
from server.api.interviews import InterviewChange, NewInterview
from server.api.problems import HTTP_CODES, STATUSES
from server.api.requests import Input
from server.api.routes import api_routes, system_routes
from server.domain.errors import ServiceError
from server.domain.events import Event
from server.domain.job import JobError
from server.domain.view import View
from server.domain.wire import Json, event_json, view_json
from server.settings import GENERATORS
from tests.support.contracts import (
    ASYNCAPI,
    OPENAPI,
    answers,
    complaints,
    frame_complaints,
    named,
    operations,
    resolve,
)
from tests.support.strategies import CREATED_AT, events, views
from worker import retry
from worker.models.port import ModelErrorCode

each_document = pytest.mark.parametrize("document", [OPENAPI, ASYNCAPI], ids=["openapi", "asyncapi"])
ID = "0199aa00-0000-7000-8000-000000000001"


def inner_objects(value: Any, document: Json | None = None) -> Iterator[Json]:
    """Yield every JSON object within a value, and itself; with a `document` also what it refers to there."""
    if isinstance(value, dict):
        yield value
        if document and "$ref" in value:
            yield from inner_objects(resolve(document, value["$ref"]), document)
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from inner_objects(each, document)


def test_the_http_contract_is_openapi() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(OPENAPI).iter_errors()] == []
    broken = copy.deepcopy(OPENAPI)
    broken["paths"]["/healthz"]["get"]["respones"] = broken["paths"]["/healthz"]["get"].pop("responses")
    assert not OpenAPIV31SpecValidator(broken).is_valid()


@each_document
def test_every_reference_leads_somewhere_and_stands_alone(document: Json) -> None:
    references = [each for each in inner_objects(document) if "$ref" in each]
    for reference in references:
        assert resolve(document, reference["$ref"]), reference
        # Beside a reference AsyncAPI ignores everything, and OpenAPI everything outside schemas.
        assert list(reference) == ["$ref"]


@each_document
def test_every_component_is_used(document: Json) -> None:
    used = {each["$ref"] for each in inner_objects(document) if "$ref" in each}
    used |= {f"#/components/securitySchemes/{name}" for each in document.get("security", []) for name in each}
    kinds = document["components"].items()
    assert [name for kind, all_of in kinds for name in all_of if f"#/components/{kind}/{name}" not in used] == []


@each_document
def test_the_schemas_are_json_schema_in_the_dialect_of_their_document(document: Json) -> None:
    dialect = Draft202012Validator if document is OPENAPI else Draft7Validator
    for schema in document["components"]["schemas"].values():
        dialect.check_schema(schema)


@each_document
def test_the_examples_fit(document: Json) -> None:
    schemas = document["components"]["schemas"].values()
    examples = [(schema, example) for schema in schemas for example in schema.get("examples", [])]
    assert examples
    assert [complaints(document, schema, example) for schema, example in examples] == [[]] * len(examples)


def test_what_both_contracts_speak_of_is_the_same() -> None:
    ours, theirs = OPENAPI["components"]["schemas"], ASYNCAPI["components"]["schemas"]
    both = ours.keys() & theirs.keys()
    assert {"JobView", "JobCompleted", "Position"} <= both
    assert {name: ours[name] for name in both} == {name: theirs[name] for name in both}


def test_every_route_is_in_the_contract_and_nothing_else() -> None:
    under = [("/api", api_routes()), ("", system_routes())]
    routed = {
        (method.lower(), prefix + route.path)
        for prefix, routes in under
        for route in routes
        for method in (route.methods or set()) - {"HEAD"}
    }
    told = [(method, path) for method, path, _ in operations()]
    assert set(told) == routed
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)


def test_the_parameters_of_a_path_are_those_in_its_braces() -> None:
    for path, item in OPENAPI["paths"].items():
        parameters = [resolve(OPENAPI, each["$ref"]) for each in item.get("parameters", [])]
        assert [f"{{{each['name']}}}" for each in parameters] == [part for part in path.split("/") if "{" in part]


def codes_of(answer: Json) -> Iterator[tuple[int, str]]:
    """Yield each status with each code that an answer's problems may carry."""
    for each in inner_objects(answer, OPENAPI):
        fields = each.get("properties", {})
        if "code" in fields and "const" in fields.get("status", {}):
            codes = fields["code"]
            yield from ((fields["status"]["const"], code) for code in codes.get("enum", [codes.get("const")]))


def test_the_codes_and_statuses_of_problems_are_those_of_the_server() -> None:
    known = {(int(status), error.code) for error, status in STATUSES.items()} | set(HTTP_CODES.items())
    known |= {(500, ServiceError.code)}
    told = {
        pair for _, _, operation in operations() for answer in answers(operation).values() for pair in codes_of(answer)
    }
    # What a path does not have is no operation of it: the one code that the document tells of in words.
    assert told == known - {(405, "method_not_allowed")}
    assert set(OPENAPI["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == {code for _, code in known}


def test_a_problem_stands_under_its_own_status() -> None:
    for _, path, operation in operations():
        for status, answer in answers(operation).items():
            assert {told for told, _ in codes_of(answer)} <= {status}, path


BODIES: list[tuple[type[Input], str]] = [
    (NewInterview, "InterviewCreation"),
    (InterviewChange, "InterviewChange"),
    (QuestionRequest, "QuestionRequest"),
    (AnswerRequest, "AnswerRequest"),
]


@pytest.mark.parametrize(("model", "name"), BODIES)
def test_a_body_has_the_fields_that_the_server_reads(model: type[Input], name: str) -> None:
    schema, fields = OPENAPI["components"]["schemas"][name], model.model_fields
    assert schema["properties"].keys() == fields.keys()
    assert set(schema.get("required", [])) == {field for field, each in fields.items() if each.is_required()}


INTERVIEW = {"company": "a", "position": "b"}


@pytest.mark.parametrize(
    ("model", "name", "body"),
    [
        (NewInterview, "InterviewCreation", INTERVIEW | changes)
        for changes in (
            {},
            {"company": ""},
            {"company": " "},
            {"company": "x" * 200},
            {"company": "x" * 201},
            {"company": "a\nb"},
            {"company": None},
            {"resume": ""},
            {"resume": "a\n\nb"},
            {"resume": "a\x00"},
            {"resume": "x" * 20_000},
            {"resume": "x" * 20_001},
            {"language": "en"},
            {"language": "fr"},
            {"language": None},
            {"colour": "c"},
        )
    ]
    + [
        (QuestionRequest, "QuestionRequest", {"interview_id": ID} | changes)
        for changes in (
            {},
            {"count": 1},
            {"count": 20},
            {"count": 0},
            {"count": 21},
            {"count": "3"},
            {"count": None},
            {"comment": None},
            {"comment": ""},
            {"comment": "x" * 2_000},
            {"comment": "x" * 2_001},
            {"interview_id": 7},
            {"question_id": ID},
        )
    ]
    + [(AnswerRequest, "AnswerRequest", {}), (AnswerRequest, "AnswerRequest", {"question_id": ID, "comment": "c"})]
    + [(InterviewChange, "InterviewChange", body) for body in ({}, {"company": "a"}, {"company": ""}, {"id": ID})],
)
def test_the_contract_takes_and_refuses_the_bodies_that_the_server_does(
    model: type[Input], name: str, body: Json
) -> None:
    try:
        model.model_validate_json(json.dumps(body))
        is_read = True
    except ValidationError:
        is_read = False
    assert (complaints(OPENAPI, named(name), body) == []) is is_read


def test_the_generators_and_the_causes_of_failure_are_those_of_the_code() -> None:
    schemas = OPENAPI["components"]["schemas"]
    assert tuple(schemas["Generator"]["enum"]) == GENERATORS
    causes = {str(code) for code in ModelErrorCode}
    causes |= {value.code for value in vars(retry).values() if isinstance(value, JobError)}
    assert set(schemas["JobError"]["properties"]["code"]["examples"]) == causes


@given(views, st.data())
def test_any_view_fits_and_none_that_lacks_a_field_or_has_one_more(view: View, data: st.DataObject) -> None:
    told = view_json(view, CREATED_AT)
    lacking = data.draw(st.sampled_from(sorted(told)))
    assert complaints(OPENAPI, named("JobView"), told) == []
    assert complaints(OPENAPI, named("JobView"), {key: told[key] for key in told if key != lacking})
    assert complaints(OPENAPI, named("JobView"), told | {"colour": 1})


@given(events, st.data())
def test_any_event_fits_both_contracts_and_none_that_lacks_a_field_or_has_one_more(
    event: Event, data: st.DataObject
) -> None:
    told = event_json(event)
    lacking = data.draw(st.sampled_from(sorted(told)))
    assert frame_complaints(told) == []
    assert complaints(OPENAPI, named("JobEvent"), told) == []
    assert frame_complaints({key: told[key] for key in told if key != lacking})
    assert frame_complaints(told | {"colour": 1})


def test_every_kind_of_event_is_in_both_contracts() -> None:
    told = [resolve(OPENAPI, each["$ref"]) for each in OPENAPI["components"]["schemas"]["JobEvent"]["oneOf"]]
    types = {each["properties"]["type"]["const"] for each in told}
    assert len(types) == len(get_args(Event.__annotations__["fact"]))
    assert types == {name for name in ASYNCAPI["channels"]["live"]["messages"] if name.startswith("job.")}
