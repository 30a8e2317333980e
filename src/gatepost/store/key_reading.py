"""One reading of the `jwks` table: what it verifies with, what it signs with, what is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from gatepost.settings import Secrets
from gatepost.store.key_pairs import signing_key, verification_key
from gatepost.store.key_rows import KeyRow
from gatepost.tokens.issue import SigningKey
from gatepost.tokens.keys import VerificationKey


@dataclass(frozen=True, slots=True)
class OpenedRow:
    """A row whose private key has been opened."""

    row: KeyRow
    signing: SigningKey


@dataclass(frozen=True, slots=True)
class KeyReading:
    """One reading of the table, the oldest row first.

    Attributes:
        closed: the ids of those of our rows that hold no key to sign with here.
    """

    rows: tuple[KeyRow, ...]
    verifying: Mapping[str, VerificationKey]
    opened: tuple[OpenedRow, ...]
    closed: frozenset[str]

    def signing_at(self, moment: datetime) -> SigningKey | None:
        """Return the newest key that signs at a moment."""
        row = self.row_signing_at(moment)
        return None if row is None else row.signing

    def row_signing_at(self, moment: datetime) -> OpenedRow | None:
        """Return the row of that key."""
        able = [each for each in self.opened if each.row.signs_at(moment)]
        return able[-1] if able else None


NOTHING_READ = KeyReading((), {}, (), frozenset())


def read_keys(
    rows: Sequence[KeyRow], secrets: Secrets, grace_seconds: float, before: KeyReading
) -> KeyReading:
    """Open what can be opened.

    Args:
        rows: the table, the oldest first.
        secrets: what private keys are sealed with.
        grace_seconds: how long an expired key still verifies.
        before: the last reading, whose keys are kept where they have not changed.
    """
    verifying: dict[str, VerificationKey] = {}
    opened = []
    closed = set()
    for row in rows:
        key = verification_key(row, grace_seconds)
        if key is not None:
            known = before.verifying.get(row.id)
            # The same object for the same key: what was verified under it is believed still.
            verifying[row.id] = known if known is not None and known == key else key
        signing = _private(row, secrets, before)
        if signing is not None:
            opened.append(OpenedRow(row, signing))
        elif row.is_ours:
            closed.add(row.id)
    return KeyReading(tuple(rows), verifying, tuple(opened), frozenset(closed))


def _private(row: KeyRow, secrets: Secrets, before: KeyReading) -> SigningKey | None:
    # What is open stays open: the row may since be sealed with a secret that this process
    # learns of at its next start.
    for each in before.opened:
        if each.row.id == row.id and each.row.public_key == row.public_key:
            return each.signing
    return signing_key(row, secrets)
