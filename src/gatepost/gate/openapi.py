"""OpenAPI that says which operations want a signed-in caller."""

from collections.abc import Callable

from fastapi import FastAPI

from gatepost.gate.policy import Public
from gatepost.gate.routes import RouteTable

_SCHEME = "gatepost"
_DENIAL = {
    "type": "object",
    "required": ["message", "code"],
    "properties": {"message": {"type": "string"}, "code": {"type": "string"}},
}


def describe_policies(app: FastAPI, table: Callable[[], RouteTable]) -> None:
    """Make `app.openapi()` add the security scheme and the 401 of every closed operation.

    Args:
        app: the application.
        table: returns its routes; called when the document is first asked for.
    """
    original = app.openapi

    def openapi() -> dict[str, object]:
        if app.openapi_schema is None:
            schema = original()
            components = schema.setdefault("components", {})
            components.setdefault("schemas", {})["Denial"] = _DENIAL
            components.setdefault("securitySchemes", {})[_SCHEME] = {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The token that GET /api/auth/token returns to a signed-in person.",
            }
            for route in table():
                if not isinstance(route.policy, Public):
                    for method in route.methods:
                        operation = schema["paths"].get(route.template, {}).get(method.lower())
                        if operation is not None:
                            _close(operation)
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign] # FastAPI's documented way to extend it


def _close(operation: dict[str, object]) -> None:
    operation["security"] = [{_SCHEME: []}]
    answers = operation.setdefault("responses", {})
    if isinstance(answers, dict):
        answers["401"] = {
            "description": "Nobody is signed in, or the token is no longer valid",
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Denial"}}},
        }
