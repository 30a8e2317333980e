"""Texts: with a canary wherever a schema leaves room for one."""

import base64
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from gatepost.attacks.making.canaries import Canaries
from gatepost.attacks.making.encoding import File, files_with
from gatepost.attacks.making.nouns import words_of
from gatepost.attacks.making.patterns import fits, matching
from gatepost.attacks.making.schemas import length_of
from gatepost.attacks.targets.operation import Schema

Maker = Callable[[], object]
"""Makes one value."""

_MAIL = "@example.com"
_STARTS = frozenset({"start", "starts", "from", "begin", "begins", "since", "opens", "arrival"})
_ENDS = frozenset(
    {"end", "ends", "until", "to", "finish", "expires", "expiry", "expiration", "due", "deadline",
     "closes", "return", "through", "out", "departure", "till", "stop", "max", "before"}
)  # fmt: skip
_PASTS = frozenset({"birth", "birthday", "dob", "born", "hired", "purchased", "issued", "past"})
_FIXED = {
    "phone": "+14155550100", "mobile": "+14155550100", "tel": "+14155550100", "currency": "EUR",
    "country": "DE", "language": "en", "lang": "en", "locale": "en", "timezone": "UTC", "tz": "UTC",
    "color": "#aabbcc", "colour": "#aabbcc", "time": "12:00", "iban": "DE89370400440532013000",
    "zip": "10115", "postcode": "10115", "postal": "10115", "cron": "0 0 * * *",
    "mime": "text/plain",
    "ip": "192.0.2.1", "amount": "10.00", "price": "10.00", "total": "10.00", "month": "2030-01",
    "year": "2030", "card": "4242424242424242", "cvc": "123", "cvv": "123", "version": "1.0.0",
    "gender": "other", "unit": "kg", "size": "M", "json": "{}",
}  # fmt: skip
_DATES = frozenset({"date", "day", "deadline", "birthday", "dob", "on"})
_URLS = frozenset({"url", "uri", "link", "website", "webhook", "callback", "homepage", "href"})


class Texts:
    """Makes the texts of one person.

    Args:
        canaries: theirs.
        listener: a URL for whatever is to be one.
    """

    def __init__(self, canaries: Canaries, listener: str) -> None:
        self._canaries = canaries
        self._listener = listener
        self._turn = 0

    def alternatives(self, schema: Schema, name: str) -> list[Maker]:
        """Return ways to make a text, the likeliest to be taken first; at least one."""
        form = schema.get("format")
        made = self._formatted(form, name, schema) if isinstance(form, str) else []
        if schema.get("contentMediaType") == "application/json":
            return [lambda: "{}"]
        if schema.get("contentMediaType") or form == "binary":
            return [*self._files()]
        if made:
            return made
        if isinstance(schema.get("pattern"), str):
            return [*_given(schema), lambda: self._matching(schema)][::-1]
        return [*self._by_name(name, schema), *_given(schema), lambda: when(name, "date-time")]

    def _by_name(self, name: str, schema: Schema) -> list[Maker]:
        """Return a free text, and one that looks as its name says; first what holds a canary."""
        words = words_of(name)
        free: Maker = lambda: self._free(schema)  # noqa: E731 - one of several of its kind
        if {"email", "mail"} & set(words):
            return [lambda: self._mail(schema), free]
        if {"password", "passphrase"} & set(words):
            return [lambda: self._lengthened(f"Aa1!{self._room(schema, 4)}", schema), free]
        if _URLS & set(words):
            return [self._url, lambda: f"https://example.com/{self._canaries.new()}", free]
        fixed = [word for word in words if word in _FIXED]
        if fixed:
            return [free, lambda: _FIXED[fixed[-1]]]
        if _DATES & set(words) or words[-1:] in (["at"], ["start"], ["end"], ["until"]):
            day, moment = (lambda: when(name, "date")), (lambda: when(name, "date-time"))
            return [free, *((moment, day) if words[-1:] == ["at"] else (day, moment))]
        return [free, lambda: self._mail(schema)]

    def _formatted(self, form: str, name: str, schema: Schema) -> list[Maker]:
        known: Mapping[str, list[Maker]] = {
            "email": [lambda: self._mail(schema)],
            "uri": [self._url, lambda: f"https://example.com/{self._canaries.new()}"],
            "uuid": [lambda: str(uuid.uuid4())],
            "byte": [lambda: base64.b64encode(self._canaries.new().encode()).decode()],
            "password": [lambda: self._lengthened(f"Aa1!{self._room(schema, 4)}", schema)],
            "hostname": [lambda: f"{self._canaries.new()}.example.com"],
        }
        same = {
            "idn-email": "email", "url": "uri", "http-url": "uri", "uri-reference": "uri",
            "base64": "byte", "base64url": "byte", "uuid1": "uuid", "uuid3": "uuid",
            "uuid4": "uuid", "uuid5": "uuid", "uuid7": "uuid", "multi-host-uri": "uri",
            "ftp-url": "uri",
        }  # fmt: skip
        if (found := known.get(same.get(form, form))) is not None:
            return found
        if form in {"date-time", "date"}:
            return [lambda: when(name, form), lambda: when("birth", form), lambda: when("", form)]
        fixed = {
            "time": "12:00:00", "duration": "PT1H", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
            "ipv4network": "192.0.2.0/24", "ipv6network": "2001:db8::/32", "regex": "a",
            "ipvanyaddress": "192.0.2.1", "ipvanynetwork": "192.0.2.0/24", "json-string": "{}",
            "ipvanyinterface": "192.0.2.1/24", "color": "#aabbcc", "json-pointer": "/a",
        }.get(form)  # fmt: skip
        return [] if fixed is None else [lambda: fixed]

    def _files(self) -> list[Maker]:
        return [lambda each=each: each for each in files_with(self._canaries.new())]  # type: ignore[misc] # a default binds it

    def _mail(self, schema: Schema) -> str:
        return f"{self._room(schema, len(_MAIL))}{_MAIL}"

    def _url(self) -> str:
        return f"{self._listener}/{self._canaries.new()}"

    def _room(self, schema: Schema, taken: int) -> str:
        longest = length_of(schema, "maxLength")
        return self._canaries.new(None if longest is None else max(longest - taken, 1))

    def _free(self, schema: Schema) -> str:
        return self._lengthened(self._room(schema, 0), schema)

    def _lengthened(self, text: str, schema: Schema) -> str:
        return text.ljust(length_of(schema, "minLength") or 0, "x")

    def _matching(self, schema: Schema) -> str:
        self._turn += 1
        return matching(schema, self._canaries.new(), self._turn)


def when(name: str, form: str) -> str:
    """Return a date or a time by the name of its member, so that what starts is before its end."""
    words = set(words_of(name))
    days = 14 if words & _ENDS and not words & _STARTS else 7
    moment = datetime.now(UTC).replace(microsecond=0) + timedelta(days=days)
    if words & _PASTS:
        moment = moment.replace(year=1990, month=1, day=1)
    return moment.date().isoformat() if form == "date" else moment.isoformat()


def _given(schema: Schema) -> list[Maker]:
    """Return the texts that the schema itself gives for an example."""
    many = schema.get("examples")
    found = [
        *(many if isinstance(many, list) else []),
        schema.get("example"),
        schema.get("default"),
    ]
    texts = [each for each in found if isinstance(each, str) and each and fits(each, schema)]
    return [lambda each=each: each for each in texts]  # type: ignore[misc] # a default binds it


__all__ = ["File", "Maker", "Texts", "when"]
