"""What the owner does with their own rows, and with rows of nobody, works."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import Executable, delete, exists, func, insert, or_, select, text, union, update
from sqlalchemy.orm import aliased, joinedload, load_only, selectinload, subqueryload

from tests.rows.lab import Lab, lab_on, principal, run, seen
from tests.rows.models import (
    Animal,
    Book,
    Cat,
    Diary,
    Item,
    Note,
    Project,
    Shelf,
    Tag,
    Topic,
)
from tests.rows.walls import Place

OWN = ["bob's child", "bob's own"]


async def _add_and_read(lab: Lab) -> object:
    note = Note(body="new")
    lab.bob.add(note)
    await lab.bob.commit()
    return [note.owner_id, (await lab.bob.get_one(Note, note.id)).body]


async def _add_all(lab: Lab) -> object:
    lab.bob.add_all([Note(body="one"), Note(body="two"), Tag(word="three"), Diary(page="four")])
    await lab.bob.commit()
    return await lab.bob.scalar(select(func.count()).select_from(Note))


async def _add_with_own_reference(lab: Lab) -> object:
    lab.bob.add(Note(body="new", project_id="bob-project", parent_id="bob-note"))
    await lab.bob.commit()
    return len(await lab.bob.all(select(Note)))


async def _add_with_objects(lab: Lab) -> object:
    project = Project(name="new", notes=[Note(body="a"), Note(body="b")])
    lab.bob.add(project)
    await lab.bob.commit()
    found = await lab.bob.all(select(Note).where(Note.project_id == project.id))
    return [project.owner_id, sorted(note.body for note in found)]


async def _add_with_pending_keys(lab: Lab) -> object:
    lab.bob.add(Project(id="mine", name="new"))
    lab.bob.add(Note(body="a", project_id="mine"))
    await lab.bob.commit()
    return len(await lab.bob.all(select(Note).where(Note.project_id == "mine")))


async def _many_to_many(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    await lab.bob.refresh(note, ["tags"])
    note.tags.append(Tag(word="new"))
    await lab.bob.commit()
    return sorted(tag.word for tag in note.tags)


async def _change(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    note.body = "changed"
    await lab.bob.commit()
    await lab.bob.refresh(note)
    return note.body


async def _change_of_a_partly_loaded(lab: Lab) -> object:
    note = (await lab.bob.all(select(Note).options(load_only(Note.body))))[0]
    note.body = "changed"
    await lab.bob.commit()
    return note.body


async def _move(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    note.project_id = None
    await lab.bob.flush()
    note.project_id = "bob-project"
    await lab.bob.commit()
    return note.project_id


async def _delete(lab: Lab) -> object:
    await lab.bob.delete(await lab.bob.get_one(Diary, "bob-diary"))
    await lab.bob.commit()
    return await lab.bob.get(Diary, "bob-diary")


async def _merge_own(lab: Lab) -> object:
    await lab.bob.merge(Note(id="bob-note", body="merged"))
    await lab.bob.commit()
    return (await lab.bob.get_one(Note, "bob-note")).body


async def _joined_inheritance(lab: Lab) -> object:
    book = Book(name="new", isbn="new")
    lab.bob.add(book)
    await lab.bob.commit()
    lab.bob.expunge_all()
    found = await lab.bob.get_one(Book, book.id)
    return [
        found.owner_id,
        found.isbn,
        sorted(item.name for item in await lab.bob.all(select(Item))),
    ]


async def _single_inheritance(lab: Lab) -> object:
    cat = Cat(name="new", whiskers=1)
    lab.bob.add(cat)
    await lab.bob.commit()
    return [cat.owner_id, sorted(pet.name for pet in await lab.bob.all(select(Animal)))]


async def _lazy(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    return await lab.bob.run_sync(lambda _: note.project and note.project.name)


async def _savepoint(lab: Lab) -> object:
    async with lab.bob.begin_nested():
        lab.bob.add(Diary(page="kept"))
    savepoint = await lab.bob.begin_nested()
    lab.bob.add(Diary(page="lost"))
    await lab.bob.flush()
    await savepoint.rollback()
    await lab.bob.commit()
    return sorted(diary.page for diary in await lab.bob.all(select(Diary)))


async def _stream(lab: Lab) -> object:
    result = await lab.bob.stream_scalars(
        select(Note).order_by(Note.body).execution_options(yield_per=1)
    )
    return [note.body async for note in result]


async def _expired(lab: Lab) -> object:
    note = await lab.bob.get_one(Note, "bob-note")
    lab.bob.expire(note)
    return await lab.bob.run_sync(lambda _: note.body)


async def _first(lab: Lab) -> object:
    return [
        await lab.bob.first(select(Note.body).order_by(Note.body)),
        await lab.bob.first(select(Note.body).where(Note.rank > 6)),
    ]


async def _unowned(lab: Lab) -> object:
    lab.bob.add(Topic(id="new", label="by the unit of work", rows_note="a text"))
    await lab.bob.execute(insert(Topic).values(id="newer", label="by statement"))
    await lab.bob.execute(update(Topic).where(Topic.id == "quiet").values(rows_note="changed"))
    await lab.bob.execute(delete(Shelf))
    await lab.bob.commit()
    table = Topic.metadata.tables["rows_topic"]
    return [
        sorted((await lab.bob.scalars(select(Topic.label))).all()),
        seen(await lab.bob.execute(select(table.c.rows_note).where(table.c.id == "quiet"))),
    ]


async def _unowned_by_the_engine(lab: Lab) -> object:
    # A column of the name of an owned table is not that table.
    table = Topic.metadata.tables["rows_topic"]
    async with lab.engine.begin() as connection:
        await connection.execute(insert(table).values(id="new", label="new", rows_note="x"))
        await connection.execute(update(table).values(rows_note="y"))
        return seen(await connection.execute(select(table.c.rows_note)))


async def _association(lab: Lab) -> object:
    found = select(Note).where(Note.id == "bob-child").options(selectinload(Note.tags))
    note = (await lab.bob.scalars(found)).one()
    note.tags.append((await lab.bob.scalars(select(Tag).where(Tag.id == "bob-tag"))).one())
    await lab.bob.commit()
    return seen(await lab.bob.execute(select(Note.body).join(Note.tags)))


async def _after_a_refusal(lab: Lab) -> object:
    try:
        await lab.bob.execute(text("SELECT 1"))
    except Exception:  # noqa: BLE001 - which one is another test's
        await lab.bob.rollback()
    lab.bob.add(Diary(page="after"))
    await lab.bob.commit()
    return len(await lab.bob.all(select(Diary)))


async def _both_at_once(lab: Lab) -> object:
    async with lab.sessions.open(principal("ada")) as ada:
        return [
            [note.body for note in await ada.all(select(Note).order_by(Note.body))],
            [note.body for note in await lab.bob.all(select(Note).order_by(Note.body))],
        ]


async def _statement(lab: Lab, name: str) -> object:
    parent = aliased(Note)
    cte = select(Note.body).cte()
    count = select(func.count(Note.id)).where(Note.project_id == Project.id).scalar_subquery()
    table: dict[str, Executable] = {
        "join": select(Note.body, Project.name).join(Note.project),
        "filter": select(Note.body).where(or_(Note.rank == 1, Note.body.ilike("%CHILD"))),
        "aggregate": select(func.count(Note.id), func.max(Note.rank)),
        "exists": select(exists().where(Note.id == "bob-note")),
        "union": union(select(Note.body), select(Tag.word)),
        "cte": select(cte.c.body),
        "count of own": select(Project.name, count),
        "page": select(Note.body).order_by(Note.body.desc(), Note.id).limit(1).offset(1),
        "any": select(Project.name).where(Project.notes.any(Note.rank == 1)),
        "has": select(Note.body).where(Note.project.has(Project.name == "bob's plan")),
        "self-join": select(parent.body).join(Note, Note.parent_id == parent.id),
        "count of a page": select(func.count()).select_from(select(Note).limit(1).subquery()),
        "joinedload": select(Note).options(joinedload(Note.project)),
        "selectinload": select(Note).options(selectinload(Note.tags)),
        "subqueryload": select(Note).options(subqueryload(Note.tags)),
    }
    return seen(await lab.bob.execute(table[name]))


USES: dict[str, tuple[Callable[[Lab], Awaitable[object]], object]] = {
    "add and read": (_add_and_read, ["bob", "new"]),
    "add many": (_add_all, 4),
    "add with a reference": (_add_with_own_reference, 3),
    "add with objects": (_add_with_objects, ["bob", ["a", "b"]]),
    "add with keys that are pending": (_add_with_pending_keys, 1),
    "many to many": (_many_to_many, ["bob's word", "new"]),
    "change": (_change, "changed"),
    "change of a partly loaded": (_change_of_a_partly_loaded, "changed"),
    "move": (_move, "bob-project"),
    "delete": (_delete, None),
    "merge": (_merge_own, "merged"),
    "joined inheritance": (_joined_inheritance, ["bob", "new", ["bob's book", "new"]]),
    "single inheritance": (_single_inheritance, ["bob", ["bob's cat", "new"]]),
    "lazy load": (_lazy, "bob's plan"),
    "savepoints": (_savepoint, ["bob's page", "kept"]),
    "stream": (_stream, OWN),
    "expired": (_expired, "bob's own"),
    "first": (_first, ["bob's child", None]),
    "rows of nobody": (
        _unowned,
        [["by statement", "by the unit of work", "quiet", "weather"], ["changed"]],
    ),
    "rows of nobody by the engine": (_unowned_by_the_engine, ["y", "y", "y"]),
    "association": (_association, OWN),
    "after a refusal": (_after_a_refusal, 2),
    "two people at once": (_both_at_once, [["ada's child", "ada's own"], OWN]),
}
STATEMENTS: dict[str, object] = {
    "join": [(body, "bob's plan") for body in OWN],
    "filter": OWN,
    "aggregate": [(2, 2)],
    "exists": [True],
    "union": [*OWN, "bob's word"],
    "cte": OWN,
    "count of own": [("bob's plan", 2)],
    "page": ["bob's child"],
    "any": ["bob's plan"],
    "has": OWN,
    "self-join": [],
    "count of a page": [1],
    "joinedload": OWN,
    "selectinload": OWN,
    "subqueryload": OWN,
}


async def _use(place: Place, work: Callable[[Lab], Awaitable[object]]) -> object:
    async with lab_on(place) as lab:
        return await work(lab)


@pytest.mark.parametrize("name", USES)
def test_owner_can(name: str, place: Place) -> None:
    """What is not another's is not refused."""
    work, expected = USES[name]
    assert run(lambda: _use(place, work)) == expected


@pytest.mark.parametrize("name", STATEMENTS)
def test_owner_can_execute(name: str, place: Place) -> None:
    """The ORM's ordinary statements give the owner their rows."""
    assert run(lambda: _use(place, lambda lab: _statement(lab, name))) == STATEMENTS[name]
