"""What the other tools can be told of an attack file."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field, JsonValue


class Asked(BaseModel):
    """One request, as an attack file has it.

    Attributes:
        token: where the bearer token is in the JSON answer, dots for depth. Without it the cookies
            of the answer are the credential.
    """

    path: str
    method: str = "POST"
    body: dict[str, JsonValue] = Field(default_factory=dict)
    form: bool = False
    token: str | None = None


class Admin(BaseModel):
    """An administrator who is already there."""

    email: str = ""
    password: str = ""
    headers: dict[str, str] = Field(default_factory=dict)


class People(BaseModel):
    """How people sign in."""

    kind: Literal["better-auth", "password", "headers", "plugin"] = "better-auth"
    base_path: str = "/api/auth"
    sign_up: Asked | None = None
    sign_in: Asked | None = None
    sign_out: Asked | None = None
    alice: dict[str, str] = Field(default_factory=dict)
    bob: dict[str, str] = Field(default_factory=dict)
    plugin: str = ""
    admin: Admin | None = None


class App(BaseModel):
    """What the app wants to find.

    Attributes:
        environment: set before it is imported.
    """

    environment: dict[str, str] = Field(default_factory=dict)


class AttackFile(BaseModel):
    """The parts of it that others have a use for.

    Attributes:
        admin: `METHOD /path`, with asterisks, of what is for administrators only.
        waived: of what is not to be attacked.
    """

    people: People = Field(default_factory=People)
    app: App = Field(default_factory=App)
    admin: dict[str, str] = Field(default_factory=dict)
    waived: dict[str, str] = Field(default_factory=dict)


def read_attack_file(path: Path) -> AttackFile:
    """Read one.

    Raises:
        pydantic.ValidationError: it says something that is not understood here.
    """
    return AttackFile.model_validate(tomllib.loads(path.read_text()))
