"""Small apps in which an order needs a cart, and a team other people."""

from typing import Annotated

from fastapi import Body, FastAPI, HTTPException, Response

from tests.attacks.kit.lab import LAB, Me, lab_app
from tests.attacks.kit.making_apps import Store


def shop() -> FastAPI:
    """Products are there before anybody comes, and an order needs something in the cart."""
    app, carts, orders = lab_app(), dict[str, list[int]](), Store()

    @app.get("/products")
    def products(me: Me) -> list[dict[str, object]]:
        return [{"id": 41, "name": "mug", "for": me}, {"id": 42, "name": "hat", "for": me}]

    @app.post("/cart/items")
    def put(
        product_id: Annotated[int, Body()], quantity: Annotated[int, Body(gt=0)], me: Me
    ) -> str:
        if product_id not in {41, 42}:
            raise HTTPException(404, "no such product")
        carts.setdefault(me, []).append(quantity)
        return "ok"

    @app.post("/orders", status_code=201)
    def order(me: Me, response: Response) -> None:
        if not carts.pop(me, []):
            raise HTTPException(400, "your cart is empty")
        response.headers["Location"] = f"/orders/{orders.add(me, 'order')}"

    @app.get("/orders/{order_id}")
    def read(order_id: str, me: Me) -> object:
        return orders.mine(order_id, me)

    return app


def teams() -> FastAPI:
    """Somebody else is let in by address, who must have an account and must not be in yet."""
    app, teams, members = lab_app(), Store(), set[tuple[str, str]]()

    @app.post("/teams")
    def create(name: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
        return {"id": teams.add(me, name)}

    @app.post("/teams/{team_id}/members")
    def let_in(team_id: str, email: Annotated[str, Body(embed=True)], me: Me) -> dict[str, str]:
        teams.mine(team_id, me)
        if email not in LAB.passwords or (team_id, email) in members:
            raise HTTPException(409 if email in LAB.passwords else 404, "not possible")
        members.add((team_id, email))
        return {"user_id": email, "team": team_id}

    @app.patch("/teams/{team_id}/members/{user_id}")
    def rename(team_id: str, user_id: str, title: Annotated[str, Body(embed=True)], me: Me) -> str:
        teams.mine(team_id, me)
        return f"{title} {user_id}"

    @app.delete("/teams/{team_id}/members/{user_id}")
    def put_out(team_id: str, user_id: str, me: Me) -> str:
        teams.mine(team_id, me)
        members.remove((team_id, user_id))
        return "gone"

    @app.get("/users/{user_id}")
    def profile(user_id: str, me: Me) -> str:
        if user_id != me:
            raise HTTPException(404, "nobody")
        return me

    @app.delete("/users/me")
    def leave(me: Me) -> str:
        LAB.passwords.pop(me)
        LAB.tokens = {token: who for token, who in LAB.tokens.items() if who != me}
        return "gone"

    return app
