"""The attack file: what the kit cannot know from the app."""

import re
import tomllib
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from gatepost.attacks.attack_file_faults import faults_of
from gatepost.attacks.errors import AttackError

DEFAULT_NAME = "attack.toml"
_PYPROJECT = "pyproject.toml"
_ROUTE = re.compile(r"([A-Z*]+ )?[/*]\S*")


def _checked_route(text: str) -> str:
    if _ROUTE.fullmatch(text) is None:
        raise ValueError("write a method and a path, for instance `GET /notes/{note_id}`")
    return text


Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""Why something is as it is; there is no exception without one."""

RoutePattern = Annotated[str, AfterValidator(_checked_route)]
"""`METHOD /path`, as the app declares it; `*` stands for any text in both."""

WebPath = Annotated[str, StringConstraints(pattern="^/")]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Step(_Part):
    """One request of signing up, in or out.

    Attributes:
        token: where the bearer token is in the JSON answer, with dots for depth. Without it the
            cookies that the answer sets are the credential.
        form: whether the body goes as a form and not as JSON.
    """

    path: WebPath
    method: str = "POST"
    body: dict[str, object] = Field(default_factory=dict)
    form: bool = False
    token: str | None = None


class Administrator(_Part):
    """An administrator who is already there."""

    email: str = ""
    password: str = ""
    headers: dict[str, str] = Field(default_factory=dict)


class PeopleSection(_Part):
    """How people sign in."""

    kind: Literal["better-auth", "password", "headers", "plugin"] = "better-auth"
    base_path: WebPath = "/api/auth"
    sign_up: Step | None = None
    sign_in: Step | None = None
    sign_out: Step | None = None
    refresh: Step | None = None
    reset: Step | None = None
    password_change: Step | None = None
    delete_account: Step | None = None
    alice: dict[str, str] = Field(default_factory=dict)
    bob: dict[str, str] = Field(default_factory=dict)
    plugin: str | None = None
    admin: Administrator | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        wanted: dict[str, tuple[str, ...]] = {
            "password": ("sign_in",),
            "headers": ("alice", "bob"),
            "plugin": ("plugin",),
        }
        missing = [name for name in wanted.get(self.kind, ()) if not getattr(self, name)]
        if missing:
            raise ValueError(f'kind = "{self.kind}" needs {" and ".join(missing)}')
        return self

    @property
    def doors(self) -> frozenset[str]:
        """The paths that people sign up and in with."""
        steps = (self.sign_up, self.sign_in, self.refresh, self.reset)
        return frozenset(step.path for step in steps if step is not None)


class TokensSection(_Part):
    """The app's own key, with which the kit signs lies."""

    secret: str | None = None
    secret_variable: str | None = None
    private_key: Path | None = None


class AppSection(_Part):
    """How the app is started, or found.

    Attributes:
        target: where the command names no app: `module:app`.
        factory: whether it is a function that makes the app.
        openapi: a file of its OpenAPI, for an app at a URL which shows none.
    """

    target: str | None = None
    factory: bool = False
    openapi: Path | None = None
    environment: dict[str, str] = Field(default_factory=dict)


class AttackFile(_Part):
    """What `attack.toml` says; an empty one says nothing."""

    people: PeopleSection = Field(default_factory=PeopleSection)
    tokens: TokensSection = Field(default_factory=TokensSection)
    public: dict[RoutePattern, Reason] = Field(default_factory=dict)
    shared: dict[RoutePattern, Reason] = Field(default_factory=dict)
    admin: dict[RoutePattern, Reason] = Field(default_factory=dict)
    waived: dict[RoutePattern, Reason] = Field(default_factory=dict)
    bodies: dict[RoutePattern, dict[str, object] | list[object] | str] = Field(default_factory=dict)
    app: AppSection = Field(default_factory=AppSection)


def read_attack_file(path: Path | None) -> AttackFile:
    """Read the attack file.

    Args:
        path: of the file; where None, `attack.toml` here, or `[tool.gatepost.attack]` of
            `pyproject.toml` here, or nothing.

    Raises:
        AttackError: it cannot be read, or says what it cannot say.
    """
    if path is not None:
        return _beside(path, _checked(_read(path), str(path)))
    if Path(DEFAULT_NAME).is_file():
        return _checked(_read(Path(DEFAULT_NAME)), DEFAULT_NAME)
    if Path(_PYPROJECT).is_file():
        found = _read(Path(_PYPROJECT)).get("tool", {})
        section = found.get("gatepost", {}).get("attack", {}) if isinstance(found, dict) else {}
        return _checked(section, f"{_PYPROJECT}, [tool.gatepost.attack]")
    return AttackFile()


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise AttackError(f"The attack file {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AttackError(f"The attack file {path} is no TOML: {error}.") from error


def _beside(path: Path, file: AttackFile) -> AttackFile:
    """Take a key that is named without a folder from beside the attack file."""
    key = file.tokens.private_key
    if key is None or key.is_absolute():
        return file
    tokens = file.tokens.model_copy(update={"private_key": path.parent / key})
    return file.model_copy(update={"tokens": tokens})


def _checked(said: object, place: str) -> AttackFile:
    try:
        return AttackFile.model_validate(said)
    except ValidationError as error:
        raise AttackError(f"{place}: {' '.join(faults_of(error, AttackFile))}") from error
