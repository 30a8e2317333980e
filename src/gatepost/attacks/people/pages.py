"""What an app's own pages tell whoever is signed in: the CSRF token of their forms."""

import re
from html.parser import HTMLParser

NAMED = re.compile(r"c_?srf|xsrf", re.IGNORECASE)
"""The names of CSRF tokens: in forms, headers, cookies and answers."""

_LONGEST = 500_000
"""Octets of a page that are read; a form stands before that."""


def token_of_page(body: bytes) -> str | None:
    """Return the CSRF token of a page, from a hidden field or its head, or None.

    Args:
        body: of any answer; what is no page has none.
    """
    if b"<" not in body[:_LONGEST]:
        return None
    page = _Page()
    page.feed(body[:_LONGEST].decode(errors="replace"))
    return page.token


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.token: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element; the first token counts."""
        said = {name: value or "" for name, value in attrs}
        place = {"input": "value", "meta": "content"}.get(tag)
        if place is not None and self.token is None and NAMED.search(said.get("name", "")):
            self.token = said.get(place) or None
