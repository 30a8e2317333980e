"""The documentation's table of ways, written by `python -m tests.rows.ways_page`."""

from pathlib import Path

from gatepost.errors import NotFound, ScopeViolation
from tests.rows import ways_by_connection, ways_by_object, ways_by_statement
from tests.rows.ways import OPEN_WITHOUT_THE_FIRST, WAYS, Way

LISTS = (ways_by_connection, ways_by_object, ways_by_statement)
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "ways.md"

_HEAD = """# Ways to another person's rows

Each line is something that Bob tries on his own session to read, change, delete or refer to a row
of Ada's, {count} in all. Every one is tried on every database in each run of the tests, and after
it Ada's rows are read from outside: they are as before.

- **own** — Bob gets his own rows, or nothing.
- **refused** — a `ScopeViolation` says what to write instead, and a critical event is logged.
- **404**, **collision**, **stale** — the answer that a row which never existed has.
- **closed** — without the session's own wall, with row-level security alone, Bob sees nothing of
  Ada's and changes nothing of hers.
- **open** — it stays open, for the reason below.

With both walls the answers are those of the first, and nothing stays open.

| What Bob tries | SQLite | PostgreSQL | Row-level security alone |
|---|---|---|---|
"""


def page() -> str:
    """Return the page."""
    lines = [_HEAD.format(count=len(WAYS))]
    family = ""
    for way in sorted(WAYS.values(), key=lambda one: one.family):
        if way.family != family:
            family = way.family
            lines.append(f"| **{_cell(family)}** | | | |\n")
        lines.append(_line(way))
    reasons = sorted(
        {way.known for way in WAYS.values() if way.known} | set(OPEN_WITHOUT_THE_FIRST.values())
    )
    lines.append("\n## Why some stay open\n\n")
    lines += [f"- {reason[0].upper()}{reason[1:]}.\n" for reason in reasons]
    return "".join(lines)


def _line(way: Way) -> str:
    first = "open" if way.known else _word(way)
    alone = "open" if way.name in OPEN_WITHOUT_THE_FIRST else "closed"
    cells = [
        first if way.only in (None, "sqlite") else "",
        first if way.only in (None, "postgresql") else "",
        alone if way.only != "sqlite" else "",
    ]
    return f"| {_cell(way.name)} | {' | '.join(cells)} |\n"


def _word(way: Way) -> str:
    answers = way.answer if isinstance(way.answer, tuple) else (way.answer,)
    words = []
    for answer in answers:
        if not isinstance(answer, type):
            words.append("own")
        elif issubclass(answer, ScopeViolation):
            words.append("refused")
        elif issubclass(answer, NotFound):
            words.append("404")
        else:
            words.append("stale" if "Stale" in answer.__name__ else "collision")
    return " or ".join(dict.fromkeys(words))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
