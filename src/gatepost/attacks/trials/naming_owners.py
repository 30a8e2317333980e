"""Ways to say in a body whose a row is."""

from gatepost.attacks.making.identities import names_a_person
from gatepost.attacks.making.nouns import camel
from gatepost.attacks.making.references import reference_of
from gatepost.attacks.making.schemas import kind_of, narrowed, properties_of
from gatepost.attacks.people.person import Person
from gatepost.attacks.stage import Stage
from gatepost.attacks.targets.operation import Operation, Schema

_NAMES = (
    "owner_id", "owner", "user_id", "user", "author_id", "author", "created_by", "created_by_id",
    "creator_id", "creator", "account_id", "customer_id", "tenant_id", "org_id", "organization_id",
    "uid", "username", "user_email", "owner_email", "profile_id", "belongs_to", "seller_id",
)  # fmt: skip
OWNERS = (*_NAMES, *(camel(name) for name in _NAMES if "_" in name))
"""What rows call whom they belong to."""


def ways_to_name(
    operation: Operation, stage: Stage, whom: Person, shown: dict[str, object]
) -> list[dict[str, object]]:
    """Return what to add to a body so that it says whose the row is.

    First every member at once, by each of the ids that somebody has; then those that the app
    itself declares, one by one, since a body with an unknown member may be refused whole.
    """
    declared = declared_members(operation)
    names = [
        name
        for name in dict.fromkeys((*OWNERS, *(n for n in shown if n in OWNERS)))
        if name not in declared or _is_of_people(operation, stage, name)
    ]
    theirs = _members_of(stage, operation, whom)
    ids = list(stage.identities.of(whom))[:2]
    ways: list[dict[str, object]] = []
    for each in ids:
        guesses = {name: theirs.get(name, _like(shown.get(name), each)) for name in names}
        fitting = {name: value for name, value in guesses.items() if _fits(declared, name, value)}
        ways.append(fitting)
        ways += [{name: fitting[name]} for name in fitting if name in declared]
        ways += [
            {name: fitting[name]} for name in fitting if name in shown and name not in declared
        ]
    return [way for index, way in enumerate(ways) if way and way not in ways[:index]]


def declared_members(operation: Operation) -> dict[str, object]:
    """Return the members that an operation says its body has."""
    return dict(properties_of(operation.body.schema)) if operation.body is not None else {}


def _is_of_people(operation: Operation, stage: Stage, name: str) -> bool:
    """Whether a declared member names somebody, and not a row that can be made."""
    schema = declared_members(operation).get(name)
    if not isinstance(schema, dict):
        return False
    found = reference_of(stage.surface, operation, name, narrowed(schema))
    return found is None or found.maker is None


def _members_of(stage: Stage, operation: Operation, whom: Person) -> dict[str, object]:
    """Return what the app's own answers call somebody: the tenant that they are in, say."""
    made = stage.preparing(whom).made
    found: dict[str, object] = {}
    for row in made:
        if isinstance(row.answer, dict) and row.by == operation:
            found.update({name: row.answer[name] for name in OWNERS if name in row.answer})
    return {name: value for name, value in found.items() if isinstance(value, str | int)}


def _like(shown: object, text: str) -> object:
    """Return an id as the app writes it: as a number where it is one there."""
    wants_text = isinstance(shown, str)
    return int(text) if text.isdigit() and not wants_text else text


def _fits(declared: dict[str, object], name: str, value: object) -> bool:
    schema = declared.get(name)
    if not isinstance(schema, dict):
        return True
    kind = kind_of(narrowed(schema))
    return kind != "integer" or isinstance(value, int)


def as_people(operation: Operation, stage: Stage, whom: Person) -> list[dict[str, object]]:
    """Return what to add to a body so that every declared member that names somebody names one."""
    named = {
        name: schema
        for name, schema in properties_of(_schema(operation)).items()
        if names_a_person(name) or "email" in name.lower()
    }
    found: list[dict[str, object]] = []
    for own in list(stage.identities.of(whom))[:2]:
        told = {
            name: whom.email
            if "email" in name.lower()
            else _like(None, own)
            if kind_of(narrowed(schema)) == "integer"
            else own
            for name, schema in named.items()
        }
        if told and told not in found:
            found.append(told)
    return found


def _schema(operation: Operation) -> Schema:
    return {} if operation.body is None else operation.body.schema
