"""From an issuer to the terms on which its tokens are believed: its keys, its feed, its `Trust`."""

import logging
from contextlib import AsyncExitStack

from gatepost.issuers import BetterAuthServer, IssuerElsewhere, SharedSecretIssuer
from gatepost.tokens import KeySource, NeverRevoked, RevocationFeed, Trust
from gatepost.tokens.keys import SharedSecretKey

CLOCK_SKEW_SECONDS = 5

KEYS_BOUND_SECONDS = 3600.0
"""How old the keys of an issuer elsewhere may be; past it none of its tokens is accepted."""

_log = logging.getLogger("gatepost")


async def trust_elsewhere(
    issuer: IssuerElsewhere, *, alone: bool, feed: RevocationFeed | None, opened: AsyncExitStack
) -> Trust:
    """Return the terms of an issuer elsewhere, whose keys are kept fresh from now on.

    Args:
        issuer: as the app named it.
        alone: whether the app has no other, so that its subjects are user ids.
        feed: hears of its sign-outs, where anything does.
        opened: keeps its keys fresh until it is closed.
    """
    if feed is None:
        _log.warning(
            "sign-outs at %s are not heard here: its tokens are good until `exp`, %d s at most",
            issuer.issuer,
            issuer.max_lifetime_seconds,
        )
    return Trust(
        issuer=issuer.issuer,
        audience=issuer.expected_audience,
        algorithms=issuer.algorithms,
        token_types=issuer.token_types,
        required_claims=frozenset(),
        clock_skew_seconds=CLOCK_SKEW_SECONDS,
        max_lifetime_seconds=issuer.max_lifetime_seconds,
        roles_claim=issuer.roles_claim,
        subjects_are_user_ids=alone or issuer.subjects_are_user_ids,
        keys=await _keys(issuer, opened),
        revocations=feed or NeverRevoked(),
    )


async def _keys(issuer: IssuerElsewhere, opened: AsyncExitStack) -> KeySource:
    if isinstance(issuer, SharedSecretIssuer):
        return SharedSecretKey(issuer.secret.reveal().encode("utf-8"))
    # Only where an issuer is elsewhere does the HTTP client cost its import.
    from gatepost.tokens.discovery import DiscoveredUrl, JwksUrl  # noqa: PLC0415
    from gatepost.tokens.key_set_client import KeySetClient, KeySetPolicy  # noqa: PLC0415

    place: JwksUrl | DiscoveredUrl
    if isinstance(issuer, BetterAuthServer):
        place = JwksUrl(issuer.jwks_url)
    else:
        place = DiscoveredUrl(issuer.issuer)
    client = KeySetClient(place, issuer.algorithms, KeySetPolicy(keep_seconds=KEYS_BOUND_SECONDS))
    await opened.enter_async_context(client.keeping())
    return client
