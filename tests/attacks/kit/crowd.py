"""Apps of other habits, sound unless a hole is named: people in paths, numbers, chosen names."""

import time
import uuid
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel

from tests.attacks.kit.lab import Me, lab_app


class Text(BaseModel):
    """Any text."""

    text: str


class Measure(BaseModel):
    """A number, in which no canary fits."""

    value: int


class Order(BaseModel):
    """Of a product that anybody sees."""

    product_id: int
    address: str


def crowd(hole: str = "") -> FastAPI:  # noqa: C901 - many small handlers
    """Make an app whose paths name people; `hole` is what is forgotten."""
    app, notes, bios, ids = lab_app(), list[tuple[int, str]](), dict[int, str](), dict[str, int]()

    def number(me: str) -> int:
        return ids.setdefault(me, len(ids) + 100)

    def only(user_id: int, me: str, forgets: str) -> None:
        if user_id not in ids.values():
            raise HTTPException(404, "nobody")
        if number(me) != user_id and hole != forgets:
            raise HTTPException(403, "not you")

    @app.get("/me")
    def who(me: Me) -> dict[str, Any]:
        return {"id": number(me), "email": me}

    @app.get("/users/{user_id}")
    def profile(user_id: int, me: Me) -> dict[str, Any]:
        del me
        if user_id not in ids.values():
            raise HTTPException(404, "nobody")
        return {"id": user_id, "bio": bios.get(user_id, "")}

    @app.put("/users/{user_id}")
    def change(user_id: int, sent: Text, me: Me) -> dict[str, Any]:
        only(user_id, me, "change")
        bios[user_id] = sent.text
        return {"id": user_id, "bio": sent.text}

    @app.delete("/users/{user_id}", status_code=204)
    def delete(user_id: int, me: Me) -> None:
        only(user_id, me, "delete")
        for email in [email for email, known in ids.items() if known == user_id]:
            del ids[email]

    @app.post("/users/{user_id}/notes", status_code=201)
    def create(user_id: int, sent: Text, me: Me) -> dict[str, int]:
        only(user_id, me, "create")
        notes.append((user_id, sent.text))
        return {"id": len(notes)}

    @app.get("/users/{user_id}/notes")
    def listing(user_id: int, me: Me) -> list[str]:
        only(user_id, me, "listing")
        return [text for owner, text in notes if owner == user_id]

    @app.get("/users/{user_id}/notes/{note_id}")
    def read(user_id: int, note_id: int, me: Me) -> str:
        only(user_id, me, "read")
        owner, text = notes[note_id - 1] if 0 < note_id <= len(notes) else (0, "")
        if not text or (owner != user_id and hole != "nested"):
            raise HTTPException(404, "no note")
        return text

    @app.get("/notes")
    def by_query(me: Me, user_id: int) -> list[str]:
        only(user_id, me, "query")
        return [text for owner, text in notes if owner == user_id]

    return app


def numbers(hole: str = "") -> FastAPI:
    """Make an app of numbers, with a state of its own that changes by itself."""
    app, rows, began = lab_app(), dict[int, tuple[str, int]](), time.time()

    @app.post("/measures", status_code=201)
    def create(sent: Measure, me: Me) -> dict[str, int]:
        rows[len(rows) + 1] = (me, sent.value)
        return {"id": len(rows)}

    @app.get("/measures")
    def listing(me: Me) -> list[int]:
        return [value for owner, value in rows.values() if owner == me or hole == "listing"]

    @app.get("/measures/{measure_id}")
    def read(measure_id: int, me: Me) -> dict[str, int]:
        owner, value = rows.get(measure_id, ("", 0))
        if measure_id not in rows or (owner != me and hole != "read"):
            raise HTTPException(404, "no measure")
        return {"id": measure_id, "value": value}

    @app.get("/state")
    def state(me: Me) -> dict[str, Any]:
        del me
        now = time.time()
        return {"up": int(now - began), "now": now, "request": str(uuid.uuid4())}

    return app


def shelves(hole: str = "") -> FastAPI:  # noqa: C901 - many small handlers
    """Make an app of names that callers choose, of texts in a query, and of what all may see."""
    app, files, todos = lab_app(), dict[str, tuple[str, str]](), list[tuple[str, str]]()
    products, orders = list[str](), list[tuple[str, Order]]()

    def key(name: str, me: str) -> str:
        return name if hole in {"read", "over"} else f"{me}/{name}"

    @app.put("/files/{name}")
    def put(name: str, sent: Text, me: Me) -> dict[str, str]:
        files[key(name, me)] = (me, sent.text)
        return {"name": name}

    @app.get("/files/{name}")
    def get(name: str, me: Me) -> PlainTextResponse:
        owner, text = files.get(key(name, me), ("", ""))
        if not owner or (owner != me and hole != "read"):
            raise HTTPException(404, "no file")
        return PlainTextResponse(text)

    @app.delete("/files/{name}", status_code=204)
    def delete(name: str, me: Me) -> None:
        if files.get(key(name, me), (me, ""))[0] == me:
            files.pop(key(name, me), None)

    @app.post("/todos")
    def add(text: str, me: Me) -> dict[str, bool]:
        todos.append((me, text))
        return {"ok": True}

    @app.get("/todos")
    def listing(me: Me) -> list[dict[str, Any]]:
        return [{"id": at, "text": text} for at, (owner, text) in enumerate(todos) if owner == me]

    @app.get("/todos/{todo_id}")
    def read(todo_id: int, me: Me) -> str:
        owner, text = todos[todo_id] if todo_id < len(todos) else ("", "")
        if not owner or (owner != me and hole != "todo"):
            raise HTTPException(404, "no todo")
        return text

    @app.post("/products", status_code=201)
    def offer(sent: Text, me: Me) -> dict[str, Any]:
        del me
        products.append(sent.text)
        return {"id": len(products), "text": sent.text}

    @app.get("/products")
    def offered() -> list[str]:
        return products

    @app.post("/orders", status_code=201)
    def order(sent: Order, me: Me) -> dict[str, Any]:
        if not 0 < sent.product_id <= len(products):
            raise HTTPException(404, "no product")
        orders.append((me, sent))
        return {"id": len(orders), "product": products[sent.product_id - 1]}

    @app.get("/orders")
    def ordered(me: Me, product_id: int | None = None) -> list[dict[str, Any]]:
        everybody = hole == "by product" and product_id is not None
        mine = [sent for owner, sent in orders if owner == me or everybody]
        return [each.model_dump() for each in mine if product_id in {None, each.product_id}]

    @app.get("/latest")
    def latest(me: Me) -> list[str]:
        del me
        return products[-3:]

    return app
