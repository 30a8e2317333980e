"""A small app whose rows can be taken away, and one row that was there before everybody."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from gatepost.attacks.attack_file import AttackFile
from gatepost.attacks.listener import Listener
from gatepost.attacks.sending import Sender
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets import Surface
from gatepost.attacks.targets.routes import operations_of_app
from tests.attacks.kit.lab import LAB, PEOPLE, Me, lab_app
from tests.serving import serving


class Note(BaseModel):
    """A note."""

    text: str


class Rented:
    """An app with notes, carts of which everybody has the same one, and what is in them."""

    def __init__(self) -> None:
        self.notes = {1: "here before everybody"}
        self.carts = {1: "everybody's"}
        self.app = lab_app()
        self._add(self.app)

    def _add(self, app: FastAPI) -> None:
        numbers = count(2)

        @app.post("/notes", status_code=201)
        def create(sent: Note, _: Me) -> dict[str, int]:
            number = next(numbers)
            self.notes[number] = sent.text
            return {"id": number}

        @app.get("/notes/{note_id}")
        def read(note_id: int, _: Me) -> Note:
            if note_id not in self.notes:
                raise HTTPException(404)
            return Note(text=self.notes[note_id])

        @app.delete("/notes/{note_id}", status_code=204)
        def delete(note_id: int, _: Me) -> None:
            if self.notes.pop(note_id, None) is None:
                raise HTTPException(404)

        @app.post("/carts")
        def cart(sent: Note, _: Me) -> dict[str, object]:
            return {"id": 1, "text": sent.text}

        @app.delete("/carts/{cart_id}", status_code=204)
        def drop(cart_id: int, _: Me) -> None:
            self.carts.pop(cart_id, None)

        @app.delete("/me", status_code=204)
        def leave(me: Me) -> None:
            del LAB.passwords[me]

        @app.delete("/orders/{order_id}", status_code=204)
        def cancel(order_id: int) -> None:
            raise HTTPException(404, f"no order {order_id}")


@contextmanager
def staged(app: FastAPI, **said: object) -> Iterator[Stage]:
    """Serve an app, and put two people on its stage."""
    people = {**PEOPLE, "delete_account": {"path": "/me", "method": "DELETE"}}
    file = AttackFile.model_validate({"people": people, **said})
    with serving(app) as url, Listener() as listener:
        surface = Surface(operations_of_app(app), file)
        yield Stage(surface, Sender(url, per_second=5_000), listener, seed=1)
