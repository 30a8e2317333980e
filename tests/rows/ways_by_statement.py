"""Ways by a statement that Bob executes on his own session."""

import sqlalchemy
from sqlalchemy import (
    DDL,
    MetaData,
    String,
    Table,
    Text,
    and_,
    bindparam,
    case,
    cast,
    column,
    delete,
    exists,
    extract,
    func,
    insert,
    intersect,
    join,
    lambda_stmt,
    lateral,
    literal,
    literal_column,
    null,
    or_,
    quoted_name,
    select,
    table,
    tablesample,
    text,
    true,
    tuple_,
    type_coerce,
    union,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import CompileError, DBAPIError
from sqlalchemy.orm import (
    Bundle,
    aliased,
    contains_eager,
    defaultload,
    immediateload,
    joinedload,
    lazyload,
    load_only,
    noload,
    selectin_polymorphic,
    selectinload,
    subqueryload,
    undefer,
    with_expression,
    with_loader_criteria,
    with_polymorphic,
)
from sqlalchemy.orm import join as orm_join

from tests.rows.models import (
    Animal,
    Book,
    Cat,
    Club,
    Diary,
    House,
    Item,
    Note,
    NoteRow,
    Project,
    Shelf,
    Tag,
    Topic,
    note_tag,
)
from tests.rows.ways import COLLISION, REFUSED, statements

NOTE = House.metadata.tables["rows_note"]
DIARY = House.metadata.tables["rows_diary"]
PROJECT = House.metadata.tables["rows_project"]
OWN = ["bob's child", "bob's own"]
ROWS = [
    ("bob-child", "bob's child", 2, "bob-project", "ada-note", "topic", None, "bob"),
    ("bob-note", "bob's own", 1, "bob-project", None, "topic", "bob's remark", "bob"),
]


def _copy_of_note() -> Table:
    """Return the same table in another MetaData, as reflection makes it."""
    return NOTE.to_metadata(MetaData())


def _tree() -> sqlalchemy.Select[tuple[str]]:
    """Walk from Bob's note to its children, one of which is Ada's."""
    root = select(Note.id, Note.body).where(Note.id == "bob-note").cte(recursive=True)
    child = aliased(Note)
    tree = root.union_all(select(child.id, child.body).join(root, child.parent_id == root.c.id))
    return select(tree.c.body)


def _shadowed_alias() -> sqlalchemy.Select[tuple[str, str]]:
    entity, raw = aliased(Note, name="x"), NOTE.alias("x")
    inner = select(func.max(raw.c.body)).where(entity.rank > 0).correlate(entity)
    return select(entity.body, inner.scalar_subquery())


def _books() -> sqlalchemy.Select[tuple[str]]:
    everything = with_polymorphic(Item, [Book])
    return select(everything.Book.isbn)


def _lateral() -> sqlalchemy.Select[tuple[str, str]]:
    near = lateral(select(Note.body).where(Note.topic_id == Topic.id))
    return select(Topic.label, near.c.body)


ALIAS = aliased(Note)
SUB = select(Note.body).subquery()
CTE = select(Note.body, Note.rank).cte()

statements(
    "ORM select",
    {
        "entities": (lambda: select(Note), OWN),
        "by id": (lambda: select(Note).where(Note.id == "ada-note"), []),
        "by owner": (lambda: select(Note).where(Note.owner_id == "ada"), []),
        "or true": (lambda: select(Note).where(or_(Note.id == "ada-note", true())), OWN),
        "columns": (lambda: select(Note.body), OWN),
        "alias": (lambda: select(ALIAS), OWN),
        "alias columns": (lambda: select(ALIAS.body), OWN),
        "named alias": (lambda: select(aliased(Note, name="rows_note")), OWN),
        "two aliases": (
            lambda: select(aliased(Note).body, aliased(Note).id).where(literal(value=True)),
            [(b, i) for b in OWN for i in ("bob-child", "bob-note")],
        ),
        "alias of a subquery": (lambda: select(aliased(Note, select(Note).subquery())), OWN),
        "bundle": (lambda: select(Bundle("b", Note.body)), [(body,) for body in OWN]),
        "label": (lambda: select(Note.body.label("x")), OWN),
        "synonym": (lambda: select(Note.body).where(Note.holder == "ada"), []),
        "hybrid": (lambda: select(Project.loud_name), ["BOB'S PLAN"]),
        "owner column of another name": (lambda: select(Diary.page), ["bob's page"]),
        "populate existing": (
            lambda: select(Note).execution_options(populate_existing=True),
            OWN,
        ),
        "for update": (lambda: select(Note).with_for_update(), OWN),
        "load only": (lambda: select(Note).options(load_only(Note.body)), OWN),
        "distinct": (lambda: select(Note.body).distinct(), OWN),
        "concatenation": (lambda: select(Note.body + "!"), [f"{body}!" for body in OWN]),
        "cast": (lambda: select(cast(Note.rank, String)), ["1", "2"]),
        "type coerce": (lambda: select(type_coerce(Note.body, Text)), OWN),
        "case": (lambda: select(case((Note.rank > 0, Note.body))), OWN),
        "function of a column": (
            lambda: select(func.upper(Note.body)),
            ["BOB'S CHILD", "BOB'S OWN"],
        ),
        "lambda statement": (lambda: lambda_stmt(lambda: select(Note.body)), OWN),
        "from statement": (
            lambda: select(Note).from_statement(select(Note).where(Note.rank > 0)),
            OWN,
        ),
        "from statement, columns": (
            lambda: select(Note.body).from_statement(select(Note.body)),
            OWN,
        ),
        "from statement, union": (
            lambda: select(Note.body).from_statement(union(select(Note.body), select(Note.body))),
            OWN,
        ),
        "with only columns": (lambda: select(Note).with_only_columns(Note.body), OWN),
        "second mapping": (lambda: select(NoteRow), (REFUSED, OWN)),
        "second mapping, columns": (lambda: select(NoteRow.body), (REFUSED, OWN)),
    },
)

statements(
    "one clause only",
    {
        "where only": (lambda: select(literal(1)).where(Note.rank > 6), []),
        "where only, in a function": (
            lambda: select(literal(1)).where(func.length(Note.id) == 8, Note.rank > 6),
            [],
        ),
        "where only, in a case": (
            lambda: select(literal(1)).where(case((Note.rank > 6, 1), else_=0) == 1),
            [],
        ),
        "where only, in a cast": (
            lambda: select(literal(1)).where(cast(Note.rank, Text) == "7"),
            [],
        ),
        "where only, in a tuple": (
            lambda: select(literal(1)).where(tuple_(Note.id, Note.rank).in_([("ada-note", 7)])),
            [],
        ),
        "where only, beside an unowned": (
            lambda: select(Topic.label).where(Note.topic_id == Topic.id, Note.rank > 6),
            [],
        ),
        "count, where only": (lambda: select(func.count()).where(Note.rank > 0), [2]),
        "window only": (
            lambda: select(func.row_number().over(order_by=Note.id)),
            (REFUSED, [1, 2]),
        ),
        "window partition only": (
            lambda: select(func.count().over(partition_by=Note.owner_id)),
            (REFUSED, [2, 2]),
        ),
        "filter only": (lambda: select(func.count().filter(Note.rank > 6)), (REFUSED, [0])),
        "aggregate": (lambda: select(func.max(Note.body)), ["bob's own"]),
        "aggregate of a case": (
            lambda: select(func.sum(case((Note.rank > 6, 1), else_=0))),
            [0],
        ),
        "count of rows": (lambda: select(func.count()).select_from(Note), [2]),
        "count of a column": (lambda: select(func.count(Note.id)), [2]),
        "group by": (
            lambda: select(Note.owner_id, func.count()).group_by(Note.owner_id),
            [("bob", 2)],
        ),
        "having": (
            lambda: select(Note.body).group_by(Note.body).having(func.max(Note.rank) > 6),
            [],
        ),
        "window": (
            lambda: select(Note.body, func.count().over()),
            [(body, 2) for body in OWN],
        ),
        "order by a subquery": (
            lambda: select(Topic.label).order_by(
                select(func.count(Note.id)).where(Note.topic_id == Topic.id).scalar_subquery()
            ),
            ["quiet", "weather"],
        ),
        "extract": (
            lambda: select(
                extract("year", func.date("2020-01-01")).label("y") + func.max(Note.rank)
            ),
            [2022],
        ),
    },
)

statements(
    "subqueries",
    {
        "subquery": (lambda: select(SUB.c.body), OWN),
        "subquery of entities": (lambda: select(select(Note).subquery().c.body), OWN),
        "nested twice": (
            lambda: select(select(select(Note.body).subquery().c.body).subquery().c.body),
            OWN,
        ),
        "cte": (lambda: select(CTE.c.body), OWN),
        "recursive cte": (_tree, ["bob's own"]),
        "scalar subquery": (
            lambda: select(select(func.max(Note.body)).scalar_subquery()),
            ["bob's own"],
        ),
        "scalar subquery in an unowned select": (
            lambda: select(
                Topic.label,
                select(func.count(Note.id)).where(Note.topic_id == Topic.id).scalar_subquery(),
            ),
            [("quiet", 0), ("weather", 2)],
        ),
        "subquery in where": (
            lambda: select(Topic.label).where(
                Topic.id.in_(select(Note.topic_id).where(Note.rank > 6))
            ),
            [],
        ),
        "exists": (lambda: select(exists().where(Note.id == "ada-note")), [False]),
        "exists of a select": (
            lambda: select(exists(select(Note.id).where(Note.id == "ada-note"))),
            [False],
        ),
        "exists in where": (
            lambda: select(Topic.label).where(exists().where(Note.rank > 6)),
            [],
        ),
        "not exists": (
            lambda: select(Topic.label).where(~exists().where(Note.rank > 6)),
            ["quiet", "weather"],
        ),
        "union": (
            lambda: union(select(Note.body), select(Project.name)),
            [*OWN, "bob's plan"],
        ),
        "union all": (
            lambda: union_all(select(Note.body), select(Note.body)),
            sorted([*OWN, *OWN]),
        ),
        "intersect": (lambda: intersect(select(Note.body), select(Note.body)), OWN),
        "union of an unowned": (
            lambda: union(select(Topic.label), select(Note.body)),
            ["bob's child", "bob's own", "quiet", "weather"],
        ),
        "union as a subquery": (
            lambda: select(union(select(Note.body), select(Tag.word)).subquery().c.body),
            [*OWN, "bob's word"],
        ),
        "correlated to an alias": (
            lambda: select(
                ALIAS.body,
                select(func.count(Note.id)).where(Note.parent_id == ALIAS.id).scalar_subquery(),
            ),
            [("bob's child", 0), ("bob's own", 0)],
        ),
        "uncorrelated on purpose": (
            lambda: select(
                Note.body,
                select(func.count(Note.id)).correlate(None).scalar_subquery(),
            ),
            [(body, 2) for body in OWN],
        ),
        "subquery in having": (
            lambda: select(Topic.label).group_by(Topic.label).having(exists().where(Note.rank > 6)),
            [],
        ),
        "subquery in limit": (
            lambda: (
                select(Topic.label)
                .order_by(Topic.label)
                .limit(select(func.count(Note.id)).where(Note.rank > 6).scalar_subquery())
            ),
            [],
        ),
        "raw table in a subquery": (
            lambda: select(Note.body).where(Note.id.in_(select(NOTE.c.id))),
            (REFUSED, OWN),
        ),
        "raw table in a cte": (lambda: select(select(NOTE.c.body).cte().c.body), (REFUSED, OWN)),
        "raw table in a union": (
            lambda: union(select(Note.body), select(NOTE.c.body)),
            (REFUSED, OWN),
        ),
        "raw table in exists": (lambda: select(exists(select(NOTE.c.id))), (REFUSED, [True])),
        "raw table in order by": (
            lambda: select(Topic.label).order_by(select(NOTE.c.body).limit(1).scalar_subquery()),
            (REFUSED, ["quiet", "weather"]),
        ),
        "raw alias under an entity's alias name": (
            _shadowed_alias,
            (REFUSED, [("bob's child", "bob's own"), ("bob's own", "bob's own")]),
        ),
        "raw table beside a correlated entity": (
            lambda: select(
                Note.body,
                select(func.count(NOTE.alias("other").c.id)).where(Note.rank > 0).scalar_subquery(),
            ),
            (REFUSED, [("bob's child", 2), ("bob's own", 2)]),
        ),
        "raw table under entity in where": (
            lambda: select(
                Note.body,
                select(func.count(NOTE.c.id))
                .where(Note.rank > 0)
                .correlate(None)
                .scalar_subquery(),
            ),
            [(body, 2) for body in OWN],
        ),
    },
)


statements(
    "joins",
    {
        "join": (
            lambda: select(Note.body, Project.name).join(Note.project),
            [(body, "bob's plan") for body in OWN],
        ),
        "join by condition": (
            lambda: select(Note.body, Project.name).join(Project, true()),
            [(body, "bob's plan") for body in OWN],
        ),
        "join from an unowned": (
            lambda: select(Topic.label, Note.body).join(Note, Note.topic_id == Topic.id),
            [("weather", body) for body in OWN],
        ),
        "join by relationship from an unowned": (
            lambda: select(Topic.label, Note.body).join(Topic.notes),
            [("weather", body) for body in OWN],
        ),
        "join, nothing selected of it": (
            lambda: select(Topic.label).join(Topic.notes).where(Note.rank > 6),
            [],
        ),
        "outer join": (
            lambda: select(Topic.label, Note.body).outerjoin(Topic.notes),
            [("quiet", None), *(("weather", body) for body in OWN)],
        ),
        "full join": (
            lambda: select(Topic.label, Note.body).join(
                Note, and_(Note.topic_id == Topic.id, Topic.id == "quiet"), full=True
            ),
            [("quiet", None), ("weather", None), *((None, body) for body in OWN)],
        ),
        "join to an alias": (
            lambda: select(Topic.label, ALIAS.body).join(Topic.notes.of_type(ALIAS)),
            [("weather", body) for body in OWN],
        ),
        "join to a foreign parent": (
            lambda: select(Note.body, ALIAS.body).join(ALIAS, Note.parent_id == ALIAS.id),
            [],
        ),
        "join by relationship to a foreign parent": (
            lambda: select(Note.body).join(Note.parent.of_type(ALIAS)),
            [],
        ),
        "join many to many": (
            lambda: select(Tag.word, Note.body).join(Tag.notes),
            [("bob's word", "bob's own")],
        ),
        "select from an ORM join": (
            lambda: select(Note.body).select_from(orm_join(Note, Project, Note.project)),
            (REFUSED, OWN),
        ),
        "select from a Core join of entities": (
            lambda: select(Note.body).select_from(join(Note, Topic, Note.topic_id == Topic.id)),
            (REFUSED, OWN),
        ),
        "select from a nested Core join": (
            lambda: select(Topic.label, Note.body).select_from(
                join(
                    join(Note, Topic, Note.topic_id == Topic.id),
                    Club,
                    true(),
                )
            ),
            (
                REFUSED,
                [
                    ("weather", "bob's child"),
                    ("weather", "bob's child"),
                    ("weather", "bob's own"),
                    ("weather", "bob's own"),
                ],
            ),
        ),
        "select the outer side of a nested join": (
            lambda: select(Topic.label, Note.body).select_from(
                join(
                    Shelf,
                    join(Topic, Note, Note.topic_id == Topic.id),
                    true(),
                )
            ),
            (REFUSED, [("weather", "bob's child"), ("weather", "bob's own")]),
        ),
        "join to a nested Core join": (
            lambda: (
                select(Shelf.label, func.count())
                .join(join(Topic, join(Note, Project, true()), true()), true())
                .group_by(Shelf.label)
            ),
            (REFUSED, [("a shelf", 4)]),
        ),
        "join from a raw table": (
            lambda: select(Topic.label).join_from(NOTE, Topic, true()),
            (REFUSED, ["quiet", "quiet", "weather", "weather"]),
        ),
        "join from a raw table, entity columns": (
            lambda: select(Note.body).join_from(NOTE, Topic, true()),
            (REFUSED, sorted([*OWN, *OWN])),
        ),
        "join to a raw table": (
            lambda: select(Topic.label).join(NOTE, NOTE.c.topic_id == Topic.id),
            (REFUSED, ["weather", "weather"]),
        ),
        "join to a raw alias": (
            lambda: select(Topic.label).join(NOTE.alias(), true()),
            (REFUSED, ["quiet", "quiet", "weather", "weather"]),
        ),
        "raw condition in a join by relationship": (
            lambda: select(Topic.label).join(
                Topic.notes.and_(exists(select(NOTE.c.id).where(NOTE.c.rank > 6).correlate(None)))
            ),
            (REFUSED, []),
        ),
        "join through an owned association": (
            lambda: select(Club.label).join(Club.topics),
            ["bob's club"],
        ),
        "any": (lambda: select(Topic.label).where(Topic.notes.any(Note.rank > 6)), []),
        "any, nothing asked": (lambda: select(Topic.label).where(Topic.notes.any()), ["weather"]),
        "any through an owned association": (
            lambda: select(Club.label).where(Club.topics.any()),
            ["bob's club"],
        ),
        "has": (lambda: select(Note.body).where(Note.parent.has(Note.rank > 0)), []),
        "not has": (lambda: select(Note.body).where(~Note.parent.has()), OWN),
        "contains": (
            lambda: select(Topic.label).where(Topic.bodies.contains("ada's own")),
            [],
        ),
    },
)

statements(
    "loader options",
    {
        f"{name} of an unowned parent's": (
            lambda option=option: select(Topic).options(option(Topic.notes)),
            ["quiet", "weather"],
        )
        for name, option in {
            "selectinload": selectinload,
            "subqueryload": subqueryload,
            "immediateload": immediateload,
            "lazyload": lazyload,
            "noload": noload,
            "defaultload": defaultload,
        }.items()
    }
    | {
        "joinedload of a parent's": (
            lambda: select(Note).options(joinedload(Note.parent), joinedload(Note.project)),
            OWN,
        ),
        "contains eager": (
            lambda: select(Note).join(Note.topic).options(contains_eager(Note.topic)),
            OWN,
        ),
        "scoped column property": (
            lambda: select(Topic.label, Topic.note_count),
            [("quiet", 0), ("weather", 2)],
        ),
        "column property on a raw table": (
            lambda: select(Shelf.label, Shelf.from_table),
            (REFUSED, [("a shelf", "bob's own")]),
        ),
        "column property on a raw table, undeferred": (
            lambda: select(Shelf).options(undefer(Shelf.from_table)),
            (REFUSED, ["a shelf"]),
        ),
        "column property of a text": (lambda: select(Shelf.label, Shelf.from_text), REFUSED),
        "column property of a text, undeferred": (
            lambda: select(Shelf).options(undefer(Shelf.from_text)),
            REFUSED,
        ),
        "expression option on a raw table": (
            lambda: select(Topic).options(
                with_expression(Topic.extra, select(func.min(NOTE.c.body)).scalar_subquery())
            ),
            (REFUSED, ["quiet", "weather"]),
        ),
        "expression option of a text": (
            lambda: select(Topic).options(
                with_expression(Topic.extra, literal_column("(SELECT min(body) FROM rows_note)"))
            ),
            REFUSED,
        ),
        "criteria option that widens": (
            lambda: select(Note.body).options(with_loader_criteria(Note, Note.owner_id == "ada")),
            [],
        ),
        "criteria option of always": (
            lambda: select(Note.body).options(with_loader_criteria(Note, lambda _cls: true())),
            OWN,
        ),
        "criteria option on a raw table": (
            lambda: select(Note.body).options(
                with_loader_criteria(
                    Note, exists(select(NOTE.c.id).where(NOTE.c.rank > 6).correlate(None))
                )
            ),
            (REFUSED, []),
        ),
    },
)

statements(
    "inheritance",
    {
        "joined parent": (lambda: select(Item), ["bob's book"]),
        "joined child": (lambda: select(Book), ["bob's book"]),
        "joined child's column": (lambda: select(Book.isbn), ["bob's isbn"]),
        "joined child's column, where only": (
            lambda: select(literal(1)).where(Book.isbn == "ada's isbn"),
            [],
        ),
        "joined child's raw table": (
            lambda: select(Book.__table__),
            (REFUSED, [("bob-book", "bob's isbn")]),
        ),
        "joined child's alias": (lambda: select(aliased(Book).isbn), ["bob's isbn"]),
        "joined child's flat alias": (
            lambda: select(aliased(Book, flat=True).isbn),
            ["bob's isbn"],
        ),
        "with polymorphic": (lambda: select(with_polymorphic(Item, [Book])), ["bob's book"]),
        "with polymorphic, flat": (
            lambda: select(with_polymorphic(Item, "*", flat=True)),
            ["bob's book"],
        ),
        "polymorphic columns": (
            _books,
            ["bob's isbn"],
        ),
        "selectin polymorphic": (
            lambda: select(Item).options(selectin_polymorphic(Item, [Book])),
            ["bob's book"],
        ),
        "single parent": (lambda: select(Animal), ["bob's cat"]),
        "single child": (lambda: select(Cat), ["bob's cat"]),
        "single child's column": (lambda: select(Cat.whiskers), [9]),
        "single child's raw column": (
            lambda: select(Cat.__table__.c.name),
            (REFUSED, ["bob's cat"]),
        ),
        "update of a joined parent": (lambda: update(Item).values(name="x"), 1),
        "update of a joined child": (lambda: update(Book).values(isbn="x"), (REFUSED, 1)),
        "delete of a joined child": (lambda: delete(Book), (REFUSED, CompileError, 1)),
        "delete of a single child": (lambda: delete(Cat), 1),
        "update of a single parent": (lambda: update(Animal).values(name="x"), 1),
    },
)

statements(
    "update and delete",
    {
        "update all": (lambda: update(Note).values(body="x"), 2),
        "update by id": (lambda: update(Note).where(Note.id == "ada-note").values(body="x"), 0),
        "update or true": (
            lambda: update(Note).where(or_(Note.id == "ada-note", true())).values(body="x"),
            2,
        ),
        "delete all": (lambda: delete(Diary), 1),
        "delete by id": (lambda: delete(Note).where(Note.id == "ada-note"), 0),
        "update, returning": (
            lambda: update(Note).values(rank=5).returning(Note.body),
            OWN,
        ),
        "delete, returning": (lambda: delete(Diary).returning(Diary.page), ["bob's page"]),
        "update of an alias": (lambda: update(aliased(Note)).values(body="x"), REFUSED),
        "delete of an alias": (lambda: delete(aliased(Diary)), (REFUSED, CompileError)),
        "update with fetch": (
            lambda: update(Note).values(body="x").execution_options(synchronize_session="fetch"),
            2,
        ),
        "update with evaluate": (
            lambda: update(Note).values(body="x").execution_options(synchronize_session="evaluate"),
            2,
        ),
        "update unsynchronized": (
            lambda: update(Note).values(body="x").execution_options(synchronize_session=False),
            2,
        ),
        "update as Core": (
            lambda: update(Note).values(body="x").execution_options(dml_strategy="core_only"),
            2,
        ),
        "delete as Core": (
            lambda: delete(Diary).execution_options(dml_strategy="core_only"),
            1,
        ),
        "update from a subquery": (
            lambda: update(Diary).values(
                page=func.coalesce(
                    select(func.max(Note.body)).where(Note.rank > 6).scalar_subquery(), "nothing"
                )
            ),
            1,
        ),
        "update from own subquery": (
            lambda: update(Diary).values(page=select(func.max(Note.body)).scalar_subquery()),
            1,
        ),
        "update from another's": (
            lambda: update(Diary).where(Note.rank > 6).values(page=Note.body),
            0,
        ),
        "update where exists": (
            lambda: update(Diary).where(exists().where(Note.rank > 6)).values(page="x"),
            0,
        ),
        "update where in": (
            lambda: (
                update(Diary)
                .where(literal("ada-note").in_(select(Note.id)))
                .values(page="x")
                .execution_options(synchronize_session=False)
            ),
            0,
        ),
        "update of an unowned from another's": (
            lambda: (
                update(Topic)
                .where(Topic.id == Note.topic_id, Note.rank > 6)
                .values(label=Note.body)
                .execution_options(synchronize_session=False)
            ),
            0,
        ),
        "update of an unowned from a subquery": (
            lambda: (
                update(Topic)
                .values(
                    rows_note=select(func.max(Note.body)).where(Note.rank > 6).scalar_subquery()
                )
                .execution_options(synchronize_session=False)
            ),
            2,
        ),
        "update of an unowned from a raw table": (
            lambda: update(Topic).values(label=select(func.min(NOTE.c.body)).scalar_subquery()),
            (REFUSED, 2),
        ),
        "delete where exists": (
            lambda: delete(Diary).where(exists().where(Note.rank > 6)),
            0,
        ),
        "update of the owner": (lambda: update(Note).values(owner_id="ada"), REFUSED),
        "update of the owner by attribute": (
            lambda: update(Note).values({Note.owner_id: "ada"}),
            REFUSED,
        ),
        "update of the owner in order": (
            lambda: update(Note).ordered_values((Note.body, "x"), (Note.owner_id, "ada")),
            REFUSED,
        ),
        "update of the owner by a synonym": (
            lambda: update(Note).values({Note.holder: "ada"}),
            REFUSED,
        ),
        "update of the owner by a synonym's name": (
            lambda: update(Note).values(holder="ada"),
            REFUSED,
        ),
        "update of an owner of another name": (lambda: update(Diary).values(writer="ada"), REFUSED),
        "update of an owner by its column's name": (
            lambda: update(Diary).values(written_by="ada"),
            REFUSED,
        ),
        "update of an owner of another name by attribute": (
            lambda: update(Diary).values({Diary.writer: "ada"}),
            REFUSED,
        ),
        "update to own owner": (lambda: update(Note).values(owner_id="bob"), REFUSED),
        "update of a reference": (lambda: update(Note).values(project_id="ada-project"), REFUSED),
        "update of a simple reference": (
            lambda: update(Note).values(parent_id="ada-note"),
            REFUSED,
        ),
        "update of a reference to a subquery": (
            lambda: update(Note).values(parent_id=select(func.min(Note.id)).scalar_subquery()),
            REFUSED,
        ),
        "update of a reference to nothing": (
            lambda: update(Note).where(Note.rank < 2).values(parent_id=None),
            1,
        ),
        "update of a reference to null": (
            lambda: update(Note).where(Note.rank < 2).values(parent_id=null()),
            1,
        ),
        "update of a reference to bound": (
            lambda: update(Note).values(parent_id=bindparam("x", value="ada-note")),
            REFUSED,
        ),
        "update of a reference to late bound": (
            lambda: update(Note).values(parent_id=bindparam("x", callable_=lambda: "ada-note")),
            REFUSED,
        ),
        "update of a raw table": (lambda: update(NOTE).values(body="x"), (REFUSED, 2)),
        "delete of a raw table": (lambda: delete(NOTE), (REFUSED, COLLISION)),
        "delete of a raw table by owner": (
            lambda: delete(NOTE).where(NOTE.c.owner_id == "ada"),
            (REFUSED, 0),
        ),
        "update of a second mapping": (lambda: update(NoteRow).values(body="x"), (REFUSED, 2)),
        "delete of a second mapping": (
            lambda: delete(NoteRow).where(NoteRow.id == "ada-child"),
            (REFUSED, 0),
        ),
        "update from statement": (
            lambda: select(Diary).from_statement(
                update(Diary).values(writer="ada").returning(Diary)
            ),
            REFUSED,
        ),
        "update of a reference from statement": (
            lambda: select(Note).from_statement(
                update(Note).values(parent_id="ada-note").returning(Note)
            ),
            REFUSED,
        ),
        "delete from statement": (
            lambda: select(Diary).from_statement(delete(Diary).returning(Diary)),
            ["bob's page"],
        ),
        "delete of another's from statement": (
            lambda: select(Note.body).from_statement(
                delete(Note).where(Note.rank > 7).returning(Note.body)
            ),
            [],
        ),
    },
)

statements(
    "update and delete",
    {
        "update returning another's": (
            lambda: (
                update(Diary)
                .where(Note.rank > 6)
                .values(page="x")
                .returning(Note.body)
                .execution_options(synchronize_session=False)
            ),
            [],
        ),
        "delete using": (
            lambda: delete(Diary).where(Note.rank > 6).execution_options(synchronize_session=False),
            0,
        ),
        "delete using, returning": (
            lambda: (
                delete(Diary)
                .where(Diary.writer == "bob", Note.rank > 6)
                .returning(Note.body)
                .execution_options(synchronize_session=False)
            ),
            [],
        ),
        "insert in a cte": (
            lambda: select(
                insert(Note)
                .values(id="x", body="x", rank=0, owner_id="ada")
                .returning(Note.id)
                .cte()
                .c.id
            ),
            REFUSED,
        ),
        "insert in an added cte": (
            lambda: select(Topic.label).add_cte(
                insert(Note).values(id="x", body="x", rank=0, owner_id="ada").cte()
            ),
            REFUSED,
        ),
        "update in a cte": (
            lambda: select(update(Note).values(body="x").returning(Note.id).cte().c.id),
            (REFUSED, ["bob-child", "bob-note"]),
        ),
        "update of the owner in a cte": (
            lambda: select(
                update(Diary)
                .where(Diary.writer == "bob")
                .values(writer="ada")
                .returning(Diary.id)
                .cte()
                .c.id
            ),
            REFUSED,
        ),
        "delete in a cte": (
            lambda: select(delete(Diary).returning(Diary.page).cte().c.page),
            (REFUSED, ["bob's page"]),
        ),
        "delete of a raw table in a cte": (
            lambda: select(delete(NOTE).returning(NOTE.c.id).cte().c.id),
            (REFUSED, COLLISION),
        ),
        "tablesample": (
            lambda: select(aliased(Note, tablesample(NOTE, func.bernoulli(100))).body),
            (REFUSED, OWN, DBAPIError),
        ),
        "raw tablesample": (
            lambda: select(tablesample(NOTE, func.bernoulli(100)).c.body),
            (REFUSED, OWN, DBAPIError),
        ),
        "lateral": (
            _lateral,
            [("weather", body) for body in OWN],
        ),
        "raw lateral": (
            lambda: select(
                Topic.label, lateral(select(NOTE.c.body).where(NOTE.c.topic_id == Topic.id)).c.body
            ),
            (REFUSED, [("weather", "bob's child"), ("weather", "bob's own")]),
        ),
        "array aggregate": (
            lambda: select(
                func.array_to_string(
                    func.array_agg(postgresql.aggregate_order_by(Note.body, Note.body.desc())), "/"
                )
            ),
            ["bob's own/bob's child"],
        ),
        "only": (lambda: select(Note.body).with_hint(Note, "ONLY", "postgresql"), (REFUSED, OWN)),
    },
    only="postgresql",
)


statements(
    "insert",
    {
        "insert": (lambda: insert(Note).values(id="x", body="x", owner_id="ada"), REFUSED),
        "insert of own": (lambda: insert(Note).values(id="x", body="x", owner_id="bob"), REFUSED),
        "insert into the raw table": (
            lambda: insert(NOTE).values(id="x", body="x", rank=0, owner_id="ada"),
            REFUSED,
        ),
        "insert, returning": (
            lambda: insert(Note).values(id="x", body="x", owner_id="ada").returning(Note),
            REFUSED,
        ),
        "insert from statement": (
            lambda: select(Note).from_statement(
                insert(Note).values(id="x", body="x", owner_id="ada").returning(Note)
            ),
            REFUSED,
        ),
        "insert from select": (
            lambda: insert(Note).from_select(
                ["id", "body", "rank", "owner_id"],
                select(Note.id + "x", Note.body, Note.rank, literal("bob")),
            ),
            REFUSED,
        ),
        "insert into an unowned from a select": (
            lambda: insert(Topic).from_select(["id", "label"], select(Note.id, Note.body)),
            (REFUSED, 2),
        ),
        "insert into an unowned from a raw select": (
            lambda: insert(Topic).from_select(["id", "label"], select(NOTE.c.id, NOTE.c.body)),
            (REFUSED, 2),
        ),
        "insert into an unowned from a subquery": (
            lambda: insert(Topic).values(id="x", label=select(Note.body).scalar_subquery()),
            (REFUSED, 1),
        ),
        "insert into a second mapping": (lambda: insert(NoteRow).values(id="x", body="x"), REFUSED),
        "upsert": (
            lambda: (
                sqlite.insert(Note)
                .values(id="ada-note", body="x", owner_id="bob")
                .on_conflict_do_update(index_elements=["id"], set_={"body": "x"})
            ),
            REFUSED,
        ),
        "upsert into an unowned from a raw subquery": (
            lambda: (
                sqlite.insert(Topic)
                .values(id="topic", label="x")
                .on_conflict_do_update(
                    index_elements=["id"],
                    set_={"label": select(func.min(NOTE.c.remark_text)).scalar_subquery()},
                )
            ),
            (REFUSED, 1),
        ),
        "upsert into an unowned from a subquery": (
            lambda: (
                sqlite.insert(Topic)
                .values(id="topic", label="x")
                .on_conflict_do_update(
                    index_elements=["id"],
                    set_={"label": select(Note.body).where(Note.rank == 7).scalar_subquery()},
                )
            ),
            (REFUSED, COLLISION),
        ),
        "upsert into an unowned where": (
            lambda: (
                sqlite.insert(Topic)
                .values(id="topic", label="x")
                .on_conflict_do_update(
                    index_elements=["id"],
                    set_={"label": "x"},
                    where=exists(select(NOTE.c.id).where(NOTE.c.rank > 6)),
                )
            ),
            (REFUSED, 0),
        ),
        "insert or replace": (
            lambda: (
                insert(Note)
                .prefix_with("OR REPLACE")
                .values(id="ada-note", body="x", owner_id="bob")
            ),
            REFUSED,
        ),
    },
    only="sqlite",
)

statements(
    "Core",
    {
        "raw table": (lambda: select(NOTE), (REFUSED, ROWS)),
        "raw column": (lambda: select(NOTE.c.body), (REFUSED, OWN)),
        "raw alias": (lambda: select(NOTE.alias()), (REFUSED, ROWS)),
        "raw alias column": (lambda: select(NOTE.alias().c.body), (REFUSED, OWN)),
        "raw select method": (NOTE.select, (REFUSED, ROWS)),
        "raw table in select from": (
            lambda: select(literal(1)).select_from(NOTE),
            (REFUSED, [1, 1]),
        ),
        "entity column from the raw table": (
            lambda: select(Note.body).select_from(NOTE),
            (REFUSED, OWN),
        ),
        "raw join": (lambda: select(NOTE.join(PROJECT).c.rows_note_body), (REFUSED, OWN)),
        "mapper's column": (lambda: select(Note.__mapper__.columns["body"]), (REFUSED, OWN)),
        "mapper's table": (lambda: select(Note.__mapper__.local_table), (REFUSED, ROWS)),
        "raw column in a function": (
            lambda: select(func.min(NOTE.c.body)),
            (REFUSED, ["bob's child"]),
        ),
        "raw column in a case": (
            lambda: select(case((NOTE.c.rank > 6, NOTE.c.body))),
            (REFUSED, [None, None]),
        ),
        "raw column in a window": (
            lambda: select(func.row_number().over(order_by=NOTE.c.body)),
            (REFUSED, [1, 2]),
        ),
        "raw column in where": (lambda: select(literal(1)).where(NOTE.c.rank > 6), (REFUSED, [])),
        "raw lambda statement": (lambda: lambda_stmt(lambda: select(NOTE.c.body)), (REFUSED, OWN)),
        "function by itself": (lambda: func.min(NOTE.c.body), (REFUSED, ["bob's child"])),
        "function of an entity by itself": (lambda: func.max(Note.body), ["bob's own"]),
        "exists by itself": (lambda: exists(select(NOTE.c.id)).select(), (REFUSED, [True])),
        "untyped table": (lambda: select(table("rows_note", column("body"))), (REFUSED, OWN)),
        "untyped table in a schema": (
            lambda: select(table("rows_note", column("body"), schema="main")),
            REFUSED,
        ),
        "untyped alias": (
            lambda: select(table("rows_note", column("body")).alias().c.body),
            (REFUSED, OWN),
        ),
        "untyped column": (
            lambda: select(column("body")).select_from(table("rows_note")),
            (REFUSED, OWN),
        ),
        "untyped insert": (
            lambda: insert(table("rows_note", column("id"), column("body"))).values(id="x"),
            REFUSED,
        ),
        "untyped delete": (lambda: delete(table("rows_note")), (REFUSED, COLLISION)),
        "table of another MetaData": (lambda: select(_copy_of_note().c.body), (REFUSED, OWN)),
        "update of a table of another MetaData": (
            lambda: update(_copy_of_note()).values(body="x"),
            (REFUSED, 2),
        ),
        "delete of a table of another MetaData": (
            lambda: delete(DIARY.to_metadata(MetaData())),
            (REFUSED, 1),
        ),
        "insert into a table of another MetaData": (
            lambda: insert(_copy_of_note()).values(id="x", body="x", rank=0, owner_id="ada"),
            REFUSED,
        ),
        "association table": (
            lambda: select(note_tag.c.note_id).where(note_tag.c.tag_id == "bob-tag"),
            ["bob-note"],
        ),
    },
)

statements(
    "text",
    {
        "text": (lambda: text("SELECT body FROM rows_note"), REFUSED),
        "text of columns": (
            lambda: text("SELECT body FROM rows_note").columns(body=Text),
            REFUSED,
        ),
        "text as a subquery": (
            lambda: select(text("SELECT body FROM rows_note").columns(body=Text).subquery()),
            REFUSED,
        ),
        "text as a cte": (
            lambda: select(text("SELECT body FROM rows_note").columns(body=Text).cte()),
            REFUSED,
        ),
        "text in from statement": (
            lambda: select(Note).from_statement(text("SELECT * FROM rows_note")),
            REFUSED,
        ),
        "text as a column": (
            lambda: select(text("(SELECT min(body) FROM rows_note)")),
            REFUSED,
        ),
        "text in where": (lambda: select(Note.body).where(text("1=1) OR (1=1")), REFUSED),
        "text in order by": (
            lambda: select(Topic.label).order_by(text("(SELECT 1 FROM rows_note)")),
            REFUSED,
        ),
        "text in group by": (lambda: select(Note.body).group_by(text("body")), REFUSED),
        "text in having": (
            lambda: select(Note.body).group_by(Note.body).having(text("1=1")),
            REFUSED,
        ),
        "text in select from": (
            lambda: select(column("body")).select_from(text("rows_note")),
            REFUSED,
        ),
        "text in a join": (
            lambda: select(Topic.label).join(Note, text("1=1")),
            REFUSED,
        ),
        "text in values": (
            lambda: update(Note).values(body=text("(SELECT min(body) FROM rows_note)")),
            REFUSED,
        ),
        "text in a subquery": (
            lambda: select(Topic.label).where(Topic.id.in_(text("(SELECT 'topic')"))),
            REFUSED,
        ),
        "literal column": (
            lambda: select(literal_column("(SELECT min(body) FROM rows_note)")),
            REFUSED,
        ),
        "literal column as a table": (
            lambda: select(literal_column("*")).select_from(table("rows_note")),
            (REFUSED, ROWS),
        ),
        "literal column in a function": (
            lambda: select(func.max(literal_column("(SELECT min(body) FROM rows_note)"))),
            REFUSED,
        ),
        "prefix": (
            lambda: select(Topic.label).prefix_with("(SELECT min(body) FROM rows_note),"),
            REFUSED,
        ),
        "suffix": (
            lambda: select(Topic.label).suffix_with("UNION SELECT body FROM rows_note"),
            REFUSED,
        ),
        "statement hint": (
            lambda: select(Topic.label).with_statement_hint("UNION SELECT body FROM rows_note"),
            REFUSED,
        ),
        "operator": (
            lambda: select(
                Topic.label.op("|| (SELECT min(body) FROM rows_note) ||")("").label("x")
            ),
            REFUSED,
        ),
        "DDL": (lambda: DDL("DELETE FROM rows_diary"), REFUSED),  # type: ignore[no-untyped-call] # DDL has none
    },
)

statements(
    "new tables",
    {
        "create table as": (
            lambda: sqlalchemy.CreateTableAs(select(NOTE.c.body), "rows_loot"),
            REFUSED,
        ),
        "create table as, of entities": (
            lambda: sqlalchemy.CreateTableAs(select(Note.body), "rows_loot"),
            REFUSED,
        ),
        "create view": (
            lambda: sqlalchemy.CreateView(select(NOTE.c.body), "rows_view"),
            REFUSED,
        ),
    },
)

statements(
    "Core",
    {
        "untyped table in capitals": (
            lambda: select(table("ROWS_NOTE", column("body"))),
            (REFUSED, OWN),
        ),
        "untyped delete in capitals": (lambda: delete(table("Rows_Diary")), (REFUSED, 1)),
    },
    only="sqlite",
)

statements(
    "expressions",
    {
        "column of an unowned and an owned": (
            lambda: select(Topic.label + Note.body),
            (REFUSED, sorted(f"{label}{body}" for label in ("quiet", "weather") for body in OWN)),
        ),
        "function of an unowned and an owned": (
            lambda: select(func.coalesce(func.nullif(Topic.label, Topic.label), Note.body)),
            (REFUSED, sorted([*OWN, *OWN])),
        ),
        "case of an unowned and an owned": (
            lambda: select(case((Topic.id == "topic", Note.body), else_=null())),
            (REFUSED, [*OWN, None, None]),
        ),
        "column of two owned": (
            lambda: select(Project.name + Note.body),
            (REFUSED, [f"bob's plan{body}" for body in OWN]),
        ),
        "difference of two aggregates": (
            lambda: select(func.max(Note.rank) - func.count(Tag.id.distinct())),
            (REFUSED, [1]),
        ),
        "function of an alias and an entity": (
            lambda: select(func.max(ALIAS.body + Note.body)),
            (REFUSED, ["bob's ownbob's own"]),
        ),
        "label of an unowned and an owned, joined": (
            lambda: select(Topic.label + Note.body).join(Topic.notes),
            [f"weather{body}" for body in OWN],
        ),
        "label of an unowned and an owned, where": (
            lambda: select(Topic.label + Note.body).where(Note.topic_id == Topic.id),
            [f"weather{body}" for body in OWN],
        ),
        "subquery first": (
            lambda: select(
                func.coalesce(
                    select(Topic.label).where(Topic.id == "none").scalar_subquery(), Note.body
                )
            ),
            (REFUSED, OWN),
        ),
        "count of distinct": (lambda: select(func.count(Note.owner_id.distinct())), [1]),
        "negation": (lambda: select(-Note.rank), [-1, -2]),
        "comparison": (lambda: select(Note.rank > 6), [False, False]),
        "function in a function": (
            lambda: select(func.upper(Note.body)),
            (REFUSED, ["BOB'S CHILD", "BOB'S OWN"]),
        ),
        "where of two entities": (
            lambda: select(literal(1)).where(Topic.label + Note.body == "weatherada's own"),
            [],
        ),
        "where with a subquery inside a function": (
            lambda: select(Topic.label).where(
                func.coalesce(
                    select(func.max(Note.rank)).where(Note.topic_id == Topic.id).scalar_subquery(),
                    0,
                )
                > 6
            ),
            [],
        ),
        "order of an unowned and an owned": (
            lambda: select(Topic.label).join(Topic.notes).order_by(Topic.label + Note.body),
            ["weather", "weather"],
        ),
    },
)

statements(
    "expressions",
    {
        "ordered array": (
            lambda: select(
                func.array_to_string(
                    func.array_agg(postgresql.aggregate_order_by(Note.body, Note.body)), ","
                )
            ),
            (REFUSED, ["bob's child,bob's own"]),
        ),
        "ordered string": (
            lambda: select(
                func.string_agg(Note.body, postgresql.aggregate_order_by(literal(","), Note.body))
            ),
            (REFUSED, ["bob's child,bob's own"]),
        ),
        "within a group": (
            lambda: select(func.mode().within_group(Note.owner_id)),
            (REFUSED, ["bob"]),
        ),
        "within a group, of an expression": (
            lambda: select(func.percentile_disc(1.0).within_group(Note.rank.desc())),
            (REFUSED, [1]),
        ),
        "array of columns": (
            lambda: select(func.array_to_string(postgresql.array([Note.body]), ",")),
            (REFUSED, OWN),
        ),
        "array of a subquery": (
            lambda: select(
                func.array_to_string(func.array(select(Note.body).scalar_subquery()), ",")
            ),
            (REFUSED, ["bob's own,bob's child"]),
        ),
    },
    only="postgresql",
)

statements(
    "other names",
    {
        "schema of the same name": (
            lambda: select(NOTE.to_metadata(MetaData(), schema="main").c.body),
            REFUSED,
        ),
        "translated schema": (
            lambda: select(Note.body).execution_options(schema_translate_map={None: "main"}),
            (REFUSED, OWN),
        ),
        "quoted name": (
            lambda: select(table(quoted_name("rows_note", quote=True), column("body"))),
            (REFUSED, OWN),
        ),
        "operator of words": (
            lambda: select(Topic.label).where(
                literal(1).op("UNION SELECT body FROM rows_note WHERE")(1)
            ),
            REFUSED,
        ),
        "operator of words, no table named": (
            lambda: select(Note.body).where(Note.rank.op("OR")(1)),
            (REFUSED, OWN),
        ),
    },
    only="sqlite",
)

statements(
    "other names",
    {
        "public schema of the same name": (
            lambda: select(NOTE.to_metadata(MetaData(), schema="public").c.body),
            REFUSED,
        ),
        "translated public schema": (
            lambda: select(Note.body).execution_options(schema_translate_map={None: "public"}),
            (REFUSED, OWN),
        ),
        "operator of words on truth": (
            lambda: select(Topic.label).where(
                literal(value=True).op("UNION SELECT body FROM rows_note WHERE")(True)  # noqa: FBT003 - an operand
            ),
            REFUSED,
        ),
        "field of extract": (
            lambda: select(
                extract(
                    "year FROM now()), (SELECT string_agg(body, ',') FROM rows_note), extract(year",
                    func.now(),
                )
            ),
            REFUSED,
        ),
        "for update of": (
            lambda: select(Note.body).with_for_update(of=Note, skip_locked=True),
            OWN,
        ),
        "whole row as a value": (
            lambda: select(func.to_jsonb(NOTE.table_valued()).op("->>")("body")),
            (REFUSED, OWN),
        ),
    },
    only="postgresql",
)
