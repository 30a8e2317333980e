"""What the trials of one stage know together: the app's keys, and the door of each operation."""

import json
import re
import time
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path

from gatepost.attacks.errors import AttackError, Inconclusive
from gatepost.attacks.key_finding import Sample, guessed_secret, key_in_this_process, named_key
from gatepost.attacks.material import Material, claims_in
from gatepost.attacks.people.carrier import Carrier, carrier_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.published_keys import Publication, publications
from gatepost.attacks.signing_keys import ASYMMETRIC, PrivateKey, jwk_of
from gatepost.attacks.stage import Stage
from gatepost.attacks.wire import RawRequest

_OF_NO_USE = frozenset({"main", "app", "src", "api", "server", "routes", "routers", "the", "and"})
OF_THE_MOMENT = frozenset({"exp", "iat", "nbf", "jti", "sid", "auth_time", "session_id"})
"""The claims in which two tokens of one person differ."""
_SUBJECTS = ("sub", "user_id", "uid", "id", "user", "username", "email", "name")


class AtHand:
    """What is known of one app, found out once.

    Args:
        stage: the app and its people.

    Attributes:
        believed: whether what the kit signs with the app's key is granted, by operation.
        taken: whether a hostile token is granted, by attack and operation.
        ids: what the app calls each person, by name.
    """

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.believed: dict[str, bool] = {}
        self.taken: dict[tuple[str, str], bool] = {}
        self.ids: dict[str, list[str]] = {}

    @cached_property
    def sample(self) -> Sample | None:
        """Alice's token, taken apart; None where it is no JWT."""
        carrier = carrier_of(self.stage.alice)
        return Sample.of(carrier.token) if carrier is not None and carrier.is_jwt else None

    @cached_property
    def guessed(self) -> bytes | None:
        """The secret of the app's tokens, where anybody guesses it."""
        return None if self.sample is None else guessed_secret(self.sample, self.words)

    @cached_property
    def private_key(self) -> PrivateKey | None:
        """The app's own key: named in the attack file, lying in this process, or guessed.

        Raises:
            Inconclusive: the attack file names another, and nobody guesses which it is.
        """
        if self.sample is None:
            return None
        try:
            named = named_key(self.stage.surface.file.tokens, self.sample)
        except AttackError as error:
            # What is named may have been left behind for one that anybody has: that is the fault.
            if self.guessed is not None:
                return self.guessed
            raise Inconclusive(str(error)) from error
        # Guessing is last: it takes a second where nobody guesses it.
        return named or key_in_this_process(self.sample) or self.guessed

    @cached_property
    def publications(self) -> list[Publication]:
        """The keys that the app publishes."""
        return publications(self.stage.surface, self.stage.sender)

    @property
    def public_keys(self) -> tuple[Mapping[str, str], ...]:
        """The public keys that everybody has, or may have."""
        known = [key for each in self.publications for key in each.keys if key["kty"] != "oct"]
        if isinstance(self.private_key, ASYMMETRIC):
            known.append(jwk_of(self.private_key))
        return tuple({json.dumps(key, sort_keys=True): key for key in known}.values())

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The app's own words: its title, and the names of the files that it is written in."""
        found: list[str] = []
        title = self._title
        found += [title, *title.split()] if title else []
        for operation in self.stage.surface:
            if operation.place is not None and "site-packages" not in operation.place.file:
                file = Path(operation.place.file)
                found += [file.stem, file.parent.name, file.parent.parent.name]
        parts = (word for each in self.stage.surface for word in each.path.split("/"))
        found += [word for word in parts if re.fullmatch(r"[a-z-]{3,}", word)]
        return tuple(dict.fromkeys(word for word in found if word.lower() not in _OF_NO_USE))

    def material(self, person: Person, jwk: Mapping[str, str] | None = None) -> Material | None:
        """Return what forges a person's token, or None where their credential is no JWT.

        Args:
            person: whose token it is.
            jwk: one of the published keys.
        """
        carrier = carrier_of(person)
        if carrier is None or not carrier.is_jwt:
            return None
        other = self.stage.bob if person is not self.stage.bob else self.stage.alice
        theirs = carrier_of(other)
        session = person.signed_in.get("token")
        return Material(
            token=carrier.token,
            jwk=jwk or {},
            private_key=self.private_key,
            listener=self.stage.listener.url,
            session_token=session if isinstance(session, str) else "",
            now=int(time.time()),
            subject=_subject(carrier, theirs),
            other_token=theirs.token if theirs is not None and theirs.is_jwt else "",
        )

    @property
    def _title(self) -> str:
        try:
            body = self.stage.send(RawRequest("GET", "/openapi.json")).answered.body
            title = json.loads(body)["info"]["title"]
        except (Inconclusive, ValueError, KeyError, TypeError):
            return ""
        return title if isinstance(title, str) and title != "FastAPI" else ""


def _subject(ours: Carrier, theirs: Carrier | None) -> str:
    """Return the claim that names the person: one in which two people's tokens differ."""
    claims = claims_in(ours.token)
    others = claims_in(theirs.token) if theirs is not None and theirs.is_jwt else {}
    differing = [
        name for name, value in claims.items()
        if name not in OF_THE_MOMENT and value != others.get(name)
    ]  # fmt: skip
    return next(
        (name for name in (*_SUBJECTS, *differing) if name in differing),
        next((name for name in _SUBJECTS if name in claims), "sub"),
    )


def at_hand(stage: Stage) -> AtHand:
    """Return what is known of the app on a stage."""
    return stage.once("at hand", lambda: AtHand(stage))
