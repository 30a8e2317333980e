"""Models whose rows have an owner."""

import secrets
import string
from datetime import timedelta
from typing import ClassVar

from sqlalchemy import Text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from gatepost.rows.access import Access

_ID_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 32


def new_id() -> str:
    """Return 32 random letters and digits, as Better Auth makes its ids: nothing to count up."""
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_LENGTH))


class Base(DeclarativeBase):
    """A declarative base for new applications, with a random text id.

    An application that has a base of its own keeps it: `Owned` works on any.
    """

    id: Mapped[str] = mapped_column(Text, primary_key=True, default=new_id)


class HouseBase(DeclarativeBase):
    """The base of Gatepost's own owned tables, which the start makes where an app uses them.

    `__lifetime__` is how long a row is kept, from its `created_at` on.
    """

    __lifetime__: ClassVar[timedelta]


class OwnedBy:
    """Marks a model whose rows belong to people, by a column that the model already has.

    `__owner__` names the mapped attribute; it may hold text, integers or UUIDs, whatever the ids
    of the people are. `__access__` says what others than the owner may do.
    """

    __owner__: ClassVar[str]
    __access__: ClassVar[Access] = Access()


class Owned(OwnedBy):
    """A mixin that adds the owner column, `owner_id`, and its index.

    The session sets the owner when a row is added. It never changes, and it is never taken from a
    request.
    """

    __owner__: ClassVar[str] = "owner_id"

    @declared_attr
    def owner_id(cls) -> Mapped[str]:  # noqa: N805 - a mixin's attribute belongs to the class
        """The id of the person to whom the row belongs."""
        return mapped_column(Text, index=True, nullable=False)
