"""A vault for small secrets, which tokens reach as far as their scopes go."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, FastAPI, Request

from benchmarks.attacks.corpus import answers, bearer
from benchmarks.attacks.corpus.accounts import User
from benchmarks.attacks.corpus.planting import planted
from benchmarks.attacks.corpus.vault_people import current_user, router

app = FastAPI(title="Vault", redoc_url=None, redirect_slashes=False)
app.router.route_class = bearer.AuthFirst
answers.settle(app)
app.include_router(router)


@dataclass
class Item:
    """A small secret."""

    id: str
    owner_id: str
    label: str
    secret: str


class ItemIn(answers.Strict):
    """A secret to be kept."""

    label: answers.Line
    secret: answers.Text = ""


_items: dict[str, Item] = {}


def _with_scope(scope: str) -> Callable[..., User]:
    @bearer.door
    def allowed(request: Request, _declared: bearer.Declared = None) -> User:
        user = current_user(request)
        if scope not in request.state.scopes:
            raise bearer.insufficient_scope()
        return user

    return allowed


Reader = Annotated[User, Depends(_with_scope("items:read"))]
Writer = Annotated[User, Depends(_with_scope("items:write"))]
Deleter = Annotated[
    User, Depends(_with_scope("items:read" if planted("delete_with_read_scope") else "items:write"))
]


def _item_of(user: User, item_id: str) -> Item:
    item = _items.get(item_id)
    if item is None or item.owner_id != user.id:
        raise answers.not_found()
    return item


@app.get("/items")
def list_items(user: Reader) -> list[Item]:
    return [item for item in _items.values() if item.owner_id == user.id]


@app.post("/items", status_code=201)
def add_item(wanted: ItemIn, user: Writer) -> Item:
    item = Item(secrets.token_hex(8), user.id, wanted.label, wanted.secret)
    _items[item.id] = item
    return item


@app.get("/items/{item_id}")
def read_item(item_id: str, user: Reader) -> Item:
    return _item_of(user, item_id)


@app.put("/items/{item_id}")
def change_item(item_id: str, wanted: ItemIn, user: Writer) -> Item:
    item = _item_of(user, item_id)
    item.label, item.secret = wanted.label, wanted.secret
    return item


@app.delete("/items/{item_id}", status_code=204)
def delete_item(item_id: str, user: Deleter) -> None:
    del _items[_item_of(user, item_id).id]
