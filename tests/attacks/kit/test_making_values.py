"""Values for a schema: whatever Pydantic declares, what is made is taken."""

import email
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import (
    AnyHttpUrl,
    AwareDatetime,
    BaseModel,
    Field,
    Json,
    StringConstraints,
    TypeAdapter,
    create_model,
)

from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.encoding import File, encode, files_with
from gatepost.attacks.making.recipes import Recipe
from gatepost.attacks.making.values import Referred, Values
from gatepost.attacks.targets.openapi import operations_of
from gatepost.attacks.targets.operation import Body, Schema


class Colour(StrEnum):
    """A choice."""

    RED = "red"
    BLUE = "blue"


class Cat(BaseModel):
    """One branch of a union."""

    kind: Literal["cat"]
    name: str


class Dog(BaseModel):
    """The other branch."""

    kind: Literal["dog"]
    age: int


def _values() -> tuple[Values, Canaries]:
    canaries = Canaries("alice", 1)
    return Values(canaries, "http://127.0.0.1:1", lambda _path, _schema: Referred()), canaries


def _body(media_type: str, schema: Schema | None = None) -> Body:
    return Body(media_type, schema or {}, required=True)


def _schema_of(kind: object) -> dict[str, object]:
    """Return the schema of a member, its references resolved as those of an app are."""
    model = create_model("Whole", member=(kind, ...))  # type: ignore[arg-type] # of any kind
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Whole"}}}}
    template = "#/components/schemas/{model}"
    schema = model.model_json_schema(ref_template=template)
    known = {"Whole": schema, **schema.pop("$defs", {})}
    document = {"paths": {"/x": {"post": {"requestBody": body}}}, "components": {"schemas": known}}
    operation = next(operations_of(document))
    assert operation.body is not None
    return dict(operation.body.schema)


def _text(pattern: str, **more: int) -> Any:
    return Annotated[str, StringConstraints(pattern=pattern, **more)]  # type: ignore[arg-type] # lengths


@pytest.mark.parametrize(
    "kind",
    [
        str, int, float, bool, Decimal, date, datetime, AwareDatetime, time, timedelta, UUID,
        IPv4Address, AnyHttpUrl, Json, Colour, Literal["a", "b"], Literal[3], None, Any, bytes,
        str | None, int | None, list[str], list[Cat], dict[str, str], dict[str, int], set[int],
        tuple[int, str], Cat | Dog, Annotated[Cat | Dog, Field(discriminator="kind")],
        Annotated[int, Field(gt=5)], Annotated[int, Field(gt=5, lt=7)],
        Annotated[int, Field(lt=-3)],
        Annotated[int, Field(ge=18, le=120)], Annotated[int, Field(multiple_of=7, gt=20)],
        Annotated[float, Field(gt=0, lt=1)], Annotated[float, Field(ge=-1, lt=-0.5)],
        Annotated[Decimal, Field(gt=0, max_digits=6, decimal_places=2)],
        Annotated[float, Field(multiple_of=0.25, gt=1)],
        Annotated[str, Field(max_length=3)], Annotated[str, Field(min_length=80)],
        Annotated[list[int], Field(min_length=3)],
        Annotated[str, Field(min_length=5, max_length=5)],
        _text(r"^[A-Z]{3}$"), _text(r"^\d{5}$"), _text(r"^[a-z][a-z0-9_]{2,15}$"),
        _text(r"^[^@\s]+@[^@\s]+$"), _text(r"^\+[1-9]\d{7,14}$"), _text(r"^#[0-9a-f]{6}$"),
        _text(r"^[A-Z]{3}-\d{4}$"), _text(r"^\d{4}-\d{2}-\d{2}$"), _text(r"^(low|high)$"),
        _text(r"^v\d+\.\d+\.\d+$"), _text(r"^[A-Z]{2}\d{2}[A-Z0-9]{4}\d{7}$"),
        _text(r"^ORD/[0-9]{2}/x+$"), _text(r"^https://"), _text(r"^\w+$", min_length=40),
        _text(r"^([01]\d|2[0-3]):[0-5]\d$"), _text(r"^[a-z]+(-[a-z]+)*$", max_length=8),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_made_is_taken(kind: object) -> None:
    """A value that is made for the schema of a member passes that member's own validation."""
    made = _values()[0].of(_schema_of(kind))
    assert isinstance(made, dict)
    _, encoded = encode(_body("application/json"), made["member"])
    adapter: TypeAdapter[object] = TypeAdapter(kind)  # type: ignore[arg-type] # of any kind
    adapter.validate_json(encoded)


@pytest.mark.parametrize(
    "name",
    ["title", "email", "password", "website_url", "slug", "username", "notes", "parent_name"],
)
def test_free_texts_carry_a_canary(name: str) -> None:
    """A text that is free holds a canary, whatever it is called."""
    values, canaries = _values()
    made = values.of({"type": "string"}, ("body", name))
    assert canaries.found_in(str(made).encode())


def test_a_pattern_gives_the_same_texts_in_every_run() -> None:
    """What is found for a pattern is the same each time, and another one at each turn."""
    schema = {"type": "string", "pattern": r"^[A-Z]{2}/\d{6}$"}
    runs = [[values.of(schema) for _ in range(5)] for values in (_values()[0], _values()[0])]
    assert runs[0] == runs[1]
    assert len(set(map(str, runs[0]))) > 1


def test_what_starts_is_before_its_end_and_a_minimum_below_its_maximum() -> None:
    """Dates are in order by their names, numbers too, and a repeated password is the same."""
    day, number, text = (
        {"type": "string", "format": "date"},
        {"type": "integer"},
        {"type": "string"},
    )
    members = {
        "start_date": day, "end_date": day, "min_price": number, "max_price": number,
        "new_password": text, "confirm_password": text,
    }  # fmt: skip
    made = _values()[0].of({"type": "object", "properties": members, "required": [*members]})
    assert isinstance(made, dict)
    assert made["start_date"] < made["end_date"]
    assert made["min_price"] < made["max_price"]
    assert made["new_password"] == made["confirm_password"]


def test_a_recipe_moves_on_and_leaves_out() -> None:
    """Each choice at a place gives another value there, and what was left out does not come."""
    recipe = Recipe()
    schema = {"type": "object", "properties": {"size": {"enum": ["s", "m"]}}, "required": ["size"]}
    values = _values()[0]
    assert values.of(schema, ("body",), recipe) == {"size": "s"}
    assert recipe.takes(("body", "note"), usually=True, required=False)


def _parts_of(media_type: str, encoded: bytes) -> dict[str, tuple[str | None, bytes]]:
    message = email.message_from_bytes(
        b"Content-Type: " + media_type.encode() + b"\r\n\r\n" + encoded
    )
    return {
        str(part.get_param("name", header="content-disposition")): (
            part.get_filename(),
            bytes(part.get_payload(decode=True) or b""),
        )
        for part in message.walk()
        if not part.is_multipart()
    }


def test_a_form_with_a_file_is_a_form() -> None:
    """Every member of a multipart body is a part of its own, a file with its name."""
    binary = {"type": "string", "format": "binary"}
    schema = {"type": "object", "properties": {"title": {"type": "string"}, "file": binary}}
    file = files_with("c" + "0" * 32)[1]
    media_type, encoded = encode(_body("multipart/form-data", schema), {"title": "t", "file": file})
    parts = _parts_of(media_type, encoded)
    assert parts["title"] == (None, b"t")
    assert parts["file"][0] == file.name
    assert b"c" + b"0" * 32 in parts["file"][1]


@pytest.mark.parametrize(
    ("media_type", "value", "sent"),
    [
        ("application/json", {"a": 1}, b'{"a": 1}'),
        ("application/x-www-form-urlencoded", {"a": 1, "b": ["x", "y"], "c": None}, b"a=1&b=x&b=y"),
        ("text/plain", "hello", b"hello"),
        ("application/octet-stream", File("f", "", b"\x00\xff"), b"\x00\xff"),
        ("application/merge-patch+json", {"a": None}, b'{"a": null}'),
    ],
)
def test_each_media_type_is_written_as_it_is_read(
    media_type: str, value: object, sent: bytes
) -> None:
    """A body is encoded as its media type has it."""
    assert encode(_body(media_type), value) == (media_type, sent)


def test_every_uploaded_file_is_of_its_kind() -> None:
    """Files begin as their media types do, and all hold the canary."""
    canary = "c" + "1" * 32
    begin = {"image/png": b"\x89PNG\r\n\x1a\n", "application/pdf": b"%PDF-"}
    for file in files_with(canary):
        assert canary.encode() in file.content
        assert file.content.startswith(begin.get(file.media_type, b""))
        assert re.fullmatch(r"c1{32}\.\w+", file.name)
