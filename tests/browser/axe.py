"""axe-core, run in a page: what it finds against WCAG 2.2 AA, and against good practice."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.services.node import ensure_installed

_TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
# The page's policy lets nobody add a script; what a debugger evaluates is under no policy.
_RUN = """async ([source, tags, within]) => {
    if (!window.axe) (0, eval)(source);
    for (const animation of document.getAnimations()) {
        try { animation.finish(); } catch { animation.cancel(); }  // one without an end
    }
    const { violations } = await axe.run(within, { runOnly: tags, resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => [id, target.join(" "), failureSummary]));
}"""


@dataclass(frozen=True, slots=True)
class Violation:
    """One element against one rule."""

    rule: str
    element: str
    why: str


def violations(page: Page, within: str = "html") -> list[Violation]:
    """Return what axe finds below a selector in the page as it is now, its animations at an end."""
    source = (ensure_installed() / "axe-core" / "axe.min.js").read_text()
    found: list[list[str]] = page.evaluate(_RUN, [source, list(_TAGS), within])
    return [Violation(*each) for each in found]


def assert_accessible(page: Page, within: str = "html") -> None:
    """Fail with everything that axe finds below a selector: an open menu covers what is behind."""
    found = violations(page, within)
    assert not found, "\n".join(f"{each.rule}: {each.element}: {each.why}" for each in found)
