"""Who may do what with rows that are shared: the same with one wall, with the other, with both."""

from collections.abc import Awaitable, Callable

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from gatepost.errors import Forbidden, NotFound, ScopeViolation
from gatepost.rows import ScopedSession
from gatepost.settings import async_database_url
from tests.rows.lab import lab_on, principal, run
from tests.rows.models import House
from tests.rows.shared_models import Folder, FolderShare, Paper
from tests.rows.walls import Place

# Each folder of Ada's is open to Bob in one way, and has one paper.
FOLDERS: dict[str, dict[str, object]] = {
    "closed": {},
    "read": {},
    "edit": {},
    "team": {"team_id": "readers"},
    "team-edit": {"team_id": "editors"},
    "other-team": {"team_id": "strangers"},
    "public": {"is_public": True},
}
READABLE = ["edit", "public", "read", "team", "team-edit"]
WRITABLE = ["edit", "team-edit"]


async def _fill(place: Place) -> None:
    engine = create_async_engine(async_database_url(place.owner_url))
    tables = House.metadata.tables
    async with engine.begin() as connection:
        for name, values in FOLDERS.items():
            folder = {"id": name, "owner_id": "ada", "name": f"ada's {name}", "is_public": False}
            await connection.execute(tables["rows_folder"].insert().values({**folder, **values}))
            paper = {"id": f"{name}-paper", "owner_id": "ada", "text": f"ada's {name}"}
            await connection.execute(tables["rows_paper"].insert().values(folder_id=name, **paper))
        await connection.execute(
            tables["rows_folder"]
            .insert()
            .values(id="bobs", owner_id="bob", name="bob's", is_public=False)
        )
        for name in ("read", "edit"):
            share = {"id": f"share-{name}", "owner_id": "ada", "folder_id": name, "right": name}
            await connection.execute(
                tables["rows_folder_share"].insert().values(person_id="bob", **share)
            )
        for team, who, role in (
            ("readers", "bob", "reader"),
            ("editors", "bob", "editor"),
            ("strangers", "carol", "editor"),
        ):
            await connection.execute(
                tables["rows_team_member"].insert().values(team_id=team, user_id=who, role=role)
            )
    await engine.dispose()


Work = Callable[[ScopedSession], Awaitable[object]]


async def _as_bob(place: Place, work: Work) -> object:
    async with lab_on(place) as lab:
        await _fill(place)
        try:
            answer = await work(lab.bob)
            await lab.bob.commit()
        except (Forbidden, NotFound, ScopeViolation, DBAPIError) as refused:
            return type(refused)
        return answer


async def _rename(rows: ScopedSession, name: str) -> object:
    (await rows.get_one(Folder, name)).name = "bob was here"
    await rows.flush()
    return "changed"


async def _read(rows: ScopedSession, name: str) -> object:
    return (await rows.get_one(Folder, name)).name


async def _add(rows: ScopedSession, name: str) -> object:
    paper = Paper(text="bob's words", folder_id=name)
    rows.add(paper)
    await rows.flush()
    return paper.owner_id


async def _add_by_object(rows: ScopedSession, name: str) -> object:
    paper = Paper(text="bob's words", folder=await rows.get_one(Folder, name))
    rows.add(paper)
    await rows.flush()
    return paper.owner_id


async def _change_paper(rows: ScopedSession, name: str) -> object:
    (await rows.get_one(Paper, f"{name}-paper")).text = "bob was here"
    await rows.flush()
    return "changed"


async def _delete_paper(rows: ScopedSession, name: str) -> object:
    await rows.delete(await rows.get_one(Paper, f"{name}-paper"))
    await rows.flush()
    return "deleted"


async def _delete_folder(rows: ScopedSession, name: str) -> object:
    await rows.execute(delete(Paper).where(Paper.folder_id == name))
    await rows.delete(await rows.get_one(Folder, name))
    await rows.flush()
    return "deleted"


def _table(done: object) -> dict[str, object]:
    """Return what each folder's kind answers: done, 403 where Bob only sees it, or 404."""
    return {
        name: done if name in WRITABLE else Forbidden if name in READABLE else NotFound
        for name in FOLDERS
    }


DEEDS: dict[str, tuple[Callable[[ScopedSession, str], Awaitable[object]], dict[str, object]]] = {
    "read": (
        _read,
        {name: f"ada's {name}" if name in READABLE else NotFound for name in FOLDERS},
    ),
    "change": (_rename, _table("changed")),
    "add into": (_add, _table("ada")),
    "add into by the object": (_add_by_object, _table("ada")),
    "change a paper in": (_change_paper, _table("changed")),
    "delete a paper in": (_delete_paper, _table("deleted")),
    "delete": (
        _delete_folder,
        {name: Forbidden if name in READABLE else NotFound for name in FOLDERS},
    ),
}


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("deed", DEEDS)
def test_others_may_what_the_rules_say(deed: str, folder: str, place: Place) -> None:
    """What is shared to read is read, to edit is edited; anything else is as if it were not."""
    work, wanted = DEEDS[deed]
    assert run(lambda: _as_bob(place, lambda rows: work(rows, folder))) == wanted[folder]


async def _names(rows: ScopedSession) -> object:
    return sorted(await rows.all(select(Folder.id)))


async def _papers(rows: ScopedSession) -> object:
    return sorted(await rows.all(select(Paper.id)))


async def _rename_all(rows: ScopedSession) -> object:
    return (await rows.execute(update(Folder).values(name="x"))).rowcount  # type: ignore[attr-defined]


async def _delete_all_papers(rows: ScopedSession) -> object:
    return (await rows.execute(delete(Paper))).rowcount  # type: ignore[attr-defined]


async def _take(rows: ScopedSession) -> object:
    paper = await rows.get_one(Paper, "edit-paper")
    paper.folder_id = None
    await rows.flush()
    return paper.owner_id


async def _move_home(rows: ScopedSession) -> object:
    paper = await rows.get_one(Paper, "edit-paper")
    paper.folder_id = "bobs"
    await rows.flush()
    return paper.owner_id


async def _move_where_one_only_reads(rows: ScopedSession) -> object:
    paper = await rows.get_one(Paper, "edit-paper")
    paper.folder_id = "read"
    await rows.flush()
    return paper.owner_id


async def _move_within(rows: ScopedSession) -> object:
    paper = await rows.get_one(Paper, "edit-paper")
    paper.folder_id = "team-edit"
    await rows.flush()
    return paper.owner_id


async def _become_owner(rows: ScopedSession) -> object:
    paper = await rows.get_one(Paper, "edit-paper")
    paper.owner_id = "bob"
    paper.folder_id = None
    await rows.flush()
    return paper.owner_id


async def _become_owner_by_statement(rows: ScopedSession) -> object:
    await rows.execute(update(Folder).where(Folder.id == "edit").values(owner_id="bob"))
    return "changed"


async def _share_on(rows: ScopedSession) -> object:
    rows.add(FolderShare(folder_id="edit", person_id="carol", right="edit"))
    await rows.flush()
    return "shared"


async def _raise_own_right(rows: ScopedSession) -> object:
    (await rows.get_one(FolderShare, "share-read")).right = "edit"
    await rows.flush()
    return "raised"


async def _raise_own_right_by_statement(rows: ScopedSession) -> object:
    raised = update(FolderShare).values(right="edit")
    return (await rows.execute(raised)).rowcount  # type: ignore[attr-defined]


async def _open_to_all(rows: ScopedSession) -> object:
    (await rows.get_one(Folder, "edit")).is_public = True
    await rows.flush()
    return "opened"


async def _open_to_all_by_statement(rows: ScopedSession) -> object:
    opened = update(Folder).where(Folder.id == "edit").values(is_public=True)
    return (await rows.execute(opened)).rowcount  # type: ignore[attr-defined]


async def _give_to_a_team(rows: ScopedSession) -> object:
    (await rows.get_one(Folder, "edit")).team_id = "strangers"
    await rows.flush()
    return "given"


async def _take_out_by_statement(rows: ScopedSession) -> object:
    taken = update(Paper).where(Paper.id == "edit-paper").values(folder_id=None)
    return (await rows.execute(taken)).rowcount  # type: ignore[attr-defined]


async def _open_by_bulk(rows: ScopedSession) -> object:
    await rows.execute(update(Folder), [{"id": "edit", "is_public": True}])
    return "opened"


async def _leave(rows: ScopedSession) -> object:
    await rows.delete(await rows.get_one(FolderShare, "share-edit"))
    await rows.commit()
    return await _names(rows)


async def _claim_owner_of_new(rows: ScopedSession) -> object:
    rows.add(Paper(text="x", folder_id="read", owner_id="ada"))
    await rows.flush()
    return "added"


async def _forge_for_ada(rows: ScopedSession) -> object:
    rows.add(Paper(text="x", owner_id="ada"))
    await rows.flush()
    return "added"


async def _count_shares(rows: ScopedSession) -> object:
    return await rows.scalar(select(func.count()).select_from(FolderShare))


async def _join(rows: ScopedSession) -> object:
    joined = select(Folder.id, Paper.id).join(Paper, Paper.folder_id == Folder.id)
    return [tuple(row) for row in await rows.execute(joined.where(Folder.id == "edit"))]


TRICKS: dict[str, tuple[Work, object]] = {
    "every folder in sight": (_names, sorted([*READABLE, "bobs"])),
    "every paper in sight": (_papers, sorted(f"{name}-paper" for name in READABLE)),
    "rename all": (_rename_all, len(WRITABLE) + 1),
    "delete all papers": (_delete_all_papers, len(WRITABLE)),
    "a join of shared rows": (_join, [("edit", "edit-paper")]),
    "take a paper out of its folder": (_take, Forbidden),
    "move a paper home": (_move_home, NotFound),
    "move a paper where one only reads": (_move_where_one_only_reads, Forbidden),
    "move a paper within what one may write": (_move_within, "ada"),
    "become its owner": (_become_owner, ScopeViolation),
    "become its owner by statement": (_become_owner_by_statement, ScopeViolation),
    "share what is another's": (_share_on, NotFound),
    "raise one's own right": (_raise_own_right, Forbidden),
    "raise one's own right by statement": (_raise_own_right_by_statement, 0),
    "open what is another's to everybody": (_open_to_all, Forbidden),
    "open it by statement": (_open_to_all_by_statement, 0),
    "open it by a bulk update": (_open_by_bulk, ScopeViolation),
    "give what is another's to a team": (_give_to_a_team, Forbidden),
    "take a paper out by statement": (_take_out_by_statement, 0),
    "leave": (_leave, sorted({*READABLE, "bobs"} - {"edit"})),
    "name the owner of a new row": (_claim_owner_of_new, ScopeViolation),
    "add a row for somebody else": (_forge_for_ada, ScopeViolation),
    "the shares in sight": (_count_shares, 2),
}


@pytest.mark.parametrize("trick", TRICKS)
def test_sharing_is_no_way_further(trick: str, place: Place) -> None:
    """Whoever is let in gets what the rules say, and no way to more."""
    work, wanted = TRICKS[trick]
    assert run(lambda: _as_bob(place, work)) == wanted


async def _after(place: Place, undo: str) -> object:
    async with lab_on(place) as lab:
        await _fill(place)
        async with lab.sessions.open(principal("ada")) as ada:
            await ada.delete(await ada.get_one(FolderShare, undo))
            await ada.commit()
        return await _names(lab.bob)


def test_a_share_that_is_taken_back_is_gone(place: Place) -> None:
    """From the next statement on what was shared is not there."""
    assert run(lambda: _after(place, "share-edit")) == sorted({*READABLE, "bobs"} - {"edit"})


@pytest.mark.parametrize("trick", ["every folder in sight", "rename all", "delete all papers"])
@pytest.mark.service
def test_the_database_alone_says_the_same(trick: str, second_wall: Place) -> None:
    """The two walls are one condition: what a statement meets is the same with either."""
    work, wanted = TRICKS[trick]
    assert run(lambda: _as_bob(second_wall, work)) == wanted


SECOND_ONLY = (
    "take a paper out of its folder", "become its owner", "become its owner by statement",
    "add a row for somebody else", "share what is another's", "name the owner of a new row",
)  # fmt: skip


@pytest.mark.parametrize("trick", SECOND_ONLY)
@pytest.mark.service
def test_the_database_alone_refuses(trick: str, second_wall: Place) -> None:
    """Where the session does not, the database refuses what would change whose a row is."""
    answer = run(lambda: _as_bob(second_wall, TRICKS[trick][0]))
    assert isinstance(answer, type)
    assert issubclass(answer, DBAPIError)
    assert not issubclass(answer, IntegrityError) or trick == "share what is another's"
