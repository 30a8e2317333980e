"""Ways by objects: the session's state, its unit of work, and its bulk methods."""

from sqlalchemy import (
    bindparam,
    delete,
    event,
    func,
    insert,
    inspect,
    literal,
    select,
    text,
    update,
)
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import (
    Session,
    attributes,
    make_transient,
    make_transient_to_detached,
    object_session,
    selectinload,
)
from sqlalchemy.orm.exc import StaleDataError

from gatepost.errors import NotFound, ScopeViolation
from tests.rows.lab import Lab, principal, seen, shown
from tests.rows.models import (
    Book,
    Cat,
    Diary,
    House,
    Item,
    Note,
    NoteRow,
    Project,
    Tag,
    Topic,
    note_tag,
)
from tests.rows.ways import COLLISION, MISSING, REFUSED, STALE, way

NOTE = House.metadata.tables["rows_note"]
OWN = ["bob's child", "bob's own"]

STATE, UNIT, REFERENCE = "session state", "unit of work", "references"
BULK, RELATION, SAVEPOINT = "bulk methods", "relationships", "transactions"


async def _ada_note(lab: Lab) -> Note:
    """Return Ada's note as her own session left it: loaded, detached."""
    async with lab.sessions.open(principal("ada")) as ada:
        return await ada.get_one(Note, "ada-note")


def _reborn(**values: object) -> Note:
    """Return an object that claims to have been loaded somewhere."""
    note = Note(**values)
    make_transient_to_detached(note)
    return note


@way(STATE, None)
async def get(lab: Lab) -> object:
    return await lab.bob.get(Note, "ada-note")


@way(STATE, None)
async def get_populate_existing(lab: Lab) -> object:
    return await lab.bob.get(Note, "ada-note", populate_existing=True)


@way(STATE, None)
async def get_for_update(lab: Lab) -> object:
    return await lab.bob.get(Note, "ada-note", with_for_update=True)


@way(STATE, None)
async def get_with_options(lab: Lab) -> object:
    return await lab.bob.get(Note, "ada-note", options=[selectinload(Note.tags)])


@way(STATE, None)
async def get_joined_child(lab: Lab) -> object:
    return await lab.bob.get(Book, "ada-book")


@way(STATE, None)
async def get_joined_parent(lab: Lab) -> object:
    return await lab.bob.get(Item, "ada-book")


@way(STATE, None)
async def get_single_child(lab: Lab) -> object:
    return await lab.bob.get(Cat, "ada-cat")


@way(STATE, None)
async def get_owner_of_another_name(lab: Lab) -> object:
    return await lab.bob.get(Diary, "ada-diary")


@way(STATE, (REFUSED, None))
async def get_second_mapping(lab: Lab) -> object:
    return (await lab.bob.get(NoteRow, "ada-note")) and "found"


@way(STATE, MISSING)
async def get_one(lab: Lab) -> object:
    return await lab.bob.get_one(Note, "ada-note")


@way(STATE, None)
async def get_after_own_commit(lab: Lab) -> object:
    await lab.bob.get_one(Note, "bob-note")
    await lab.bob.commit()
    return await lab.bob.get(Note, "ada-note")


@way(STATE, None)
async def legacy_query_get(lab: Lab) -> object:
    return await lab.bob.run_sync(lambda session: session.get(Note, "ada-note"))


@way(STATE, ["bob's child", "bob's own"])
async def legacy_query(lab: Lab) -> object:
    return await lab.bob.run_sync(
        lambda session: sorted(note.body for note in session.query(Note).all())
    )


@way(STATE, [2, 0])
async def legacy_query_writes(lab: Lab) -> object:
    def work(session: Session) -> list[int]:
        return [
            session.query(Note).update({"body": "x"}),
            session.query(Note).filter(Note.id == "ada-note").delete(),
        ]

    return await lab.bob.run_sync(work)


@way(STATE, REFUSED)
async def add_of_a_detached(lab: Lab) -> object:
    lab.bob.add(await _ada_note(lab))
    await lab.bob.flush()
    return "added"


@way(STATE, REFUSED)
async def add_of_a_reborn(lab: Lab) -> object:
    note = _reborn(id="ada-note", owner_id="bob", body="x")
    lab.bob.add(note)
    note.body = "y"
    await lab.bob.flush()
    return "written"


@way(STATE, REFUSED)
async def refresh_of_a_reborn(lab: Lab) -> object:
    note = _reborn(id="ada-note", owner_id="bob")
    lab.bob.add(note)
    await lab.bob.refresh(note)
    return note.body


@way(STATE, REFUSED)
async def delete_of_a_detached(lab: Lab) -> object:
    await lab.bob.delete(await _ada_note(lab))
    await lab.bob.flush()
    return "deleted"


@way(STATE, REFUSED)
async def delete_of_a_reborn(lab: Lab) -> object:
    diary = Diary(id="ada-diary", writer="bob", page="x")
    make_transient_to_detached(diary)
    await lab.bob.delete(diary)
    await lab.bob.flush()
    return "deleted"


@way(STATE, REFUSED)
async def legacy_delete_of_a_reborn(lab: Lab) -> object:
    diary = Diary(id="ada-diary", writer="bob", page="x")
    make_transient_to_detached(diary)

    def work(session: Session) -> str:
        session.delete(diary)
        session.flush()
        return "deleted"

    return await lab.bob.run_sync(work)


@way(STATE, REFUSED)
async def a_detached_refused_once_stays_out(lab: Lab) -> object:
    note = _reborn(id="ada-note", owner_id="bob", body="x")
    try:
        lab.bob.add(note)
    except ScopeViolation:
        note.body = "y"
        await lab.bob.flush()
        if object_session(note) is None:
            raise
    return "in the session"


@way(STATE, REFUSED)
async def merge_without_loading(lab: Lab) -> object:
    merged = await lab.bob.merge(await _ada_note(lab), load=False)
    merged.body = "x"
    await lab.bob.flush()
    return "written"


@way(STATE, (REFUSED, COLLISION))
async def merge_of_a_detached(lab: Lab) -> object:
    merged = await lab.bob.merge(await _ada_note(lab))
    merged.body = "x"
    await lab.bob.flush()
    return "written"


@way(STATE, COLLISION)
async def merge_of_a_new_one(lab: Lab) -> object:
    await lab.bob.merge(Note(id="ada-note", body="x"))
    await lab.bob.flush()
    return "written"


@way(STATE, (REFUSED, COLLISION))
async def add_of_a_made_transient(lab: Lab) -> object:
    note = await _ada_note(lab)
    make_transient(note)
    lab.bob.add(note)
    await lab.bob.flush()
    return "written"


@way(STATE, (REFUSED, STALE))
async def identity_set_by_hand(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    attributes.set_committed_value(note, "id", "ada-note")
    note.body = "x"
    await lab.bob.flush()
    return "written"


@way(STATE, (REFUSED, "deleted"))
async def identity_set_by_hand_then_deleted(lab: Lab) -> object:
    diary = await lab.bob.get_one(Diary, "bob-diary")
    attributes.set_committed_value(diary, "id", "ada-diary")
    await lab.bob.delete(diary)
    await lab.bob.flush()
    return "deleted"


@way(STATE, COLLISION)
async def primary_key_changed(lab: Lab) -> object:
    diary = await lab.bob.get_one(Diary, "bob-diary")
    diary.id = "ada-diary"
    await lab.bob.flush()
    return "written"


async def _pass_on(lab: Lab) -> Diary:
    """Let Bob hold an object whose id has become Ada's, as a reused integer key can."""
    diary = await lab.bob.get_one(Diary, "bob-diary")
    await lab.bob.commit()
    async with lab.sessions.open(principal("bob")) as elsewhere:
        await elsewhere.delete(await elsewhere.get_one(Diary, "bob-diary"))
        await elsewhere.commit()
    async with lab.sessions.open(principal("ada")) as ada:
        ada.add(Diary(id="bob-diary", page="a new page of hers"))
        await ada.commit()
    return diary


async def _hers_after(lab: Lab) -> object:
    """Commit what Bob did, if it can be, and look at Ada's page as Ada."""
    try:
        await lab.bob.commit()
    except (ScopeViolation, NotFound, StaleDataError):
        await lab.bob.rollback()
    async with lab.sessions.open(principal("ada")) as ada:
        return shown(await ada.get(Diary, "bob-diary"))


@way(STATE, "a new page of hers", moves=True)
async def write_to_an_id_given_away(lab: Lab) -> object:
    diary = await _pass_on(lab)
    diary.page = "bob's overwriting"
    return await _hers_after(lab)


@way(STATE, "a new page of hers", moves=True)
async def delete_of_an_id_given_away(lab: Lab) -> object:
    await lab.bob.delete(await _pass_on(lab))
    return await _hers_after(lab)


@way(STATE, (REFUSED, MISSING, InvalidRequestError), moves=True)
async def refresh_of_an_id_given_away(lab: Lab) -> object:
    diary = await _pass_on(lab)
    await lab.bob.refresh(diary)
    return diary.page


@way(STATE, (REFUSED, MISSING, InvalidRequestError), moves=True)
async def partial_refresh_of_an_id_given_away(lab: Lab) -> object:
    diary = await _pass_on(lab)
    await lab.bob.refresh(diary, ["page"])
    return diary.page


@way(STATE, (REFUSED, MISSING, InvalidRequestError), moves=True)
async def expired_attribute_of_an_id_given_away(lab: Lab) -> object:
    diary = await _pass_on(lab)
    lab.bob.expire(diary, ["page"])
    return await lab.bob.run_sync(lambda _: diary.page)


@way(UNIT, REFUSED)
async def insert_for_another(lab: Lab) -> object:
    lab.bob.add(Note(body="x", owner_id="ada"))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def insert_for_another_by_a_synonym(lab: Lab) -> object:
    lab.bob.add(Note(body="x", holder="ada"))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def insert_for_another_of_another_name(lab: Lab) -> object:
    lab.bob.add(Diary(page="x", writer="ada"))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def insert_for_nobody(lab: Lab) -> object:
    lab.bob.add(Note(body="x", owner_id=""))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def insert_for_an_expression(lab: Lab) -> object:
    lab.bob.add(Note(body="x", owner_id=literal("ada")))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def insert_of_a_joined_child_for_another(lab: Lab) -> object:
    lab.bob.add(Book(name="x", isbn="x", owner_id="ada"))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def give_away(lab: Lab) -> object:
    note = await lab.bob.get_one(Diary, "bob-diary")
    note.writer = "ada"
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def give_away_by_expression(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    attributes.set_attribute(note, "owner_id", literal("ada"))
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def give_away_and_back(lab: Lab) -> object:
    diary = await lab.bob.get_one(Diary, "bob-diary")
    attributes.set_committed_value(diary, "writer", "ada")
    diary.writer = "bob"
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def give_to_nobody(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    attributes.set_attribute(note, "owner_id", None)
    await lab.bob.flush()
    return "written"


@way(UNIT, REFUSED)
async def give_away_a_joined_child(lab: Lab) -> object:
    book = await lab.bob.get_one(Book, "bob-book")
    book.owner_id = "ada"
    await lab.bob.flush()
    return "written"


@way(UNIT, COLLISION)
async def insert_over_another(lab: Lab) -> object:
    lab.bob.add(Diary(id="ada-diary", page="x"))
    await lab.bob.flush()
    return "written"


@way(UNIT, ["bob's own"])
async def attribute_from_a_scoped_subquery(lab: Lab) -> object:
    diary = await lab.bob.get_one(Diary, "bob-diary")
    copied = select(func.coalesce(func.min(Note.body), "nothing")).where(Note.id.like("%-note"))
    attributes.set_attribute(diary, "page", copied.scalar_subquery())
    await lab.bob.flush()
    await lab.bob.refresh(diary)
    return [diary.page]


@way(UNIT, (REFUSED, ["bob's child"]))
async def attribute_from_a_raw_subquery(lab: Lab) -> object:
    diary = await lab.bob.get_one(Diary, "bob-diary")
    attributes.set_attribute(diary, "page", select(func.min(NOTE.c.body)).scalar_subquery())
    await lab.bob.flush()
    await lab.bob.refresh(diary)
    return [diary.page]


@way(UNIT, 3)
async def new_attribute_from_a_scoped_subquery(lab: Lab) -> object:
    note = Note(body="x", rank=select(func.max(Note.rank) + 1).scalar_subquery())
    lab.bob.add(note)
    await lab.bob.flush()
    await lab.bob.refresh(note)
    return note.rank


@way(UNIT, (REFUSED, "written"))
async def unowned_attribute_from_a_raw_subquery(lab: Lab) -> object:
    topic = await lab.bob.get(Topic, "quiet")
    attributes.set_attribute(topic, "label", select(func.min(NOTE.c.body)).scalar_subquery())
    await lab.bob.flush()
    return "written"


@way(UNIT, (REFUSED, ["bob's child"]))
async def statement_in_a_flush_hook(lab: Lab) -> object:
    found: list[object] = []

    def hook(_mapper: object, connection: object, _target: object) -> None:
        found.append(connection.scalar(select(func.min(NOTE.c.body))))  # type: ignore[attr-defined] # SQLAlchemy's Connection

    event.listen(Diary, "before_insert", hook)
    try:
        lab.bob.add(Diary(page="x"))
        await lab.bob.flush()
    finally:
        event.remove(Diary, "before_insert", hook)
    return found


@way(UNIT, (REFUSED, ["bob's child"]))
async def statement_in_a_session_hook(lab: Lab) -> object:
    found: list[object] = []

    def hook(session: Session, _context: object) -> None:
        found.append(session.connection().scalar(select(func.min(NOTE.c.body))))

    event.listen(lab.bob.sync_session, "after_flush", hook)
    lab.bob.add(Diary(page="x"))
    await lab.bob.flush()
    return found


@way(UNIT, (REFUSED, COLLISION))
async def a_row_added_by_a_session_hook(lab: Lab) -> object:
    def hook(session: Session, _context: object, _instances: object) -> None:
        if not any(isinstance(row, Note) for row in session.new):
            session.add(Note(body="x", owner_id="ada"))

    event.listen(lab.bob.sync_session, "before_flush", hook)
    lab.bob.add(Diary(page="x"))
    await lab.bob.flush()
    return "written"


@way(UNIT, (REFUSED, MISSING, COLLISION))
async def a_reference_set_by_a_mapper_hook(lab: Lab) -> object:
    def hook(_mapper: object, _connection: object, target: Note) -> None:
        target.parent_id = "ada-note"

    event.listen(Note, "before_insert", hook)
    try:
        lab.bob.add(Note(body="x"))
        await lab.bob.flush()
    finally:
        event.remove(Note, "before_insert", hook)
    return "written"


@way(UNIT, REFUSED)
async def an_owner_set_by_a_mapper_hook(lab: Lab) -> object:
    def hook(_mapper: object, _connection: object, target: Diary) -> None:
        target.writer = "ada"

    event.listen(Diary, "before_insert", hook)
    try:
        lab.bob.add(Diary(page="x"))
        await lab.bob.flush()
    finally:
        event.remove(Diary, "before_insert", hook)
    return "written"


@way(UNIT, (REFUSED, COLLISION, "written"))
async def insert_by_a_second_mapping(lab: Lab) -> object:
    lab.bob.add(NoteRow(id="x", body="x"))
    await lab.bob.flush()
    return "written"


@way(UNIT, (REFUSED, STALE))
async def write_by_a_second_mapping(lab: Lab) -> object:
    row = NoteRow(id="ada-note", body="x")
    make_transient_to_detached(row)
    lab.bob.add(row)
    row.body = "y"
    await lab.bob.flush()
    return "written"


@way(UNIT, (REFUSED, "deleted"))
async def delete_by_a_second_mapping(lab: Lab) -> object:
    row = NoteRow(id="ada-child", body="x")
    make_transient_to_detached(row)
    await lab.bob.delete(row)
    await lab.bob.flush()
    return "deleted"


@way(REFERENCE, MISSING)
async def foreign_composite_key(lab: Lab) -> object:
    lab.bob.add(Note(body="x", project_id="ada-project"))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, MISSING)
async def foreign_simple_key(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent_id="ada-note"))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, MISSING)
async def missing_key(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent_id="no-such-note"))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, MISSING)
async def foreign_key_on_an_old_row(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    note.parent_id = "ada-note"
    await lab.bob.flush()
    return "written"


@way(REFERENCE, MISSING)
async def foreign_key_at_commit(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent_id="ada-note"))
    await lab.bob.commit()
    return "written"


@way(REFERENCE, (MISSING, REFUSED))
async def foreign_key_by_expression(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent_id=literal("ada-note")))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, (MISSING, REFUSED))
async def foreign_key_by_an_outside_subquery(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent_id=select(func.min(NOTE.c.id)).scalar_subquery()))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, REFUSED)
async def foreign_object(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent=await _ada_note(lab)))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, REFUSED)
async def reborn_object(lab: Lab) -> object:
    lab.bob.add(Note(body="x", parent=_reborn(id="ada-note", owner_id="bob")))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, REFUSED)
async def foreign_object_in_a_collection(lab: Lab) -> object:
    project = Project(name="x", notes=[_reborn(id="ada-note", owner_id="bob")])
    lab.bob.add(project)
    await lab.bob.flush()
    return "written"


@way(REFERENCE, REFUSED)
async def foreign_object_many_to_many(lab: Lab) -> object:
    lab.bob.add(Tag(word="x", notes=[_reborn(id="ada-note", owner_id="bob")]))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, REFUSED)
async def foreign_object_in_an_unowned_collection(lab: Lab) -> object:
    lab.bob.add(Topic(label="x", notes=[_reborn(id="ada-note", owner_id="bob")]))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, MISSING)
async def foreign_key_beside_a_pending_namesake(lab: Lab) -> object:
    # A pending row of the same id does not make Ada's row Bob's.
    lab.bob.add(Note(id="x", body="x"))
    lab.bob.add(Note(body="x", parent_id="ada-note"))
    await lab.bob.flush()
    return "written"


@way(REFERENCE, (COLLISION, MISSING))
async def foreign_key_to_a_pending_row_of_a_taken_id(lab: Lab) -> object:
    lab.bob.add(Note(id="ada-note", body="x"))
    lab.bob.add(Note(body="x", parent_id="ada-note"))
    await lab.bob.flush()
    return "written"


@way(BULK, REFUSED)
async def bulk_save_objects(lab: Lab) -> object:
    await lab.bob.run_sync(lambda s: s.bulk_save_objects([Note(body="x", owner_id="ada")]))
    return "written"


@way(BULK, (REFUSED, STALE))
async def bulk_save_of_a_reborn(lab: Lab) -> object:
    note = _reborn(id="ada-note", owner_id="bob")
    note.body = "x"
    await lab.bob.run_sync(lambda s: s.bulk_save_objects([note]))
    return "written"


@way(BULK, REFUSED)
async def bulk_insert_mappings(lab: Lab) -> object:
    rows = [{"id": "x", "body": "x", "rank": 0, "owner_id": "ada"}]
    await lab.bob.run_sync(lambda s: s.bulk_insert_mappings(inspect(Note), rows))
    return "written"


@way(BULK, (REFUSED, STALE))
async def bulk_update_mappings(lab: Lab) -> object:
    rows = [{"id": "ada-note", "body": "x"}]
    await lab.bob.run_sync(lambda s: s.bulk_update_mappings(inspect(Note), rows))
    return "written"


@way(BULK, (REFUSED, STALE))
async def update_by_keys(lab: Lab) -> object:
    await lab.bob.execute(update(Note), [{"id": "ada-note", "body": "x"}])
    return "written"


@way(BULK, REFUSED)
async def insert_of_many(lab: Lab) -> object:
    await lab.bob.execute(insert(Note), [{"id": "x", "body": "x", "rank": 0, "owner_id": "ada"}])
    return "written"


@way(BULK, REFUSED)
async def insert_with_strategy_raw(lab: Lab) -> object:
    await lab.bob.execute(
        insert(Note).values(id="x", body="x", rank=0, owner_id="ada"),
        execution_options={"dml_strategy": "raw"},
    )
    return "written"


@way(BULK, REFUSED)
async def update_with_parameters(lab: Lab) -> object:
    await lab.bob.execute(update(Diary), {"written_by": "ada"})
    return "written"


@way(SAVEPOINT, ["bob's child", "bob's own"])
async def inside_a_savepoint(lab: Lab) -> object:
    async with lab.bob.begin_nested():
        return seen(await lab.bob.execute(select(Note)))


@way(SAVEPOINT, REFUSED)
async def write_inside_a_savepoint(lab: Lab) -> object:
    async with lab.bob.begin_nested():
        lab.bob.add(Note(body="x", owner_id="ada"))
    return "written"


@way(SAVEPOINT, None)
async def after_a_savepoint_rolled_back(lab: Lab) -> object:
    savepoint = await lab.bob.begin_nested()
    await lab.bob.execute(update(Note).values(body="x"))
    await savepoint.rollback()
    return await lab.bob.get(Note, "ada-note")


@way(SAVEPOINT, ["bob's child", "bob's own"])
async def after_a_refusal(lab: Lab) -> object:
    try:
        await lab.bob.execute(text("SELECT 1"))
    except ScopeViolation:
        return seen(await lab.bob.execute(select(Note)))
    return "not refused"


@way(SAVEPOINT, (REFUSED, OWN))
async def after_a_failed_flush(lab: Lab) -> object:
    lab.bob.add(Note(body="x", owner_id="ada"))
    try:
        await lab.bob.flush()
    except ScopeViolation:
        await lab.bob.rollback()
    return seen(await lab.bob.execute(select(NOTE.c.body)))


@way(SAVEPOINT, (REFUSED, OWN))
async def inside_a_nested_savepoint(lab: Lab) -> object:
    async with lab.bob.begin_nested(), lab.bob.begin_nested():
        return seen(await lab.bob.execute(select(NOTE.c.body)))


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_by_an_overridden_null(lab: Lab) -> object:
    statement = update(Note).where(Note.id == "bob-note").values(parent_id=bindparam("p", None))
    result = await lab.bob.execute(
        statement.execution_options(synchronize_session=False), {"p": "ada-note"}
    )
    return getattr(result, "rowcount", None)


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_by_keys(lab: Lab) -> object:
    await lab.bob.execute(update(Note), [{"id": "bob-note", "parent_id": "ada-note"}])
    return "written"


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_by_mappings(lab: Lab) -> object:
    rows = [{"id": "bob-note", "parent_id": "ada-note"}]
    await lab.bob.run_sync(lambda s: s.bulk_update_mappings(inspect(Note), rows))
    return "written"


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_by_bulk_save(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    note.parent_id = "ada-note"
    await lab.bob.run_sync(lambda s: s.bulk_save_objects([note]))
    return "written"


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_in_an_association(lab: Lab) -> object:
    await lab.bob.execute(insert(note_tag).values(note_id="ada-child", tag_id="bob-tag"))
    return "written"


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_in_an_association_of_many(lab: Lab) -> object:
    await lab.bob.execute(insert(note_tag), [{"note_id": "ada-child", "tag_id": "bob-tag"}])
    return "written"


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_in_an_association_changed(lab: Lab) -> object:
    await lab.bob.execute(
        update(note_tag).where(note_tag.c.note_id == "bob-note").values(note_id="ada-child")
    )
    return "written"


@way(REFERENCE, (REFUSED, MISSING))
async def foreign_key_in_an_association_from_a_select(lab: Lab) -> object:
    rows = select(literal("ada-child"), literal("bob-tag"))
    await lab.bob.execute(insert(note_tag).from_select(["note_id", "tag_id"], rows))
    return "written"


@way(REFERENCE, (REFUSED, 0))
async def removal_of_another_s_association(lab: Lab) -> object:
    result = await lab.bob.execute(delete(note_tag).where(note_tag.c.tag_id == "ada-tag"))
    return getattr(result, "rowcount", None)
