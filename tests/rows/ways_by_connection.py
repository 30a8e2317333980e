"""Ways by a connection that is not the session's own door to the database."""

from typing import Any

from sqlalchemy import (
    DDL,
    BindParameter,
    CreateTableAs,
    CreateView,
    MetaData,
    Table,
    Text,
    bindparam,
    cast,
    func,
    select,
    table,
    text,
    update,
)
from sqlalchemy import column as untyped
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.exc import (
    CompileError,
    DBAPIError,
    InvalidRequestError,
)
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import Session

from gatepost.errors import ScopeViolation
from gatepost.rows import ScopedSessions
from gatepost.settings import async_database_url
from tests.rows.lab import Lab, principal, seen
from tests.rows.models import House, Note, Topic
from tests.rows.walls import Walls
from tests.rows.ways import REFUSED, way

NOTE = House.metadata.tables["rows_note"]
OWN = ["bob's child", "bob's own"]

CONNECTION, POOL, STREAM = "connections", "one pool", "streams"


@way(CONNECTION, (REFUSED, OWN))
async def session_connection_core(lab: Lab) -> object:
    return seen(await (await lab.bob.connection()).execute(select(NOTE.c.body)))


@way(CONNECTION, (REFUSED, OWN))
async def session_connection_entity(lab: Lab) -> object:
    return seen(await (await lab.bob.connection()).execute(select(Note.body)))


@way(CONNECTION, REFUSED)
async def session_connection_text(lab: Lab) -> object:
    return seen(await (await lab.bob.connection()).execute(text("SELECT body FROM rows_note")))


@way(CONNECTION, REFUSED)
async def session_connection_driver_sql(lab: Lab) -> object:
    return seen(await (await lab.bob.connection()).exec_driver_sql("SELECT body FROM rows_note"))


@way(CONNECTION, REFUSED)
async def session_connection_driver_sql_in_capitals(lab: Lab) -> object:
    return seen(await (await lab.bob.connection()).exec_driver_sql('SELECT body FROM "ROWS_NOTE"'))


@way(CONNECTION, (REFUSED, ["bob's child"]))
async def session_connection_function(lab: Lab) -> object:
    return [await (await lab.bob.connection()).scalar(func.min(NOTE.c.body))]


@way(CONNECTION, (REFUSED, OWN))
async def session_connection_after_a_vetted_statement(lab: Lab) -> object:
    await lab.bob.execute(select(Note))
    return seen(await (await lab.bob.connection()).execute(select(NOTE.c.body)))


@way(CONNECTION, (REFUSED, "written"))
async def session_connection_update(lab: Lab) -> object:
    await (await lab.bob.connection()).execute(update(NOTE).values(body="x"))
    return "written"


@way(CONNECTION, (REFUSED, "bob's child"))
async def session_connection_in_run_sync(lab: Lab) -> object:
    def work(session: Session) -> object:
        return session.connection().scalar(select(func.min(NOTE.c.body)))

    return await lab.bob.run_sync(work)


@way(CONNECTION, REFUSED)
async def bind_in_run_sync(lab: Lab) -> object:
    def work(session: Session) -> Any:
        with session.get_bind().connect() as connection:  # type: ignore[union-attr] # an Engine
            return connection.scalar(select(func.min(NOTE.c.body)))

    return await lab.bob.run_sync(work)


@way(CONNECTION, REFUSED)
async def engine_connect(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(NOTE.c.body)))


@way(CONNECTION, REFUSED)
async def engine_begin_text(lab: Lab) -> object:
    async with lab.engine.begin() as connection:
        return seen(await connection.execute(text("SELECT body FROM rows_note")))


@way(CONNECTION, REFUSED)
async def engine_function(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return [await connection.scalar(func.min(NOTE.c.body))]


@way(CONNECTION, REFUSED)
async def engine_table_of_another_metadata(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        copy = NOTE.to_metadata(MetaData())
        return seen(await connection.execute(select(copy.c.body)))


@way(CONNECTION, REFUSED)
async def engine_reflected_table(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        reflected = await connection.run_sync(
            lambda sync: Table("rows_note", MetaData(), autoload_with=sync)
        )
        return seen(await connection.execute(select(reflected.c.body)))


@way(CONNECTION, REFUSED)
async def engine_untyped_table(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(table("rows_note", untyped("body")))))


@way(CONNECTION, REFUSED, only="sqlite")
async def engine_untyped_table_in_capitals(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(table("Rows_Note", untyped("body")))))


@way(CONNECTION, REFUSED)
async def engine_with_options(lab: Lab) -> object:
    engine = lab.engine.execution_options(isolation_level="SERIALIZABLE")
    async with engine.connect() as connection:
        return seen(await connection.execute(select(NOTE.c.body)))


@way(CONNECTION, REFUSED)
async def engine_stream(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        result = await connection.stream(select(NOTE.c.body))
        return [row[0] async for row in result]


@way(CONNECTION, REFUSED)
async def engine_many(lab: Lab) -> object:
    async with lab.engine.begin() as connection:
        await connection.execute(
            text("INSERT INTO rows_note (id, body, rank, owner_id) VALUES (:id, 'x', 0, 'ada')"),
            [{"id": "x"}, {"id": "y"}],
        )
    return "written"


@way(CONNECTION, REFUSED)
async def engine_comment_in_the_name(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(text('SELECT body FROM/**/"rows_note"')))


@way(
    CONNECTION,
    REFUSED,
    known="the driver's own cursor is below SQLAlchemy's events; row-level security's work",
)
async def engine_raw_connection(lab: Lab) -> object:
    def work(session: Session) -> Any:
        raw = session.connection().connection
        cursor = raw.cursor()
        cursor.execute("SELECT body FROM rows_note")
        found = cursor.fetchall()
        cursor.close()
        return found

    return await lab.bob.run_sync(work)


@way(CONNECTION, REFUSED)
async def plain_session(lab: Lab) -> object:
    async with AsyncSession(lab.engine) as session:
        return seen(await session.execute(select(Note)))


@way(CONNECTION, REFUSED)
async def plain_session_get(lab: Lab) -> object:
    async with async_sessionmaker(lab.engine)() as session:
        return await session.get(Note, "ada-note")


@way(CONNECTION, REFUSED)
async def plain_session_function(lab: Lab) -> object:
    async with AsyncSession(lab.engine) as session:
        return [await session.scalar(func.min(Note.body))]


@way(CONNECTION, REFUSED)
async def plain_session_write(lab: Lab) -> object:
    async with AsyncSession(lab.engine) as session:
        session.add(Note(body="x", owner_id="ada"))
        await session.commit()
    return "written"


@way(CONNECTION, (REFUSED, OWN))
async def plain_session_on_the_scoped_connection(lab: Lab) -> object:
    async with AsyncSession(await lab.bob.connection()) as session:
        return seen(await session.execute(select(Note)))


@way(CONNECTION, REFUSED)
async def plain_session_lazy_from_an_unowned(lab: Lab) -> object:
    async with AsyncSession(lab.engine) as session:
        topic = await session.get_one(Topic, "topic")
        return await session.run_sync(lambda _: sorted(note.body for note in topic.notes))


@way(CONNECTION, (REFUSED, InvalidRequestError))
async def bind_argument(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(
            await lab.bob.execute(select(Note), bind_arguments={"bind": connection.sync_connection})
        )


@way(POOL, OWN)
async def two_people_by_turns(lab: Lab) -> object:
    for _ in range(3):
        async with lab.sessions.open(principal("ada")) as ada:
            if seen(await ada.execute(select(Note))) != ["ada's child", "ada's own"]:
                return "Ada does not see her own"
            await ada.commit()
        answer = seen(await lab.bob.execute(select(Note)))
        await lab.bob.commit()
    return answer


@way(POOL, REFUSED)
async def connection_used_before(lab: Lab) -> object:
    await lab.bob.execute(select(Note))
    await lab.bob.commit()
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(NOTE.c.body)))


@way(POOL, REFUSED)
async def connection_used_before_by_a_failed_one(lab: Lab) -> object:
    try:
        await lab.bob.execute(select(NOTE))
    except ScopeViolation:
        await lab.bob.rollback()
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(NOTE.c.body)))


@way(POOL, OWN)
async def ada_goes_while_bob_reads(lab: Lab) -> object:
    async with lab.sessions.open(principal("ada")) as ada:
        await ada.execute(select(Note))
        return seen(await lab.bob.execute(select(Note)))


@way(POOL, None)
async def same_id_after_ada(lab: Lab) -> object:
    async with lab.sessions.open(principal("ada")) as ada:
        await ada.get_one(Note, "ada-note")
    return await lab.bob.get(Note, "ada-note")


@way(STREAM, OWN)
async def stream(lab: Lab) -> object:
    result = await lab.bob.stream(select(Note.body).order_by(Note.body))
    return [row[0] async for row in result]


@way(STREAM, OWN)
async def stream_scalars_in_parts(lab: Lab) -> object:
    result = await lab.bob.stream_scalars(
        select(Note).order_by(Note.body).execution_options(yield_per=1)
    )
    return [note.body async for note in result]


@way(STREAM, (REFUSED, ["bob's own", "bob's child"]))
async def stream_of_the_raw_table(lab: Lab) -> object:
    result = await lab.bob.stream(select(NOTE.c.body))
    return [row[0] async for row in result]


@way(STREAM, OWN)
async def partitions(lab: Lab) -> object:
    result = await lab.bob.stream(
        select(Note.body).order_by(Note.body).execution_options(yield_per=1)
    )
    return [row[0] async for part in result.partitions(1) for row in part]


OWNER = "gatepost_owner_str"
FORGED = "a parameter of the compiler's own name"


@way(FORGED, (REFUSED, OWN))
async def owner_as_a_parameter(lab: Lab) -> object:
    return seen(await lab.bob.execute(select(Note), {OWNER: "ada"}))


@way(FORGED, (REFUSED, OWN))
async def owner_as_a_parameter_of_the_statement(lab: Lab) -> object:
    return seen(await lab.bob.execute(select(Note).params(**{OWNER: "ada"})))


@way(FORGED, (REFUSED, CompileError, OWN))
async def owner_as_a_parameter_of_a_clause(lab: Lab) -> object:
    owner: BindParameter[str] = bindparam(OWNER, "ada")
    return seen(await lab.bob.execute(select(Note).where(Note.owner_id == owner)))


@way(FORGED, (REFUSED, CompileError))
async def owner_as_a_parameter_of_a_clause_on_the_engine(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        owner: BindParameter[str] = bindparam(OWNER, "ada")
        return seen(await connection.execute(select(NOTE.c.body).where(NOTE.c.owner_id == owner)))


@way(FORGED, REFUSED)
async def owner_as_a_parameter_on_the_engine(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(NOTE.c.body), {OWNER: "ada"}))


@way(FORGED, REFUSED)
async def owner_as_a_parameter_of_the_statement_on_the_engine(lab: Lab) -> object:
    async with lab.engine.connect() as connection:
        return seen(await connection.execute(select(NOTE.c.body).params(**{OWNER: "ada"})))


@way(FORGED, REFUSED)
async def owner_as_a_parameter_of_an_engine_s_write(lab: Lab) -> object:
    async with lab.engine.begin() as connection:
        await connection.execute(update(NOTE).values(body="x"), [{OWNER: "ada"}, {OWNER: "bob"}])
    return "written"


@way(CONNECTION, REFUSED)
async def engine_definition_of_text(lab: Lab) -> object:
    async with lab.engine.begin() as connection:
        await connection.execute(DDL("DELETE FROM rows_diary"))  # type: ignore[no-untyped-call] # DDL has none
    return "deleted"


@way(CONNECTION, (REFUSED, CompileError, DBAPIError))
async def engine_table_as(lab: Lab) -> object:
    async with lab.engine.begin() as connection:
        await connection.execute(CreateTableAs(select(NOTE.c.body), "rows_loot"))
        return seen(await connection.execute(select(table("rows_loot", untyped("body")))))


@way(CONNECTION, (REFUSED, CompileError, DBAPIError))
async def engine_view(lab: Lab) -> object:
    async with lab.engine.begin() as connection:
        await connection.execute(CreateView(select(NOTE.c.body), "rows_view"))
        return seen(await connection.execute(select(table("rows_view", untyped("body")))))


@way(CONNECTION, REFUSED)
async def statement_compiled_elsewhere(lab: Lab) -> object:
    compiled = select(NOTE.c.body).compile(dialect=DefaultDialect())
    return seen(await (await lab.bob.connection()).execute(text(str(compiled))))


@way(POOL, OWN)
async def a_second_opener_on_one_engine(lab: Lab) -> object:
    told = lab.place.walls is Walls.BOTH
    again = ScopedSessions(lab.engine, lab.recorder, has_row_security=told)
    async with again.open(principal("bob")) as rows:
        return seen(await rows.execute(select(Note)))


@way(
    CONNECTION,
    OWN,
    known="a view is a table of its own to the compiler; security_invoker is row-level security's",
)
async def view(lab: Lab) -> object:
    # Made by whoever owns the tables; with row-level security the start takes no other.
    invoker = "" if lab.place.walls is Walls.FIRST else " WITH (security_invoker = true)"
    owner = create_async_engine(async_database_url(lab.place.owner_url))
    async with owner.begin() as connection:
        made = f"CREATE VIEW rows_view{invoker} AS SELECT body FROM rows_note"  # noqa: S608
        await connection.exec_driver_sql(made)
        if invoker:
            await connection.exec_driver_sql("GRANT SELECT ON rows_view TO PUBLIC")
    try:
        return seen(await lab.bob.execute(select(table("rows_view", untyped("body")))))
    finally:
        await lab.bob.rollback()
        async with owner.begin() as connection:
            await connection.exec_driver_sql("DROP VIEW rows_view")
        await owner.dispose()


@way(
    CONNECTION,
    OWN,
    only="postgresql",
    known="PostgreSQL itself runs the text of an argument; row-level security's work",
)
async def query_in_a_function_s_argument(lab: Lab) -> object:
    xml = func.query_to_xml("SELECT body FROM rows_note", *(True, True, ""))
    return seen(await lab.bob.execute(select(cast(xml, Text))))
