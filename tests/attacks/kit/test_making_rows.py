"""Rows that apps make otherwise, and what is said where one cannot be made."""

from collections.abc import Callable
from itertools import count
from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException, Response
from pydantic import BaseModel, Field

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.producers import producer_of
from gatepost.attacks.making.references import kin_of
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Operation, Surface
from gatepost.attacks.targets.routes import operations_of_app
from tests.attacks.kit.lab import Me, lab_app
from tests.attacks.kit.making_apps import Store
from tests.attacks.kit.rented import staged

_Name = Annotated[str, Body(embed=True)]


def _operation(stage: Stage, called: str) -> Operation:
    method, path = called.split(" ", 1)
    found = stage.surface.find(method, path)
    assert found is not None
    return found


class _Move(BaseModel):
    thing: str
    box: Annotated[int, Field(strict=True)]


def _shelf() -> FastAPI:
    """Things and boxes by number, and what names several of them in other ways."""
    app, things, boxes = lab_app(), Store(), Store()

    @app.post("/boxes")
    def add_box(me: Me) -> int:
        return int(boxes.add(me, "box"))

    @app.post("/things")
    def add_thing(name: _Name, me: Me) -> dict[str, str]:
        return {"id": things.add(me, name)}

    @app.post("/lists")
    def add_list(sent: Annotated[list[str], Body()], me: Me) -> object:
        return [things.mine(each, me) for each in sent]

    @app.post("/moves/{number}")
    def move(number: int, sent: _Move, me: Me, pace: int = 0, fast: str = "") -> str:
        things.mine(sent.thing, me)
        boxes.mine(str(sent.box), me)
        if (number, pace, fast) != (7, 3, "true"):
            raise HTTPException(404, "no such move")
        return sent.thing

    @app.post("/notices")
    def notice(sent: Annotated[str, Body(media_type="text/plain")], me: Me) -> str:
        if f"of {me}" not in sent:
            raise HTTPException(422, "whose?")
        return sent

    return app


_SAID = {
    "POST /lists": ["{POST /things:id}"],
    "POST /moves/{number}": {
        "number": 7, "pace": 3, "fast": True,
        "thing": "{POST /things:id}", "box": "{POST /boxes:id}",
    },
    "POST /notices": "a {canary} of {email}",
}  # fmt: skip


@pytest.mark.parametrize("called", _SAID)
def test_what_is_said_is_sent(called: str) -> None:
    """A body that is said may be a list or a text, and its rows are named as the app has them."""
    with staged(_shelf(), bodies=_SAID) as stage:
        assert stage.control(_operation(stage, called)).succeeded
        sent = stage.prepare(_operation(stage, called))
    if called == "POST /notices":
        assert stage.preparing(stage.alice).canaries.found_in(sent.request.body)
    if called == "POST /moves/{number}":
        assert sent.request.target == "/moves/7?pace=3&fast=true"
        assert {name: type(each) for name, each in dict(sent.body).items()} == {  # type: ignore[call-overload] # a table
            "thing": str, "box": int,
        }  # fmt: skip


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("{POST /thongs:id}", "there is no such operation"),
        ("{POST /things:colour}", "which has none"),
    ],
)
def test_a_row_that_is_said_and_not_there_is_told(named: str, why: str) -> None:
    """What the attack file names wrongly is named."""
    app = lab_app()

    @app.post("/things")
    def add_thing(me: Me) -> dict[str, list[str]]:
        return {"things": [me]}

    @app.post("/uses")
    def use(thing: _Name, _: Me) -> str:
        return thing

    with (
        staged(app, bodies={"POST /uses": {"thing": named}}) as stage,
        pytest.raises(Inconclusive, match=why),
    ):
        stage.control(_operation(stage, "POST /uses"))


def _folders() -> FastAPI:
    """What is above a folder is a folder, wherever it is said."""
    app, folders = lab_app(), Store()

    @app.post("/folders/create")
    def create(name: _Name, me: Me) -> dict[str, str]:
        return {"id": folders.add(me, name)}

    @app.put("/folders/{folder_id}")
    def change(folder_id: str, parent_id: _Name, me: Me) -> object:
        return [folders.mine(folder_id, me), folders.mine(parent_id, me)]

    @app.post("/folders/{folder_id}/move")
    def move(folder_id: str, parent_id: _Name, me: Me) -> object:
        return [folders.mine(folder_id, me), folders.mine(parent_id, me)]

    return app


@pytest.mark.parametrize("called", ["PUT /folders/{folder_id}", "POST /folders/{folder_id}/move"])
def test_what_is_above_a_row_is_of_its_kind(called: str) -> None:
    """A parent is another row of what the path is about."""
    with staged(_folders()) as stage:
        assert stage.control(_operation(stage, called)).succeeded


def _people(*, tells: bool) -> FastAPI:
    """People have numbers, which `/me` tells or not; a gift is for somebody else."""
    app, numbers, counted = lab_app(), dict[str, int](), count(1)

    @app.get("/me")
    def read_me(me: Me) -> dict[str, object]:
        return {"id": numbers.setdefault(me, next(counted))} if tells else {"name": "somebody"}

    @app.post("/gifts")
    def give(recipient_id: Annotated[int, Body(embed=True)], me: Me) -> int:
        if recipient_id not in numbers.values() or numbers[me] == recipient_id:
            raise HTTPException(404, "no such recipient")
        return recipient_id

    return app


def test_somebody_else_is_named_by_their_number() -> None:
    """A recipient is neither the owner nor an address, where only a number fits."""
    with staged(_people(tells=True)) as stage:
        stage.identities.of(stage.alice)
        assert stage.control(_operation(stage, "POST /gifts")).succeeded


def test_who_has_no_number_that_is_told_cannot_be_named() -> None:
    """Where the app nowhere says who somebody is, that is what is told."""
    with staged(_people(tells=False)) as stage, pytest.raises(Inconclusive, match="nowhere says"):
        stage.control(_operation(stage, "POST /gifts"))


def test_where_nobody_new_comes_there_is_no_friend() -> None:
    """People who are named in the attack file have no third one among them."""
    people = {"kind": "headers", **{name: {"X-Who": name} for name in ("alice", "bob")}}
    with (
        staged(_people(tells=False), people=people) as stage,
        pytest.raises(Inconclusive, match="there is nobody else to name"),
    ):
        stage.prepare(_operation(stage, "POST /gifts"))


def test_one_of_a_kind_is_taken_again() -> None:
    """Where an app lets each person have one row, a fresh one is that one."""
    app, made = lab_app(), dict[str, str]()

    @app.post("/wallets", status_code=201)
    def create(name: _Name, me: Me) -> dict[str, str]:
        if me in made:
            raise HTTPException(409, "you have one")
        made[me] = name
        return {"id": f"w-{me}"}

    with staged(app) as stage:
        mine, making = stage.preparing(stage.alice), _operation(stage, "POST /wallets")
        first = mine.row(making)
        assert mine.row(making, fresh=True) is first


def test_what_needs_itself_is_told() -> None:
    """Two rows of which each needs the other end, and do not go on for ever."""
    app = lab_app()

    @app.post("/hens")
    def hen(egg_id: _Name, _: Me) -> dict[str, str]:
        return {"id": egg_id}

    @app.post("/eggs")
    def egg(hen_id: _Name, _: Me) -> dict[str, str]:
        return {"id": hen_id}

    with staged(app) as stage, pytest.raises(Inconclusive, match="needs itself"):
        stage.prepare(_operation(stage, "POST /hens"))


class _Kitchen:
    """An order needs a plan, which cannot be made, and registering is no plan."""

    def __init__(self) -> None:
        self.app, self.asked = lab_app(), list[str]()
        self.app.post("/orders")(self.order)
        self.app.post("/register/first")(self.register)
        self.app.post("/plans")(self.plan)

    def order(self, _: Me) -> None:
        """Refuse."""
        self.asked.append("order")
        raise HTTPException(400, "no plans: register one first")

    def plan(self, cook_id: _Name, _: Me) -> str:
        """Need what nothing makes."""
        self.asked.append("plan")
        return cook_id

    def register(self) -> None:
        """Be open to everybody."""
        self.asked.append("register")


def test_what_an_order_needs_is_made_once_if_at_all() -> None:
    """Nothing public is called for it, and where it cannot be made the refusal is told."""
    kitchen, public = _Kitchen(), {"POST /register/first": "anybody may"}
    with staged(kitchen.app, public=public) as stage, pytest.raises(Inconclusive, match="no plans"):
        stage.preparing(stage.alice).row(_operation(stage, "POST /orders"))
    assert set(kitchen.asked) == {"order"}


def _without_ids() -> FastAPI:
    """Nothing says which id a thing has; a list of them is below a shop that nobody names."""
    app = lab_app()

    @app.post("/things", status_code=204)
    def create(name: _Name, _: Me) -> None:
        assert name

    @app.get("/shops/{shop_id}/things")
    def below(shop_id: str, _: Me) -> list[dict[str, str]]:
        return [{"id": shop_id}]

    @app.get("/things/{thing_id}")
    def read(thing_id: str, _: Me) -> str:
        return thing_id

    @app.post("/uses")
    def use(thing_id: _Name, _: Me) -> str:
        return thing_id

    return app


@pytest.mark.parametrize("called", ["GET /things/{thing_id}", "POST /uses"])
def test_a_row_without_an_id_is_told(called: str) -> None:
    """Where neither an answer nor a list names what was made, that is what is told."""
    with (
        staged(_without_ids()) as stage,
        pytest.raises(Inconclusive, match="the answer of POST /things names no thing_id"),
    ):
        stage.prepare(_operation(stage, called))


class _Line(BaseModel):
    id: str
    text: str


def _surface(*paths: tuple[str, str, Callable[..., object]]) -> Surface:
    app = FastAPI()
    for method, path, handler in paths:
        app.add_api_route(path, handler, methods=[method])
    return Surface(operations_of_app(app), AttackFile())


def _line(sent: _Line) -> _Line:
    return sent


def _lines(sent: list[_Line]) -> None:
    assert sent


def _nothing() -> None: ...


def test_the_rows_of_an_import_are_those_that_it_is_about() -> None:
    """What `POST /lines/import` takes are lines; elsewhere the members decide."""
    surface = _surface(
        ("POST", "/lines", _line), ("GET", "/lines", _nothing), ("POST", "/lines/import", _lines),
        ("POST", "/sync", _lines),
    )  # fmt: skip
    for path in ("/lines/import", "/sync"):
        taking = surface.find("POST", path)
        assert taking is not None
        assert str(kin_of(surface, taking, ("*", "id"))) == "POST /lines"


class _Ticket(BaseModel):
    ticket_id: str


def _ticket() -> _Ticket:
    return _Ticket(ticket_id="t")


@pytest.mark.parametrize("making", ["/buy", "/tickets/new", "/tickets/open"])
def test_what_is_made_under_another_name_is_known_by_its_answer(making: str) -> None:
    """`POST /buy` makes tickets where its answer has a `ticket_id` and no id of its own."""
    surface = _surface(("POST", making, _ticket), ("GET", "/stubs/{ticket_id}", _nothing))
    reading = surface.find("GET", "/stubs/{ticket_id}")
    assert reading is not None
    assert str(producer_of(surface, reading, "ticket_id")) == f"POST {making}"


def test_a_person_whom_the_app_knows_by_name_is_called_so() -> None:
    """The name of an answer about oneself is known; an answer that breaks off tells nothing."""
    app = lab_app()

    @app.get("/me")
    def half() -> Response:
        return Response(b"half", headers={"Content-Length": "8"})

    @app.get("/profile")
    def profile(me: Me) -> dict[str, object]:
        return {"user": {"username": f"@{me}", "uid": 7, "id": True}}

    with staged(app) as stage:
        names = (f"@{stage.alice.email}", "7", stage.alice.email)
        assert set(stage.identities.of(stage.alice)) == set(names)
        assert stage.identities.of(stage.alice)[-1] == stage.alice.email


@pytest.mark.parametrize("below", ["", "/orgs/{org}"])
def test_a_row_that_is_never_granted_is_told(below: str) -> None:
    """Where even the first of a kind is refused, what is above it is made anew if it can be."""
    app, asked = lab_app(), list[str]()

    @app.post(f"{below}/wallets")
    def create(name: _Name, _: Me) -> None:
        asked.append(name)
        raise HTTPException(403, "not today")

    @app.delete(f"{below}/wallets/{{wallet_id}}")
    def remove(wallet_id: str, _: Me) -> str:
        return wallet_id

    with staged(app) as stage, pytest.raises(Inconclusive, match="made nothing: 403"):
        stage.prepare(_operation(stage, f"DELETE {below}/wallets/{{wallet_id}}"), fresh=True)
    assert len(asked) == (2 if below else 1)
