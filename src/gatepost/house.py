"""The house: everything that exists between the start and the end of an app, put together."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.ext.asyncio import AsyncEngine

from gatepost.errors import ConfigurationError
from gatepost.gate import GateRules, RouteTable, SignedIn
from gatepost.gate.access_cookie import set_access_cookie
from gatepost.gate.source import place_of
from gatepost.health import Health
from gatepost.issuers import BetterAuthServer, BuiltIn
from gatepost.keeping_activity import keep_activity
from gatepost.plan import Plan
from gatepost.preparing import Shape, prepare
from gatepost.roles import Roles
from gatepost.rows import ScopedSessions
from gatepost.rows.outside import OutsideSessions
from gatepost.settings import Settings
from gatepost.store import open_engine
from gatepost.store.engine import check_connection
from gatepost.store.feed import CarrierLost, FeedFollower
from gatepost.store.feed.choosing import carrier_of
from gatepost.store.people import has_people_here
from gatepost.store.roles import has_roles_here
from gatepost.store.secret_file import secrets_of
from gatepost.tokens import RevocationMemory, Trust, Verifier
from gatepost.tokens.issue import ACCESS_TOKEN_SECONDS
from gatepost.trusting import CLOCK_SKEW_SECONDS, KEYS_BOUND_SECONDS, trust_elsewhere

if TYPE_CHECKING:
    from gatepost.mail import Outbox
    from gatepost.provider import Provider

MAX_STALENESS_SECONDS = 5.0
"""How old the last news of sign-outs may be; past it no token is accepted."""

# A session that is remembered costs some 200 bytes.
_REMEMBERED_REVOCATIONS = 250_000

_log = logging.getLogger("gatepost")


@dataclass(frozen=True, slots=True)
class House:
    """Everything that exists between the start and the end of an app.

    Attributes:
        has_people: whether Better Auth's table `user` is here.
        provider: None where people sign in elsewhere.
        outbox: where mail is kept in development; None where it is sent, or there is none.
        feed: None where no sign-out is heard of.
    """

    engine: AsyncEngine
    rules: GateRules
    sessions: ScopedSessions
    outside: OutsideSessions
    provider: "Provider | None"
    outbox: "Outbox | None"
    feed: FeedFollower | None
    trusts_elsewhere: tuple[Trust, ...]
    has_people: bool

    def health(self) -> Health:
        """Say how fresh is what requests are decided by."""
        return Health(
            sign_outs_age_seconds=self.feed.staleness_seconds if self.feed else None,
            sign_outs_bound_seconds=MAX_STALENESS_SECONDS,
            keys_age_seconds={
                trust.issuer: trust.keys.staleness_seconds for trust in self.trusts_elsewhere
            },
            keys_bound_seconds=KEYS_BOUND_SECONDS,
        )


async def open_database(plan: Plan, opened: AsyncExitStack) -> tuple[AsyncEngine, bool]:
    """Open the database in the shape that the app needs, and say whether row-level security holds.

    Raises:
        ConfigurationError: it cannot be opened, or not brought to that shape.
    """
    engine = open_engine(plan.settings.database_url.reveal())
    opened.push_async_callback(engine.dispose)
    await check_connection(engine)
    shape = Shape(plan.settings, plan.migrations, plan.is_built_in, plan.user_fields)
    return engine, await prepare(engine, shape)


@asynccontextmanager
async def open_house(plan: Plan, table: RouteTable, *, app_has_cors: bool) -> AsyncIterator[House]:
    """Open the database, follow the feed, look for keys; close everything in order.

    Raises:
        ConfigurationError: something cannot be opened; says what, and what to do.
    """
    settings = plan.settings
    async with AsyncExitStack() as opened:
        engine, has_row_security = await open_database(plan, opened)
        built_in = plan.is_built_in
        has_people = built_in or await has_people_here(engine)
        await keep_activity(plan, opened, has_people=has_people, has_row_security=has_row_security)
        feed = await _follow(engine, plan, opened)
        provider, outbox, trusts, elsewhere = None, None, [], []
        for issuer in plan.issuers:
            if isinstance(issuer, BuiltIn):
                # Imported only where it is used: it is a fifth of the time of `import gatepost`.
                from gatepost.built_in import open_provider  # noqa: PLC0415

                here = await open_provider(engine, plan, issuer, feed, opened)
                provider, trust, outbox = here.provider, here.trust, here.outbox
            else:
                heard = feed if isinstance(issuer, BetterAuthServer) and not built_in else None
                trust = await trust_elsewhere(
                    issuer, alone=len(plan.issuers) == 1, feed=heard, opened=opened
                )
                elsewhere.append(trust)
            trusts.append(trust)
        stored = await _issuers_with_roles_here(engine, plan, has_people=has_people)
        if all(isinstance(issuer, BuiltIn) for issuer in plan.issuers):
            _check_reachable(table)
        rules = GateRules(
            table=table,
            verifier=Verifier(trusts),
            roles=Roles(engine, stored),
            origins=settings.trusted_origins,
            proxies=settings.trusted_proxies,
            events=plan.events,
            app_answers_errors=table.answers_errors,
            app_has_cors=app_has_cors,
            cookie_setter=set_access_cookie if plan.access_cookie else None,
            https_only=settings.secure_cookies,
            metrics=plan.metrics,
        )
        sessions = ScopedSessions(
            engine,
            plan.events,
            secrets=partial(secrets_of, settings),
            has_row_security=has_row_security,
        )
        outside = _engine_outside(settings, opened, has_row_security=has_row_security)
        yield House(
            engine=engine,
            rules=rules,
            sessions=sessions,
            outside=OutsideSessions(outside, plan.events),
            provider=provider,
            outbox=outbox,
            feed=feed,
            trusts_elsewhere=tuple(elsewhere),
            has_people=has_people,
        )


def _engine_outside(
    settings: Settings, opened: AsyncExitStack, *, has_row_security: bool
) -> AsyncEngine | None:
    """Open an engine for work that is nobody's, where there is a role that may do it."""
    if has_row_security and settings.admin_database_url is None:
        return None
    engine = open_engine((settings.admin_database_url or settings.database_url).reveal())
    opened.push_async_callback(engine.dispose)
    return engine


async def _issuers_with_roles_here(
    engine: AsyncEngine, plan: Plan, *, has_people: bool
) -> frozenset[str]:
    """Return the `iss` of the one issuer whose people's roles stand in this database, if any."""
    for issuer in plan.issuers:
        if isinstance(issuer, BuiltIn):
            return frozenset({plan.settings.url})
    only = plan.issuers[0] if len(plan.issuers) == 1 else None
    if isinstance(only, BetterAuthServer) and has_people and await has_roles_here(engine):
        return frozenset({only.issuer})
    return frozenset()


def _check_reachable(table: RouteTable) -> None:
    """Refuse a route that nobody could ever call, where the provider built in is the only one.

    Raises:
        ConfigurationError: there is one.
    """
    for route in table:
        if isinstance(route.policy, SignedIn) and route.policy.scopes:
            what = f"{' '.join(route.methods)} {route.shown} ({place_of(route.endpoint)})"
            raise ConfigurationError(
                f"{what} asks for a scope, and nobody who signs in here has one: scopes come in "
                "the tokens of an issuer elsewhere. Write requires(role=…), or name that issuer."
            )


async def _follow(engine: AsyncEngine, plan: Plan, opened: AsyncExitStack) -> FeedFollower | None:
    """Follow the sessions of the one issuer whose database is at hand, if there is one."""
    servers = [one for one in plan.issuers if isinstance(one, BetterAuthServer)]
    built_in = plan.is_built_in
    if not built_in and len(servers) != 1:
        return None
    carrier = await carrier_of(engine, plan.settings.feed_url, provider_here=built_in)
    if carrier is None:
        return None
    lifetime = ACCESS_TOKEN_SECONDS if built_in else servers[0].max_lifetime_seconds
    memory = RevocationMemory(
        token_lifetime_seconds=lifetime,
        clock_skew_seconds=CLOCK_SKEW_SECONDS,
        max_staleness_seconds=MAX_STALENESS_SECONDS,
        capacity=_REMEMBERED_REVOCATIONS,
    )
    follower = FeedFollower(carrier, memory)
    try:
        await opened.enter_async_context(follower.following())
    except CarrierLost as lost:
        raise ConfigurationError(
            f"The revocation feed cannot be read: {lost}. Without it a token whose session has "
            "ended could not be told from a good one. Set GATEPOST_FEED_URL, or start its server."
        ) from lost
    _log.info(
        "sign-outs are heard within a second, and end every token of a person whose tokens name no "
        "session; without news for %g s no token is accepted",
        MAX_STALENESS_SECONDS,
    )
    return follower
