"""OpenAPI that says what the gate asks of a caller and answers, by the table of routes.

What the developer has declared stays; an operation with security of its own asks for both.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import validation_error_definition
from starlette.convertors import CONVERTOR_TYPES
from starlette.responses import Response
from starlette.routing import compile_path

from gatepost.errors import Refusal
from gatepost.gate import responses
from gatepost.gate.credentials import ACCESS_COOKIE
from gatepost.gate.demands import words_of
from gatepost.gate.key_answers import answers_to_keys
from gatepost.gate.policy import PLAIN, Policy, Public, SignedIn
from gatepost.gate.routes import GuardedRoute, RouteTable
from gatepost.issuers import BetterAuthServer, BuiltIn, Issuer, SharedSecretIssuer

_SAFE_METHODS = frozenset({"get", "head", "options"})
_COOKIE_NAME = ACCESS_COOKIE.decode("ascii")
_HEADERS = {
    "WWW-Authenticate": "What is asked for (RFC 6750, section 3; RFC 9470, section 3)",
    "Retry-After": "In how many seconds to try again",
}
# Values for a path's parameters, the most general first.
_SAMPLES = ("~/~", "~", "7", "7.5", "00000000-0000-4000-8000-000000000000")
_PARAMETER = re.compile(r"\{\w+(?::(\w+))?\}")

_Json: TypeAlias = dict[str, Any]
_Answer: TypeAlias = tuple[str, Response]


@dataclass(frozen=True, slots=True)
class Credentials:
    """How callers come by what they show at the gate.

    Attributes:
        issuers: who signs people in.
        url: the app's own origin.
        base_path: where its own provider is below that.
        access_cookie: the path of the route that sets the access cookie; None where none does.
    """

    issuers: Sequence[Issuer]
    url: str
    base_path: str
    access_cookie: str | None

    @property
    def may_be_unsure(self) -> bool:
        """Whether an issuer's keys, or the news of its sign-outs, may be out of reach."""
        return not all(isinstance(issuer, SharedSecretIssuer) for issuer in self.issuers)

    def schemes(self) -> dict[str, _Json]:
        """Return the security schemes, any of which will do."""
        sources = " or ".join(self._source(issuer) for issuer in self.issuers)
        said = f"An access token, from {sources}."
        bearer = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": said}
        if self.access_cookie is None:
            return {"gatepost": bearer}
        said = f"The same token in a cookie, which `POST {self.url}{self.access_cookie}` sets."
        cookie = {"type": "apiKey", "in": "cookie", "name": _COOKIE_NAME, "description": said}
        return {"gatepost": bearer, "gatepostCookie": cookie}

    def _source(self, issuer: Issuer) -> str:
        if isinstance(issuer, BuiltIn | BetterAuthServer):
            own = self.url + self.base_path
            auth_url = own if isinstance(issuer, BuiltIn) else issuer.auth_url
            return f"`GET {auth_url}/token`, for whoever has signed in there"
        return f"`{issuer.issuer}`, for the audience `{issuer.expected_audience}`"


def describe_policies(
    app: FastAPI, table: Callable[[], RouteTable], credentials: Credentials
) -> None:
    """Let `app.openapi()` say what each operation asks for and answers.

    Args:
        app: the application.
        table: returns the routes; called when the document is first asked for, which may be before
            the app has started.
        credentials: what its callers show.
    """
    before: object = app.openapi
    original = before.original if isinstance(before, _Described) else app.openapi
    described = _Described(app, original, table, credentials)
    app.openapi = described  # type: ignore[method-assign] # FastAPI's way to extend it


def describe_mounted(table: RouteTable, credentials: Credentials) -> None:
    """Let the documents of the apps that are mounted say the same of their own operations."""
    for route in table:
        app = route.inside.app if route.inside else None
        if isinstance(app, FastAPI):
            describe_policies(app, lambda: table, credentials)


@dataclass(slots=True)
class _Described:
    """The document of one app, made anew whenever the app makes its own anew."""

    app: FastAPI
    original: Callable[[], _Json]
    table: Callable[[], RouteTable]
    credentials: Credentials
    last: tuple[_Json, _Json] | None = None

    def __call__(self) -> _Json:
        plain = self.original()
        if self.last is None or self.last[0] is not plain:
            document = _Document(deepcopy(plain), self.app, self.credentials)
            for (path, method), policies in _asked(self.app, self.table()).items():
                document.describe(path, method, list(policies))
            self.last = (plain, document.schema)
        return self.last[1]


def _asked(app: FastAPI, table: RouteTable) -> dict[tuple[str, str], dict[Policy, None]]:
    """Return what is asked for by path and method: of an app that is mounted twice, maybe two."""
    found: dict[tuple[str, str], dict[Policy, None]] = {}
    for level in (table.top, *(route.inside for route in table)):
        if level is None or level.app is not app:
            continue
        answering: dict[tuple[str, str], Policy] = {}
        for route in level.routes:
            _, path, _ = compile_path(route.template.removeprefix(route.below))
            for method in () if route.is_mount else route.methods:
                # Of two routes for one path the first is the one that runs.
                answering.setdefault((path, method.lower()), _policy(route, method, table))
        for operation, policy in answering.items():
            found.setdefault(operation, {})[policy] = None
    return found


def _policy(route: GuardedRoute, method: str, table: RouteTable) -> Policy:
    """Return the policy of the route that takes the requests which this one is written for."""
    path = _PARAMETER.sub(_sample, route.template)
    scope = {"type": "http", "method": method, "path": path, "root_path": "", "headers": ()}
    first = None if "{" in path else table.resolve(scope).route
    return route.policy if first is None else first.policy


def _sample(parameter: re.Match[str]) -> str:
    regex = CONVERTOR_TYPES[parameter[1] or "str"].regex
    return next((each for each in _SAMPLES if re.fullmatch(regex, each)), parameter[0])


class _Document:
    """The document of an app, which is written to."""

    def __init__(self, schema: _Json, app: FastAPI, credentials: Credentials) -> None:
        self.schema = schema
        self._components = schema.setdefault("components", {})
        self._credentials = credentials
        self._answers_refusals = app.exception_handlers.get(Refusal) is responses.answer_refusal
        self._plain = _by_status(self._answers("{}", "get", PLAIN))
        handler = app.exception_handlers.get(RequestValidationError)
        known = self._components.get("schemas", {}).get("ValidationError")
        is_ours = handler is responses.answer_validation_error
        if is_ours and known == validation_error_definition:
            del known["properties"]["input"], known["properties"]["ctx"]

    def describe(self, path: str, method: str, policies: Sequence[Policy]) -> None:
        """Write what an operation asks for and answers, where the document has it."""
        operation = self.schema.get("paths", {}).get(path, {}).get(method)
        if operation is None:
            return
        own = operation.setdefault("security", self.schema.get("security", []))
        closed = [policy for policy in policies if isinstance(policy, SignedIn)]
        if not closed:
            return
        ours = [each for policy in policies for each in self._alternatives(policy)]
        operation["security"] = [{**theirs, **each} for theirs in own or [{}] for each in ours]
        words = " or ".join(words_of(policy) for policy in closed if policy != PLAIN)
        if words:
            said = (operation.get("description"), f"Asked of the caller: {words}.")
            operation["description"] = "\n\n".join(filter(None, said))
        answers = [each for policy in closed for each in self._answers(path, method, policy)]
        answers += answers_to_keys(operation)
        declared = operation.setdefault("responses", {})
        for status, answer in _by_status(answers).items():
            if status not in declared:
                declared[status] = self._shared(status, answer)

    def _alternatives(self, policy: Policy) -> list[dict[str, list[str]]]:
        if isinstance(policy, Public):
            return [{}]
        schemes = self._credentials.schemes()
        self._components.setdefault("securitySchemes", {}).update(schemes)
        # OpenAPI 3.0 has scopes for OAuth's schemes only.
        names = [] if str(self.schema.get("openapi")).startswith("3.0") else sorted(policy.scopes)
        return [{scheme: names} for scheme in schemes]

    def _answers(self, path: str, method: str, policy: SignedIn) -> Iterator[_Answer]:
        """Yield when a request is refused, and with what."""
        yield "The credential cannot be read", responses.malformed_credential()
        yield "No credential is shown", responses.no_credential()
        yield "The token is not valid, or not any more", responses.invalid_token()
        if (age := policy.max_age_seconds) is not None:
            yield f"The sign-in is older than {age} s", responses.stale_sign_in(age)
        if policy.scopes:
            yield "A scope is missing", responses.insufficient_scope(policy.scopes)
        if policy.roles:
            yield "A role is missing", responses.insufficient_scope(())
        if self._credentials.access_cookie is not None and method not in _SAFE_METHODS:
            yield "Another site's page has sent the cookie", responses.foreign_origin()
        if "{" in path and self._answers_refusals:
            yield "There is no such thing, or it is somebody else's", responses.not_found()
        if self._credentials.may_be_unsure:
            yield "Whether the token is valid cannot be told just now", responses.unavailable()

    def _shared(self, status: str, answer: _Json) -> _Json:
        """Return an answer, or a reference to it where many operations have the same."""
        if answer != self._plain.get(status):
            return answer
        name = "Gatepost" + HTTPStatus(int(status)).phrase.replace(" ", "")
        self._components.setdefault("responses", {})[name] = answer
        return {"$ref": f"#/components/responses/{name}"}


def _by_status(answers: Iterable[_Answer]) -> dict[str, _Json]:
    found: dict[int, list[_Answer]] = {}
    for answer in answers:
        found.setdefault(answer[1].status_code, []).append(answer)
    return {str(status): _declared(status, each) for status, each in found.items()}


def _declared(status: int, answers: Sequence[_Answer]) -> _Json:
    examples, headers = dict[str, _Json](), dict[str, _Json]()
    for words, response in answers:
        body = json.loads(bytes(response.body))
        examples.setdefault(body["code"], {"summary": words, "value": body})
        for header, said in _HEADERS.items():
            if value := response.headers.get(header):
                shown = {"description": said, "schema": {"type": "string", "examples": []}}
                headers.setdefault(header, shown)["schema"]["examples"].append(value)
    code: _Json = {"type": "string", "enum": list(examples)}
    if status != HTTPStatus.UNAUTHORIZED:  # what a handler refuses has codes of its own
        code = {"anyOf": [code, {"type": "string"}]}
    properties = {"message": {"type": "string"}, "code": code}
    schema = {"type": "object", "required": ["message", "code"], "properties": properties}
    return {
        "description": ". ".join(words for words, _ in answers),
        "headers": headers,
        "content": {"application/json": {"schema": schema, "examples": examples}},
    }
