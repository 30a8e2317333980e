"""What the API takes and gives. Unknown fields are refused, so that a typo is never a silent no."""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    model_validator,
)

from gatepost_tasks.models import Priority, Right

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def _one_line(text: str) -> str:
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise ValueError("control characters and line breaks are not allowed here")
    return text


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError("the NUL character is not allowed here")
    return text


def _iso_date(value: object) -> object:
    # Pydantic also reads numbers as dates, as seconds since the epoch.
    if value is not None and not (isinstance(value, str) and _ISO_DATE.fullmatch(value)):
        raise ValueError("write a date as YYYY-MM-DD")
    return value


Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_one_line)
]
Title = Annotated[Line, Field(max_length=200)]
ListName = Annotated[Line, Field(max_length=80)]
Notes = Annotated[str, Field(max_length=10_000), AfterValidator(_storable)]
DueDate = Annotated[date, BeforeValidator(_iso_date)]
Address = Annotated[
    str,
    StringConstraints(strip_whitespace=True, to_lower=True, max_length=254),
    StringConstraints(pattern=r"^[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+$"),
]
RowId = Annotated[str, Field(min_length=1, max_length=64), AfterValidator(_storable)]
Sort = Literal[
    "created_at", "-created_at", "updated_at", "-updated_at", "due_date", "-due_date",
    "priority", "-priority", "title", "-title",
]  # fmt: skip


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Output(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class TaskIn(_Input):
    """A new task."""

    title: Title
    notes: Notes = ""
    due_date: DueDate | None = None
    priority: Priority = Priority.NONE
    done: StrictBool = False
    list_id: RowId | None = None


class TaskChange(_Input):
    """What of a task is to change; what is left out stays as it is."""

    title: Title | None = None
    notes: Notes | None = None
    due_date: DueDate | None = None
    priority: Priority | None = None
    done: StrictBool | None = None
    list_id: RowId | None = None

    @model_validator(mode="after")
    def _only_some_can_be_emptied(self) -> Self:
        for name in self.model_fields_set - {"due_date", "list_id"}:
            if getattr(self, name) is None:
                raise ValueError(f"{name} cannot be null; leave it out to keep it")
        return self

    def changes(self) -> dict[str, object]:
        """Return the fields that were sent, by name."""
        return {name: getattr(self, name) for name in self.model_fields_set}


class TaskOut(_Output):
    """A task as its owner sees it."""

    id: str
    title: str
    notes: str
    due_date: date | None
    priority: Priority
    done: bool
    list_id: str | None
    created_at: datetime
    updated_at: datetime


class TaskPage(BaseModel):
    """Some tasks, and where the next ones begin."""

    items: list[TaskOut]
    next_cursor: str | None


class TaskQuery(_Input):
    """Which tasks, in which order."""

    status: Literal["all", "open", "done"] = "all"
    list_id: RowId | None = None
    q: Annotated[str, Field(max_length=200), AfterValidator(_storable)] = ""
    sort: Sort = "-created_at"
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str, Field(max_length=2_000)] | None = None


class Bulk(_Input):
    """One action on many tasks, on all of them or on none."""

    action: Literal["complete", "reopen", "move", "delete"]
    ids: Annotated[list[RowId], Field(min_length=1, max_length=100)]
    list_id: RowId | None = None

    @model_validator(mode="after")
    def _only_a_move_has_a_list(self) -> Self:
        if self.action == "move" and "list_id" not in self.model_fields_set:
            raise ValueError("move wants list_id; null moves the tasks out of their list")
        if self.action != "move" and "list_id" in self.model_fields_set:
            raise ValueError("list_id goes with move only")
        return self


class BulkDone(BaseModel):
    """How many tasks a bulk action has changed."""

    count: int


class ListIn(_Input):
    """A list's name, new or changed."""

    name: ListName


class ListAccess(StrEnum):
    """What the caller is to a list."""

    OWNER = "owner"
    EDIT = "edit"
    READ = "read"


class ListOut(_Output):
    """A list as whoever sees it does."""

    id: str
    name: str
    open_count: int
    access: ListAccess
    created_at: datetime
    updated_at: datetime


class AllLists(BaseModel):
    """Every list that one person sees, by name."""

    items: list[ListOut]


class ShareIn(_Input):
    """Whom to let into a list, and what they may do with its tasks."""

    address: Address
    right: Right = Right.READ


class ShareChange(_Input):
    """What somebody who is let in may do from now on."""

    right: Right


class ShareOut(_Output):
    """Somebody who is let into a list."""

    id: str
    address: str
    right: Right
    created_at: datetime


class AllShares(BaseModel):
    """Everybody who is let into a list."""

    items: list[ShareOut]


class TakenUp(BaseModel):
    """How many lists somebody sees now that were shared with their address before."""

    count: int


class Refused(BaseModel):
    """Why something was refused."""

    message: str
    code: str


READ_ONLY: dict[int | str, dict[str, Any]] = {
    403: {"model": Refused, "description": "It is somebody else's, and may only be read"}
}
"""What a route may answer that changes what others share with the caller."""


class HealthAnswer(_Output):
    """Whether requests can be verified, and how old the news of sign-outs is."""

    status: Literal["ok", "unable"]
    sign_outs_age_seconds: int | None
    sign_outs_bound_seconds: int | None


class Me(_Output):
    """Who is signed in, and what the page may offer them."""

    id: str
    name: str
    email: str
    roles: list[str]
