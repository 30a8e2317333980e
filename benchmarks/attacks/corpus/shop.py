"""A shop: a catalogue for everybody, carts and orders of one's own, a back office with roles."""

import secrets
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from pydantic import ConfigDict, Field
from starlette.responses import PlainTextResponse

from benchmarks.attacks.corpus import answers, bearer
from benchmarks.attacks.corpus.accounts import User
from benchmarks.attacks.corpus.planting import planted
from benchmarks.attacks.corpus.shop_people import (
    Caller,
    accounts,
    administrator,
    current_user,
    router,
)

app = FastAPI(title="Shop", redoc_url=None, redirect_slashes=False)
app.router.route_class = bearer.AuthFirst
answers.settle(app)
app.include_router(router)


class ProductIn(answers.Strict):
    """What is to be sold."""

    name: answers.Line
    price_cents: Annotated[int, Field(ge=0, le=10_000_000)]


class CartItemIn(answers.Strict):
    """What somebody wants, and how many."""

    product_id: answers.Line
    quantity: Annotated[int, Field(ge=1, le=100)] = 1


class Quantity(answers.Strict):
    """How many."""

    quantity: Annotated[int, Field(ge=1, le=100)]


class AddressIn(answers.Strict):
    """Where something is to go."""

    street: answers.Line
    city: answers.Line


class OrderIn(CartItemIn):
    """What somebody buys."""

    address_id: str | None = None
    if planted("status_in_order"):
        model_config = ConfigDict(extra="ignore")
        status: str = "new"
        total_cents: int | None = None


@dataclass
class Owned:
    """Something of one person, with the members that its kind has."""

    owner_id: str
    members: dict[str, object]
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def shown(self) -> dict[str, object]:
        """What its owner sees."""
        return {"id": self.id, **self.members}


_Shelf = dict[str, Owned]
_products: _Shelf = {}
_items: _Shelf = {}
_addresses: _Shelf = {}
_orders: _Shelf = {}


Admin = Annotated[User, Depends(administrator)]
Lister = Annotated[
    User, Depends(current_user if planted("admin_orders_for_all") else administrator)
]
Remover = Annotated[
    User, Depends(current_user if planted("admin_delete_for_all") else administrator)
]


def _own(shelf: _Shelf, user: User, wanted: str) -> Owned:
    found = shelf.get(wanted)
    if found is None or found.owner_id != user.id:
        raise answers.not_found()
    return found


def _product(product_id: str) -> Owned:
    if product_id not in _products:
        raise answers.not_found()
    return _products[product_id]


def _kept(shelf: _Shelf, owner: User, members: dict[str, object]) -> dict[str, object]:
    row = Owned(owner.id, members)
    shelf[row.id] = row
    return row.shown()


@app.get("/products")
def list_products(_: Caller) -> list[dict[str, object]]:
    return [product.shown() for product in _products.values()]


@app.get("/products/{product_id}")
def read_product(product_id: str, _: Caller) -> dict[str, object]:
    return _product(product_id).shown()


@app.get("/addresses")
def list_addresses(user: Caller) -> list[dict[str, object]]:
    return [one.shown() for one in _addresses.values() if one.owner_id == user.id]


@app.post("/addresses", status_code=201)
def add_address(wanted: AddressIn, user: Caller) -> dict[str, object]:
    return _kept(_addresses, user, wanted.model_dump())


@app.get("/cart/items")
def read_cart(user: Caller) -> list[dict[str, object]]:
    return [item.shown() for item in _items.values() if item.owner_id == user.id]


@app.post("/cart/items", status_code=201)
def add_to_cart(wanted: CartItemIn, user: Caller) -> dict[str, object]:
    _product(wanted.product_id)
    return _kept(_items, user, wanted.model_dump())


@app.patch("/cart/items/{item_id}")
def change_quantity(item_id: str, wanted: Quantity, user: Caller) -> dict[str, object]:
    item = _items.get(item_id) if planted("cart_item_of_anyone") else _own(_items, user, item_id)
    if item is None:
        raise answers.not_found()
    item.members["quantity"] = wanted.quantity
    return item.shown()


@app.delete("/cart/items/{item_id}", status_code=204)
def take_out(item_id: str, user: Caller) -> None:
    del _items[_own(_items, user, item_id).id]


@app.get("/orders")
def list_orders(user: Caller) -> list[dict[str, object]]:
    return [order.shown() for order in _orders.values() if order.owner_id == user.id]


@app.post("/orders", status_code=201)
def order(wanted: OrderIn, user: Caller) -> dict[str, object]:
    price = _product(wanted.product_id).members["price_cents"]
    members: dict[str, object] = {"status": "new", "total_cents": int(str(price)) * wanted.quantity}
    if wanted.address_id is not None:
        anyone = planted("address_of_anyone") and wanted.address_id in _addresses
        address = (
            _addresses[wanted.address_id] if anyone else _own(_addresses, user, wanted.address_id)
        )
        members["address"] = address.shown()
    return _kept(_orders, user, members | wanted.model_dump(exclude_none=True))


@app.get("/orders/{order_id}")
def read_order(order_id: str, user: Caller) -> dict[str, object]:
    if planted("forbidden_tells") and order_id in _orders and _orders[order_id].owner_id != user.id:
        raise HTTPException(403, "This order is not yours")
    return _own(_orders, user, order_id).shown()


@app.post("/orders/{order_id}/cancel")
def cancel_order(order_id: str, user: Caller) -> dict[str, object]:
    anyone = planted("cancel_any_order") and order_id in _orders
    order = _orders[order_id] if anyone else _own(_orders, user, order_id)
    order.members["status"] = "cancelled"
    return order.shown()


if planted("invoice_for_strangers"):

    @app.get("/orders/{order_id}/invoice")
    def open_invoice(order_id: str) -> PlainTextResponse:
        if order_id not in _orders:
            raise answers.not_found()
        return _invoice(_orders[order_id])

else:

    @app.get("/orders/{order_id}/invoice")
    def invoice(order_id: str, user: Caller) -> PlainTextResponse:
        return _invoice(_own(_orders, user, order_id))


def _invoice(order: Owned) -> PlainTextResponse:
    members = order.members
    return PlainTextResponse(f"{members['quantity']} of {members['product_id']}: {members}")


if planted("hidden_dump"):

    @app.get("/internal/orders", include_in_schema=False)
    def dump() -> list[dict[str, object]]:
        return [order.shown() for order in _orders.values()]


@app.get("/admin/orders")
def all_orders(_: Lister) -> list[dict[str, object]]:
    return [order.shown() for order in _orders.values()]


@app.post("/admin/products", status_code=201)
def add_product(wanted: ProductIn, admin: Admin) -> dict[str, object]:
    return _kept(_products, admin, wanted.model_dump())


@app.delete("/admin/products/{product_id}", status_code=204)
def remove_product(product_id: str, _: Remover) -> None:
    del _products[_product(product_id).id]


@app.get("/admin/users")
def all_users(_: Admin) -> list[dict[str, str]]:
    return [{"id": user.id, "email": user.email, "role": user.role} for user in accounts.all()]
