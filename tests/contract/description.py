"""Intercom's own description of REST 2.10, and what it says of a request or an answer.

`shared/intercom/openapi-2.10.yaml` beside the project; whoever clones the project alone does not have it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS30Validator
from referencing import Registry, Specification

from tests.contract.departures import repair

SHARED = Path(__file__).parents[3] / "shared"
FILE = SHARED / "intercom" / "openapi-2.10.yaml"

_BASE = "urn:intercom"
_FORMATS = OAS30Validator.FORMAT_CHECKER
_NO_BODY = object()


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path: `path` is the template, `values` what stands for its parameters."""

    method: str
    path: str
    values: Mapping[str, str]
    document: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Intercom's name of it."""
        return str(self.document["operationId"])

    @property
    def called(self) -> str:
        """A path that leads here, with a number for each parameter."""
        return re.sub(r"\{\w+\}", "7", self.path)

    def pointer(self, *steps: str) -> str:
        """A reference to what is inside the operation."""
        escaped = (step.replace("~", "~0").replace("/", "~1") for step in ("paths", self.path, self.method, *steps))
        return f"{_BASE}#/" + "/".join(escaped)

    def parameters(self, where: str) -> dict[str, Mapping[str, Any]]:
        """The parameters in the path, the query or a header, by name."""
        found = (parameter for parameter in self.document.get("parameters", ()) if parameter["in"] == where)
        return {parameter["name"]: parameter for parameter in found}


class Description:
    """What Intercom promises. Problems are sentences; none means that all is well."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.paths: Mapping[str, Any] = document["paths"]
        resource = Specification.OPAQUE.create_resource(document)
        self._registry: Registry[Any] = Registry().with_resource(_BASE, resource)

    def operations(self) -> Iterator[Operation]:
        """All of them."""
        for path, methods in self.paths.items():
            for method, document in methods.items():
                yield Operation(method, path, {}, document)

    def named(self, operation_id: str) -> Operation:
        """The operation that Intercom calls so."""
        return next(operation for operation in self.operations() if operation.id == operation_id)

    def operation(self, method: str, path: str) -> Operation | None:
        """The operation that a call is meant for; `path` is as it was called, without the query."""
        for template in sorted(self.paths, key=lambda template: template.count("{")):
            values = _values(template, path)
            if values is not None and method.lower() in self.paths[template]:
                return Operation(method.lower(), template, values, self.paths[template][method.lower()])
        return None

    def request_problems(
        self, method: str, path: str, *, query: Mapping[str, str] | None = None, body: object = _NO_BODY
    ) -> list[str]:
        """What is wrong with a request; `body` is the decoded JSON, left out where there is none."""
        operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path}: there is no such operation"]
        return [f"{method} {path}: {problem}" for problem in self._request(operation, query or {}, body)]

    def answer_problems(self, method: str, path: str, status: int, body: bytes) -> list[str]:
        """What is wrong with an answer to a call; `body` is as it came."""
        operation = self.operation(method, path)
        if operation is None:
            return [f"{method} {path}: there is no such operation"]
        return [f"{method} {path} -> {status}: {problem}" for problem in self._answer(operation, status, body)]

    def _request(self, operation: Operation, query: Mapping[str, str], body: object) -> Iterator[str]:
        yield from _parameter_problems(operation.parameters("path"), operation.values)
        yield from _parameter_problems(operation.parameters("query"), query)
        takes_body = "requestBody" in operation.document
        if body is _NO_BODY:
            if takes_body:
                yield "lacks its body"
        elif not takes_body:
            yield "takes no body"
        else:
            yield from self._problems(operation.pointer("requestBody", "content", "application/json", "schema"), body)

    def _answer(self, operation: Operation, status: int, body: bytes) -> Iterator[str]:
        described = operation.document["responses"].get(str(status))
        if described is None:
            yield f"is not documented; these are: {', '.join(operation.document['responses'])}"
        elif "content" not in described:
            if body:
                yield "has a body, where none is documented"
        else:
            try:
                document = json.loads(body)
            except ValueError:
                yield "is no JSON"
            else:
                where = operation.pointer("responses", str(status), "content", "application/json", "schema")
                yield from self._problems(where, document)

    def _problems(self, reference: str, document: object) -> Iterator[str]:
        validator = OAS30Validator({"$ref": reference}, registry=self._registry, format_checker=_FORMATS)
        for error in validator.iter_errors(document):
            yield from _told(error)


def described() -> Description:
    """The description; skips the test where somebody has the project alone, and fails where only the file is lost."""
    if not SHARED.is_dir():
        pytest.skip(f"Intercom's description is not here: there is no folder {SHARED.name} beside the project")
    return load()


@cache
def load() -> Description:
    """The description, read once; raises FileNotFoundError where it is lost."""
    return Description(repair(yaml.load(FILE.read_bytes(), Loader=yaml.CSafeLoader)))


def _values(template: str, path: str) -> dict[str, str] | None:
    wanted, found = template.strip("/").split("/"), path.strip("/").split("/")
    if len(wanted) != len(found):
        return None
    pairs = list(zip(wanted, found, strict=True))
    if any(name != value for name, value in pairs if not name.startswith("{")):
        return None
    return {name[1:-1]: value for name, value in pairs if name.startswith("{")}


def _parameter_problems(parameters: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]) -> Iterator[str]:
    for name in values.keys() - parameters.keys():
        yield f"the parameter {name} is not documented"
    for name, parameter in parameters.items():
        if name not in values:
            if parameter.get("required"):
                yield f"lacks its parameter {name}"
        elif parameter["schema"]["type"] == "integer" and not values[name].isdecimal():
            yield f"the parameter {name} is {values[name]!r}, which is no integer"
        elif not values[name]:
            yield f"the parameter {name} is empty"


def _told(error: Any) -> Iterator[str]:
    """A jsonschema ValidationError; of a choice none of whose forms fits, the errors of the form that comes nearest."""
    if not error.context:
        yield f"{error.json_path}: {error.message}"
        return
    forms: dict[Any, list[Any]] = {}
    for inner in error.context:
        forms.setdefault(inner.schema_path[0], []).append(inner)
    nearest = min(forms.values(), key=lambda errors: (len(errors), -max(len(inner.path) for inner in errors)))
    for inner in nearest:
        yield from _told(inner)
