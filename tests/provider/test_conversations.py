"""Gatepost answers as the real Better Auth does, which is asked the same at the same time."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from itertools import count
from pathlib import Path

import pytest

from gatepost.password_hash import PasswordHash
from tests.provider.conversations import CONVERSATIONS
from tests.provider.conversations.additional_fields import SEVERAL
from tests.provider.differences import DIFFERENCES
from tests.provider.oracle.deployment import Deployment
from tests.provider.oracle.original import Originals, originals
from tests.provider.oracle.playing import Server, play
from tests.provider.oracle.steps import Conversation
from tests.provider.served import serving_provider
from tests.services.postgres import Postgres

DATABASES = ("sqlite", "postgresql")
Pair = tuple[Server, Server]


class Pairs:
    """The original and Gatepost in each deployment, started when they are first asked for."""

    def __init__(
        self, original: Originals, postgres: Postgres, directory: Path, opened: ExitStack
    ) -> None:
        self._original = original
        self._postgres = postgres
        self._files = (directory / f"{number}.db" for number in count())
        self._opened = opened
        self._pairs: dict[tuple[str, str], Pair] = {}

    def of(self, deployment: Deployment, kind: str) -> Pair:
        """Return the original and Gatepost on a kind of database, one of `DATABASES`."""
        key = (deployment.id, kind)
        if key not in self._pairs:
            self._pairs[key] = (
                self._original.start(deployment, self._empty(kind)),
                self._opened.enter_context(self._ours(deployment, kind)),
            )
        return self._pairs[key]

    def _ours(self, deployment: Deployment, kind: str) -> AbstractContextManager[Server]:
        database = self._empty(kind)
        return serving_provider(database, deployment, password_hash=PasswordHash.SCRYPT)

    def _empty(self, kind: str) -> str:
        if kind == "sqlite":
            return f"sqlite:///{next(self._files)}"
        return self._postgres.create_database()


@pytest.fixture(scope="module")
def pairs(postgres: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pairs]:
    with originals() as original, ExitStack() as opened:
        yield Pairs(original, postgres, tmp_path_factory.mktemp("oracle"), opened)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("conversation", CONVERSATIONS, ids=lambda conversation: conversation.id)
def test_every_answer_is_the_originals(conversation: Conversation, kind: str, pairs: Pairs) -> None:
    """Status, body, cookies, meaningful headers and mail equal what Better Auth itself says."""
    original, ours = pairs.of(conversation.deployment, kind)
    expected = dict(play(conversation, original))
    for step, difference in DIFFERENCES.get(conversation.id, {}).items():
        if kind in difference.databases:
            assert expected[step] != difference.answer, f"{step} is no difference any more"
            expected[step] = difference.answer
    assert dict(play(conversation, ours)) == expected


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_additional_fields_have_the_original_s_columns(kind: str, pairs: Pairs) -> None:
    """Gatepost adds the columns that Better Auth's migration adds, null where that allows it."""
    original, ours = pairs.of(SEVERAL, kind)
    own = {"role", "banned", "banReason", "banExpires"}  # of `admin`, which this original has not
    added = ours.database.nullable("user")
    assert {name: added[name] for name in added if name not in own} == original.database.nullable(
        "user"
    )
