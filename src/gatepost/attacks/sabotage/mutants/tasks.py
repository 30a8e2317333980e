"""Tasks: what a developer gets wrong in an app that stands on Gatepost."""

from gatepost.attacks.sabotage.mutant import Mutant

_TASKS = "gatepost_tasks"
_HANDLERS = f"{_TASKS}/tasks.py"

_IMPORTS = "from gatepost import CurrentGatepost, NotFound  # noqa: E402\n\n\n"
_NOBODYS = '        if task is None:\n            raise NotFound("No such task", '
_NOBODYS += 'code="TASK_NOT_FOUND")\n'

_READ = (
    '@router.get("/{task_id}")\n'
    "async def read_task(task_id: str, rows: Rows, etags: ETags) -> TaskOut:\n"
    '    """Read one task."""\n'
    "    return etags.answer(TaskOut.model_validate(await rows.get_one(Task, task_id)))\n"
)
_CHANGE = (
    '@router.patch("/{task_id}", responses=READ_ONLY)\n'
    "async def change_task(\n"
    "    task_id: str, wanted: TaskChange, rows: Rows, etags: ETags, news: News\n"
    ") -> TaskOut:\n"
    '    """Change what was sent of one task; with `If-Match`, only where it is as the caller '
    'saw it."""\n'
    "    task = await rows.get_locked(Task, task_id)\n"
)
_DELETE = (
    '@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT, responses=READ_ONLY)\n'
    "async def delete_task(task_id: str, rows: Rows, etags: ETags, news: News) -> None:\n"
    '    """Delete one task; with `If-Match`, only where it is as the caller saw it."""\n'
    "    unwanted = await rows.get_locked(Task, task_id)\n"
)

TASKS = (
    Mutant(
        "task-of-anybody-read",
        "One route reads a task without asking whose it is.",
        _HANDLERS,
        _READ,
        f"{_IMPORTS}"
        '@router.get("/{task_id}")\n'
        "async def read_task(task_id: str, gatepost: CurrentGatepost, etags: ETags) -> TaskOut:\n"
        "    async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "        task = await everybodys.get(Task, task_id)\n"
        f"{_NOBODYS}"
        "        return etags.answer(TaskOut.model_validate(task))\n",
        ("105",),
    ),
    Mutant(
        "tag-before-the-owner",
        "Whether a caller has an answer already is asked before whose it is.",
        _HANDLERS,
        _READ,
        f"{_IMPORTS}"
        '@router.get("/{task_id}")\n'
        "async def read_task(\n"
        "    task_id: str, rows: Rows, etags: ETags, gatepost: CurrentGatepost\n"
        ") -> TaskOut:\n"
        "    async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "        task = await everybodys.get(Task, task_id)\n"
        "        if task is not None:\n"
        "            etags.answer(TaskOut.model_validate(task))\n"
        "    return etags.answer(TaskOut.model_validate(await rows.get_one(Task, task_id)))\n",
        ("120",),
    ),
    Mutant(
        "task-of-anybody-changed",
        "One route changes a task without asking whose it is.",
        _HANDLERS,
        _CHANGE,
        f"{_IMPORTS}"
        '@router.patch("/{task_id}", responses=READ_ONLY)\n'
        "async def change_task(\n"
        "    task_id: str, wanted: TaskChange, rows: Rows, etags: ETags, news: News,\n"
        "    gatepost: CurrentGatepost,\n"
        ") -> TaskOut:\n"
        "    async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "        task = await everybodys.get(Task, task_id)\n"
        f"{_NOBODYS}"
        "        for name, value in wanted.changes().items():\n"
        "            setattr(task, name, value)\n"
        "        await everybodys.flush()\n"
        "        await everybodys.refresh(task)\n"
        "        return TaskOut.model_validate(task)\n",
        ("106",),
    ),
    Mutant(
        "task-of-anybody-deleted",
        "One route deletes a task without asking whose it is.",
        _HANDLERS,
        _DELETE,
        f"{_IMPORTS}"
        '@router.delete("/{task_id}", status_code=status.HTTP_204_NO_CONTENT)\n'
        "async def delete_task(\n"
        "    task_id: str, rows: Rows, etags: ETags, news: News, gatepost: CurrentGatepost\n"
        ") -> None:\n"
        "    async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "        task = await everybodys.get(Task, task_id)\n"
        f"{_NOBODYS}"
        "        await everybodys.delete(task)\n"
        "        return\n"
        "    unwanted = task\n",
        ("107",),
    ),
    Mutant(
        "task-of-anybody-changed-in-silence",
        "One route refuses to change another's task, when it has done so.",
        _HANDLERS,
        _CHANGE,
        f"{_IMPORTS}"
        '@router.patch("/{task_id}", responses=READ_ONLY)\n'
        "async def change_task(\n"
        "    task_id: str, wanted: TaskChange, rows: Rows, etags: ETags, news: News,\n"
        "    gatepost: CurrentGatepost,\n"
        ") -> TaskOut:\n"
        "    async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "        task = await everybodys.get(Task, task_id)\n"
        f"{_NOBODYS}"
        "        for name, value in wanted.changes().items():\n"
        "            setattr(task, name, value)\n"
        "    task = await rows.get_one(Task, task_id)\n"
        "    return TaskOut.model_validate(task)\n",
        ("106",),
    ),
    Mutant(
        "export-of-everybody",
        "The export has everybody's tasks in it.",
        f"{_TASKS}/export.py",
        '    rows: Rows, file_format: Annotated[Literal["csv", "json"], '
        'Query(alias="format")] = "json"\n'
        ") -> StreamingResponse:\n"
        '    """Download every task of one\'s own, oldest first."""\n'
        '    return ExportFile(_own_tasks(rows), TaskOut, file_format, "tasks")\n',
        "    gatepost: __import__('gatepost').CurrentGatepost,\n"
        '    file_format: Annotated[Literal["csv", "json"], Query(alias="format")] = "json",\n'
        ") -> StreamingResponse:\n"
        "    from gatepost_tasks.live import Change\n"
        "    from sqlalchemy import select\n\n"
        "    async def all_tasks() -> AsyncIterator[TaskOut]:\n"
        "        async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "            for task in await everybodys.scalars(select(Task)):\n"
        "                yield TaskOut.model_validate(task)\n\n"
        '    return ExportFile(all_tasks(), TaskOut, file_format, "tasks")\n',
        ("112", "108"),
    ),
    Mutant(
        "lists-of-everybody",
        "The list of lists is everybody's.",
        f"{_TASKS}/lists.py",
        "async def list_lists(rows: Rows, user: CurrentUser) -> AllLists:\n"
        '    """List what the caller sees by name, each with the number of its open tasks."""\n'
        "    lists = await rows.all(select(TaskList).order_by("
        "func.lower(TaskList.name), TaskList.id))\n",
        "async def list_lists(\n"
        "    rows: Rows, user: CurrentUser, gatepost: __import__('gatepost').CurrentGatepost\n"
        ") -> AllLists:\n"
        "    async with gatepost.outside(Change.LISTS) as everybodys:\n"
        "        lists = (await everybodys.scalars(select(TaskList))).all()\n",
        ("108",),
    ),
    Mutant(
        "bulk-on-anybody",
        "A bulk action deletes whosever tasks are named.",
        _HANDLERS,
        "async def change_many(bulk: Bulk, rows: Rows, news: News) -> BulkDone:\n"
        '    """Complete, reopen, move or delete many tasks; refused whole if one is not the '
        'caller\'s."""\n',
        "async def change_many(\n"
        "    bulk: Bulk, rows: Rows, news: News, gatepost: "
        "__import__('gatepost').CurrentGatepost\n"
        ") -> BulkDone:\n"
        "    async with gatepost.outside(Change.TASKS) as everybodys:\n"
        "        found = await everybodys.scalars(select(Task).where(Task.id.in_(bulk.ids)))\n"
        "        named = found.all()\n"
        "        if len(named) == len(set(bulk.ids)):\n"
        "            for task in named:\n"
        '                if bulk.action == "delete":\n'
        "                    await everybodys.delete(task)\n"
        "                else:\n"
        '                    task.done = bulk.action == "complete"\n'
        "            return BulkDone(count=len(named))\n",
        ("118",),
    ),
    Mutant(
        "fields-of-any-name",
        "What is sent beside the fields of a task is written into it.",
        f"{_TASKS}/schemas.py",
        '    model_config = ConfigDict(extra="forbid")',
        '    model_config = ConfigDict(extra="allow")',
        ("115", "116", "127"),
    ),
    Mutant(
        "shares-taken-up-by-anybody",
        "Whoever signs up with an address takes up what is shared with it.",
        f"{_TASKS}/sharing.py",
        "    if not profile.email_verified:\n",
        "    if False:\n",
        ("105.1",),
    ),
    Mutant(
        "shares-to-unverified-addresses",
        "A list is shared with whoever has signed up with the address.",
        "gatepost/store/people.py",
        "    theirs = and_(columns.email == email.lower(), columns.emailVerified.is_(True))\n",
        "    theirs = and_(columns.email == email.lower())\n",
        ("105.1",),
    ),
    Mutant(
        "names-taken-by-others",
        "A list's name is taken where anybody has a list of that name.",
        f"{_TASKS}/migrations/versions/0001_tasks_and_lists.py",
        '        sa.UniqueConstraint("owner_id", "name", name="task_list_name_of_owner"),\n',
        '        sa.UniqueConstraint("name", name="task_list_name_of_owner"),\n',
        ("119",),
    ),
    Mutant(
        "formulas-exported",
        "A title that a spreadsheet takes for a formula is exported as it is.",
        "gatepost/exporting.py",
        '    return f"\'{text}" if text.startswith(_FORMULA_STARTS) else text\n',
        "    return text\n",
        ("183",),
    ),
    Mutant(
        "news-to-everybody",
        "Everybody's tabs hear of what somebody does.",
        f"{_TASKS}/live.py",
        "        for user_id in set(people):\n",
        "        for user_id in {*people, *self._tabs}:\n",
        ("153",),
    ),
)
"""Mistakes of an app's own."""
