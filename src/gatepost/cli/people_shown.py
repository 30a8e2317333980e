"""Showing people on a terminal and as JSON. Their names are their own words, and are shown so."""

from collections.abc import Sequence
from datetime import UTC, datetime

from rich.console import Console
from rich.markup import escape

from gatepost.store.directory import Entry, SessionEntry

_WIDTHS = (34, 34, 22, 18)


def say(text: str) -> None:
    """Print a line, without what could steer the terminal or look like something else."""
    _console().print(escape(printable(text)))


def show_entries(entries: Sequence[Entry]) -> None:
    """Print a table."""
    _row("ADDRESS", "ID", "SIGNED UP", "ROLES", "STATE")
    for entry in entries:
        roles = ",".join(sorted(entry.roles)) or "-"
        _row(entry.email, entry.id, said(entry.created_at), roles, _state(entry))


def show_entry(entry: Entry, sessions: Sequence[SessionEntry]) -> None:
    """Print everything that an operator may know of somebody."""
    facts = {
        "Address": f"{entry.email} ({'verified' if entry.email_verified else 'not verified'})",
        "Name": entry.name,
        "Id": entry.id,
        "Signed up": said(entry.created_at),
        "Roles": ", ".join(sorted(entry.roles)) or "none",
        "State": _state(entry) + (f": {entry.ban.reason}" if entry.ban else ""),
        "Sessions": str(len(sessions) or "none"),
    }
    for name, fact in facts.items():
        say(f"{name:<10} {fact}")
    for session in sessions:
        say(
            f"  {session.id}  {said(session.created_at)} to {said(session.expires_at)}  "
            f"{session.address or 'no address'}  {session.user_agent}"
        )


def as_json(entry: Entry, sessions: Sequence[SessionEntry] | None = None) -> dict[str, object]:
    """Return somebody as JSON, with Better Auth's names."""
    ban = entry.ban
    shown: dict[str, object] = {
        "id": entry.id,
        "email": entry.email,
        "emailVerified": entry.email_verified,
        "name": entry.name,
        "createdAt": said(entry.created_at),
        "roles": sorted(entry.roles),
        "banned": ban is not None and not ban.is_over,
        "banReason": ban and ban.reason,
        "banExpires": ban and ban.expires_at and said(ban.expires_at),
    }
    if sessions is not None:
        shown["sessions"] = [session_as_json(session) for session in sessions]
    return shown


def session_as_json(session: SessionEntry) -> dict[str, object]:
    """Return a session as JSON, with Better Auth's names; its token is not among them."""
    return {
        "id": session.id,
        "createdAt": said(session.created_at),
        "updatedAt": said(session.seen_at),
        "expiresAt": said(session.expires_at),
        "ipAddress": session.address,
        "userAgent": session.user_agent,
    }


def show_session(session: SessionEntry, whose: str) -> None:
    """Print one session."""
    facts = {
        "Session": session.id,
        "Of": whose,
        "Began": said(session.created_at),
        "Renewed": said(session.seen_at),
        "Ends": said(session.expires_at)
        + (", and is over" if session.expires_at <= datetime.now(UTC) else ""),
        "Address": session.address or "unknown",
        "Browser": session.user_agent or "unknown",
    }
    for name, fact in facts.items():
        say(f"{name:<10} {fact}")


def show_sessions(sessions: Sequence[SessionEntry]) -> None:
    """Print a table."""
    _row("SESSION", "OF", "BEGAN", "FROM", "BROWSER")
    for session in sessions:
        _row(
            session.id,
            session.user_id,
            said(session.created_at),
            session.address or "-",
            session.user_agent or "-",
        )


def said(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC, to the second."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _state(entry: Entry) -> str:
    ban = entry.ban
    if ban is None or ban.is_over:
        return "may sign in"
    return f"banned until {said(ban.expires_at)}" if ban.expires_at else "banned"


def _row(*cells: str) -> None:
    *first, last = (printable(cell) for cell in cells)
    padded = "".join(f"{cell:<{width}}  " for cell, width in zip(first, _WIDTHS, strict=True))
    _console().print(escape(padded + last))


def printable(text: str) -> str:
    """Return text without what could steer the terminal or look like something else."""
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in text)


def _console() -> Console:
    return Console(soft_wrap=True, highlight=False)
