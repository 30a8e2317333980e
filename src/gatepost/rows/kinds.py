"""The kinds of statements that a scoped session refuses, and what to write instead."""

from enum import StrEnum


class StatementKind(StrEnum):
    """What was refused."""

    TEXT = "SQL as text"
    INSERT = "INSERT by statement"
    UPSERT = "INSERT … ON CONFLICT"
    INSERT_SELECT = "INSERT … FROM SELECT"
    OWNER_UPDATE = "changing the owner"
    REFERENCE_UPDATE = "changing a reference by statement"
    ALIAS = "writing to an alias"
    OTHER_SCHEMA = "a table of another schema under its name"
    UNSCOPED = "a statement that did not come through a scoped session"
    FOREIGN_OBJECT = "an object from elsewhere"
    FOREIGN_ROW = "another owner's row"
    OTHER_ID = "an id that an owner column of integers or UUIDs cannot hold"
    EXPRESSION = "an SQL expression as a value"


USE_ENTITIES = "select(Model), update(Model) or delete(Model), through the session"
ADD_OBJECTS = "session.add(Model(...)); the session sets the owner"
SET_ATTRIBUTES = "load the objects and set their attributes"
LEAVE_THE_OWNER_OUT = "leave the owner out; the session sets it"
GIVE_THE_COLUMN_ITS_TYPE = "an owner column of the type of the issuer's ids, which is text"
LOAD_IT_HERE = "load it in this session and change it"
