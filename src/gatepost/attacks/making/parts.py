"""The parts of one person's requests: path, query, headers and body."""

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.company import Company
from gatepost.attacks.making.encoding import as_text
from gatepost.attacks.making.identities import names_a_person
from gatepost.attacks.making.makers import makers
from gatepost.attacks.making.nouns import noun_of
from gatepost.attacks.making.producers import last_name, maker_of
from gatepost.attacks.making.recipes import Recipe
from gatepost.attacks.making.referring import Referring
from gatepost.attacks.making.rows import Rows
from gatepost.attacks.making.said_bodies import SaidBodies
from gatepost.attacks.making.values import Values
from gatepost.attacks.people.person import Person
from gatepost.attacks.targets.operation import Operation, Schema, Where
from gatepost.attacks.targets.surface import Surface


class Parts:
    """Makes the parts of the requests of one person.

    Args:
        surface: the app's operations.
        person: who sends them.
        canaries: theirs.
        rows: makes what they name.
        company: what is shared with the other people.
    """

    def __init__(
        self,
        surface: Surface,
        person: Person,
        canaries: Canaries,
        rows: Rows,
        company: Company,
    ) -> None:
        self._surface = surface
        self._person = person
        self._rows = rows
        self._company = company
        self._referring = Referring(surface, person, rows, company.identities, company.friend)
        self._values = Values(canaries, company.listener, self._referring.of)
        self._said = SaidBodies(surface, person, canaries, rows)

    def body_of(self, operation: Operation) -> object:
        """Make a body that an operation takes, or None."""
        said = self._said.body_of(operation)
        if said is not None:
            return said
        if operation.body is None:
            return None
        made = self._made(operation, operation.body.schema, "body")
        return _with_csrf_token(made, self._person.csrf_token)

    def value_of(self, schema: Schema, name: str) -> object:
        """Make one value."""
        return self._values.of(schema, (name,) if name else ())

    def without_a_row(self, operation: Operation, name: str) -> str | None:
        """Return what a parameter stands for where that is no row: what is said, or oneself."""
        said = self._said.value_of(operation, name)
        if said is not None:
            return as_text(said)
        if not _is_somebody(self._surface, operation, name):
            return None
        who = self._person
        if self._surface.administrative(operation) is not None:
            who = self._company.outcast(operation.method == "DELETE") or who
        ids = self._company.identities.of(who)
        return ids[0] if ids else None

    def chosen(self, operation: Operation, name: str) -> str:
        """Make up what a caller may choose, the name of a file in `PUT /files/{name}`."""
        schema = next((each.schema for each in operation.taken("path") if each.name == name), {})
        if _only_looks(operation) and not {"enum", "const"} & set(schema):
            prefix = operation.path.split(f"/{{{name}}}", 1)[0]
            for noun in dict.fromkeys((noun_of(name), noun_of(last_name(prefix)))):
                try:
                    return self._rows.listed_id(noun)
                except Inconclusive:
                    continue
        return as_text(self._values.of(schema, ("path", name), self._recipe(operation)))

    def taken(self, operation: Operation, where: Where) -> dict[str, object]:
        """Make what an operation needs in its query or headers, and what is said of it."""
        taken: dict[str, object] = {}
        for each in operation.taken(where):
            said = self._said.value_of(operation, each.name)
            if said is not None:
                taken[each.name] = said
            elif each.required:
                taken[each.name] = self._made(operation, each.schema, where, each.name)
        return taken

    def _made(self, operation: Operation, schema: Schema, *path: str) -> object:
        self._referring.begin(operation)
        try:
            return self._values.of(schema, path, self._recipe(operation))
        finally:
            self._referring.end()

    def _recipe(self, operation: Operation) -> Recipe:
        return self._company.recipes.of(operation)


def _with_csrf_token(body: object, token: str | None) -> object:
    """Put the token of the person's own page where a body has a member for it."""
    if token is None or not isinstance(body, dict):
        return body
    return {name: token if "csrf" in name.lower() else value for name, value in body.items()}


def _is_somebody(surface: Surface, operation: Operation, name: str) -> bool:
    """Whether the first parameter of a path is a person: `/users/{user_id}`, `/users/{id}`.

    What people make is a row, whatever it is called: a contact, a patient, a guest.
    """
    if operation.names[:1] != (name,):
        return False
    above = last_name(operation.path.split(f"/{{{name}}}", 1)[0])
    if noun_of(above) == "user":
        return True
    maker = maker_of(surface, noun_of(name))
    made = maker is not None and maker in makers(surface)
    return names_a_person(name) and noun_of(name) != "customer" and not made


def _only_looks(operation: Operation) -> bool:
    """Whether a row that the kit has not made may be named: it is read, or added to."""
    last = operation.path.rstrip("/").rsplit("/", 1)[-1]
    return operation.method in {"GET", "HEAD"} or (
        operation.method == "POST" and last.endswith("s")
    )
