"""An app whose people have numbers or UUIDs, run as a program of its own.

Owned models are known to the whole process, and one with numbers for owners cannot stand beside
people whose ids are text. So this runs apart: `python -m tests.rows.typed_owners KIND PATH`.
"""

import asyncio
import json
import sys
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Uuid, func, select, update
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from gatepost.errors import GatepostError
from gatepost.rows import OwnedBy, ScopedSessions
from gatepost.store import open_engine
from tests.rows.lab import Recorder, principal, seen

KIND = sys.argv[1] if __name__ == "__main__" else "int"


class TypedHouse(DeclarativeBase):
    """A base without a key of its own."""


if KIND == "int":

    class Row(OwnedBy, TypedHouse):
        """Somebody's, by a number."""

        __tablename__ = "typed_row"
        __owner__: ClassVar[str] = "user_id"

        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[int] = mapped_column(BigInteger)
        text: Mapped[str]

else:

    class Row(OwnedBy, TypedHouse):  # type: ignore[no-redef] # one of the two
        """Somebody's, by a UUID."""

        __tablename__ = "typed_row"
        __owner__: ClassVar[str] = "user_id"

        id: Mapped[int] = mapped_column(primary_key=True)
        user_id: Mapped[UUID] = mapped_column(Uuid)
        text: Mapped[str]


async def _texts(sessions: ScopedSessions, user_id: str) -> object:
    """Return what a caller of that id sees, or the name of what stops them."""
    try:
        async with sessions.open(principal(user_id)) as rows:
            return seen(await rows.execute(select(Row.text)))
    except GatepostError as refused:
        return type(refused).__name__
    except Exception as error:  # noqa: BLE001 - to be told apart from a refusal
        return f"not a refusal: {type(error).__name__}"


async def main(path: str, people: list[str], others: list[str]) -> None:
    """Add a row for each person, and print what everybody sees."""
    engine = open_engine(f"sqlite+aiosqlite:///{path}")
    async with engine.begin() as connection:
        await connection.run_sync(TypedHouse.metadata.create_all)
    sessions = ScopedSessions(engine, Recorder())
    for person in people:
        async with sessions.open(principal(person)) as rows:
            rows.add(Row(text=f"of {person}"))
            await rows.commit()
            await rows.execute(update(Row).values(text=func.upper(Row.text)))
            await rows.commit()
    answer = {person: await _texts(sessions, person) for person in (*people, *others)}
    await engine.dispose()
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[2], json.loads(sys.argv[3]), json.loads(sys.argv[4])))
