"""Sums that people move in their own favour: told from apps that count for themselves."""

from typing import Annotated

import pytest
from fastapi import Body, FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.outcomes import Outcome
from gatepost.attacks.trials.sums import sums
from tests.attacks.kit.lab import Me, attacked, lab_app


class Order(BaseModel):
    """What is ordered, and what it is said to cost."""

    product_id: int
    quantity: int
    price: float | None = None


_IN_CENTS: list[dict[str, object]] = [{"id": 1, "name": "A lamp", "unit_price_cents": 2000}]


class Code(BaseModel):
    """A code of a voucher."""

    code: str


def _shop(hole: str) -> FastAPI:
    app, balances, used = lab_app(), dict[str, float](), set[tuple[str, str]]()

    @app.get("/products")
    def products(me: Me) -> list[dict[str, object]]:
        return [{"id": 1, "price": 20.0, "for": me}] if hole != "cents" else _IN_CENTS

    @app.get("/me/balance")
    def balance(me: Me) -> dict[str, float]:
        return {"balance": balances.setdefault(me, 100.0)}

    @app.post("/withdrawals")
    def withdraw(amount: Annotated[int, Body(embed=True)], me: Me) -> dict[str, object]:
        left = balance(me)["balance"]
        if (amount <= 0 and hole != "withdraw") or amount > left:
            raise HTTPException(422, "not that much")
        balances[me] = left - amount
        return {"amount": amount}

    @app.post("/deposits")
    def deposit(amount: Annotated[int, Body(embed=True)], me: Me) -> dict[str, object]:
        balances[me] = balance(me)["balance"] + amount
        return {"amount": amount}

    @app.post("/orders")
    def order(sent: Order, me: Me) -> dict[str, object]:
        if sent.product_id != 1 or (sent.quantity <= 0 and hole != "order"):
            raise HTTPException(422, "no such order")
        price = sent.price if hole in {"price", "cents"} and sent.price is not None else 20.0
        return {"product_id": 1, "total": price * sent.quantity, "for": me}

    @app.post("/vouchers/redeem")
    def redeem(sent: Code, me: Me) -> dict[str, object]:
        if sent.code != "WELCOME" or ((me, sent.code) in used and hole != "twice"):
            raise HTTPException(409, "used, or none")
        used.add((me, sent.code))
        balances[me] = balance(me)["balance"] + 10
        return {"ok": True}

    return app


@pytest.mark.parametrize(
    ("hole", "found"),
    [
        ("", set()),
        ("withdraw", {("163.1", "POST /withdrawals")}),
        ("order", {("163.1", "POST /orders")}),
        ("price", {("163.2", "POST /orders")}),
        ("cents", {("163.2", "POST /orders")}),
        ("twice", {("165", "POST /vouchers/redeem")}),
    ],
)
def test_sums_are_the_apps_own(hole: str, found: set[tuple[str, str]]) -> None:
    """A sum that grows by less than nothing, by a price of one's own or twice is found."""
    said = {"shared": {"GET /products": "a catalogue"}}
    bodies = {"bodies": {"POST /vouchers/redeem": {"code": "WELCOME"}}}
    came = attacked(_shop(hole), sums, file={**said, **bodies})
    assert came.findings == found, came.said(Outcome.FINDING)
    assert came.said(Outcome.INCONCLUSIVE) == {}
