"""Operations out of an OpenAPI document."""

import json
import re
from collections.abc import Iterator, Mapping

from gatepost.attacks.targets.operation import Body, Operation, Parameter, Place, Schema, plain_path

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_PREFERRED = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")
_DEEPEST = 8
_MAX_AGE = re.compile(r'\bmax_age=\\?"?(\d{1,9})\b')


def operations_of(
    document: Mapping[str, object], places: Mapping[tuple[str, str], Place] | None = None
) -> Iterator[Operation]:
    """Yield what an OpenAPI document declares, in its order.

    Args:
        document: OpenAPI 3.0 or 3.1, as parsed JSON.
        places: where the handlers are written, by method and path.
    """
    resolver = _Resolver(document)
    for path, item in _table(document.get("paths")).items():
        members = _table(item)
        shared = _list(members.get("parameters"))
        for method in _METHODS:
            if method in members:
                declared = _table(members[method])
                verb = method.upper()
                yield Operation(
                    verb,
                    plain_path(path),
                    tuple(_parameters(resolver, [*shared, *_list(declared.get("parameters"))])),
                    _body(resolver, declared.get("requestBody")),
                    (places or {}).get((verb, plain_path(path))),
                    answers=_answers(resolver, declared.get("responses")),
                    scopes=_scopes(declared.get("security", document.get("security"))),
                    max_age=_max_age(resolver, declared.get("responses")),
                )


def _parameters(resolver: "_Resolver", declared: list[object]) -> Iterator[Parameter]:
    for each in declared:
        parameter = resolver.resolved(each)
        where = parameter.get("in")
        if where in {"path", "query", "header", "cookie"}:
            yield Parameter(
                str(parameter.get("name")),
                where,
                resolver.resolved(parameter.get("schema")),
                parameter.get("required") is True,
            )


def _body(resolver: "_Resolver", declared: object) -> Body | None:
    body = resolver.resolved(declared)
    content = _table(body.get("content"))
    media_type = next((kind for kind in (*_PREFERRED, *content) if kind in content), None)
    if media_type is None:
        return None
    schema = resolver.resolved(_table(content[media_type]).get("schema"))
    return Body(media_type, schema, body.get("required") is True)


def _answers(resolver: "_Resolver", declared: object) -> Schema | None:
    for status, answer in _table(declared).items():
        if status.startswith("2"):
            content = _table(resolver.resolved(answer).get("content"))
            if "application/json" in content:
                return resolver.resolved(_table(content["application/json"]).get("schema"))
    return None


def _scopes(declared: object) -> tuple[frozenset[str], ...]:
    """Return what scopes each way in asks for (OpenAPI 3.1, section 4.8.30)."""
    ways = [
        frozenset(str(name) for names in _table(each).values() for name in _list(names))
        for each in _list(declared)
    ]
    return tuple(dict.fromkeys(ways)) if ways and all(ways) else ()


def _max_age(resolver: "_Resolver", declared: object) -> int | None:
    """Return how old a sign-in may be, where a refusal that is described says so (RFC 9470)."""
    refusals = [resolver.resolved(_table(declared).get(each)) for each in ("401", "403")]
    found = [int(each) for each in _MAX_AGE.findall(json.dumps(refusals, default=str))]
    return min(found, default=None)


class _Resolver:
    """Puts what is referred to in the place of the reference, down to a depth that ends."""

    def __init__(self, document: Mapping[str, object]) -> None:
        self._document = document

    def resolved(self, value: object) -> dict[str, object]:
        found = self._resolve(value, _DEEPEST)
        return found if isinstance(found, dict) else {}

    def _resolve(self, value: object, depth: int) -> object:
        if isinstance(value, list):
            return [self._resolve(each, depth) for each in value]
        if not isinstance(value, dict):
            return value
        reference = value.get("$ref")
        if isinstance(reference, str):
            return self._resolve(self._at(reference), depth - 1) if depth else {}
        return {name: self._resolve(each, depth) for name, each in value.items()}

    def _at(self, reference: str) -> object:
        found: object = self._document
        for part in reference.removeprefix("#/").split("/"):
            found = _table(found).get(part.replace("~1", "/").replace("~0", "~"))
        return found


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
