"""A notebook, sound unless a hole is named: lists, searches, paging, what is nested, counts."""

import base64
import csv
import io
import json
from dataclasses import dataclass, field
from itertools import count
from typing import Annotated, Literal

from fastapi import Body, FastAPI, HTTPException, Query, Request, Response
from pydantic import BaseModel

from tests.attacks.kit.lab import Me, lab_app


class Note(BaseModel):
    """What is written."""

    title: str
    text: str = ""


class Comment(BaseModel):
    """What is said of a note."""

    text: str


class Ids(BaseModel):
    """Several notes."""

    ids: list[int]


@dataclass
class Kept:
    """A row.

    Attributes:
        parent: of a comment, the number of its note.
    """

    number: int
    owner: str
    title: str
    text: str = ""
    parent: int = 0
    secret: str = field(default="hunter2-hash")

    def shown(self) -> dict[str, object]:
        """Return what its owner sees."""
        return {"id": self.number, "title": self.title, "text": self.text}


def notebook(hole: str = "", *, refusal: int = 404, lax: bool = False) -> FastAPI:  # noqa: C901, PLR0915 - many small handlers
    """Make the app.

    Args:
        hole: what is forgotten; nothing where empty.
        refusal: what another's row is answered with.
        lax: whether deleting is answered alike whatever there was.
    """
    app, notes, comments = lab_app(), dict[int, Kept](), dict[int, Kept]()
    numbers = count(1)

    def mine(note_id: int, me: str, forgets: str) -> Kept:
        found = notes.get(note_id)
        if found is None:
            raise HTTPException(404, "no note")
        if found.owner != me and hole != forgets:
            raise HTTPException(refusal, "no note")
        return found

    def own(me: str, forgets: str) -> list[Kept]:
        return [each for each in notes.values() if each.owner == me or hole == forgets]

    @app.post("/notes", status_code=201)
    def create(sent: Note, me: Me) -> dict[str, object]:
        taken = any(each.title == sent.title for each in notes.values())
        if hole == "unique" and taken:
            raise HTTPException(409, "taken")
        made = Kept(next(numbers), me, sent.title, sent.text)
        notes[made.number] = made
        return made.shown()

    @app.get("/notes")
    def listing(  # noqa: PLR0913, PLR0917 - a query has many members
        request: Request,
        me: Me,
        q: str = "",
        owner: str | None = None,
        status: Literal["open", "archived"] = "open",
        sort: str = "title",
        limit: Annotated[int, Query(le=100)] = 50,
        cursor: str | None = None,
    ) -> dict[str, object]:
        if status == "archived":
            found = own(me, "archived")
        elif hole == "owner filter" and owner is not None:
            found = [each for each in notes.values() if each.owner == owner]
        elif hole == "switch" and request.query_params.get("all") == "true":
            found = list(notes.values())
        elif hole == "header" and "x-user-id" in request.headers:
            found = own(request.headers["x-user-id"], "")
        else:
            found = own(me, "list")
        if hole == "precedence":
            found = [e for e in notes.values() if (e.owner == me and q in e.title) or q == e.text]
        found = [each for each in found if q in each.title or q in each.text]
        if hole == "sort" and not hasattr(Kept, sort) and sort not in Kept.__annotations__:
            raise AttributeError(sort)
        whose, after = me, 0
        if cursor is not None:
            whose, after = _read_cursor(cursor)
            if whose != me and hole != "cursor":
                raise HTTPException(400, "no cursor of yours")
        if hole == "cursor":
            found = [each for each in notes.values() if each.owner == whose]
        page = [each for each in found if each.number > after][: max(limit, 0)]
        following = _cursor(whose, page[-1].number) if page else None
        return {"items": [each.shown() for each in page], "next_cursor": following}

    @app.get("/notes/stats")
    def stats(me: Me) -> dict[str, int]:
        return {"total": len(own(me, "count"))}

    @app.get("/notes/exists")
    def exists(me: Me, title: str) -> bool:
        return any(each.title == title for each in own(me, "filter"))

    @app.get("/notes/export")
    def export(me: Me) -> Response:
        table = io.StringIO()
        csv.writer(table).writerows([e.number, e.title, e.text] for e in own(me, "export"))
        return Response(table.getvalue(), media_type="text/csv")

    @app.post("/notes/search")
    def search(me: Me, query: Annotated[str, Body(embed=True)]) -> list[dict[str, object]]:
        return [each.shown() for each in own(me, "search") if query in each.title]

    @app.post("/notes/bulk-delete")
    def bulk_delete(sent: Ids, me: Me) -> dict[str, int]:
        found = [each for each in own(me, "bulk") if each.number in sent.ids]
        for each in found:
            del notes[each.number]
        return {"deleted": len(found)}

    @app.get("/notes/{note_id}")
    def read(
        note_id: int, me: Me, request: Request, include: str | None = None
    ) -> dict[str, object]:
        found = mine(note_id, me, "included" if include == "comment" else "GET")
        more: dict[str, object] = {}
        if hole == "include" and include is not None and "comments" in include.split(","):
            more["comments"] = [each.text for each in comments.values()]
        if hole == "debug" and "debug" in request.query_params:
            more["password_hash"] = found.secret
        return {**found.shown(), **more}

    @app.head("/notes/{note_id}")
    def head(note_id: int, me: Me) -> Response:
        return Response(headers={"X-Title": mine(note_id, me, "HEAD").title})

    @app.put("/notes/{note_id}")
    def change(note_id: int, sent: Note, me: Me) -> dict[str, object]:
        found = mine(note_id, me, "PUT")
        found.title, found.text = sent.title, sent.text
        return found.shown()

    @app.post("/notes/{note_id}/clear")
    def clear(note_id: int, me: Me) -> dict[str, bool]:
        if hole == "quiet" and note_id in notes:
            notes[note_id].text = ""
        mine(note_id, me, "action").text = ""
        return {"ok": True}

    @app.delete("/notes/{note_id}", status_code=204)
    def delete(note_id: int, me: Me) -> None:
        found = notes.get(note_id)
        if not (lax and (found is None or found.owner != me)):
            mine(note_id, me, "DELETE")
            del notes[note_id]

    @app.post("/notes/{note_id}/comments", status_code=201)
    def say(note_id: int, sent: Comment, me: Me) -> dict[str, int]:
        mine(note_id, me, "parent")
        number = next(numbers)
        comments[number] = Kept(number, me, "", sent.text, note_id)
        return {"id": number}

    @app.get("/notes/{note_id}/comments/{comment_id}")
    def said(note_id: int, comment_id: int, me: Me) -> Comment:
        mine(note_id, me, "parent")
        found = comments.get(comment_id)
        if found is None or (found.parent != note_id and hole != "nested"):
            raise HTTPException(404, "no comment")
        return Comment(text=found.text)

    @app.get("/note")
    def by_query(note_id: int, me: Me) -> dict[str, object]:
        return mine(note_id, me, "query").shown()

    return app


def _cursor(owner: str, after: int) -> str:
    said = json.dumps({"owner": owner, "after": after})
    return base64.urlsafe_b64encode(said.encode()).decode().rstrip("=")


def _read_cursor(text: str) -> tuple[str, int]:
    try:
        said = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        return str(said["owner"]), int(said["after"])
    except (ValueError, KeyError, TypeError) as error:
        raise HTTPException(400, "no cursor") from error
