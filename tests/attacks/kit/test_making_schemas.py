"""What schemas and names say: merged parts, bounds, nouns, patterns, and what is learned."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from gatepost.attacks.answers import Answered
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.encoding import encode
from gatepost.attacks.making.nouns import nouns_of, singular
from gatepost.attacks.making.numbers import numbers_for
from gatepost.attacks.making.recipes import Recipe
from gatepost.attacks.making.resources import Row
from gatepost.attacks.making.schemas import bounds_of, kind_of, members_of
from gatepost.attacks.making.texts import Texts
from gatepost.attacks.making.values import Referred, Values
from gatepost.attacks.sending import Exchange
from gatepost.attacks.targets.operation import Body, Operation, Schema
from gatepost.attacks.wire import RawRequest

_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}


def _values(refers: Callable[..., Referred] = lambda _path, _schema: Referred()) -> Values:
    return Values(Canaries("alice", 1), "http://127.0.0.1:1", refers)


def _object(required: list[str], **members: Schema) -> dict[str, object]:
    return {"type": "object", "properties": members, "required": required}


def _made(schema: Schema, recipe: Recipe | None = None) -> dict[str, object]:
    made = _values().of(schema, ("body",), recipe)
    assert isinstance(made, dict)
    return made


@pytest.mark.parametrize(
    "schema",
    [
        {"allOf": [_object(["a"], a=_TEXT), _object(["b"], b=_TEXT)], **_object(["c"], c=_TEXT)},
        {"allOf": [{"anyOf": [_object(["a", "b"], a=_TEXT, b=_TEXT)]}, _object(["c"], c=_TEXT)]},
        {"oneOf": [_object(["a", "b"], a=_TEXT, b=_TEXT)], **_object(["c"], c=_TEXT)},
    ],
    ids=["allOf", "anyOf in allOf", "oneOf"],
)
def test_what_several_schemas_ask_for_is_all_made(schema: Schema) -> None:
    """Members that a schema shares out among its parts, and its own beside them, all go in."""
    assert set(_made(schema)) == {"a", "b", "c"}


def test_a_later_part_has_the_last_word() -> None:
    """What two parts say of one thing is what the later one says."""
    assert _values().of({"allOf": [{"type": "string"}, {"type": "integer", "minimum": 7}]}) == 10


@pytest.mark.parametrize(
    ("kind", "found"), [(["null", "integer"], "integer"), (["null"], "null"), (7, "")]
)
def test_a_type_may_be_several(kind: object, found: str) -> None:
    """Of several types the first that is not null counts."""
    assert kind_of({"type": kind}) == found


@pytest.mark.parametrize(
    ("schema", "bounds"),
    [
        ({**_NUMBER, "minimum": 3, "exclusiveMinimum": True, "maximum": 5}, (4, 5)),
        ({**_NUMBER, "minimum": 3, "maximum": 5, "exclusiveMaximum": True}, (3, 4)),
        ({**_NUMBER, "exclusiveMinimum": 2.5, "exclusiveMaximum": 4.5}, (3, 4)),
        ({**_NUMBER, "minimum": 2, "exclusiveMinimum": False, "maximum": 2}, (2, 2)),
    ],
)
def test_what_is_excluded_is_out_of_bounds(schema: Schema, bounds: tuple[int, int]) -> None:
    """Bounds are read as OpenAPI 3.0 has them too, where the exclusion is a flag."""
    assert bounds_of(schema) == bounds
    assert all(bounds[0] <= each <= bounds[1] for each in numbers_for(schema, "x"))


def test_members_are_read_down_to_a_depth() -> None:
    """A schema that goes on for ever ends."""
    schema: Schema = _TEXT
    for name in "fedcba":
        schema = _object([], **{name: schema})
    assert [each.path for each in members_of(schema)] == [tuple("abcd")[:n] for n in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("schema", "made"),
    [
        ({"type": "object", "additionalProperties": False}, {}),
        ({"type": "array"}, []),
        ({"type": "array", "items": _NUMBER, "minItems": 2}, [1, 1]),
    ],
)
def test_what_has_nothing_in_it_is_empty(schema: Schema, made: object) -> None:
    """A table without members and a list without items are made as they are."""
    assert _values().of(schema) == made


def _no_row() -> object:
    raise Inconclusive("nothing makes a wheel")


def test_what_cannot_be_referred_to_is_left_out_where_it_may_be() -> None:
    """A row that cannot be made is missed only where the schema wants it."""

    def refers(path: tuple[str, ...], _schema: Schema) -> Referred:
        return Referred((_no_row,), certain=True) if path[-1] == "wheel" else Referred()

    members = {"name": _TEXT, "wheel": _TEXT}
    made = _values(refers).of(_object(["name"], **members))
    assert isinstance(made, dict)
    assert set(made) == {"name"}
    with pytest.raises(Inconclusive, match="nothing makes a wheel"):
        _values(refers).of(_object(["name", "wheel"], **members))


def test_a_year_is_this_one() -> None:
    """A number that is called a year is one in which something can happen."""
    assert numbers_for(_NUMBER, "model_year")[0] == datetime.now(UTC).year
    assert numbers_for({**_NUMBER, "maximum": 1_999}, "model_year")[0] <= 1_999


@pytest.mark.parametrize(
    ("word", "one"),
    [
        ("categories", "category"), ("ties", "tie"), ("movies", "movie"), ("boxes", "box"),
        ("addresses", "address"), ("branches", "branch"), ("notes", "note"), ("class", "class"),
        ("status", "status"), ("analysis", "analysis"),
    ],
)  # fmt: skip
def test_nouns_are_known_in_the_plural(word: str, one: str) -> None:
    """The plural of a path and the singular of an id are the same noun."""
    assert singular(word) == one


@pytest.mark.parametrize(
    ("name", "nouns"),
    [
        ("account_from", ["account_from", "account"]),
        ("from_account_id", ["from_account", "account"]),
        ("accountToId", ["account_to", "account"]),
        ("to", ["to"]),
    ],
)
def test_what_a_member_is_about_is_without_its_direction(name: str, nouns: list[str]) -> None:
    """The account that money comes from is an account, however the two words stand."""
    assert nouns_of(name, loosely=False) == nouns


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("starts_at", datetime.fromisoformat),
        ("due_date", date.fromisoformat),
        ("end", date.fromisoformat),
    ],
)
def test_a_text_that_is_called_a_time_can_be_one(name: str, read: Callable[[str], object]) -> None:
    """After the free text comes one that is spelled as the name suggests."""
    ways = Texts(Canaries("alice", 1), "http://127.0.0.1:1").alternatives(_TEXT, name)
    assert read(str(ways[1]()))


def _pattern(pattern: str, **more: object) -> Schema:
    return {"type": "string", "pattern": pattern, **more}


def test_a_pattern_of_another_dialect_is_the_apps_to_judge() -> None:
    """Where Python cannot read a pattern, a free text is tried all the same."""
    canaries = Canaries("alice", 1)
    made = Values(canaries, "", lambda *_: Referred()).of(_pattern(r"^\p{L}+$"))
    assert canaries.found_in(str(made).encode())


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (_pattern("^[A-Z]{2}$", minLength=5), "no text for the pattern"),
        (_pattern("^[äöü]{3}$"), "cannot be read"),
    ],
)
def test_a_pattern_that_nothing_fits_is_told(schema: Schema, why: str) -> None:
    """What is to be written in the attack file is said."""
    with pytest.raises(Inconclusive, match=why):
        _values().of(schema)


def test_a_pattern_that_looks_ahead_is_met_by_a_usual_text() -> None:
    """Where no example is found by chance, one of the texts that people mostly mean may fit."""
    assert _values().of(_pattern(r"^(?=.*:00$)[0-9]{2}:[0-9]{2}$")) == "12:00"


def test_patterns_need_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Hypothesis it is said what to install; what a canary fits needs none."""
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    with pytest.raises(Inconclusive, match=r"install gatepost\[attacks\]"):
        _values().of(_pattern("^(without|an extra)!$"))
    assert len(str(_values().of(_pattern("^[a-z0-9]{5}$")))) == 5


def _refusal(text: object, status: int = 422) -> Exchange:
    body = text.encode() if isinstance(text, str) else json.dumps(text).encode()
    return Exchange(RawRequest("POST", "/x"), Answered(status, (), body), "alice", 0.0)


def _fault(*place: str | int, kind: str = "value_error") -> Exchange:
    return _refusal({"detail": [{"loc": list(place), "msg": "no", "type": kind}]})


def test_what_an_app_misses_goes_in() -> None:
    """A member that the schema leaves to the caller and the handler does not is learned."""
    recipe, schema = Recipe(), _object(["title"], title=_TEXT, count=_NUMBER)
    assert set(_made(schema, recipe)) == {"title"}
    assert recipe.learn(_fault("body", "count", kind="missing"))
    first = _made(schema, recipe)
    assert set(first) == {"title", "count"}
    assert recipe.learn(_fault("body", "count"))
    assert _made(schema, recipe)["count"] != first["count"]


_PETS = [_object(["name"], name=_TEXT), _object(["age"], age=_NUMBER)]


@pytest.mark.parametrize("place", [("body", "pet"), ("body", "pet", "Cat")])
def test_the_other_branch_of_a_union_is_tried(place: tuple[str, ...]) -> None:
    """Where an app takes no cat, it is offered a dog; the fault may name the branch."""
    recipe, schema = Recipe(), _object(["pet", "title"], pet={"anyOf": _PETS}, title=_TEXT)
    assert set(_made({**schema, "required": []}, recipe)) == {"title"}
    assert set(_made(schema, recipe)["pet"]) == {"name"}  # type: ignore[call-overload] # a table
    assert recipe.learn(_fault(*place))
    assert set(_made(schema, recipe)["pet"]) == {"age"}  # type: ignore[call-overload] # a table


def test_a_fault_that_names_a_branch_is_that_of_the_member_in_it() -> None:
    """`body.pet.Cat.lives` is the `lives` of the pet, of which another value is made."""
    recipe, cat = Recipe(), _object(["lives"], lives=_NUMBER)
    schema = _object(["pet"], pet={"anyOf": [cat, _PETS[0]]})
    before = _made(schema, recipe)["pet"]
    assert recipe.learn(_fault("body", "pet", "Cat", "lives"))
    after = _made(schema, recipe)["pet"]
    assert before != after
    assert isinstance(after, dict)
    assert set(after) == {"lives"}


def test_a_fault_of_nothing_known_changes_the_style() -> None:
    """Where an app does not say what is wrong, more goes in, then less, until nothing is left."""
    recipe, schema = Recipe(), _object(["title"], title=_TEXT, count=_NUMBER, note=_TEXT)
    went_in = {recipe.style: set(_made(schema, recipe))}
    while recipe.learn(_fault("body", "nothing of that name")):
        went_in[recipe.style] = set(_made(schema, recipe))
    assert went_in["usual"] == {"title", "note"}
    assert went_in["all"] == {"title", "note", "count"}
    assert went_in["least"] == {"title"}
    assert not recipe.learn(_refusal("no", 400))


@pytest.mark.parametrize(
    ("answer", "location", "sent", "found"),
    [
        ("n-7", "", None, "n-7"),
        (7, "", None, "7"),
        ("it is done", "", {"note_id": "n-7"}, "n-7"),
        (True, "", None, None),
        ({"ok": True}, "/notes/n-7?x=1", None, "n-7"),
        ({"items": [{"id": "n-7"}]}, "", None, "n-7"),
        ({"data": {"made": {"id": "n-7"}}}, "", None, "n-7"),
        ({"user": {"id": "u-1"}, "note": {"id": "n-7"}}, "", None, "n-7"),
        ([{"id": "n-7"}, {"id": "n-8"}], "", None, "n-7"),
    ],
)
def test_the_id_of_a_row_is_found(
    answer: object, location: str, sent: object, found: str | None
) -> None:
    """However an app answers what it has made, its id is known."""
    row = Row(Operation("POST", "/notes"), {}, answer, location, sent)
    assert row.id_for("note_id") == found


@pytest.mark.parametrize(
    ("media_type", "schema", "value", "sent"),
    [
        ("application/x-www-form-urlencoded", {}, {"done": True, "n": 1.5}, b"done=true&n=1.5"),
        (
            "multipart/form-data",
            _object([], file={"type": "string", "format": "binary"}, done={"type": "boolean"}),
            {"file": "hello", "done": False},
            b'name="file"; filename="file.txt"\r\nContent-Type: text/plain\r\n\r\nhello\r\n',
        ),
    ],
)
def test_what_is_no_text_is_spelled_as_forms_have_it(
    media_type: str, schema: Schema, value: object, sent: bytes
) -> None:
    """A truth is spelled as JavaScript spells it, and a text goes as a file where one is due."""
    written = encode(Body(media_type, schema, required=True), value)[1]
    assert sent in written
    assert (b'name="done"\r\n\r\nfalse\r\n' in written) is (media_type == "multipart/form-data")
