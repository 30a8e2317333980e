"""Live updates: a person's other tabs learn at once that something has changed.

Kept in the memory of one process. A message says what kind of thing changed and nothing of it:
the tab then asks the API, which decides anew who may see what.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated

import anyio
from fastapi import APIRouter, BackgroundTasks, Depends, WebSocket, WebSocketDisconnect

from gatepost import CurrentUser, Principal

router = APIRouter()

_MAX_TABS = 20
_TRY_AGAIN_LATER = 1013


class Change(StrEnum):
    """What has changed."""

    TASKS = "tasks_changed"
    LISTS = "lists_changed"


class Tab:
    """One open page: the kinds of change that it has not been told of yet."""

    def __init__(self) -> None:
        self._pending: set[Change] = set()
        self._woken = anyio.Event()

    def wake(self, change: Change) -> None:
        """Note a change. Any number of the same kind is one message: nothing piles up."""
        self._pending.add(change)
        self._woken.set()

    async def changes(self) -> set[Change]:
        """Wait until something has changed, and take it."""
        await self._woken.wait()
        taken, self._pending, self._woken = self._pending, set(), anyio.Event()
        return taken


class Live:
    """Who has which tabs open."""

    def __init__(self) -> None:
        self._tabs: defaultdict[str, set[Tab]] = defaultdict(set)

    async def publish(self, people: Iterable[str], *changes: Change) -> None:
        """Tell these people's tabs, and nobody else's.

        Args:
            people: their ids.
            changes: what has changed.
        """
        for user_id in set(people):
            for tab in self._tabs.get(user_id, ()):
                for change in changes:
                    tab.wake(change)

    def is_full(self, owner: Principal) -> bool:
        """Whether this person has as many tabs open as one person may."""
        return len(self._tabs.get(owner.user_id, ())) >= _MAX_TABS

    @contextmanager
    def tab(self, owner: Principal) -> Iterator[Tab]:
        """Be one of the owner's tabs for as long as the block lasts."""
        tab = Tab()
        self._tabs[owner.user_id].add(tab)
        try:
            yield tab
        finally:
            self._tabs[owner.user_id].discard(tab)
            if not self._tabs[owner.user_id]:
                del self._tabs[owner.user_id]


live = Live()


class Announcer:
    """Tells tabs what a request has changed, once its answer has been sent."""

    def __init__(self, user: CurrentUser, background: BackgroundTasks) -> None:
        self._user = user
        self._background = background

    def tell(self, *changes: Change, others: Iterable[str | None] = ()) -> None:
        """Tell the caller's tabs, and those of others whom it concerns.

        Args:
            changes: what has changed.
            others: their ids; None is nobody.
        """
        people = [self._user.user_id, *(other for other in others if other is not None)]
        self._background.add_task(live.publish, people, *changes)


News = Annotated[Announcer, Depends()]


@router.websocket("/api/live")
async def live_updates(websocket: WebSocket, user: CurrentUser) -> None:
    """Send `{"type": "ready"}`, then a message for each kind of change."""
    await websocket.accept()
    if live.is_full(user):
        await websocket.close(_TRY_AGAIN_LATER)
        return
    with live.tab(user) as tab:
        await websocket.send_json({"type": "ready"})
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_send_changes, websocket, tab)
            await _until_closed(websocket)
            tasks.cancel_scope.cancel()


async def _send_changes(websocket: WebSocket, tab: Tab) -> None:
    while True:
        for change in sorted(await tab.changes()):
            await websocket.send_json({"type": change.value})


async def _until_closed(websocket: WebSocket) -> None:
    try:
        while True:
            await websocket.receive_bytes()
    except (WebSocketDisconnect, KeyError):
        # KeyError: a text message where bytes were waited for. Nothing is to be said here.
        return
