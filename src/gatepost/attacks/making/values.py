"""Values that a JSON Schema allows, with somebody's canaries in every text that is free."""

import base64
import re
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from gatepost.attacks.errors import Inconclusive
from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.targets.operation import Schema

Filler = Callable[[str, Schema], object]
"""Gives the value of a member that names something else, or None where it is no reference."""

_DEEPEST = 6
_SOON = timedelta(days=7)
_PAST = re.compile(r"created|updated|completed|done|started|since|birth|born|published|seen|from")


class Values:
    """Makes values for one person.

    Args:
        canaries: theirs.
        listener: a URL for whatever is to be one.
        refer: gives the id of a row that a member named `…_id` refers to.
    """

    def __init__(self, canaries: Canaries, listener: str, refer: Filler) -> None:
        self._canaries = canaries
        self._listener = listener
        self._refer = refer

    def of(self, schema: Schema, name: str = "", *, depth: int = _DEEPEST) -> object:
        """Make one value.

        Raises:
            Inconclusive: a row that it refers to cannot be made.
        """
        if "const" in schema:
            return schema["const"]
        if isinstance(choices := schema.get("enum"), list) and choices:
            return choices[0]
        referred = self._refer(name, schema)
        if referred is not None:
            return referred
        branch = _branch(schema)
        if branch is not None:
            return self.of({**branch, **_shared(schema)}, name, depth=depth)
        kind = schema.get("type")
        if isinstance(kind, list):
            kind = next((each for each in kind if each != "null"), "null")
        made: object = self._MAKERS.get(str(kind), Values._free)(self, schema, name, depth)
        return made

    def _object(self, schema: Schema, _name: str, depth: int) -> object:
        members = schema.get("properties")
        required = schema.get("required")
        names = required if isinstance(required, list) else []
        made: dict[str, object] = {}
        for name, part in members.items() if isinstance(members, dict) else ():
            if depth > 0 and isinstance(part, dict) and (name in names or _is_worth_it(name, part)):
                made[name] = self.of(part, name, depth=depth - 1)
        return made

    def _array(self, schema: Schema, name: str, depth: int) -> object:
        items = schema.get("items")
        if not isinstance(items, dict) or depth <= 0:
            return []
        least = schema.get("minItems")
        count = max(1, least if isinstance(least, int) else 1)
        singular = name.removesuffix("s")
        return [self.of(items, singular, depth=depth - 1) for _ in range(count)]

    def _string(self, schema: Schema, name: str, _depth: int) -> object:
        longest = schema.get("maxLength")
        form = schema.get("format")
        if form is None and _is_a_url(name) and "pattern" not in schema:
            form = "uri"
        made = self._formatted(form, name) if isinstance(form, str) else None
        if made is not None:
            return made
        text = self._canaries.new(longest if isinstance(longest, int) else None)
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and not re.search(pattern, text):
            return _matching(pattern, text)
        least = schema.get("minLength")
        return text.ljust(least, "x") if isinstance(least, int) else text

    def _formatted(self, form: str, name: str) -> str | None:
        now = datetime.now(UTC).replace(microsecond=0)
        later = now - _SOON if _PAST.search(name) else now + _SOON
        if form in {"email", "idn-email"}:
            return f"{self._canaries.new()}@example.com"
        if form in {"uri", "url", "http-url"}:
            return f"{self._listener}/{name}/{self._canaries.new()}"
        if form in {"binary", "byte", "base64"}:
            text = self._canaries.new()
            return text if form == "binary" else base64.b64encode(text.encode()).decode()
        return {
            "uuid": str(uuid.uuid4()),
            "uuid4": str(uuid.uuid4()),
            "date-time": later.isoformat(),
            "date": later.date().isoformat(),
            "time": "12:00:00",
            "duration": "PT1H",
            "ipv4": "192.0.2.1",
            "ipv6": "2001:db8::1",
            "hostname": "example.com",
        }.get(form)

    def _integer(self, schema: Schema, _name: str, _depth: int) -> object:
        least = _bound(schema, "minimum", "exclusiveMinimum", 1)
        most = _bound(schema, "maximum", "exclusiveMaximum", -1)
        step = schema.get("multipleOf")
        value = 1 if least is None else max(1, int(least))
        if most is not None:
            value = min(value, int(most))
        return value if not isinstance(step, int) or step == 0 else -(-value // step) * step

    def _number(self, schema: Schema, name: str, depth: int) -> object:
        value = self._integer(schema, name, depth)
        return float(value) if isinstance(value, int) else value

    def _boolean(self, _schema: Schema, _name: str, _depth: int) -> object:
        return False

    def _null(self, _schema: Schema, _name: str, _depth: int) -> object:
        return None

    def _free(self, schema: Schema, name: str, depth: int) -> object:
        if isinstance(schema.get("properties"), dict):
            return self._object(schema, name, depth)
        return self._canaries.new()

    _MAKERS: Mapping[str, Callable[["Values", Schema, str, int], object]] = {
        "object": _object,
        "array": _array,
        "string": _string,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
        "null": _null,
    }


def _branch(schema: Schema) -> Schema | None:
    """Return the branch of a union that says most, or all branches of `allOf` as one."""
    every = schema.get("allOf")
    if isinstance(every, list):
        merged: dict[str, object] = {}
        for part in every:
            for name, value in part.items() if isinstance(part, dict) else ():
                known = merged.get(name)
                merged[name] = _merged(known, value)
        return merged
    for union in ("anyOf", "oneOf"):
        branches = schema.get(union)
        if isinstance(branches, list):
            tables = [each for each in branches if isinstance(each, dict)]
            return next((each for each in tables if each.get("type") != "null"), None)
    return None


def _merged(known: object, value: object) -> object:
    if isinstance(known, dict) and isinstance(value, dict):
        return {**known, **value}
    if isinstance(known, list) and isinstance(value, list):
        return [*known, *value]
    return value


def _shared(schema: Schema) -> Schema:
    return {
        key: value
        for key, value in schema.items()
        if key not in {"allOf", "anyOf", "oneOf", "default"}
    }


def _is_worth_it(name: str, schema: Schema) -> bool:
    """Whether a member that may be left out is put in: texts are, since they carry canaries.

    So are lists of texts: tags, labels.
    """
    inner = _branch(schema) or schema
    items = inner.get("items")
    if inner.get("type") == "array" and isinstance(items, dict):
        inner = items
    plain = inner.get("type") == "string" and not {"format", "pattern", "enum", "const"} & set(
        inner
    )
    return plain and not name.endswith(("_id", "Id", "_ids", "cursor"))


def _is_a_url(name: str) -> bool:
    """Whether a text is a URL by its name, though nothing else says so."""
    return re.search(r"(^|_)(url|uri|webhook)$|[a-z](Url|Uri|URL)$", name) is not None


def _bound(schema: Schema, closed: str, opened: str, step: int) -> float | None:
    value, beyond = schema.get(closed), schema.get(opened)
    if isinstance(value, int | float):
        return value
    return (
        beyond + step if isinstance(beyond, int | float) and not isinstance(beyond, bool) else None
    )


_SAMPLES = (
    "abc", "Abc1", "a", "1", "12345", "2030-01-01", "2030-01", "12:00", "#aabbcc", "+14155550100",
    "abc-def", "ABC", "EUR", "AB12", "a.b", "en", "en-US", "00000000000000000000000000000000",
)  # fmt: skip


def _matching(pattern: str, text: str) -> str:
    for sample in (
        f"{text}@example.com",
        text.upper(),
        text[1:13],
        text[1:9],
        text.replace("c", "a"),
        *_SAMPLES,
    ):
        if re.search(pattern, sample):
            return sample
    raise Inconclusive(
        f"no text for the pattern {pattern!r} was found: write the body below [bodies]"
    )
