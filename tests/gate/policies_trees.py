"""Apps at random: routers, mounts and hosts within each other, with policies at random.

What each route asks for is counted while the tree is drawn, by rules that share no line with the
gate's: an open thing may stand in what is open or says nothing, demands add up.
"""

from dataclasses import dataclass, field

from hypothesis import strategies as st
from starlette.convertors import Convertor, register_url_convertor

from gatepost import public, requires

HOSTS = ("h.example", "{name}.example")
_METHODS = (["GET"], ["POST"], ["GET", "POST"])
_FILLED = {"{p}": "x", "{p:path}": "x/y", "{p:int}": "7", "{p:picky}": "y"}
_PIECES = (*["/x"] * 4, "/y", "/{p}", "/{p}", "/x/{p}", "/{p:path}", "/{p:int}", "/{p:picky}")


class _Picky(Convertor[str]):
    """A converter that raises what no router expects, for most of what it is shown."""

    regex = "[^/]+"

    def convert(self, value: str) -> str:
        if value != "y":
            raise LookupError(value)
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("picky", _Picky())


@dataclass(frozen=True, slots=True)
class Mark:
    """What is laid on one thing: nothing, `public`, or roles."""

    is_open: bool = False
    roles: frozenset[str] = frozenset()

    def within(self, outer: "Mark") -> "Mark":
        """Say what holds for a thing that stands in another."""
        if self.roles or outer.roles:
            return Mark(roles=self.roles | outer.roles)
        return Mark(is_open=self.is_open or outer.is_open)

    def lay_on(self, target: object) -> None:
        """Lay it."""
        if self.is_open:
            public("the same for everyone")(target)
        for role in sorted(self.roles):
            requires(role=role)(target)


@dataclass(frozen=True, slots=True)
class Leaf:
    """A route. It answers with its number."""

    number: int
    kind: str
    path: str
    methods: list[str]
    mark: Mark


@dataclass(frozen=True, slots=True)
class Branch:
    """What routes stand in: included, mounted or of a host."""

    kind: str
    path: str
    mark: Mark
    root_path: str
    rewrites: bool
    children: "tuple[Leaf | Branch, ...]"


@dataclass(frozen=True, slots=True)
class Tree:
    """A whole app.

    Attributes:
        asked: by the number of each route, what it asks for.
        addresses: the host and the path by which each should be found.
    """

    top: Branch
    asked: dict[int, Mark]
    addresses: list[tuple[str, str]]


@dataclass(slots=True)
class _Drawing:
    draw: st.DrawFn
    asked: dict[int, Mark] = field(default_factory=dict)
    addresses: list[tuple[str, str]] = field(default_factory=list)
    parameters: int = 0

    def mark(self, outer: Mark) -> Mark:
        roles = self.draw(st.sampled_from(["", "", "", "a", "b", "c", "ab"]))
        may_open = not roles and not outer.roles
        return Mark(may_open and self.draw(st.booleans()), frozenset(roles))

    def path(self, *more: str) -> tuple[str, str]:
        """Return a path, with a parameter's name that no other has, and the path filled in."""
        piece = self.draw(st.sampled_from([*more, *_PIECES]))
        filled = piece
        for name, value in _FILLED.items():
            filled = filled.replace(name, value)
        self.parameters += 1
        return piece.replace("{p", f"{{p{self.parameters}"), filled

    def branch(self, kind: str, at: tuple[str, str], outer: Mark, depth: int) -> Branch:
        host, before = at
        # FastAPI includes nothing without a prefix that holds something without a path.
        path, filled = ("", "") if not depth else self.path(*([] if kind == "include" else [""]))
        if kind == "host":
            path, filled = self.draw(st.sampled_from(HOSTS)), ""
            host = "h.example"
        mark = self.mark(outer) if depth else Mark()
        here, place = mark.within(outer), (host, before + filled)
        is_fastapi = kind in ("top", "fastapi", "host")
        root_path = self.draw(st.sampled_from(["", "", "", "", "/x", before + filled]))
        children: list[Leaf | Branch] = []
        for _ in range(self.draw(st.integers(1, 3))):
            if depth < 3 and self.draw(st.booleans()):
                kinds = ["fastapi", "starlette", "router", "host"]
                kinds += ["include"] * 3 if is_fastapi or kind == "include" else []
                inner = self.draw(st.sampled_from(kinds))
                children.append(self.branch(inner, place, here, depth + 1))
            else:
                knows_api = is_fastapi or kind == "include"
                children.append(self.leaf(place, here, knows_api=knows_api))
        rewrites = kind not in ("router", "include") and self.draw(st.booleans())
        has_own = root_path if is_fastapi else ""
        return Branch(kind, path, mark, has_own, rewrites, tuple(children))

    def leaf(self, at: tuple[str, str], outer: Mark, *, knows_api: bool) -> Leaf:
        kinds = ["plain", "class", "asgi", "live"]
        kinds += ["api", "api", "live-api"] if knows_api else []
        number, (path, filled) = len(self.asked), self.path()
        mark = self.mark(outer)
        self.asked[number] = mark.within(outer)
        self.addresses.append((at[0], at[1] + filled))
        methods = self.draw(st.sampled_from(_METHODS))
        return Leaf(number, self.draw(st.sampled_from(kinds)), path, methods, mark)


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    """Draw an app."""
    drawing = _Drawing(draw)
    top = drawing.branch("top", ("", ""), Mark(), 0)
    return Tree(top, drawing.asked, drawing.addresses)
