"""Which issuers an app has named, and that none of them could be taken for another."""

from collections.abc import Sequence

from gatepost.errors import ConfigurationError
from gatepost.issuers import (
    BetterAuthServer,
    BuiltIn,
    Issuer,
    OpenIdProvider,
    SharedSecretIssuer,
)
from gatepost.settings import Settings


def issuers_of(
    named: str | Issuer | Sequence[Issuer] | None, settings: Settings
) -> tuple[Issuer, ...]:
    """Return the issuers that an app has named, in its code or else in its environment.

    Args:
        named: a URL is that of a real Better Auth server.
        settings: `issuer` and `audience` of it stand where the code names nobody.

    Raises:
        ConfigurationError: none, the same one twice, or two whose subjects are user ids.
    """
    if named is None:
        named = settings.issuer
    if named is None:
        return (BuiltIn(),)
    if isinstance(named, str):
        return (BetterAuthServer(url=named.rstrip("/"), audience=settings.audience),)
    if isinstance(named, BuiltIn | BetterAuthServer | OpenIdProvider | SharedSecretIssuer):
        return (named,)
    issuers = tuple(named)
    _check_together(issuers, settings.url)
    return issuers


def _check_together(issuers: tuple[Issuer, ...], own_origin: str) -> None:
    """Refuse issuers that could be taken for each other."""
    names = [own_origin if isinstance(one, BuiltIn) else one.issuer for one in issuers]
    if not names or len(set(names)) != len(names):
        raise ConfigurationError("Gatepost(issuer=…): name each issuer once.")
    if len(issuers) > 1 and sum(issuer.subjects_are_user_ids for issuer in issuers) > 1:
        raise ConfigurationError(
            "Gatepost(issuer=…): two issuers may give one subject to two people, so the subjects "
            "of one at most can be user ids. Keep subjects_are_user_ids=True for the one whose "
            "people have rows already."
        )
