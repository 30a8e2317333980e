"""What a forger of tokens has."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gatepost.attacks.encoding import unbase64url
from gatepost.attacks.signing_keys import PrivateKey, PublicKey, UnfitKeyError, key_of_jwk, sign


class DoesNotApply(Exception):
    """The token at hand has nothing of the kind that is to be forged; the message says why."""


class KeyNeeded(DoesNotApply):
    """The lie has to be signed with the app's own key, which the kit does not have."""


@dataclass(frozen=True, slots=True)
class Material:
    """What a forger has.

    Attributes:
        token: a real access token.
        jwk: a published key, by which it may verify; empty where none is published.
        private_key: the key that signed it, for lies that are well signed; None where the kit does
            not have it.
        listener: a URL of the attacker's, where nobody must ever call.
        session_token: the session credential of the same person, which is no access token.
        now: seconds since the epoch.
        subject: the claim that names the person.
        other_token: a real access token of somebody else.
    """

    token: str
    jwk: Mapping[str, str]
    private_key: PrivateKey | None
    listener: str
    session_token: str
    now: int
    subject: str = "sub"
    other_token: str = ""

    @property
    def segments(self) -> tuple[str, str, str]:
        """The three segments of the real token."""
        header, payload, signature = self.token.split(".")
        return header, payload, signature

    @property
    def header(self) -> dict[str, object]:
        """The members of the real header."""
        return _members(self.segments[0])

    @property
    def claims(self) -> dict[str, object]:
        """The members of the real payload."""
        return _members(self.segments[1])

    @property
    def algorithm(self) -> str:
        """What the real header says of its signature."""
        return str(self.header.get("alg"))

    @property
    def public_key(self) -> PublicKey:
        """The published key.

        Raises:
            DoesNotApply: none is published.
        """
        if not self.jwk:
            raise DoesNotApply("the app publishes no key, and its own has no public half")
        try:
            return key_of_jwk(self.jwk)
        except UnfitKeyError as error:
            raise DoesNotApply(str(error)) from error

    def sign(self, signing_input: bytes) -> bytes:
        """Sign as the real token is signed.

        Raises:
            KeyNeeded: the key is not known.
        """
        if self.private_key is None:
            raise KeyNeeded("the app's own key is needed: name it below [tokens]")
        return sign(self.private_key, self.algorithm, signing_input)


def claims_in(token: str) -> dict[str, object]:
    """Return the claims of a JWT, verified or not."""
    return _members(token.split(".")[1])


def _members(segment: str) -> dict[str, object]:
    value: dict[str, object] = json.loads(unbase64url(segment))
    return value
