"""Which values can be a primary key at all.

An id comes from a URL, so it is whatever somebody typed. A driver that is handed a value which its
column cannot hold raises an error of its own; here it is simply the id of no row.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Integer, SmallInteger
from sqlalchemy.orm import Mapper

from gatepost.rows.ownership import python_type

_BITS = ((SmallInteger, 16), (BigInteger, 64), (Integer, 32))
_WIDEST = 64


def identity_of(mapper: Mapper[object], ident: object, dialect: str) -> tuple[object, ...] | None:
    """Return the values of the primary key's columns, or None where no row can have them.

    Args:
        mapper: of the model.
        ident: one value, or a tuple with a value for each column.
        dialect: the name of the database; SQLite's integers are all of 64 bits.
    """
    values = ident if isinstance(ident, tuple) else (ident,)
    if len(values) != len(mapper.primary_key):
        return None
    pairs = zip(mapper.primary_key, values, strict=True)
    return values if all(_fits(column, value, dialect) for column, value in pairs) else None


def _fits(column: ColumnElement[Any], value: object, dialect: str) -> bool:
    kind = python_type(column.type)
    if kind is int:
        return type(value) is int and abs(value) < 2 ** (_bits(column, dialect) - 1)
    if kind is str:
        return isinstance(value, str) and is_storable(value)
    if kind is UUID:
        return isinstance(value, UUID)
    return value is not None


def _bits(column: ColumnElement[Any], dialect: str) -> int:
    if dialect == "sqlite":
        return _WIDEST
    return next((bits for kind, bits in _BITS if isinstance(column.type, kind)), _WIDEST)


def is_storable(text: str) -> bool:
    """Whether a database can hold a text: no NUL, for PostgreSQL, and no lone surrogate."""
    if "\x00" in text:
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True
